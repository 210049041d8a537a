import type { DeletedDto } from '../api/types';
import type { Entity } from './entity';
import { entityTitle } from './sync_run';
import type { Workspace } from './workspace';

/** What was deleted here, last deleted first. */
export function deleted(w: Workspace): DeletedDto[] {
  const rows = w.entities.filter((e) => e.deletedHere).sort((a, b) => b.changedAt.localeCompare(a.changedAt));
  return rows.map((e) => row(w, e));
}

function row(w: Workspace, e: Entity): DeletedDto {
  const space = w.spaces.find((s) => s.id === e.space);
  const site = space?.siteName ?? '';
  const still = e.base !== null;
  return {
    id: e.id, space: e.space, spaceName: space?.name ?? '', site: space?.site ?? 'local', kind: e.kind, title: entityTitle(w, e), deletedAt: e.changedAt,
    stays: still ? `${site} still has it. The next sync deletes it there.` : null,
    back: space?.site === 'local' ? 'It comes back to where it was.' : still ? `It comes back, and ${site} keeps it.` : space?.site === 'discourse' ? `It comes back. The next sync brings it back on ${site}, too, and creates it again where it may not.` : `It comes back, and the next sync creates it again on ${site}.`,
  };
}
