// The preview held to what a real forum made of the same texts, where its recorded answers are present beside the repository.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { render } from './render';

const shared = process.env['LECTERN_SHARED'] ?? join(process.cwd(), '../../shared');
const recordings = join(shared, 'recordings/discourse');

/** Every text of the recordings with the HTML that the forum made of it. */
function pairs(): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === 'object') {
      const { raw, cooked } = value as { raw?: unknown; cooked?: unknown };
      if (typeof raw === 'string' && typeof cooked === 'string' && raw) found.set(raw, cooked);
      Object.values(value).forEach(walk);
    }
  };
  for (const group of readdirSync(recordings)) {
    const folder = join(recordings, group);
    if (!statSync(folder).isDirectory()) continue;
    for (const file of readdirSync(folder)) if (file.endsWith('.json')) walk(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  }
  return found;
}

/** What a reader sees of an element: its blocks and marks by name, with their words; how a forum decorates them is left out. */
function seen(html: string): string {
  const place = document.createElement('div');
  place.innerHTML = html;
  // The forum's own links of headings, its pictures of signs and its addresses of pictures are decoration.
  place.querySelectorAll('a.anchor').forEach((anchor) => anchor.remove());
  place.querySelectorAll('img.emoji').forEach((sign) => sign.replaceWith('☺'));
  place.querySelectorAll('img, span.away').forEach((picture) => picture.replaceWith(`[picture ${picture.getAttribute('alt') ?? picture.textContent ?? ''}]`));
  place.querySelectorAll('.lightbox-wrapper, .lightbox').forEach((frame) => frame.replaceWith(...frame.childNodes));
  const words = (node: Node): string => {
    if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replace(/\p{Extended_Pictographic}️?/gu, '☺').replace(/\s+/g, ' ');
    if (!(node instanceof Element)) return '';
    const inside = [...node.childNodes].map(words).join('');
    const name = node.nodeName.toLowerCase();
    return name === 'span' ? inside : `<${name}>${inside.trim()}</${name}>`;
  };
  return [...place.childNodes].map(words).join('').replace(/\s*(<\/?[a-z0-9]+>)\s*/g, '$1').trim();
}

describe.skipIf(!existsSync(recordings))('the preview shows what the forum shows', () => {
  const all = existsSync(recordings) ? [...pairs()] : [];
  it('there are texts to compare', () => expect(all.length).toBeGreaterThan(100));
  for (const [raw, cooked] of all) {
    it(raw.slice(0, 60).replace(/\s+/g, ' '), () => expect(seen(render(raw))).toBe(seen(cooked)));
  }
});
