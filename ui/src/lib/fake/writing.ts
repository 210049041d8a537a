import type { ChecksDto, ChosenFixDto, FoundDto, MarkedDto, ReplaceDto, ReplaceHitDto, ReplaceHitsDto, ReplaceInDto, SearchDto, StateDto } from '../api/types';
import type { Content, Entity } from './entity';
import type { Workspace } from './workspace';

const words = (body: string) => body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim();

function marked(text: string, wanted: string): MarkedDto[] {
  const at = text.toLowerCase().indexOf(wanted.toLowerCase());
  if (at < 0 || !wanted) return [{ text, hit: false }];
  return [{ text: text.slice(0, at), hit: false }, { text: text.slice(at, at + wanted.length), hit: true }, { text: text.slice(at + wanted.length), hit: false }].filter((p) => p.text);
}

export function search(w: Workspace, query: SearchDto, states: (e: Entity) => StateDto[]): FoundDto[] {
  const wanted = (query.text ?? '').replace(/"/g, '').trim();
  if (!wanted) return [];
  const has = (e: Entity) => `${e.local.title} ${words(e.local.body)}`.toLowerCase().includes(wanted.toLowerCase());
  const fits = (e: Entity) =>
    (!query.space || e.space === query.space) &&
    (!query.kinds?.length || query.kinds.includes(e.kind)) &&
    (!query.changedSince || e.changedAt >= query.changedSince) &&
    (!query.unpublished || e.local.published === false) &&
    (!query.conflict || e.inConflict);
  return w.entities.filter((e) => has(e) && fits(e)).slice(0, query.limit ?? 50).map((e) => {
    const space = w.spaces.find((s) => s.id === e.space);
    const text = words(e.local.body);
    const at = Math.max(0, text.toLowerCase().indexOf(wanted.toLowerCase()) - 30);
    return {
      id: e.id, space: e.space, spaceName: space?.name ?? '', site: space?.site ?? 'local', kind: e.kind, states: states(e), updatedAt: e.changedAt,
      title: marked(e.local.title || (w.entities.find((x) => x.id === e.parent)?.local.title ?? ''), wanted), snippet: marked(`${at ? '…' : ''}${text.slice(at, at + 140)}…`, wanted),
    };
  });
}

/** Pictures without words and addresses as link texts; the real program looks for more. */
const FAULTS = {
  html: { picture: /<img(?![^>]*\salt=)[^>]*>/g, link: /<a [^>]*>(https?:[^<]+)<\/a>/g },
  markdown: { picture: /!\[\]\(([^)]*)\)/g, link: /\[(https?:[^\]]+)\]\([^)]*\)/g },
};
export function checks(e: Entity): ChecksDto {
  const body = e.draft?.body ?? e.local.body;
  if (e.format === 'none') return { findings: [], willDrop: [], refused: [] };
  const decoration = e.format === 'html' ? [{ words: 'It is decoration', asks: null, suggestion: '' }] : [];
  const findings: ChecksDto['findings'] = [];
  for (const m of body.matchAll(FAULTS[e.format].picture))
    findings.push({ check: 'pictureWithoutText', start: m.index, end: m.index + m[0].length, quote: (m[1] ?? m[0]).slice(0, 60), words: 'This picture says nothing to who cannot see it.', fixes: [{ words: 'Describe it', asks: 'What it shows', suggestion: '' }, ...decoration] });
  for (const m of body.matchAll(FAULTS[e.format].link))
    findings.push({ check: 'bareAddress', start: m.index, end: m.index + m[0].length, quote: m[1] ?? '', words: 'The text of this link is its address.', fixes: [{ words: 'Give it words', asks: 'Text of the link', suggestion: '' }] });
  return { findings, willDrop: e.format === 'html' && /<script/i.test(body) ? ['a script'] : [], refused: [] };
}

export function fixed(body: string, chosen: ChosenFixDto): string {
  const part = body.slice(chosen.start, chosen.end);
  const isHtml = part.startsWith('<');
  const mended = chosen.check === 'bareAddress'
    ? part.replace(isHtml ? />[^<]+</ : /\[[^\]]*\]/, isHtml ? `>${chosen.answer}<` : `[${chosen.answer}]`)
    : isHtml ? part.replace(/\/?>$/, chosen.fix === 0 ? ` alt="${chosen.answer}">` : ' alt="" role="presentation">') : part.replace('![]', `![${chosen.answer}]`);
  return body.slice(0, chosen.start) + mended + body.slice(chosen.end);
}

function hitsIn(text: string, query: ReplaceDto, inTitle: boolean): ReplaceHitDto[] {
  const flags = query.matchCase ? 'g' : 'gi';
  const edge = query.wholeWords ? '\\b' : '';
  const pattern = new RegExp(edge + query.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') + edge, flags);
  return [...text.matchAll(pattern)].map((m, number) => ({
    inTitle, number, before: words(text.slice(Math.max(0, m.index - 40), m.index).replace(/^[^<]*>/, '')), text: m[0], after: words(text.slice(m.index + m[0].length, m.index + m[0].length + 40).replace(/<[^>]*$/, '')),
  }));
}

export function replaceFind(w: Workspace, query: ReplaceDto): ReplaceHitsDto[] {
  if (!query.text) return [];
  return w.entities.filter((e) => e.space === query.space && !e.deletedHere && e.format !== 'none').flatMap((e) => {
    const hits = [...(query.titles ? hitsIn(e.local.title, query, true) : []), ...hitsIn(e.local.body, query, false)];
    return hits.length ? [{ id: e.id, kind: e.kind, title: e.local.title || words(e.local.body).slice(0, 40), reason: e.readOnly, counter: e.counter, hits }] : [];
  });
}

export function replaced(content: Content, query: ReplaceDto, replacement: string, choice: ReplaceInDto): Content {
  const put = (text: string, numbers: number[]) => {
    let n = -1;
    return text.replace(new RegExp(query.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), query.matchCase ? 'g' : 'gi'), (m) => (numbers.includes(++n) ? replacement : m));
  };
  return { ...content, title: put(content.title, choice.title), body: put(content.body, choice.body) };
}
