import type { ConflictDto, ConflictPassageDto, NeedsYouDto, ResolutionDto, StrategyDto, StrategyScopeDto } from '../../api/types';
import { words } from '../../words/difference';
import { draftPassages, kept, met } from '../document';
import type { Content } from '../entity';
import { glue } from '../merge';
import { conflictPassages, entityTitle } from '../sync_run';
import { now, refuse } from './memory';
import { Documents } from './documents';

/** What needs the person. */
export class Conflicts extends Documents {
  readonly strategies = new Map<string, StrategyDto>();
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
  async strategy(scope: StrategyScopeDto): Promise<StrategyDto | null> {
    return this.strategies.get(JSON.stringify(scope)) ?? null;
  }
  async strategyChoose(scope: StrategyScopeDto, strategy: StrategyDto | null): Promise<void> {
    if (strategy) this.strategies.set(JSON.stringify(scope), strategy);
    else this.strategies.delete(JSON.stringify(scope));
  }
}
