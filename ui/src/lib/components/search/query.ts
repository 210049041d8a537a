import type { KindDto, SearchDto } from '../../api/types';

export type Since = 'day' | 'week' | 'month';
export interface Filters {
  space: string | null;
  kind: KindDto | null;
  since: Since | null;
  unpublished: boolean;
  conflict: boolean;
}

export const NO_FILTERS: Filters = { space: null, kind: null, since: null, unpublished: false, conflict: false };
export const SINCE: { value: Since; words: string }[] = [
  { value: 'day', words: 'Changed since yesterday' },
  { value: 'week', words: 'Changed in the last 7 days' },
  { value: 'month', words: 'Changed in the last 30 days' },
];
const DAYS: Record<Since, number> = { day: 1, week: 7, month: 30 };
const KINDS: KindDto[] = ['page', 'assignment', 'discussion', 'announcement', 'quiz', 'syllabus', 'topic', 'post', 'reply', 'file'];

/** Filters that are typed: `kind:page changed:week is:unpublished is:conflict`. What is none stays in the words. */
export function readTyped(typed: string, filters: Filters): { words: string; filters: Filters } {
  const next = { ...filters };
  const words = typed
    .split(/\s+/)
    .filter((word) => {
      const [name, value = ''] = word.toLowerCase().split(':');
      if (name === 'kind' && KINDS.includes(value as KindDto)) next.kind = value as KindDto;
      else if (name === 'changed' && value in DAYS) next.since = value as Since;
      else if (name === 'is' && value === 'unpublished') next.unpublished = true;
      else if (name === 'is' && value === 'conflict') next.conflict = true;
      else return true;
      return false;
    })
    .join(' ')
    .trim();
  return { words, filters: next };
}

export function queryOf(typed: string, filters: Filters, limit: number, now = new Date()): SearchDto {
  const read = readTyped(typed, filters);
  const f = read.filters;
  return {
    text: read.words,
    limit,
    ...(f.space ? { space: f.space } : {}),
    ...(f.kind ? { kinds: [f.kind] } : {}),
    ...(f.since ? { changedSince: new Date(now.getTime() - DAYS[f.since] * 86_400_000).toISOString() } : {}),
    ...(f.unpublished ? { unpublished: true } : {}),
    ...(f.conflict ? { conflict: true } : {}),
  };
}

export const isNarrowed = (f: Filters) => f.space !== null || f.kind !== null || f.since !== null || f.unpublished || f.conflict;
export { KINDS };
