import type { ErrorDto, EventDto, ProgressDto, ReportDto, SavedDto } from '../../api/types';
import { met, states } from '../document';
import type { Content, Entity } from '../entity';
import { richWorkspace, type Workspace } from '../workspace';
import { pastReports } from '../past_reports';

export const pause = (ms: number) => (ms > 0 ? new Promise((r) => setTimeout(r, ms)) : Promise.resolve());
export const now = () => new Date().toISOString();
export const clone = <T>(value: T): T => structuredClone(value);

export function refuse(code: string, what: string, safe = 'Nothing was stored.', next = 'Try again.'): ErrorDto {
  return { code, what, safe, next, retryable: true };
}

/** What the program in memory keeps, and how its answers change it. */
export class Memory {
  /** Milliseconds that one step of a sync takes. */
  step: number;
  offline = false;
  signIn = false;
  /** Canvas was restored from an older backup. */
  setBack = false;
  /** Whether the forum's key was approved for reading alone. */
  readsOnly = false;
  protected readOnlyOf(a: { site: string }): string | null {
    return this.readsOnly && a.site === 'discourse' ? 'This forum lets programs read and not write. You can read everything here; changes stay on this computer.' : null;
  }
  protected running: ProgressDto | null = null;
  protected past: ReportDto[] = [];
  protected lastSyncAt: string | null = null;
  protected ears = new Set<(event: EventDto) => void>();
  protected ids = 0;

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

  protected tell(event: EventDto): void {
    for (const ear of this.ears) ear(clone(event));
  }
  protected changed(...entities: string[]): void {
    this.tell({ event: 'changed', space: null, entities });
  }
  protected find(id: string): Entity {
    const e = this.w.entities.find((x) => x.id === id);
    if (!e) throw refuse('not_found', 'This document is no longer here.', 'Its text stays in History.', 'Open another one.');
    return e;
  }
  protected states(e: Entity) {
    return states(e, this.w.spaces.find((s) => s.id === e.space));
  }
  protected asks(e: Entity): boolean {
    return e.inConflict || met(e) === 'overlaps';
  }
  protected isLocal(e: Entity): boolean {
    return this.w.spaces.find((s) => s.id === e.space)?.site === 'local';
  }
  protected saved(e: Entity, changed: boolean, replaced: string | null): SavedDto {
    return { counter: e.counter, savedAt: now(), changed, title: e.local.title, body: e.local.body, states: this.states(e), replaced, joined: false, overlaps: false, goOn: e.counter };
  }
  /** Puts content in place as a new version; answers the version to go back to. */
  protected put(e: Entity, content: Content, cause: string): string | null {
    if (e.versions.length === 0) e.versions.push({ id: `${e.id}-v1`, at: e.changedAt, cause: 'create', origin: 'you', content: e.local, notChosen: false });
    const replaced = e.versions[e.versions.length - 1]?.id ?? null;
    e.local = content;
    e.changedAt = now();
    e.counter++;
    e.versions.push({ id: `${e.id}-v${e.versions.length + 1}`, at: now(), cause, origin: 'you', content, notChosen: false });
    this.changed(e.id);
    return replaced;
  }
  async listen(hear: (event: EventDto) => void): Promise<() => void> {
    this.ears.add(hear);
    return () => this.ears.delete(hear);
  }
}
