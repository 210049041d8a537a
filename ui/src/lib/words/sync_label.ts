import type { ProgressDto, StatusDto } from '../api/types';
import { count, digits } from './counts';
import { ago } from './times';

/** Age after which the Sync control no longer calls both sides the same. */
const FRESH_MINUTES = 15;

export type SyncTone = 'primary' | 'quiet' | 'running' | 'offline' | 'decide';

export interface SyncLabel {
  /** The strong part, then the rest of the label. */
  head: string;
  rest: string;
  tone: SyncTone;
}

/** Things done and things to do over all sites, as far as they are known. */
export function overall(progress: ProgressDto): { done: number; total: number } {
  return progress.sites.reduce(
    (sum, site) => ({ done: sum.done + site.done, total: sum.total + (site.total ?? site.done) }),
    { done: 0, total: 0 },
  );
}

/** `2 min left`, from how far a run came in the time it took; nothing while too little is known. */
export function timeLeft(progress: ProgressDto, startedAt: number, now: number): string {
  const { done, total } = overall(progress);
  const wait = Math.max(0, ...progress.sites.map((s) => s.waitSeconds ?? 0));
  const spent = (now - startedAt) / 1000;
  if (done < 1 || total <= done || spent < 2) return wait > 0 ? `${wait} s to wait` : '';
  const left = (spent / done) * (total - done) + wait;
  return left < 60 ? `${Math.max(1, Math.round(left))} s left` : `${Math.round(left / 60)} min left`;
}

/** What the Sync control says. The order of the cases is its order of precedence. */
export function syncLabel(status: StatusDto, left = '', now = new Date()): SyncLabel {
  if (status.running && !status.running.stopping) {
    const { done, total } = overall(status.running);
    const head = total > 0 ? `Syncing ${digits(done)} of ${digits(total)}` : 'Syncing';
    return { head, rest: left, tone: 'running' };
  }
  if (status.running) return { head: 'Stopping', rest: '', tone: 'running' };
  const send = `${digits(status.toSend)} to send`;
  if (status.offline) return { head: 'Offline', rest: status.toSend ? send : '', tone: 'offline' };
  if (status.signIn) return { head: 'Sign in again', rest: '', tone: 'decide' };
  if (status.toSend > 0) return { head: 'Sync', rest: send, tone: 'primary' };
  if (status.sites.length === 0) return { head: 'Nothing to sync yet', rest: '', tone: 'quiet' };
  if (!status.lastSyncAt) return { head: 'Sync', rest: 'nothing to send', tone: 'primary' };
  const minutes = (now.getTime() - new Date(status.lastSyncAt).getTime()) / 60_000;
  if (minutes > FRESH_MINUTES) return { head: 'Sync', rest: 'nothing to send', tone: 'primary' };
  return { head: 'In sync', rest: ago(status.lastSyncAt, now), tone: 'quiet' };
}

/** `2 conflicts`: a segment of its own, left of the Sync control. */
export function conflictsLabel(conflicts: number): string {
  return count(conflicts, 'conflict');
}
