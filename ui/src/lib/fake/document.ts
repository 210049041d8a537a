import type { DifferenceDto, DocumentDto, DraftDto, EditDto, FieldChangeDto, PostDto, StateDto } from '../api/types';
import { passages, wordCount, words } from '../words/difference';
import { type Content, type Entity, type Space, same, unsent } from './entity';
import { hasThread, isReply } from '../words/kinds';
import { fields, labelOf } from './fields';
import { type Passage, blocks, glue, joined, merge, show } from './merge';
import type { Workspace } from './workspace';

export function states(e: Entity, space: Space | undefined): StateDto[] {
  const out: StateDto[] = [];
  const local = space?.site === 'local';
  if (e.inConflict || met(e) === 'overlaps') out.push('conflict');
  if (e.refused !== null) out.push('waits_for_you');
  if (!local && e.deletedHere) out.push('deleted_here');
  else if (!local && !e.base) out.push('new');
  else if (!local && !e.inConflict && !same(e.local, e.base)) out.push('edited');
  if (e.draft?.recovered) out.push('draft_kept');
  if (e.unseen) out.push('changed_on_site');
  if (e.readOnly && !isReply(e.kind)) out.push('read_only');
  if (e.local.published === false) out.push('unpublished');
  if (out.length === 0) out.push('in_sync');
  return out;
}

const plain = (html: string) => html.replace(/<[^>]+>/g, ' ');

function post(e: Entity, space: Space | undefined, depth: number): PostDto {
  return {
    id: e.id,
    number: e.number,
    depth,
    author: e.author,
    createdAt: e.createdAt,
    body: e.local.body,
    reading: e.format === 'html' ? e.local.body : null,
    states: states(e, space).filter((s) => s !== 'in_sync'),
    replyTo: e.replyTo,
    editable: !e.readOnly,
    quote: e.kind === 'post' && e.number !== null ? `${e.author}, post:${e.number}, topic:${e.parent}` : null,
  };
}

/** What stands under a document: of a forum in one row, of Canvas each reply under the one that it answers. */
function thread(w: Workspace, of: Entity, space: Space | undefined): PostDto[] {
  const all = w.entities.filter((x) => x.parent === of.id && isReply(x.kind) && !x.deletedHere);
  if (of.kind === 'topic') return all.map((x) => post(x, space, 0));
  const under = (to: number | null, depth: number): PostDto[] =>
    all.filter((x) => x.replyTo === to).flatMap((x) => [post(x, space, depth), ...(x.number === null ? [] : under(x.number, depth + 1))]);
  return under(null, 0);
}

/** A draft against what came in since it was begun, passage by passage. */
export function draftPassages(e: Entity): Passage[] {
  const of = (body: string) => blocks(body, e.format);
  return merge(of((e.draft?.base ?? e.local).body), of(e.draft?.body ?? e.local.body), of(e.local.body), glue(e.format));
}

export function met(e: Entity): 'same' | 'joins' | 'overlaps' {
  if (!e.draft?.base || same(e.draft.base, e.local)) return 'same';
  return draftPassages(e).every((p) => p.settled) ? 'joins' : 'overlaps';
}

/** What keeping the draft gives, with yours wherever the two disagree. */
export function kept(e: Entity): Content {
  const d = e.draft;
  if (!d) return e.local;
  const title = d.base && d.title === d.base.title ? e.local.title : d.title;
  return { ...e.local, title, body: met(e) === 'same' ? d.body : joined(draftPassages(e), glue(e.format)) };
}

function draftDto(e: Entity): DraftDto | null {
  return e.draft && { title: e.draft.title, body: e.draft.body, savedAt: e.draft.savedAt, recovered: e.draft.recovered, met: met(e) };
}

