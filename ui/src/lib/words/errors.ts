import type { ErrorDto } from '../api/types';

/** Whatever was thrown, as an error a person can read. */
export function asError(thrown: unknown): ErrorDto {
  if (typeof thrown === 'object' && thrown !== null && 'what' in thrown && 'code' in thrown) {
    const { code, what, safe, next, retryable } = thrown as Partial<ErrorDto>;
    return {
      code: String(code),
      what: String(what),
      safe: safe ?? '',
      next: next ?? '',
      retryable: retryable ?? false,
    };
  }
  return {
    code: 'unexpected',
    what: 'Something in Lectern did not work as it should.',
    safe: 'What you saved is safe on this computer.',
    next: `Try again. If it happens again, copy the details: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    retryable: true,
  };
}
