import { gemoji, nameToEmoji } from 'gemoji';

/** Names that the forum has and the list has not. */
const more: Record<string, string> = { slight_smile: '🙂', slightly_smiling_face: '🙂', thumbsup: '👍', thumbsdown: '👎', frowning: '☹️', tada: '🎉' };

/** The sign of `:name:`, with the skin tone left out; a name that nobody knows stays as it was typed. */
export function emoji(name: string): string | undefined {
  return Object.hasOwn(more, name) ? more[name] : Object.hasOwn(nameToEmoji, name) ? nameToEmoji[name] : undefined;
}

export interface Sign {
  sign: string;
  name: string;
  description: string;
  group: string;
}

const all: Sign[] = gemoji.map((e) => ({ sign: e.emoji, name: e.names[0] ?? '', description: e.description, group: e.category }));
const words = gemoji.map((e) => [...e.names, ...e.tags, e.description.toLowerCase()]);

/** Signs by name: those whose name begins with what is typed, then those that have it anywhere. */
export function findEmoji(typed: string, most: number): Sign[] {
  const wanted = typed.toLowerCase();
  if (!wanted) return all.slice(0, most);
  const rank = (n: number) => (words[n]?.some((w) => w === wanted) ? 0 : all[n]?.name.startsWith(wanted) ? 1 : words[n]?.some((w) => w.startsWith(wanted)) ? 2 : words[n]?.some((w) => w.includes(wanted)) ? 3 : 9);
  return all
    .map((sign, n) => [sign, rank(n)] as const)
    .filter(([, r]) => r < 9)
    .sort((a, b) => a[1] - b[1])
    .slice(0, most)
    .map(([sign]) => sign);
}
