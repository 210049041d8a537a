import type { SiteKindDto, StateDto } from '../api/types';
import { siteStart, siteWord } from './kinds';

/** The five meanings of colour, and quiet. */
export type Role = 'yours' | 'server' | 'decide' | 'done' | 'danger' | 'quiet';

interface Vocabulary {
  role: Role;
  /** Words of the chip beside a title. */
  chip: (site: SiteKindDto) => string;
  /** What the tooltip and the screen reader say. */
  sentence: (site: SiteKindDto) => string;
}

const VOCABULARY: Record<StateDto, Vocabulary> = {
  conflict: {
    role: 'decide',
    chip: (s) => `Changed here and on ${siteWord(s)}`,
    sentence: () => 'The same words were changed in both places. Nothing is overwritten.',
  },
  waits_for_you: {
    role: 'decide',
    chip: () => 'Waits for you',
    sentence: (s) => `${siteStart(s)} refused it. Your text is safe.`,
  },
  syncing: {
    role: 'yours',
    chip: () => 'Being sent',
    sentence: () => 'What you write now goes with the next sync.',
  },
  deleted_here: {
    role: 'yours',
    chip: () => 'Deleted here',
    sentence: (s) => `Still on ${siteWord(s)}. The next sync deletes it there.`,
  },
  deleted_there: {
    role: 'server',
    chip: (s) => `Gone from ${siteWord(s)}`,
    sentence: () => 'Someone deleted it there. Your copy is kept until you decide.',
  },
  edited: {
    role: 'yours',
    chip: () => 'Edited, not sent',
    sentence: () => 'Your changes are on this computer. The next sync sends them.',
  },
  new: {
    role: 'yours',
    chip: () => 'New, not sent',
    sentence: (s) => `Only on this computer so far. The next sync creates it on ${siteWord(s)}.`,
  },
  draft_kept: {
    role: 'yours',
    chip: () => 'Unsaved text kept',
    sentence: () => 'Lectern closed while you were writing. Your text is back.',
  },
  changed_on_site: {
    role: 'server',
    chip: (s) => `New from ${siteWord(s)}`,
    sentence: (s) => `It was changed on ${siteWord(s)}. You have not opened it since.`,
  },
  read_only: {
    role: 'quiet',
    chip: () => 'Read only',
    sentence: () => 'You can read it here.',
  },
  unpublished: {
    role: 'quiet',
    chip: () => 'Unpublished',
    sentence: () => 'Students cannot see it.',
  },
  in_sync: {
    role: 'done',
    chip: () => 'In sync',
    sentence: (s) => `Same here and on ${siteWord(s)}.`,
  },
};

/** Strongest first: the order in which a tree row chooses its one icon. */
export const STRENGTH: StateDto[] = [
  'conflict',
  'waits_for_you',
  'syncing',
  'deleted_here',
  'deleted_there',
  'edited',
  'new',
  'draft_kept',
  'changed_on_site',
  'read_only',
  'unpublished',
  'in_sync',
];

export function stateRole(state: StateDto): Role {
  return VOCABULARY[state].role;
}

export function stateChip(state: StateDto, site: SiteKindDto): string {
  if (site === 'local' && state === 'in_sync') return 'On this computer';
  if (site === 'local' && state === 'new') return 'On this computer';
  return VOCABULARY[state].chip(site);
}

export function stateSentence(state: StateDto, site: SiteKindDto): string {
  return VOCABULARY[state].sentence(site);
}

/** The strongest of several, or none when nothing holds or only *in sync* does. */
export function strongest(states: StateDto[]): StateDto | null {
  return STRENGTH.find((s) => s !== 'in_sync' && states.includes(s)) ?? null;
}
