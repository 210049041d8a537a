import type { Layout } from './messages';

type Point = [line: number, height: number];

/** Points at which both sides are known to be level: the blocks in order, from the top to the end. */
function points(layout: Layout): Point[] {
  const blocks = layout.blocks.filter(([line, top], n) => n === 0 || (line > (layout.blocks[n - 1]?.[0] ?? -1) && top >= (layout.blocks[n - 1]?.[1] ?? 0)));
  const last = blocks.at(-1);
  const start: Point[] = blocks[0]?.[0] === 0 ? [] : [[0, 0]];
  const end: Point[] = last && layout.height > last[1] ? [[last[0] + Math.max(1, (layout.height - last[1]) / 25), layout.height]] : [];
  return [...start, ...blocks, ...end];
}

/** Between the two nearest points, in proportion. */
function between(known: Point[], value: number, from: 0 | 1, to: 0 | 1): number {
  const after = known.findIndex((p) => p[from] > value);
  const a = known[after < 0 ? known.length - 1 : Math.max(0, after - 1)];
  const b = known[after];
  if (!a) return 0;
  if (!b || b[from] === a[from]) return a[to];
  return a[to] + ((value - a[from]) / (b[from] - a[from])) * (b[to] - a[to]);
}

/** Height in the preview that belongs to a source line. */
export function heightAt(layout: Layout, line: number): number {
  return between(points(layout), line, 0, 1);
}

/** Source line that belongs to a height in the preview. */
export function lineAt(layout: Layout, height: number): number {
  return between(points(layout), height, 1, 0);
}
