/** The place in a page and in its source is the same when as many characters that are read, white space aside, stand before it. */

interface Piece {
  from: number;
  to: number;
  /** Characters that are read in it, white space aside. */
  read: number;
}

const NOT_READ = /<!--[\s\S]*?(?:-->|$)|<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)|<\/?[a-z](?:[^>"']|"[^"]*"|'[^']*')*>?|<![^>]*>?/gi;

/** The pieces of a source that are read, one sign each: a character reference is one sign. */
function* signs(source: string): Generator<Piece> {
  let from = 0;
  const text = function* (end: number): Generator<Piece> {
    const sign = /&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);|[\s\S]/gi;
    sign.lastIndex = from;
    for (let m = sign.exec(source); m && m.index < end; m = sign.exec(source)) {
      const blank = /^(?:\s|&nbsp;|&#160;|&#xa0;)$/i.test(m[0]);
      yield { from: m.index, to: m.index + m[0].length, read: blank ? 0 : 1 };
    }
  };
  for (const gap of source.matchAll(NOT_READ)) {
    yield* text(gap.index);
    from = gap.index + gap[0].length;
  }
  yield* text(source.length);
}

/** How many characters are read before a place in the source. */
export function readBefore(source: string, at: number): number {
  let read = 0;
  for (const piece of signs(source)) {
    if (piece.to > at) break;
    read += piece.read;
  }
  return read;
}

/** The place in the source before which so many characters are read: just before the next one that is. */
export function placeOf(source: string, read: number): number {
  let left = read;
  for (const piece of signs(source)) {
    if (piece.read === 0) continue;
    if (left === 0) return piece.from;
    left -= 1;
  }
  return source.length;
}
