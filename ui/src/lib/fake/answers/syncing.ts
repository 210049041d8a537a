import type { ExecutedDto, PlanDto, ProgressDto, ReportDto, UndoneDto } from '../../api/types';
import { unsent } from '../document';
import { type Entity, same } from '../entity';
import { apply, emptyReport, entityTitle, plan, siteProgress, summaryOf } from '../sync_run';
import { clone, now, pause, refuse } from './memory';
import { Conflicts } from './conflicts';

/** A sync: its run, its plan, its reports. */
export class Syncing extends Conflicts {
  protected shown: PlanDto | null = null;

  async syncStart(_only: string | null): Promise<string> {
    if (this.running) return this.running.run;
    const run = `run${++this.ids}`;
    this.offline = false;
    this.running = { run, sites: siteProgress(this.w), stopping: false };
    void this.run(run);
    return run;
  }
  protected async run(run: string, takes: (e: Entity) => boolean = () => true): Promise<void> {
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
    this.w.moves.clear();
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
  async reports(): Promise<ReportDto[]> {
    return clone(this.past.slice(0, 50));
  }
  async report(run: string): Promise<ReportDto> {
    const r = this.past.find((x) => x.run === run);
    if (!r) throw refuse('not_found', 'This report is no longer kept.');
    return clone(r);
  }
}
