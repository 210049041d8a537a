import { fromAbsolute, parseAbsolute, toCalendarDateTime, toZoned, CalendarDateTime, type ZonedDateTime } from '@internationalized/date';

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

/** What a person meant who wrote a date and a time: one moment, one of two because the clocks go through that time twice, or none
 *  because they skip it; then what they show instead. */
export type Meant = { at: string } | { twice: [string, string] } | { skipped: string };

const iso = (z: ZonedDateTime) => z.toAbsoluteString().replace('.000Z', 'Z');

/** The moments at which the clocks of a zone show a date and time. */
export function meant(local: CalendarDateTime, zone: string): Meant {
  const [first, second] = [toZoned(local, zone, 'earlier'), toZoned(local, zone, 'later')];
  const is = (z: ZonedDateTime) => toCalendarDateTime(z).compare(local) === 0;
  if (!is(first) && !is(second)) return { skipped: inZone(iso(second), zone) };
  return is(first) && is(second) && iso(first) !== iso(second) ? { twice: [iso(first), iso(second)] } : { at: iso(is(first) ? first : second) };
}

/** How far a zone's clocks are from UTC at a moment: `UTC−4`, `UTC+5:45`. */
export function offsetWords(at: string, zone: string): string {
  const minutes = Math.round(parseAbsolute(at, zone).offset / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

/** A moment as a date and a time in a zone: `Mon 7 Dec 2026, 23:59`. Where the clocks show that twice, with which of the two it is. */
export function inZone(at: string, zone: string): string {
  const words = shownIn(at, zone);
  return 'twice' in meant(toCalendarDateTime(parseAbsolute(at, zone)), zone) ? `${words} (${offsetWords(at, zone)})` : words;
}

function shownIn(iso: string, zone: string): string {
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
 *  the day; without a year, the next such day. Of a time that comes twice, `(UTC−4)` behind it says which. Nothing where it is no date. */
export function readMoment(typed: string, zone: string, now = new Date()): Meant | null {
  const named = /\(utc[+−-][\d:]+\)\s*$/i.exec(typed)?.[0];
  const text = (named ? typed.slice(0, -named.length) : typed).toLowerCase().replace(/\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b/g, ' ').replace(/,/g, ' ');
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
    const read = meant(local, zone);
    if (!named || !('twice' in read)) return read;
    const one = read.twice.find((at) => `(${offsetWords(at, zone)})`.toLowerCase() === named.trim().toLowerCase().replace('-', '−'));
    return one ? { at: one } : read;
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
