import type { Backend } from '../api/backend';
import type { ErrorDto, EventDto, FolderDto } from '../api/types';
import { asError } from '../words/errors';
import { folderSummary } from '../words/folder';
import type { Announcer } from './announcer.svelte';

export type FolderWork = 'export' | 'import';

/** The export or import of a space that is being looked at, or runs. It goes on when its screen is left. */
export class Folder {
  does = $state<FolderWork>('export');
  space = $state('');
  folder = $state('');
  plan = $state.raw<FolderDto | null>(null);
  error = $state.raw<ErrorDto | null>(null);
  /** `looking` until the plan is there, `running` until it is carried out. */
  busy = $state<'looking' | 'running' | null>(null);
  stopping = $state(false);
  progress = $state.raw<{ done: number; total: number } | null>(null);
  private asked = 0;

  constructor(
    private readonly backend: Backend,
    private readonly announcer: Announcer,
  ) {}

  get ran(): boolean {
    return this.plan !== null && this.plan.outcome !== 'planned';
  }

  /** Begins anew, unless just this is under way. */
  async begin(does: FolderWork, space: string): Promise<void> {
    if (this.busy === 'running' || (this.does === does && this.space === space)) return;
    this.does = does;
    this.space = space;
    this.forget();
    this.folder = '';
    if (does === 'export') {
      const place = await this.backend.exportPlace(space).catch(() => '');
      if (this.folder === '') this.folder = place;
    }
  }

  /** What was planned holds for another folder or space no more. */
  forget(): void {
    if (this.busy === 'running') return;
    this.asked++;
    this.busy = null;
    this.plan = null;
    this.error = null;
  }

  async look(): Promise<void> {
    this.forget();
    const asked = this.asked;
    this.busy = 'looking';
    try {
      const plan = this.does === 'export' ? await this.backend.exportPlan(this.space, this.folder) : await this.backend.importPlan(this.folder, this.space);
      if (asked !== this.asked) return;
      this.plan = plan;
      this.announcer.say(folderSummary(plan, this.does));
    } catch (e) {
      if (asked !== this.asked) return;
      this.error = asError(e);
    }
    this.busy = null;
  }

  async run(): Promise<void> {
    if (!this.plan) return;
    this.busy = 'running';
    this.stopping = false;
    this.error = null;
    this.progress = null;
    try {
      this.plan = await this.backend.folderRun(this.plan.id);
      this.announcer.say(folderSummary(this.plan, this.does));
    } catch (e) {
      this.plan = null;
      this.error = asError(e);
      this.announcer.alert(`${this.error.what} ${this.error.safe}`);
    }
    this.progress = null;
    this.busy = null;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.backend.folderStop();
  }

  hear(event: EventDto): void {
    if (event.event === 'folder') this.progress = { done: event.done, total: event.total };
  }
}
