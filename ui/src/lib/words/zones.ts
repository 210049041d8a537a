import { fromAbsolute, parseAbsolute, toZoned, CalendarDateTime, type ZonedDateTime } from '@internationalized/date';

/** The person's own time zone. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The course's zone where it is known and this computer knows it too, else the person's own. */
export function zoneOr(zone: string | null): string {
  if (!zone) return ownZone();
  try {
    new Intl.DateTimeFormat(undefined, { timeZone: zone });
    return zone;
  } catch {
    return ownZone();
  }
}

/** A moment as a date and a time in a zone: `Mon 7 Dec 2026, 23:59`. */
export function inZone(iso: string, zone: string): string {
  const t = new Date(iso);
  const date = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: zone }).format(t).replace(',', '');
  return `${date}, ${clockIn(iso, zone)}`;
}

function clockIn(iso: string, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date(iso));
}

/** What stands under a date: whose time it is, and the person's own where that is another. */
export function zoneWords(iso: string | null, zone: string | null): string {
  const theirs = zoneOr(zone);
  const whose = zone && theirs === zone ? `Course time, ${theirs}.` : `Your time, ${theirs}.`;
  if (!iso || theirs === ownZone()) return whose;
  const here = parseAbsolute(iso, ownZone());
  const there = parseAbsolute(iso, theirs);
  if (here.offset === there.offset) return whose;
  const day = here.day === there.day ? '' : ` on ${new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: ownZone() }).format(new Date(iso))}`;
  return `${whose} For you: ${clockIn(iso, ownZone())}${day}.`;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Reads what a person types: `7 Dec 2026, 23:59`, `2026-12-07 8:00 pm`, `7.12.2026`, `Dec 7`. Without a time it is the end of
 *  the day; without a year, the next such day. Nothing where it is no date. */
export function readMoment(typed: string, zone: string, now = new Date()): string | null {
  const text = typed.toLowerCase().replace(/\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b/g, ' ').replace(/,/g, ' ');
  const clock = /\b(\d{1,2}):(\d{2})\s*(am|pm)?\b|\b(\d{1,2})\s*(am|pm)\b/.exec(text);
  const rest = clock ? text.replace(clock[0], ' ') : text;
  const date = dateOf(rest, zone, now);
  if (!date) return null;
  let hour = clock ? Number(clock[1] ?? clock[4]) : 23;
  const minute = clock ? Number(clock[2] ?? 0) : 59;
  const half = clock?.[3] ?? clock?.[5];
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (half === 'pm' ? 12 : 0);
  if (hour > 23 || minute > 59) return null;
  try {
    const local = new CalendarDateTime(date[0], date[1], date[2], hour, minute);
    // The calendar turns 31 June into 30 June; what was typed has to be a day there is.
    if (local.month !== date[1] || local.day !== date[2]) return null;
    return toZoned(local, zone).toAbsoluteString().replace('.000Z', 'Z');
  } catch {
    return null;
  }
}

function dateOf(text: string, zone: string, now: Date): [number, number, number] | null {
  const iso = /(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text);
  if (iso) return [Number(iso[1]), Number(iso[2]), Number(iso[3])];
  const dotted = /\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b/.exec(text);
  if (dotted) return [Number(dotted[3]), Number(dotted[2]), Number(dotted[1])];
  const named = /\b(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3})[a-z]*\.?(?:\s+(\d{4}))?/.exec(text) ?? /\b([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:\s+(\d{4}))?/.exec(text);
  if (!named) return null;
  const dayFirst = /^\d/.test(named[1] ?? '');
  const month = MONTHS.indexOf((dayFirst ? named[2] : named[1]) ?? '') + 1;
  const day = Number(dayFirst ? named[1] : named[2]);
  if (month === 0) return null;
  if (named[3]) return [Number(named[3]), month, day];
  const today = nowIn(now, zone);
  const passed = month < today.month || (month === today.month && day < today.day);
  return [today.year + (passed ? 1 : 0), month, day];
}

/** The moment it is, as a date in a zone. */
export function nowIn(now: Date, zone: string): ZonedDateTime {
  return fromAbsolute(now.getTime(), zone);
}
