/** Digits with the grouping of the person's locale. */
export function digits(n: number): string {
  return new Intl.NumberFormat().format(n);
}

/** `1 change`, `12,480 changes`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${digits(n)} ${n === 1 ? one : many}`;
}

/** `0.6 MB`, `41 KB`, `900 bytes`. */
export function bytes(n: number): string {
  const round = (x: number) =>
    new Intl.NumberFormat(undefined, { maximumFractionDigits: x < 10 ? 1 : 0 }).format(x);
  if (n >= 100_000) return `${round(n / 1_000_000)} MB`;
  if (n >= 1_000) return `${round(n / 1_000)} KB`;
  return count(n, 'byte');
}

/** Microseconds: `0.4 ms`, `48 ms`, `1.9 s`. */
export function millis(micros: number): string {
  if (micros >= 1_000_000) return seconds(micros / 1_000_000);
  return `${new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(micros / 1000)} ms`;
}

/** `12 ms`, `1.9 s`, `2 min`. */
export function seconds(s: number): string {
  if (s < 1) return `${Math.round(s * 1000)} ms`;
  if (s < 90) return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(s)} s`;
  return `${Math.round(s / 60)} min`;
}

/** Joins names as a person lists them: `a, b and c`. */
export function listed(parts: string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(parts);
}
