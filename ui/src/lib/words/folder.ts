import type { FolderDto, FolderLineDto } from '../api/types';
import { count, digits, listed } from './counts';

/** Lines of a plan or of what became of it, in the order in which a person wants to know. */
export const GROUPS = ['failed', 'stopped', 'waits', 'refused', 'new', 'changed', 'removed'] as const;
export type FolderGroup = (typeof GROUPS)[number];

export function groupOf(line: FolderLineDto): FolderGroup {
  if (line.outcome === 'failed' || line.outcome === 'stopped') return line.outcome;
  return (GROUPS as readonly string[]).includes(line.state) ? (line.state as FolderGroup) : 'refused';
}

/** The heading of a group. */
export function groupWords(group: FolderGroup, does: 'export' | 'import'): string {
  return {
    failed: 'Not done', stopped: 'Stopped before it', waits: 'Needs you', refused: 'Left alone', new: does === 'export' ? 'New files' : 'New documents',
    changed: does === 'export' ? 'Files that change' : 'Documents that change', removed: 'Files that go',
  }[group];
}

/** How many files are carried out with a plan, or were. */
export function taken(folder: FolderDto): number {
  return folder.lines.filter((l) => l.state !== 'refused' && (l.outcome === 'planned' || l.outcome === 'done')).length;
}

/** `12 new, 3 changed, 1 needs you and 2 left alone. 200 are the same on both sides.` */
export function folderSummary(folder: FolderDto, does: 'export' | 'import'): string {
  const of = (group: FolderGroup) => folder.lines.filter((l) => groupOf(l) === group).length;
  const part = (n: number, words: string) => (n ? [`${digits(n)} ${words}`] : []);
  const parts = [
    ...part(of('new'), 'new'), ...part(of('changed'), 'changed'), ...part(of('removed'), 'removed'), ...part(of('waits'), of('waits') === 1 ? 'needs you' : 'need you'),
    ...part(of('refused'), 'left alone'), ...part(of('failed') + of('stopped'), 'not done'),
  ];
  const same = folder.unchanged ? ` ${digits(folder.unchanged)} ${folder.unchanged === 1 ? 'is' : 'are'} the same on both sides.` : '';
  const nothing = folder.unchanged ? 'Nothing differs.' : does === 'export' ? 'There is nothing to write.' : 'There is nothing to import in this folder.';
  const end = folder.outcome === 'stopped' ? ' Stopped; what was done so far stays.' : '';
  return (parts.length ? `${count(parts.length ? folder.lines.length : 0, 'file')}: ${listed(parts)}.` : nothing) + same + end;
}
