import type { ErrorDto } from './types';

/** Why the program shows nothing but this: its workspace cannot be opened. */
export interface Closed {
  folder: string;
  error: ErrorDto;
}
