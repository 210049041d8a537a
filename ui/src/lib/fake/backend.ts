import type { Backend } from '../api/backend';
import type {
  AccountDto, AvailableSpaceDto, BackupDto, CapabilitiesDto, ChecksDto, ChosenFixDto, ConflictDto, ConflictPassageDto, DeletedDto, DifferenceDto, DocumentDto, EditDto, ErrorDto,
  EventDto, ExecutedDto, FoundDto, HealthDto, NeedsYouDto, NewDocumentDto, NoticeDto, OutboxItemDto, PlanDto, ProgressDto, ReplaceDto, ReplaceHitsDto, ReplaceInDto, ReplacedDto, ReportDto, ResolutionDto, RevisionDto, SampleItemDto,
  SavedDto, SearchDto, SpaceDto, StatsDto, StatusDto, StrategyDto, StrategyScopeDto, TreeRowDto, UndoneDto, UserKeyRequestDto,
} from '../api/types';
import { words } from '../words/difference';
import { Care, stats } from './care';
import { difference, documentDto, draftPassages, edited, kept, met, states, summary, unsent } from './document';
import { type Content, type Entity, same } from './entity';
import { glue } from './merge';
import { apply, conflictPassages, emptyReport, entityTitle, plan, siteProgress, summaryOf } from './sync_run';
import { deleted } from './trash';
import { treeRows } from './tree';
import { checks, fixed, replaceFind, replaced, search } from './writing';
import { type Workspace, account, emptyWorkspace, entity, richWorkspace, space as newSpace } from './workspace';

const pause = (ms: number) => (ms > 0 ? new Promise((r) => setTimeout(r, ms)) : Promise.resolve());
const now = () => new Date().toISOString();
const clone = <T>(value: T): T => structuredClone(value);

function refuse(code: string, what: string, safe = 'Nothing was stored.', next = 'Try again.'): ErrorDto {
  return { code, what, safe, next, retryable: true };
}

/** The program in memory: what the real one promises to the window, without a disk or a network. */
export class FakeBackend implements Backend {
  /** Milliseconds that one step of a sync takes. */
  step: number;
  offline = false;
  signIn = false;
  readonly care = new Care();
  private running: ProgressDto | null = null;
  private past: ReportDto[] = [];
  private lastSyncAt: string | null = null;
  private ears = new Set<(event: EventDto) => void>();
  private ids = 0;
  private sampleOpened = false;
  private shown: PlanDto | null = null;
  /** What documents said when they were given out, by id and counter. */
  private given = new Map<string, Content>();
  readonly strategies = new Map<string, StrategyDto>();
  private purged: Entity[] = [];
  private templateSpace: string | null = null;

  constructor(
    readonly w: Workspace = richWorkspace(),
    options: { step?: number; reports?: boolean } = {},
  ) {
    this.step = options.step ?? 0;
    if (w.accounts.length) {
      this.lastSyncAt = new Date(Date.now() - 4 * 60_000).toISOString();
      if (options.reports) this.past = pastReports(w);
    }
  }

  private tell(event: EventDto): void {
    for (const ear of this.ears) ear(clone(event));
  }
  private changed(...entities: string[]): void {
    this.tell({ event: 'changed', space: null, entities });
  }
  private find(id: string): Entity {
    const e = this.w.entities.find((x) => x.id === id);
    if (!e) throw refuse('not_found', 'This document is no longer here.', 'Its text stays in History.', 'Open another one.');
    return e;
  }
  private states(e: Entity) {
    return states(e, this.w.spaces.find((s) => s.id === e.space));
  }
  private asks(e: Entity): boolean {
    return e.inConflict || met(e) === 'overlaps';
  }
  private isLocal(e: Entity): boolean {
    return this.w.spaces.find((s) => s.id === e.space)?.site === 'local';
  }
  private saved(e: Entity, changed: boolean, replaced: string | null): SavedDto {
    return { counter: e.counter, savedAt: now(), changed, title: e.local.title, body: e.local.body, states: this.states(e), replaced, joined: false, overlaps: false, goOn: e.counter };
  }
  /** Puts content in place as a new version; answers the version to go back to. */
  private put(e: Entity, content: Content, cause: string): string | null {
    if (e.versions.length === 0) e.versions.push({ id: `${e.id}-v1`, at: e.changedAt, cause: 'create', origin: 'you', content: e.local, notChosen: false });
    const replaced = e.versions[e.versions.length - 1]?.id ?? null;
    e.local = content;
    e.changedAt = now();
    e.counter++;
    e.versions.push({ id: `${e.id}-v${e.versions.length + 1}`, at: now(), cause, origin: 'you', content, notChosen: false });
    this.changed(e.id);
    return replaced;
  }

