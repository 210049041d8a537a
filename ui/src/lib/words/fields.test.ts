import { describe, expect, it } from 'vitest';
import type { FieldDto } from '../api/types';
import { bodyProblem, problemOf, readDecimal, titleProblem } from './fields';
import { inZone, offsetWords, ownZone, readMoment, zoneWords } from './zones';
import cases from './zone_cases.json';

const field = (name: string, kind: string, value: unknown, more: Partial<FieldDto> = {}): FieldDto => ({
  name, label: name, kind, value: JSON.stringify(value), edited: false, before: null, editable: true, reason: null, choices: [],
  range: null, longest: null, most: null, notBefore: [], ...more,
});

describe('a moment is read in the zone of the course', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  for (const [typed, zone, iso] of [
    ['7 Dec 2026, 23:59', 'America/Halifax', '2026-12-08T03:59:00Z'],
    ['Mon 7 Dec 2026, 23:59', 'America/Halifax', '2026-12-08T03:59:00Z'],
    ['2026-12-07 8:00 pm', 'UTC', '2026-12-07T20:00:00Z'],
    ['7.12.2026 08:15', 'Europe/Berlin', '2026-12-07T07:15:00Z'],
    ['Dec 7', 'UTC', '2026-12-07T23:59:00Z'],
    ['3 march', 'UTC', '2027-03-03T23:59:00Z'],
    ['12 am 1 July 2026', 'Europe/Berlin', '2026-06-30T22:00:00Z'],
    ['31 June 2026', 'UTC', null],
    ['7 Dec 2026 25:00', 'UTC', null],
    ['soon', 'UTC', null],
    ['', 'UTC', null],
  ] as const)
    it(`${typed} in ${zone}`, () => expect(readMoment(typed, zone, now)).toEqual(iso === null ? null : { at: iso }));

  for (const { what, zone, local, at } of cases)
    it(`${what}: ${local} in ${zone}`, () => {
      const read = readMoment(local, zone, now) ?? {};
      expect('at' in read ? [read.at] : 'twice' in read ? read.twice : []).toEqual(at);
      // However it is shown, it is read back as the same moment.
      for (const one of at) expect(readMoment(inZone(one, zone), zone, now)).toEqual({ at: one });
    });

  it('says what the clocks show instead of a time that they skip, and which of two it is', () => {
    expect(readMoment('29 Mar 2026 02:30', 'Europe/Berlin', now)).toEqual({ skipped: 'Sun 29 Mar 2026, 03:30' });
    expect(inZone('2026-11-01T05:30:00Z', 'America/Halifax')).toBe('Sun 1 Nov 2026, 01:30 (UTC−4)');
    expect(readMoment('1 Nov 2026, 01:30 (UTC-3)', 'America/Halifax', now)).toEqual({ at: '2026-11-01T04:30:00Z' });
    expect(offsetWords('2026-12-07T02:15:00Z', 'Asia/Kathmandu')).toBe('UTC+5:45');
  });

  it('is shown in it and read back the same', () => {
    const iso = '2026-12-08T03:59:00Z';
    const shown = inZone(iso, 'America/Halifax');
    expect(shown).toBe('Mon 7 Dec 2026, 23:59');
    expect(readMoment(shown, 'America/Halifax', now)).toEqual({ at: iso });
  });

  it('says whose time it is, and the person’s own where it is another', () => {
    expect(zoneWords(null, null)).toBe(`Your time, ${ownZone()}.`);
    const other = ownZone() === 'Asia/Tokyo' ? 'America/Halifax' : 'Asia/Tokyo';
    expect(zoneWords('2026-12-08T03:59:00Z', other)).toMatch(/^Course time, .*\. For you: \d\d:\d\d/);
    expect(zoneWords('2026-12-08T03:59:00Z', 'Not/AZone')).toBe(`Your time, ${ownZone()}.`);
  });
});

describe('points keep their fractions', () => {
  for (const [typed, kept] of [['12,5', '12.5'], ['007', '7'], ['0.50', '0.5'], ['100', '100'], ['0', '0'], ['-1', null], ['1.2.3', null], ['ten', null]] as const)
    it(typed, () => expect(readDecimal(typed)).toBe(kept));
});

describe('what a site would refuse is said before it sees it', () => {
  const unlock = field('Available from', 'time', '2026-12-01T00:00:00Z');
  const due = field('Due', 'time', '2026-12-07T00:00:00Z', { notBefore: ['Available from'] });
  const lock = field('Until', 'time', null, { notBefore: ['Available from', 'Due'] });
  const all = [unlock, due, lock];
  it('dates out of order, from either end', () => {
    expect(problemOf(due, '2026-11-30T00:00:00Z', all)).toBe('Due cannot be before “Available from”.');
    expect(problemOf(unlock, '2026-12-08T00:00:00Z', all)).toBe('Available from cannot be after “Due”.');
    expect(problemOf(lock, '2026-12-06T00:00:00Z', all)).toBe('Until cannot be before “Due”.');
    expect(problemOf(lock, '2026-12-07T00:00:00Z', all)).toBeNull();
    expect(problemOf(due, null, all)).toBeNull();
  });
  it('numbers out of range', () => {
    const points = field('Points', 'decimal', '10', { range: ['0', '999999999.99'] });
    expect(problemOf(points, '1000000000', [points])).toContain('cannot be more than');
    expect(problemOf(points, '0', [points])).toBeNull();
  });
  it('tags too long or too many', () => {
    const tags = field('Tags', 'set', [], { longest: 20, most: 2 });
    expect(problemOf(tags, ['a tag that is far too long'], [tags])).toContain('longer than 20');
    expect(problemOf(tags, ['a', 'b', 'c'], [tags])).toBe('At most 2 are allowed.');
  });
  it('titles and texts', () => {
    expect(titleProblem({ site: 'canvas', kind: 'page' }, '')).toBe('It needs a title.');
    expect(titleProblem({ site: 'canvas', kind: 'page' }, '!?')).toContain('letter or a digit');
    expect(titleProblem({ site: 'canvas', kind: 'page' }, 'x'.repeat(256))).toContain('255 is the most');
    expect(titleProblem({ site: 'discourse', kind: 'topic' }, 'Too short')).toContain('at least 15');
    expect(titleProblem({ site: 'discourse', kind: 'post' }, '')).toBeNull();
    expect(bodyProblem({ site: 'canvas', kind: 'page' }, 'x'.repeat(512_000))).toContain('511,999');
    expect(bodyProblem({ site: 'discourse', kind: 'post' }, 'ok :smile: ........................')).toContain('at least 20');
    expect(bodyProblem({ site: 'local', kind: 'page' }, '')).toBeNull();
  });
});
