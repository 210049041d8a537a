import type { PassageDto, PieceDto } from '../api/types';

/** Longest common subsequence as pairs of equal positions. */
export function common<T>(a: T[], b: T[]): [number, number][] {
  const rows = a.length + 1;
  const cols = b.length + 1;
  const table = new Uint32Array(rows * cols);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const here = i * cols + j;
      table[here] =
        a[i] === b[j]
          ? (table[here + cols + 1] ?? 0) + 1
          : Math.max(table[here + cols] ?? 0, table[here + 1] ?? 0);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const here = i * cols + j;
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if ((table[here + cols] ?? 0) >= (table[here + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

function push(pieces: PieceDto[], change: string, text: string): void {
  if (text === '') return;
  const last = pieces[pieces.length - 1];
  if (last && last.change === change) last.text += text;
  else pieces.push({ change, text });
}

/** Word by word: what was removed from `before` and added in `after`. */
export function words(before: string, after: string): PieceDto[] {
  const a = before.split(/(\s+)/).filter((w) => w !== '');
  const b = after.split(/(\s+)/).filter((w) => w !== '');
  const pieces: PieceDto[] = [];
  let i = 0;
  let j = 0;
  for (const [x, y] of [...common(a, b), [a.length, b.length] as [number, number]]) {
    push(pieces, 'removed', a.slice(i, x).join(''));
    push(pieces, 'added', b.slice(j, y).join(''));
    if (x < a.length) push(pieces, 'same', a[x] ?? '');
    i = x + 1;
    j = y + 1;
  }
  return pieces;
}

/** Block by block, and inside a block that changed word by word. */
export function passages(
  before: string[],
  after: string[],
  show: (block: string) => { block: string; text: string },
): PassageDto[] {
  const out: PassageDto[] = [];
  const whole = (change: string, source: string) => {
    const { block, text } = show(source);
    out.push({ change, block, pieces: [{ change, text }] });
  };
  let i = 0;
  let j = 0;
  for (const [x, y] of [...common(before, after), [before.length, after.length] as [number, number]]) {
    while (i < x && j < y) {
      const then = show(before[i++] ?? '');
      const now = show(after[j++] ?? '');
      out.push({ change: 'changed', block: now.block, pieces: words(then.text, now.text) });
    }
    while (i < x) whole('removed', before[i++] ?? '');
    while (j < y) whole('added', after[j++] ?? '');
    if (x < before.length) whole('same', before[x] ?? '');
    i = x + 1;
    j = y + 1;
  }
  return out;
}

/** Words in a text. */
export function wordCount(text: string): number {
  return text.split(/\s+/).filter((w) => /[\p{L}\p{N}]/u.test(w)).length;
}
