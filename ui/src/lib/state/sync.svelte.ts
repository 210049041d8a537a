import type { Backend } from '../api/backend';
import type { ErrorDto, EventDto, ExecutedDto, ProgressDto, ReportDto } from '../api/types';
import { asError } from '../words/errors';
import { overall } from '../words/sync_label';
import type { Announcer } from './announcer.svelte';
import type { Workspace } from './workspace.svelte';

/** The running sync, and the one that just ended. */
export class Sync {
  popover = $state(false);
  startedAt = $state(0);
  error = $state.raw<ErrorDto | null>(null);
  last = $state.raw<ReportDto | null>(null);
  private quarter = 0;
  /** The run that was asked to stop. */
  private stopped: string | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly workspace: Workspace,
    private readonly announcer: Announcer,
  ) {}

  get running(): boolean {
    return this.workspace.status.running !== null;
  }

  async start(): Promise<void> {
    this.error = null;
    this.startedAt = Date.now();
    this.quarter = 0;
    const first = this.workspace.status.lastSyncAt === null;
    try {
      await this.backend.syncStart(null);
      this.workspace.status = await this.backend.status();
      if (first) this.popover = true;
      this.announcer.say('Syncing.');
    } catch (e) {
      this.error = asError(e);
      this.announcer.alert(`${this.error.what} ${this.error.safe}`);
    }
  }

  /** Carries out what is ticked of a plan. Answers what became of it, or nothing where it could not start. */
  async execute(plan: string, without: string[]): Promise<ExecutedDto | null> {
    this.error = null;
    this.startedAt = Date.now();
    this.quarter = 0;
    this.popover = true;
    this.announcer.say('Syncing.');
    try {
      return await this.backend.syncExecute(plan, without);
    } catch (e) {
      this.error = asError(e);
      this.announcer.alert(`${this.error.what} ${this.error.safe}`);
      return null;
    } finally {
      this.popover = false;
    }
  }

  async stop(): Promise<void> {
    const running = this.workspace.status.running;
    if (!running) return;
    // A run that waits for its site tells nothing until it has stopped.
    this.stopped = running.run;
    this.workspace.status = { ...this.workspace.status, running: this.asAsked(running) };
    try {
      await this.backend.syncStop();
      const status = await this.backend.status();
      this.workspace.status = { ...status, running: status.running && this.asAsked(status.running) };
    } catch (e) {
      this.stopped = null;
      this.workspace.status = { ...this.workspace.status, running: this.workspace.status.running && { ...this.workspace.status.running, stopping: false } };
      this.error = asError(e);
      this.announcer.alert(`${this.error.what} ${this.error.safe}`);
    }
  }

  /** What was told of a run before it heard of the stop does not take the stop back. */
  private asAsked(progress: ProgressDto): ProgressDto {
    return { ...progress, stopping: progress.stopping || progress.run === this.stopped };
  }

  async hear(event: EventDto): Promise<void> {
    if (event.event === 'progress') {
      this.workspace.status = { ...this.workspace.status, running: this.asAsked(event.progress) };
      if (!this.startedAt) this.startedAt = Date.now();
      const { done, total } = overall(event.progress);
      const quarter = total ? Math.floor((done / total) * 4) : 0;
      if (quarter > this.quarter && quarter < 4) this.announcer.say(`Syncing, ${quarter * 25} %.`);
      this.quarter = quarter;
    }
    if (event.event === 'finished') {
      this.popover = false;
      this.startedAt = 0;
      this.last = await this.backend.report(event.run).catch(() => null);
      if (!this.last) return;
      if (this.last.needsYou > 0) this.announcer.alert(this.last.summary);
      else this.announcer.say(this.last.summary);
    }
  }
}