export function documentDto(w: Workspace, e: Entity): DocumentDto {
  const space = w.spaces.find((s) => s.id === e.space);
  const module = [...w.modules].find(([, items]) => items.includes(e.id));
  const parent = w.entities.find((x) => x.id === e.parent);
  return {
    id: e.id,
    space: e.space,
    kind: e.kind,
    site: space?.site ?? 'local',
    siteName: space?.siteName ?? '',
    title: e.local.title,
    titleEditable: !isReply(e.kind) && e.kind !== 'syllabus' && !e.readOnly,
    format: e.format,
    body: e.local.body,
    editing: e.format === 'html' ? (e.draft?.body ?? e.local.body) : null,
    reading: e.format === 'html' ? e.local.body : null,
    states: states(e, space),
    readOnly: e.readOnly ?? space?.readOnly ?? null,
    noReply: e.noReply ?? null,
    noDelete: e.noDelete ?? null,
    slowMode: e.slowMode ?? null,
    path: [
      { id: e.space, title: space?.name ?? '' },
      ...(module ? [{ id: null, title: 'Modules' }, { id: null, title: module[0] }] : []),
      ...(parent ? [{ id: parent.id, title: parent.local.title }] : []),
    ],
    fields: fields(e, space?.site === 'discourse' ? 'The forum' : 'Canvas'),
    timeZone: space?.site === 'canvas' ? 'America/Halifax' : null,
    draft: draftDto(e),
    reply: e.reply ? { ...e.reply, editing: e.format === 'html' ? e.reply.body : null } : null,
    seenAt: e.base ? new Date(Date.now() - 10 * 60_000).toISOString() : null,
    changedBy: e.base ? e.changedBy : null,
    changedAt: e.base ? e.createdAt : null,
    author: e.format === 'markdown' ? e.author : null,
    url: space?.site === 'local' ? null : `https://${space?.site === 'canvas' ? 'canvas' : 'forum'}.ternpoint.example/${e.id}`,
    words: wordCount(plain(e.local.body)),
    counter: e.counter,
    waiting: e.waiting ?? [],
    posts: hasThread(e.kind) ? thread(w, e, space) : [],
  };
}

const yesNo = (v: boolean | null) => (v === null ? '' : v ? 'Yes' : 'No');

export function fieldChanges(before: Content | null, after: Content | null): FieldChangeDto[] {
  const out: FieldChangeDto[] = [];
  if (before?.title !== after?.title && (before?.title ?? after?.title))
    out.push({ name: 'title', label: 'Title', before: before?.title ?? '', after: after?.title ?? '' });
  if (before?.published !== after?.published && (before?.published ?? after?.published) !== null)
    out.push({ name: 'published', label: 'Published', before: yesNo(before?.published ?? null), after: yesNo(after?.published ?? null) });
  const names = new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(after?.fields ?? {})]);
  for (const name of names) {
    const [was, is] = [before?.fields?.[name] ?? '', after?.fields?.[name] ?? ''].map(String) as [string, string];
    if (was !== is) out.push({ name, label: labelOf(name), before: was, after: is });
  }
  return out;
}

export function difference(before: Content | null, after: Content | null, format: string): DifferenceDto {
  const [a, b] = [before?.body ?? '', after?.body ?? ''];
  return {
    fields: fieldChanges(before, after),
    reading: passages(blocks(a, format), blocks(b, format), show),
    source: a === b ? [] : [{ change: 'changed', block: 'text', pieces: words(a, b) }],
    willDrop: /<script/i.test(b) ? ['a script'] : [],
  };
}

/** What an edit makes of the content. The real program splices visual edits into the source; here the output is taken as it is. */
export function edited(content: Content, edit: EditDto): Content {
  const next = { ...content };
  if (edit.title !== undefined) next.title = edit.title;
  if (edit.body !== undefined) next.body = edit.body;
  if (edit.visual && edit.visual.loaded !== edit.visual.now) next.body = edit.visual.now;
  for (const [name, value] of edit.fields ?? []) {
    if (name === 'published') next.published = JSON.parse(value) as boolean;
    else next.fields = { ...next.fields, [name]: JSON.parse(value) as unknown };
  }
  return next;
}

export function summary(e: Entity): string[] {
  if (e.deletedHere) return ['Deleted here'];
  if (!e.base) return [isReply(e.kind) ? 'New reply' : `New ${e.kind}${e.local.published === false ? ', unpublished' : ''}`];
  const d = difference(e.base, e.local, e.format);
  const changed = d.reading.filter((p) => p.change !== 'same').length;
  const text = changed ? [`Text: ${changed} ${changed === 1 ? 'passage' : 'passages'}`] : [];
  return [...d.fields.map((f) => f.label), ...text];
}

export { unsent };
