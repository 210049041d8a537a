/** The line separator of a text: its own where it has one kind only, so that reading it back gives the same bytes. Where kinds
 *  are mixed, lines end at `\n` and a stray `\r` stays a character of its line. */
export function lineSeparator(text: string): string {
  const crlf = text.match(/\r\n/g)?.length ?? 0;
  const lf = text.match(/\n/g)?.length ?? 0;
  const cr = text.match(/\r/g)?.length ?? 0;
  if (crlf > 0 && crlf === lf && crlf === cr) return '\r\n';
  return lf === 0 && cr > 0 ? '\r' : '\n';
}
