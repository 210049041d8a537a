import { describe, expect, it } from 'vitest';
import type { ProgressDto, StateDto, StatusDto } from '../api/types';
import { count } from './counts';
import { passages, words } from './difference';
import { strongest } from './states';
import { syncLabel } from './sync_label';
import { brief, moment, lasting } from './times';

const now = new Date('2026-11-24T12:41:00');
const status = (more: Partial<StatusDto>): StatusDto => ({
  spaces: 1, documents: 10, toSend: 0, conflicts: 0, needsYou: 0, lastSyncAt: '2026-11-24T12:39:00', offline: false, signIn: false, running: null,
  sites: [{ account: 'a', siteName: 'Canvas', reachedAt: null, state: 'ok', notifications: null, readOnly: null }], ...more,
});
const running = (stopping: boolean): ProgressDto => ({ run: 'r', stopping, sites: [{ account: 'a', siteName: 'Canvas', phase: 'receiving', done: 40, total: 210, doing: '', waitSeconds: null }] });
const said = (more: Partial<StatusDto>, left = '') => {
  const { head, rest } = syncLabel(status(more), left, now);
  return [head, rest].filter(Boolean).join(' · ');
};

describe('the Sync control', () => {
  it.each([
    ['a running sync before everything else', { running: running(false), offline: true, toSend: 5 }, 'Syncing 40 of 210 · 2 min left'],
    ['stopping before offline', { running: running(true), offline: true }, 'Stopping'],
    ['offline before sign in', { offline: true, signIn: true, toSend: 5 }, 'Offline · 5 to send'],
    ['offline with nothing to send', { offline: true }, 'Offline'],
    ['sign in before what is to send', { signIn: true, toSend: 5 }, 'Sign in again'],
    ['what is to send', { toSend: 12480 }, 'Sync · 12,480 to send'],
    ['that it is old after 15 minutes', { lastSyncAt: '2026-11-24T12:20:00' }, 'Sync · nothing to send'],
    ['when both sides agreed last', {}, 'In sync · 2 min ago'],
    ['that there is nothing to sync', { sites: [], lastSyncAt: null }, 'Nothing to sync yet'],
  ] as const)('says %s', (_, more, expected) => {
    expect(said(more as Partial<StatusDto>, expected.includes('left') ? '2 min left' : '')).toBe(expected);
  });
});

describe('words', () => {
  it('count by one and by many, with grouping', () => {
    expect([0, 1, 2, 12480].map((n) => count(n, 'change'))).toEqual(['0 changes', '1 change', '2 changes', '12,480 changes']);
  });
  it('name a time by how far it is away', () => {
    expect(brief('2026-11-23T09:00:00', now)).toBe('Yesterday');
    expect(brief('2026-11-01T09:00:00', now)).toBe('1 Nov');
    expect(moment('2026-11-22T16:20:00', now)).toMatch(/^on Sunday at /);
  });
  it('say how long something lasts in its largest whole unit', () => {
    expect([30, 90, 60, 300, 3600, 7200].map(lasting)).toEqual(['30 seconds', '90 seconds', '1 minute', '5 minutes', '1 hour', '2 hours']);
  });
  it('show the strongest state and keep quiet when both sides agree', () => {
    expect(strongest(['unpublished', 'edited', 'conflict'] as StateDto[])).toBe('conflict');
    expect(strongest(['in_sync'])).toBeNull();
  });
});

describe('a difference', () => {
  it('gives back both texts, whatever changed', () => {
    const pairs: [string, string][] = [['', 'a b'], ['a b', ''], ['a b c', 'a x c'], ['one two three', 'three two one'], ['same', 'same']];
    for (const [before, after] of pairs) {
      const pieces = words(before, after);
      expect(pieces.filter((p) => p.change !== 'added').map((p) => p.text).join('')).toBe(before);
      expect(pieces.filter((p) => p.change !== 'removed').map((p) => p.text).join('')).toBe(after);
    }
  });
  it('pairs a changed block and leaves the others the same', () => {
    const out = passages(['a', 'b one', 'c'], ['a', 'b two', 'c', 'd'], (text) => ({ block: 'paragraph', text }));
    expect(out.map((p) => p.change)).toEqual(['same', 'changed', 'same', 'added']);
  });
});
