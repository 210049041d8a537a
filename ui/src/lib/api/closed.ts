import type { ErrorDto } from './types';

/** Why the program shows nothing but this: its workspace cannot be opened. */
export interface Closed {
  folder: string;
  error: ErrorDto;
}

/** What the program wrote into its window before anything else ran, where it could not open the workspace. */
export function closed(): Closed | null {
  return (window as { lecternClosed?: Closed }).lecternClosed ?? null;
}
