import type { DeletedDto, DifferenceDto, DocumentDto, EditDto, FileLimitsDto, FollowedDto, LinkedFileDto, NewDocumentDto, OutboxItemDto, RevisionDto, SavedDto, TargetDto, TreeRowDto } from '../../api/types';
import { difference, documentDto, edited, kept, met, summary, unsent } from '../document';
import { type Content, type Entity, same } from '../entity';
import { entityTitle } from '../sync_run';
import { deleted } from '../trash';
import { treeRows } from '../tree';
import { isReply } from '../../words/kinds';
import { entity } from '../workspace';
import { clone, now, refuse } from './memory';
import { Moving } from './moving';

/** Documents: their drafts, their history, the outbox, the trash. */
export class Documents extends Moving {
  /** What documents said when they were given out, by id and counter. */
  protected given = new Map<string, Content>();
  protected purged: Entity[] = [];
  /** What documents are linked with, beside their home: space, and since when. */
  private links = new Map<string, { space: string; since: string }[]>();
  protected templateSpace: string | null = null;
  async tree(space: string): Promise<TreeRowDto[]> {
    return treeRows(this.w, space, (e) => this.states(e));
  }
  async document(id: string): Promise<DocumentDto> {
    const shown = this.moduleShown(id.replace(/^moved: module /, 'ocn210:'));
    if (shown) return shown;
    const e = this.find(id);
    if (e.unseen) {
      e.unseen = false;
      queueMicrotask(() => this.changed(e.id));
    }
    this.given.set(`${e.id} ${e.counter}`, e.local);
    return clone(documentDto(this.w, e));
  }
  async tagsInUse(space: string): Promise<string[]> {
    const account = this.w.spaces.find((s) => s.id === space)?.account;
    const here = new Set(this.w.spaces.filter((s) => s.id === space || (s.account !== null && s.account === account)).map((s) => s.id));
    const uses = new Map<string, number>();
    for (const e of this.w.entities.filter((x) => x.kind === 'topic' && here.has(x.space) && !x.deletedHere))
      for (const tag of (e.local.fields?.['tags'] as string[] | undefined) ?? []) uses.set(tag, (uses.get(tag) ?? 0) + 1);
    return [...uses].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([tag]) => tag);
  }
  async peopleInUse(space: string): Promise<string[]> {
    const account = this.w.spaces.find((s) => s.id === space)?.account ?? null;
    const here = new Set(this.w.spaces.filter((s) => account !== null && s.account === account).map((s) => s.id));
    return [...new Set(this.w.entities.filter((e) => here.has(e.space) && e.base !== null).map((e) => e.author))].sort();
  }
  /** What an edit started from: the draft's base, else the text under the counter that it names. */
  protected startOf(e: Entity, edit: EditDto): Content {
    if (edit.counter === undefined) return e.local;
    return e.draft?.base ?? this.given.get(`${e.id} ${edit.counter}`) ?? e.local;
  }
  async draftSave(id: string, edit: EditDto): Promise<string> {
    const e = this.find(id);
    const base = this.startOf(e, edit);
    const next = edited(e.draft ? { ...base, title: e.draft.title, body: e.draft.body } : base, edit);
    e.draft = { title: next.title, body: next.body, savedAt: now(), recovered: false, base };
    return e.draft.savedAt;
  }
  async replyDraftSave(id: string, replyTo: number | null, edit: EditDto): Promise<string> {
    const savedAt = now();
    const e = this.find(id);
    const body = edit.body ?? edit.visual?.now ?? e.reply?.body ?? '';
    const blank = !(e.format === 'html' ? body.replace(/<(?!img)[^>]*>/g, '') : body).trim();
    e.reply = blank ? null : { replyTo, body, savedAt, recovered: false };
    return savedAt;
  }
  async replyKeep(id: string): Promise<DocumentDto> {
    const e = this.find(id);
    if (!e.reply) throw refuse('not_found', 'There is no reply being written.');
    const made = await this.documentNew({ space: e.space, kind: e.kind === 'topic' ? 'post' : 'reply', parent: id, replyTo: e.reply.replyTo, title: '', body: e.reply.body });
    e.reply = null;
    this.changed(id);
    return made;
  }
  async replyDraftDiscard(id: string): Promise<void> {
    this.find(id).reply = null;
    this.changed(id);
  }
  async draftDiscard(id: string): Promise<void> {
    this.find(id).draft = null;
    this.changed(id);
  }
  async draftKeep(id: string): Promise<SavedDto> {
    return this.documentSave(id, { counter: this.find(id).counter });
  }
  async draftDifference(id: string): Promise<DifferenceDto> {
    const e = this.find(id);
    return difference(e.local, kept(e), e.format);
  }
  async documentSave(id: string, edit: EditDto): Promise<SavedDto> {
    const module = this.moduleSet(id, edit);
    if (module !== null) return { counter: 1, savedAt: now(), changed: true, title: module, body: '', states: [], replaced: null, joined: false, overlaps: false, goOn: 1 };
    const e = this.find(id);
    const readOnly = e.readOnly ?? this.w.spaces.find((s) => s.id === e.space)?.readOnly;
    if (readOnly) throw refuse('locked', `It cannot be changed here. ${readOnly}`, 'Nothing was changed; what was typed stays here as a draft.', 'Copy it, or change it on the site.');
    const onlyFields = edit.fields !== undefined && edit.title === undefined && edit.body === undefined && edit.visual === undefined;
    const hadDraft = e.draft !== null;
    let next = edited(e.local, edit);
    let joined = false;
    if (edit.counter !== undefined && !onlyFields) {
      await this.draftSave(id, edit);
      if (met(e) === 'overlaps') {
        this.changed(id);
        return { ...this.saved(e, false, null), title: e.draft?.title ?? '', body: e.draft?.body ?? '', overlaps: true };
      }
      joined = met(e) === 'joins';
      next = edited(kept(e), { fields: edit.fields });
      e.draft = null;
    }
    if (same(next, e.local)) {
      if (hadDraft) this.changed(id);
      return this.saved(e, false, null);
    }
    if (e.refused !== null) e.refused = null;
    const replaced = this.put(e, next, 'save');
    return { ...this.saved(e, true, replaced), joined };
  }
  async documentNew(created: NewDocumentDto): Promise<DocumentDto> {
    const e = entity(`new${++this.ids}`, created.space, created.kind, created.title, created.body, {
      parent: created.parent, replyTo: created.replyTo, number: null, base: null, remote: null, versions: [], changedBy: null, createdAt: now(), changedAt: now(),
    });
    if (e.local.published !== null) e.local = { ...e.local, published: false };
    this.w.entities.push(e);
    this.changed(e.id);
    return clone(documentDto(this.w, e));
  }
  async documentDelete(id: string): Promise<SavedDto> {
    if (this.takeOut(id)) return { counter: 1, savedAt: now(), changed: true, title: '', body: '', states: [], replaced: null, joined: false, overlaps: false, goOn: 1 };
    const e = this.find(id);
    const replaced = this.put(e, e.local, 'delete');
    e.deletedHere = true;
    this.changed(id);
    return this.saved(e, true, replaced);
  }
  async documentRestore(id: string, revision: string): Promise<SavedDto> {
    const e = this.find(id);
    const v = e.versions.find((x) => x.id === revision);
    if (!v) throw refuse('not_found', 'This version is no longer here.');
    e.deletedHere = false;
    const replaced = this.put(e, v.content, 'restore');
    return this.saved(e, true, replaced);
  }
  async history(id: string): Promise<RevisionDto[]> {
    return this.find(id).versions.map((v) => ({ id: v.id, at: v.at, cause: v.cause, origin: v.origin, title: v.content.title, notChosen: v.notChosen })).reverse();
  }
  async revisionDifference(id: string, revision: string, other: string | null): Promise<DifferenceDto> {
    const e = this.find(id);
    const of = (version: string) => e.versions.find((v) => v.id === version)?.content ?? null;
    return difference(of(revision), (other === null ? null : of(other)) ?? e.local, e.format);
  }
  async outbox(): Promise<OutboxItemDto[]> {
    return [...this.movesToSend(), ...this.changedTexts()];
  }
  private changedTexts(): OutboxItemDto[] {
    return this.w.entities
      .filter((e) => unsent(e) && !this.isLocal(e) && !e.inConflict)
      .map((e) => {
        const space = this.w.spaces.find((s) => s.id === e.space);
        return {
          id: e.id, space: e.space, spaceName: space?.name ?? '', kind: e.kind, site: space?.site ?? ('local' as const),
          title: entityTitle(this.w, e), change: e.deletedHere ? 'deleted' : e.base ? 'edited' : 'new', summary: summary(e), changedAt: e.changedAt,
          states: this.states(e), heldBack: e.refused === null ? null : 'The forum refused it. It waits for you.',
        };
      });
  }
  async outboxDifference(id: string): Promise<DifferenceDto> {
    const move = this.w.moves.get(id.replace('moved:', ''))?.words;
    if (id.startsWith('moved:')) return { fields: [{ name: 'place', label: 'Place', before: '', after: move ?? '' }], reading: [], source: [], willDrop: [] };
    const e = this.find(id);
    return difference(e.base, e.deletedHere ? null : e.local, e.format);
  }
  async outboxDiscard(id: string): Promise<SavedDto> {
    const e = this.find(id);
    e.refused = null;
    if (!e.base) {
      const saved = this.saved(e, true, null);
      this.w.entities.splice(this.w.entities.indexOf(e), 1);
      this.changed(id);
      return saved;
    }
    e.deletedHere = false;
    const replaced = this.put(e, e.base, 'discard');
    return this.saved(e, true, replaced);
  }
  async documentTargets(id: string): Promise<TargetDto[]> {
    const e = this.find(id);
    const target = (space: string, home: boolean, state: TargetDto['state'], kept: string[]): TargetDto => {
      const s = this.w.spaces.find((x) => x.id === space);
      return { account: s?.account ?? '', site: s?.site ?? 'local', siteName: s?.siteName ?? '', space, spaceName: s?.name ?? '', home, state, reason: null, url: null, kept };
    };
    const sent = !unsent(e);
    const home = this.isLocal(e) ? [] : [target(e.space, true, e.inConflict ? 'conflict' : sent ? 'in_step' : 'to_send', [])];
    const linked = (this.links.get(id) ?? []).map((link) => {
      const there = this.lastSyncAt !== null && this.lastSyncAt > link.since;
      return target(link.space, false, !there ? 'not_there' : sent ? 'in_step' : 'to_send', e.local.body.includes('<iframe') ? ['embedded page'] : []);
    });
    return [...home, ...linked];
  }
  async documentLink(id: string, space: string, to: string | null): Promise<TargetDto[]> {
    const known = this.links.get(id) ?? [];
    if (known.some((link) => link.space === space)) throw refuse('invalid', 'It is linked with that already.', 'Nothing was changed.', 'Correct it and try again.');
    this.links.set(id, [...known, { space, since: now() }]);
    if (to) this.find(to).deletedHere = true;
    this.changed(id);
    return this.documentTargets(id);
  }
  async documentUnlink(id: string, account: string): Promise<TargetDto[]> {
    const of = (link: { space: string }) => this.w.spaces.find((s) => s.id === link.space)?.account;
    this.links.set(id, (this.links.get(id) ?? []).filter((link) => of(link) !== account));
    this.changed(id);
    return this.documentTargets(id);
  }
  async trash(): Promise<DeletedDto[]> {
    return deleted(this.w);
  }
  async trashRestore(id: string): Promise<SavedDto> {
    if (this.putBack(id)) return { counter: 1, savedAt: now(), changed: true, title: '', body: '', states: [], replaced: null, joined: false, overlaps: false, goOn: 1 };
    const e = this.find(id);
    e.deletedHere = false;
    return this.saved(e, true, this.put(e, e.local, 'restore'));
  }
  async trashPurge(id: string): Promise<void> {
    const e = this.find(id);
    if (e.base) throw refuse('unsent', 'Its site has not been told yet that it was deleted.', 'Nothing was changed.', 'Sync first; then it can go for good.');
    this.purged.push(e);
    this.w.entities = this.w.entities.filter((x) => x !== e);
    this.changed(id);
  }
  async trashPutBack(id: string): Promise<void> {
    const e = this.purged.find((x) => x.id === id);
    if (!e) throw refuse('not_found', 'There is no such document here any more.');
    this.purged = this.purged.filter((x) => x !== e);
    this.w.entities.push(e);
    this.changed(id);
  }
  async linkAddress(id: string, _from: string): Promise<string> {
    const e = this.find(id);
    return e.base && !this.isLocal(e) ? `/courses/210/pages/${id}` : `/lectern/entities/${id}`;
  }
  readonly linkedFiles: LinkedFileDto[] = [];
  private limits = new Map<string, FileLimitsDto>();
  async files(id: string): Promise<LinkedFileDto[]> {
    const { body } = this.find(id).local;
    return clone(this.linkedFiles.filter((file) => body.includes(file.address)));
  }
  async fileCopy(id: string, address: string): Promise<string> {
    const file = (await this.files(id)).find((f) => f.address === address && f.state === 'kept');
    if (!file) throw refuse('invalid', 'This file is not kept on this computer.');
    return `/home/ines/Downloads/${file.name}`;
  }
  async fileLimits(space: string): Promise<FileLimitsDto> {
    return clone(this.limits.get(space) ?? { on: true, eachMb: 10, totalMb: 500, sorts: ['document', 'picture'] });
  }
  async fileLimitsSet(space: string, limits: FileLimitsDto): Promise<void> {
    this.limits.set(space, clone(limits));
  }
  async linkFollow(url: string, _from: string | null): Promise<FollowedDto> {
    const own = /^\/(?:courses\/210\/pages|lectern\/entities)\/([\w-]+)/.exec(url)?.[1];
    const found = this.w.entities.find((e) => e.id === own && !e.deletedHere);
    if (found && isReply(found.kind)) return { leads: 'document', id: found.parent ?? found.id, post: found.id };
    if (found?.kind === 'module') return { leads: 'module', id: found.id, title: found.local.title };
    if (found) return { leads: 'document', id: found.id, post: null };
    const file = this.linkedFiles.find((f) => url.startsWith(f.address));
    if (file) return { leads: 'file', file: clone(file) };
    if (url.startsWith('/courses/')) return { leads: 'outside', url: `https://canvas.example${url}`, words: 'This part of Canvas is not kept on this computer. It opens in the browser.' };
    if (url.startsWith('/')) return { leads: 'nowhere', words: 'What the link leads to was deleted here.' };
    return { leads: 'outside', url, words: null };
  }
}
