import type { Backend } from '../api/backend';
import type { BackupDto, CapabilitiesDto, FolderDto, HealthDto, ImportUndoneDto, NoticeDto, RetentionDto, StatsDto, StatusDto } from '../api/types';
import { Care, stats } from './care';
import { unsent } from './document';
import { Folders } from './folders';
import { clone } from './answers/memory';
import { Pictures } from './answers/pictures';

/** The program in memory: what the real one promises to the window, without a disk or a network. */
export class FakeBackend extends Pictures implements Backend {
  readonly care = new Care();
  readonly folders = new Folders();

  async capabilities(): Promise<CapabilitiesDto> {
    return { sync: true, canvas: true, discourse: true, sample: true };
  }
  async status(): Promise<StatusDto> {
    const needs = this.w.entities.filter((e) => this.asks(e) || e.refused !== null);
    return clone({
      spaces: this.w.spaces.length,
      documents: this.w.entities.length,
      toSend: this.w.moves.size + this.w.entities.filter((e) => unsent(e) && !this.isLocal(e) && !e.inConflict && e.refused === null).length,
      conflicts: needs.filter((e) => this.asks(e)).length,
      needsYou: needs.length,
      lastSyncAt: this.lastSyncAt,
      offline: this.offline,
      signIn: this.signIn,
      running: this.running,
      sites: this.w.accounts.map((a) => ({
        account: a.id, siteName: a.siteName, reachedAt: a.reachedAt, notifications: a.site === 'discourse' ? 2 : null, readOnly: this.readOnlyOf(a), state: this.offline ? 'offline' : this.setBack && a.site === 'canvas' ? 'set_back' : this.signIn && a.site === 'discourse' ? 'sign_in' : 'ok',
      })),
    });
  }
  async stats(): Promise<StatsDto> {
    return stats();
  }
  async health(repair: boolean): Promise<HealthDto> {
    return clone(this.care.health(repair, this.w.entities.length));
  }
  async retention(): Promise<RetentionDto> {
    return clone(this.care.retention);
  }
  async retentionSet(retention: RetentionDto): Promise<RetentionDto> {
    const before = this.care.retention;
    this.care.retention = clone(retention);
    return before;
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
  async startAgain(): Promise<void> {
    this.care.startedAgain += 1;
  }
  async backupRestore(folder: string): Promise<void> {
    this.care.restored = this.care.look(folder).folder;
  }
  async exportPlace(space: string): Promise<string> {
    return `/home/ines/${this.spaceNamed(space).name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  }
  async exportPlan(space: string, folder: string): Promise<FolderDto> {
    return clone(this.folders.plan('export', folder, this.spaceNamed(space)));
  }
  async importPlan(folder: string, space: string): Promise<FolderDto> {
    return clone(this.folders.plan('import', folder, this.spaceNamed(space)));
  }
  async folderRun(plan: string): Promise<FolderDto> {
    return clone(this.folders.run(plan));
  }
  async folderStop(): Promise<void> {
    this.folders.stopped = true;
  }
  async importUndo(id: string): Promise<ImportUndoneDto[]> {
    return this.folders.undo(id);
  }
  private spaceNamed(id: string): { id: string; name: string } {
    return this.w.spaces.find((s) => s.id === id) ?? { id, name: 'Notes' };
  }
  async notices(): Promise<NoticeDto[]> {
    return clone(this.care.notices);
  }
  async linkOpen(url: string): Promise<void> {
    window.open(url, '_blank', 'noopener');
  }
}

export { emptyWorkspace, richWorkspace } from './workspace';
