import type { Backend } from '../api/backend';
import type { CapabilitiesDto, ErrorDto, NeedsYouDto, NoticeDto, OutboxItemDto, ReportDto, SpaceDto, StatusDto } from '../api/types';
import { asError } from '../words/errors';

const UNKNOWN: StatusDto = {
  spaces: 0, documents: 0, toSend: 0, conflicts: 0, needsYou: 0, lastSyncAt: null, offline: false, signIn: false, running: null, sites: [],
};

/** Everything that several screens count on: status, spaces, and the three lists of the sidebar. */
export class Workspace {
  capabilities = $state.raw<CapabilitiesDto>({ sync: false, canvas: false, discourse: false, sample: false });
  status = $state.raw<StatusDto>(UNKNOWN);
  spaces = $state.raw<SpaceDto[]>([]);
  outbox = $state.raw<OutboxItemDto[]>([]);
  needs = $state.raw<NeedsYouDto[]>([]);
  reports = $state.raw<ReportDto[]>([]);
  /** Whether the simulators of the sample run in this workspace. */
  sampleOpen = $state(false);
  /** What was found when the workspace was opened, until the person has read it. */
  notices = $state.raw<NoticeDto[]>([]);
  loaded = $state(false);
  error = $state.raw<ErrorDto | null>(null);
  /** Turns every half minute, so that "4 min ago" stays true. */
  now = $state.raw(new Date());

  constructor(private readonly backend: Backend) {}

  async load(): Promise<void> {
    try {
      this.capabilities = await this.backend.capabilities();
      await this.refresh();
      this.notices = await this.backend.notices();
      this.loaded = true;
      this.error = null;
    } catch (e) {
      this.error = asError(e);
    }
  }

  async refresh(): Promise<void> {
    const sync = this.capabilities.sync;
    const [status, spaces, outbox, needs, reports, sample] = await Promise.all([
      this.backend.status(),
      this.backend.spaces(),
      sync ? this.backend.outbox() : [],
      sync ? this.backend.needsYou() : [],
      sync ? this.backend.reports() : [],
      this.capabilities.sample ? this.backend.sampleItems().catch(() => []) : [],
    ]);
    this.status = status;
    this.spaces = spaces;
    this.outbox = outbox;
    this.needs = needs;
    this.reports = reports;
    this.sampleOpen = sample.length > 0;
    this.now = new Date();
  }

  /** The person has read a notice. */
  read(notice: NoticeDto): void {
    this.notices = this.notices.filter((n) => n !== notice);
  }

  space(id: string): SpaceDto | undefined {
    return this.spaces.find((s) => s.id === id);
  }
}