  async capabilities(): Promise<CapabilitiesDto> {
    return { sync: true, canvas: true, discourse: true, sample: true };
  }
  async status(): Promise<StatusDto> {
    const needs = this.w.entities.filter((e) => this.asks(e) || e.refused !== null);
    return clone({
      spaces: this.w.spaces.length,
      documents: this.w.entities.length,
      toSend: this.w.entities.filter((e) => unsent(e) && !this.isLocal(e) && !e.inConflict && e.refused === null).length,
      conflicts: needs.filter((e) => this.asks(e)).length,
      needsYou: needs.length,
      lastSyncAt: this.lastSyncAt,
      offline: this.offline,
      signIn: this.signIn,
      running: this.running,
      sites: this.w.accounts.map((a) => ({
        account: a.id, siteName: a.siteName, reachedAt: a.reachedAt, state: this.offline ? 'offline' : this.signIn && a.site === 'discourse' ? 'sign_in' : 'ok',
      })),
    });
  }
  async spaces(): Promise<SpaceDto[]> {
    return this.w.spaces.map((s) => ({ ...s, documents: this.w.entities.filter((e) => e.space === s.id && e.kind !== 'post').length }));
  }
  async tree(space: string): Promise<TreeRowDto[]> {
    return treeRows(this.w, space, (e) => this.states(e));
  }
  async document(id: string): Promise<DocumentDto> {
    const e = this.find(id);
    if (e.unseen) {
      e.unseen = false;
      queueMicrotask(() => this.changed(e.id));
    }
    this.given.set(`${e.id} ${e.counter}`, e.local);
    return clone(documentDto(this.w, e));
  }
  /** What an edit started from: the draft's base, else the text under the counter that it names. */
  private startOf(e: Entity, edit: EditDto): Content {
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
  async replyDraftSave(id: string, replyTo: number | null, body: string): Promise<string> {
    const savedAt = now();
    this.find(id).reply = body.trim() ? { replyTo, body, savedAt, recovered: false } : null;
    return savedAt;
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
  async revisionDifference(id: string, revision: string): Promise<DifferenceDto> {
    const e = this.find(id);
    return difference(e.versions.find((v) => v.id === revision)?.content ?? null, e.local, e.format);
  }
  async outbox(): Promise<OutboxItemDto[]> {
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

  async syncStart(_only: string | null): Promise<string> {
    if (this.running) return this.running.run;
    const run = `run${++this.ids}`;
    this.offline = false;
    this.running = { run, sites: siteProgress(this.w), stopping: false };
    void this.run(run);
    return run;
  }
  private async run(run: string, takes: (e: Entity) => boolean = () => true): Promise<void> {
    const report = emptyReport(run, now());
    const running = this.running as ProgressDto;
    this.tell({ event: 'progress', progress: running });
    for (const site of running.sites) {
      await pause(this.step);
      const of = this.w.entities.filter((e) => this.w.spaces.find((s) => s.id === e.space)?.account === site.account);
      Object.assign(site, { phase: 'receiving', total: of.length, doing: 'Reading what changed' });
      for (const e of of.filter(takes)) {
        if (running.stopping) break;
        const work = unsent(e) || !same(e.remote, e.base);
        if (work) {
          site.phase = 'sending';
          site.doing = `Sending ${entityTitle(this.w, e)}`;
          await pause(this.step);
        }
        const line = apply(this.w, e);
        site.done++;
        if (line) report.lines.push(line);
        if (work) this.tell({ event: 'progress', progress: running });
      }
      if (!running.stopping) Object.assign(site, { phase: 'done', doing: 'Done' });
    }
    const counted = (group: string) => report.lines.filter((l) => l.group === group).length;
    report.sent = counted('send');
    report.received = counted('get');
    report.joined = counted('join');
    report.needsYou = counted('needs_you');
    report.outcome = running.stopping ? 'stopped' : report.needsYou ? 'waits' : 'done';
    report.summary = summaryOf(report);
    report.finishedAt = now();
    report.writes = report.sent + report.joined;
    report.requests += report.writes;
    this.past.unshift(report);
    this.lastSyncAt = report.finishedAt;
    for (const a of this.w.accounts) a.reachedAt = report.finishedAt;
    for (const s of this.w.spaces) if (s.account) s.lastSyncedAt = report.finishedAt;
    this.running = null;
    this.tell({ event: 'finished', run });
    this.tell({ event: 'changed', space: null, entities: report.lines.flatMap((l) => l.entity ?? []) });
  }
  async syncStop(): Promise<void> {
    if (!this.running) return;
    this.running.stopping = true;
    this.tell({ event: 'progress', progress: this.running });
  }
  async syncPlan(_only: string | null): Promise<PlanDto> {
    this.shown = { ...plan(this.w), id: `plan${++this.ids}` };
    return clone(this.shown);
  }
  async syncExecute(id: string, without: string[]): Promise<ExecutedDto> {
    const shown = this.shown;
    if (shown?.id !== id) throw refuse('invalid', 'This is not the newest plan.', 'Nothing was changed.', 'Look at the new one.');
    const fresh = plan(this.w);
    const changed = shown.lines.filter((l) => !without.includes(l.id) && !fresh.lines.some((x) => x.id === l.id)).map((l) => l.id);
    if (changed.length) return { what: 'moved', changed, plan: await this.syncPlan(null) };
    this.shown = null;
    const run = `run${++this.ids}`;
    this.running = { run, sites: siteProgress(this.w), stopping: false };
    const ticked = new Set(shown.lines.filter((l) => !without.includes(l.id)).map((l) => l.entity));
    await this.run(run, (e) => ticked.has(e.id));
    return { what: 'done', report: await this.report(run) };
  }
  async syncUndo(run: string, only: string[] | null): Promise<UndoneDto[]> {
    const report = await this.report(run);
    const of = report.lines.filter((l) => l.entity && ['get', 'join', 'send'].includes(l.group) && (only === null || only.includes(l.entity)));
    return of.flatMap((l) => {
      const e = this.w.entities.find((x) => x.id === l.entity);
      const before = e?.versions.at(-2);
      if (!e || !before) return [];
      this.put(e, before.content, 'undo');
      return [{ entity: e.id, title: l.title, done: true, words: 'It is as it was before, as your edit.' }];
    });
  }
  async needsYou(): Promise<NeedsYouDto[]> {
    return this.w.entities
      .filter((e) => this.asks(e) || e.refused !== null)
      .map((e) => {
        const space = this.w.spaces.find((s) => s.id === e.space);
        const forum = space?.site === 'discourse';
        return {
          id: e.id, need: this.asks(e) ? 'conflict' : 'refused', kind: e.kind, spaceName: space?.name ?? '', site: space?.site ?? ('local' as const), siteName: space?.siteName ?? '',
          title: entityTitle(this.w, e),
          what: met(e) === 'overlaps' ? 'It was changed while you were writing, in the same words.' : e.inConflict ? `The same words were changed here and on ${forum ? 'the forum' : 'Canvas'}.` : `The forum refused your reply: “${e.refused}”.`,
          safe: this.asks(e) ? 'Neither was overwritten.' : 'Your text is safe in the Outbox.',
          since: e.changedAt, next: this.asks(e) ? ['decide'] : ['edit', 'retry', 'discard'],
        };
      });
  }
  async conflict(id: string): Promise<ConflictDto> {
    const e = this.find(id);
    let question = 0;
    // A draft against what came in is asked about like the two sides of a site.
    const draft = !e.inConflict && e.draft !== null;
    const [base, mine, theirs] = draft ? [e.draft?.base ?? e.local, { ...e.local, ...kept(e), body: e.draft?.body ?? '' }, e.local] : [e.base, e.local, e.remote];
    const parts = draft ? draftPassages(e) : conflictPassages(e);
    const passages: ConflictPassageDto[] = parts.map((p) => {
      if (p.settled) return { kind: 'settled', owner: p.owner, text: p.text, reading: e.format === 'html' ? p.text : null };
      const plain = (s: string) => (e.format === 'html' ? s.replace(/<[^>]+>/g, '') : s);
      const mark = (from: string, to: string) => words(plain(from), plain(to)).filter((x) => x.change !== 'removed');
      return { kind: 'open', question: question++, base: p.base, mine: p.mine, theirs: p.theirs, minePieces: mark(p.theirs, p.mine), theirsPieces: mark(p.mine, p.theirs) };
    });
    const title = theirs && base && theirs.title !== base.title && mine.title !== base.title && theirs.title !== mine.title;
    return {
      id, about: `${mine.body}|${theirs?.body ?? ''}`, title: mine.title, kind: e.kind, siteName: this.w.spaces.find((s) => s.id === e.space)?.siteName ?? '', theirAuthor: e.changedBy, theirTime: e.changedAt,
      sort: draft ? 'draft' : e.remote ? 'edited_both' : 'edited_here_deleted_there',
      fields: title ? [{ name: 'title', label: 'Title', base: base.title, mine: mine.title, theirs: theirs.title }] : [],
      passages, base: base?.body ?? '', mine: mine.body, theirs: theirs?.body ?? '',
      mineReading: e.format === 'html' ? mine.body : null, theirsReading: e.format === 'html' ? (theirs?.body ?? '') : null,
      draft: parts.map((p) => (p.settled ? p.text : p.mine)).join(glue(e.format)),
    };
  }
  async conflictResolve(id: string, r: ResolutionDto, about: string): Promise<void> {
    const e = this.find(id);
    if ((await this.conflict(id)).about !== about) throw refuse('invalid', 'One of the two texts has changed since the questions were asked.');
    const draft = !e.inConflict && e.draft !== null;
    const mine = draft ? { ...e.local, title: e.draft?.title ?? '', body: e.draft?.body ?? '' } : e.local;
    const theirs = draft ? e.local : (e.remote ?? e.local);
    const parts = draft ? draftPassages(e) : conflictPassages(e);
    let next: Content = draft ? kept(e) : e.local;
    if (r.choice === 'theirs') next = theirs;
    else if (r.choice === 'edited') next = { ...e.local, title: r.title, body: r.body };
    else if (r.choice === 'each') {
      let n = 0;
      const texts = parts.map((p) => {
        if (p.settled) return p.text;
        const a = r.passages[n++];
        if (!a) throw refuse('invalid', 'Not every question has an answer yet.');
        return a.answer === 'own' ? a.text : a.answer === 'theirs' ? p.theirs : a.answer === 'both' ? p.mine + glue(e.format) + p.theirs : p.mine;
      });
      const asked = r.fields.find((f) => f.name === 'title')?.answer;
      const title = asked?.answer === 'own' ? asked.text : asked?.answer === 'theirs' ? theirs.title : mine.title;
      next = { ...e.local, title, body: texts.join(glue(e.format)) };
    }
    const lost = r.choice === 'theirs' ? mine : theirs;
    e.versions.push({ id: `${id}-v${e.versions.length + 1}`, at: now(), cause: 'conflict', origin: r.choice === 'theirs' ? 'you' : 'Canvas', content: lost, notChosen: true });
    if (draft) e.draft = null;
    else {
      e.inConflict = false;
      e.base = e.remote;
    }
    this.put(e, next, 'conflict');
  }
  async parkedRetry(id: string): Promise<void> {
    this.find(id).refused = null;
    this.changed(id);
  }
  async reports(): Promise<ReportDto[]> {
    return clone(this.past.slice(0, 50));
  }
  async report(run: string): Promise<ReportDto> {
    const r = this.past.find((x) => x.run === run);
    if (!r) throw refuse('not_found', 'This report is no longer kept.');
    return clone(r);
  }
  async accounts(): Promise<AccountDto[]> {
    return clone(this.w.accounts.map((a) => ({
      ...a,
      unsent: this.w.entities.filter((e) => unsent(e) && this.w.spaces.find((s) => s.id === e.space)?.account === a.id).length,
      trouble: this.signIn && a.site === 'discourse' ? 'The forum says that this key was revoked. Your change is safe here and will be sent once you sign in again.' : null,
      secret: this.signIn && a.site === 'discourse' ? 'missing' : a.secret,
    })));
  }
  async accountRemove(id: string, keepSpaces: boolean): Promise<void> {
    this.w.accounts = this.w.accounts.filter((a) => a.id !== id);
    for (const s of this.w.spaces.filter((x) => x.account === id)) {
      if (keepSpaces) Object.assign(s, { account: null, site: 'local', siteName: 'This computer' });
      else {
        this.w.entities = this.w.entities.filter((e) => e.space !== s.id);
        this.w.spaces = this.w.spaces.filter((x) => x !== s);
      }
    }
    this.changed();
  }
  private connect(site: 'canvas' | 'discourse'): AccountDto {
    const a = account(site);
    if (!this.w.accounts.some((x) => x.id === a.id)) this.w.accounts.push(a);
    this.signIn = false;
    this.changed();
    return clone(a);
  }
  /** Addresses and keys that fail on purpose: `unknown`, `blog`, `portal`, `down` in the address; a key shorter than 8. */
  private check(url: string): void {
    const host = url.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    if (/unknown|ternpiont/.test(host)) throw refuse('unknown_address', `No site answers at ${host}.`, 'Nothing was stored.', 'Check the spelling, or your network.');
    if (/blog/.test(host)) throw refuse('not_canvas', 'This is a website, but not Canvas.', 'Nothing was stored.', 'Use the address that you see after signing in to your courses.');
    if (/portal/.test(host)) throw refuse('captive_portal', 'This network asks you to sign in before it lets anything through (its page answered instead of Canvas).', 'Nothing was sent or changed.', 'Open the sign-in page, then try again.');
    if (/down/.test(host)) throw refuse('site_down', 'Canvas answers with an error (503).', 'Your changes are safe here.', 'Lectern tried 3 times. Try again later.');
  }
  async connectCanvas(url: string, token: string): Promise<AccountDto> {
    this.check(url);
    if (token.length < 8) throw refuse('wrong_token', 'Canvas does not accept this access token.', 'Nothing was stored.', 'It may be mistyped, expired or deleted.');
    return this.connect('canvas');
  }
  async connectDiscourseKey(url: string, apiKey: string, _username: string): Promise<AccountDto> {
    this.check(url);
    if (apiKey.length < 8) throw refuse('wrong_key', 'The forum does not accept this key for this user name.', 'Nothing was stored.', 'Check both.');
    return this.connect('discourse');
  }
  async connectDiscourseBegin(url: string, readOnly: boolean): Promise<UserKeyRequestDto> {
    this.check(url);
    return { request: 'r1', url: `${url.replace(/\/$/, '')}/user-api-key/new?application_name=Lectern&scopes=${readOnly ? 'read' : 'read,write'}`, code: null, askEvery: null };
  }
  async connectDiscoursePoll(_request: string): Promise<AccountDto | null> {
    return null;
  }
  async connectDiscourseFinish(_request: string, payload: string): Promise<AccountDto> {
    if (payload.trim().length < 16) throw refuse('wrong_payload', 'This is not the key that the forum shows.', 'Nothing was stored.', 'Copy the whole block of letters from the forum’s page.');
    return this.connect('discourse');
  }
  async spacesAvailable(id: string): Promise<AvailableSpaceDto[]> {
    const kept = (s: string) => this.w.spaces.some((x) => x.id === s);
    const one = (remote: string, name: string, detail: string, when = 'current', count: number | null = null, limit: string | null = null): AvailableSpaceDto => ({ remote, name, detail, when, count, limit, kept: kept(remote) });
    if (this.w.accounts.find((a) => a.id === id)?.site === 'discourse') {
      return [
        one('field', 'Field trips', '14 topics, 203 posts', 'current', 14),
        one('lab', 'Lab help', '41 topics, 388 posts', 'current', 41),
        one('staff', 'Staff room', '6 topics · only staff see this category', 'current', 6),
        one('archive', 'Archive 2019–2023', '1,020 topics, 9,417 posts', 'current', 1020, 'The forum allows 20 requests a minute'),
      ];
    }
    return [
      one('ocn210', 'OCN 210 · Physical Oceanography', 'Teacher · 64 students · 34 pages, 9 assignments, 6 discussions'),
      one('ocn305', 'OCN 305 · Ocean Chemistry Laboratory', 'Teacher · 22 students · 18 pages, 11 assignments'),
      one('geo101', 'GEO 101 · Earth Systems', 'Teaching assistant · 180 students · 71 pages', 'current', null, 'You may read, not edit'),
      one('fac900', 'FAC 900 · Safety at sea, annual training', 'Student · nothing that you may edit', 'current', null, 'Concluded, read only'),
      one('ocn210-25', 'OCN 210 · Physical Oceanography (2025)', 'Teacher · 58 students', 'earlier', null, 'Concluded, read only'),
    ];
  }
  async spacesKeep(id: string, remotes: string[]): Promise<SpaceDto[]> {
    const site = this.w.accounts.find((a) => a.id === id)?.site ?? 'canvas';
    const rich = richWorkspace();
    for (const remote of remotes.filter((r) => !this.w.spaces.some((s) => s.id === r))) {
      this.w.spaces.push({ ...newSpace(remote), site, account: id });
      const of = rich.entities.filter((e) => e.space === remote && e.base);
      this.w.entities.push(...of.map((e) => ({ ...e, local: e.base ?? e.local, remote: e.base, deletedHere: false, inConflict: false })));
      if (remote === 'ocn210') for (const [m, items] of rich.modules) this.w.modules.set(m, items);
    }
    this.changed();
    return this.spaces();
  }
  async localSpaceNew(name: string): Promise<SpaceDto> {
    const s = { ...newSpace('notes'), id: `local${++this.ids}`, name };
    this.w.spaces.push(s);
    this.changed();
    return { ...s, documents: 0 };
  }
  async sampleOpen(): Promise<SpaceDto[]> {
    this.connect('canvas');
    this.connect('discourse');
    await this.spacesKeep('acc-canvas', ['ocn210']);
    this.sampleOpened = true;
    return this.spacesKeep('acc-forum', ['field', 'lab']);
  }
  async sampleItems(): Promise<SampleItemDto[]> {
    if (!this.sampleOpened && this.w.accounts.length === 0) return [];
    return this.w.entities.filter((e) => e.remote).map((e) => ({
      id: e.id, site: this.w.spaces.find((s) => s.id === e.space)?.site ?? ('local' as const), kind: e.kind, title: e.kind === 'post' ? entityTitle(this.w, e) : (e.remote?.title ?? ''), body: e.remote?.body ?? '',
    }));
  }
  async sampleEdit(id: string, title: string, body: string): Promise<void> {
    const e = this.find(id);
    if (e.remote) e.remote = { ...e.remote, title: e.kind === 'post' ? '' : title, body };
    e.changedBy = 'Someone else';
  }
  async search(query: SearchDto): Promise<FoundDto[]> {
    return search(this.w, query, (e) => this.states(e));
  }
  async checks(id: string): Promise<ChecksDto> {
    return checks(this.find(id));
  }
  async checkFix(id: string, chosen: ChosenFixDto): Promise<SavedDto> {
    const e = this.find(id);
    return this.saved(e, true, this.put(e, { ...e.local, body: fixed(e.local.body, chosen) }, 'save'));
  }
  async replaceFind(query: ReplaceDto): Promise<ReplaceHitsDto[]> {
    return replaceFind(this.w, query);
  }
  async replaceRun(query: ReplaceDto, replacement: string, chosen: ReplaceInDto[]): Promise<ReplacedDto> {
    const undo: [string, string][] = [];
    const leftOut: string[] = [];
    for (const choice of chosen) {
      const e = this.find(choice.id);
      if (e.counter !== choice.counter) leftOut.push(e.local.title);
      else undo.push([e.id, this.put(e, replaced(e.local, query, replacement, choice), 'save') ?? '']);
    }
    return { undo, leftOut };
  }
  async replaceUndo(undo: [string, string][]): Promise<void> {
    for (const [id, revision] of undo) await this.documentRestore(id, revision);
  }
  async documentCopy(id: string, space: string): Promise<DocumentDto> {
    const e = this.find(id);
    return this.documentNew({ space, kind: e.format === 'markdown' ? 'topic' : e.kind, parent: null, replyTo: null, title: e.local.title, body: e.local.body });
  }
  async templateKeep(id: string): Promise<DocumentDto> {
    if (!this.templateSpace) this.templateSpace = (await this.localSpaceNew('Templates')).id;
    return this.documentCopy(id, this.templateSpace);
  }
  async templates(): Promise<string | null> {
    return this.templateSpace;
  }
  async strategy(scope: StrategyScopeDto): Promise<StrategyDto | null> {
    return this.strategies.get(JSON.stringify(scope)) ?? null;
  }
  async strategyChoose(scope: StrategyScopeDto, strategy: StrategyDto | null): Promise<void> {
    if (strategy) this.strategies.set(JSON.stringify(scope), strategy);
    else this.strategies.delete(JSON.stringify(scope));
  }
  async trash(): Promise<DeletedDto[]> {
    return deleted(this.w);
  }
  async trashRestore(id: string): Promise<SavedDto> {
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
  async stats(): Promise<StatsDto> {
    return stats();
  }
  async health(repair: boolean): Promise<HealthDto> {
    return clone(this.care.health(repair, this.w.entities.length));
  }
  async backupPlace(): Promise<string> {
    return '/home/ines/Lectern backup 2026-11-24 12.46';
  }
  async backupMake(folder: string): Promise<BackupDto> {
    return this.care.make(folder);
  }
  async backupLook(folder: string): Promise<BackupDto> {
    return this.care.look(folder);
  }
  async backupRestore(folder: string): Promise<void> {
    this.care.restored = this.care.look(folder).folder;
  }
  async notices(): Promise<NoticeDto[]> {
    return clone(this.care.notices);
  }
  async linkAddress(id: string, _from: string): Promise<string> {
    const e = this.find(id);
    return e.base && !this.isLocal(e) ? `/courses/210/pages/${id}` : `/lectern/entities/${id}`;
  }
  async linkOpen(url: string): Promise<void> {
    window.open(url, '_blank', 'noopener');
  }
  async listen(hear: (event: EventDto) => void): Promise<() => void> {
    this.ears.add(hear);
    return () => this.ears.delete(hear);
  }
}

function pastReports(w: Workspace): ReportDto[] {
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const line = (id: string, group: string, words: string, notes: string[] = [], outcome = 'done') => {
    const e = w.entities.find((x) => x.id === id);
    return e ? [{ id: `${group}:${id}`, entity: id, group, action: group, kind: e.kind, title: entityTitle(w, e), spaceName: w.spaces.find((s) => s.id === e.space)?.name ?? '', words, outcome, notes, deletes: false, needs: [] }] : [];
  };
  const make = (run: string, minutes: number, more: Partial<ReportDto>): ReportDto => {
    const r = { ...emptyReport(run, at(minutes)), finishedAt: at(minutes), ...more };
    return { ...r, summary: more.summary ?? summaryOf(r) };
  };
  return [
    make('past4', 4, {
      sent: 4, received: 3, needsYou: 2, outcome: 'waits', requests: 23, writes: 4, bytesIn: 560_000, bytesOut: 41_000,
      lines: [
        ...line('boat3', 'needs_you', 'The forum refused it: “Body is too short (minimum is 20 characters)”. Your text is safe in the Outbox.', [], 'waits'),
        ...line('deep', 'needs_you', 'The same paragraph was changed here and on Canvas. Neither was overwritten.', [], 'waits'),
        ...line('thermo', 'join', 'Joined with a caption by Tomas Weld'),
        ...line('ps5', 'send', 'Due date', ['Canvas did not take Points: it kept 20, you sent 25. It gave no reason.']),
        ...line('waves', 'send', 'Text', ['Canvas removed a style it does not allow: object-fit. The photograph may look stretched there.']),
        ...line('tide', 'send', 'First post edited, topic not moved up'),
        ...line('salt', 'get', 'Two paragraphs by Tomas Weld'),
        ...line('ann0', 'get', 'New'),
        ...line('nino', 'get', 'Renamed'),
      ],
    }),
    make('past3', 220, { received: 12 }),
    make('past2', 1500, { sent: 8, outcome: 'stopped' }),
    make('past1', 1540, { received: 3, leftOut: [['Tern Point Commons', 'The forum was not reached, so only Canvas was synced.']], summary: 'Canvas only. The forum was not reached.' }),
    make('past0', 4 * 1440, { received: 214, summary: '214 items are on this computer. You can unplug now.' }),
  ];
}

export { emptyWorkspace, richWorkspace };
