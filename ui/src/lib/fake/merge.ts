import { common } from '../words/difference';

export type Passage =
  | { settled: true; owner: 'same' | 'yours' | 'theirs' | 'both'; text: string }
  | { settled: false; base: string; mine: string; theirs: string };

export const glue = (format: string) => (format === 'html' ? '\n' : '\n\n');

export function blocks(body: string, format: string): string[] {
  const parts = format === 'html' ? body.split('\n') : body.split(/\n{2,}/);
  return parts.filter((b) => b.trim() !== '');
}

/** Three-way merge by block: what only one side changed is settled, what both changed is a question. */
export function merge(base: string[], mine: string[], theirs: string[], join: string): Passage[] {
  const toMine = new Map(common(base, mine));
  const toTheirs = new Map(common(base, theirs));
  const out: Passage[] = [];
  const put = (b: string[], m: string[], t: string[]) => {
    const [x, y, z] = [b.join(join), m.join(join), t.join(join)];
    if (y === z) {
      if (y !== '') out.push({ settled: true, owner: y === x ? 'same' : 'both', text: y });
    } else if (y === x) {
      if (z !== '') out.push({ settled: true, owner: 'theirs', text: z });
    } else if (z === x) {
      if (y !== '') out.push({ settled: true, owner: 'yours', text: y });
    } else out.push({ settled: false, base: x, mine: y, theirs: z });
  };
  let i = 0;
  let m = 0;
  let t = 0;
  const anchors = base.map((_, n) => n).filter((n) => toMine.has(n) && toTheirs.has(n));
  for (const n of [...anchors, -1]) {
    const [bi, mi, ti] =
      n < 0 ? [base.length, mine.length, theirs.length] : [n, toMine.get(n) ?? 0, toTheirs.get(n) ?? 0];
    const [b, y, z] = [base.slice(i, bi), mine.slice(m, mi), theirs.slice(t, ti)];
    // A run of equally many blocks is read as changes in place, block by block.
    if (b.length === y.length && b.length === z.length) {
      b.forEach((one, k) => put([one], [y[k] ?? ''], [z[k] ?? '']));
    } else put(b, y, z);
    if (n >= 0) out.push({ settled: true, owner: 'same', text: base[n] ?? '' });
    i = bi + 1;
    m = mi + 1;
    t = ti + 1;
  }
  return out;
}

/** The text of a merge, with yours in every open question. */
export function joined(passages: Passage[], join: string): string {
  return passages
    .map((p) => (p.settled ? p.text : p.mine))
    .filter((p) => p !== '')
    .join(join);
}

/** A block as words, and what sort of block it is. */
export function show(block: string): { block: string; text: string } {
  const tag = /^\s*<([a-z0-9]+)/i.exec(block)?.[1]?.toLowerCase() ?? '';
  const names: Record<string, string> = {
    h1: 'heading', h2: 'heading', h3: 'heading', ul: 'list', ol: 'list', table: 'table', img: 'image', p: 'paragraph',
  };
  if (tag === '') {
    const name = /^#+ /.test(block) ? 'heading' : /^[-*] /.test(block) ? 'list' : 'paragraph';
    return { block: name, text: block };
  }
  const text = block
    .replace(/<\/(li|tr|p|h[1-6])>/gi, '\n')
    .replace(/<\/t[dh]>/gi, ' \u2003')
    .replace(/<[^>]+>/g, '')
    .replace(/\n+$/, '');
  return { block: names[tag] ?? 'text', text };
}
