import { count } from './counts';

const DAY = 86_400_000;

function midnight(t: Date): number {
  return new Date(t.getFullYear(), t.getMonth(), t.getDate()).getTime();
}

/** Whole days between the two calendar days, in the person's zone. */
function daysAgo(iso: string, now: Date): number {
  return Math.round((midnight(now) - midnight(new Date(iso))) / DAY);
}

/** Time of day in the person's own form: `12:41` or `12:41 PM`. */
export function clock(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' }).format(new Date(iso));
}

function weekday(iso: string, style: 'short' | 'long'): string {
  return new Intl.DateTimeFormat('en', { weekday: style }).format(new Date(iso));
}

function dayMonth(iso: string, now: Date, style: 'short' | 'long' = 'short'): string {
  const t = new Date(iso);
  const year = t.getFullYear() === now.getFullYear() ? undefined : ('numeric' as const);
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: style, year }).format(t);
}

/** The shortest form, for the end of a list row: `12:41`, `Yesterday`, `Mon`, `19 Nov`. */
export function brief(iso: string, now = new Date()): string {
  const days = daysAgo(iso, now);
  if (days <= 0) return clock(iso);
  if (days === 1) return 'Yesterday';
  if (days < 7) return weekday(iso, 'short');
  return dayMonth(iso, now);
}

/** For the middle of a sentence: `today, 12:37`, `yesterday, 17:20`, `on Tuesday at 16:20`, `on 19 Nov at 09:05`. */
export function moment(iso: string, now = new Date()): string {
  const days = daysAgo(iso, now);
  if (days <= 0) return `today, ${clock(iso)}`;
  if (days === 1) return `yesterday, ${clock(iso)}`;
  if (days < 7) return `on ${weekday(iso, 'long')} at ${clock(iso)}`;
  return `on ${dayMonth(iso, now)} at ${clock(iso)}`;
}

/** Head of a day's group: `Today`, `Yesterday`, `Friday 20 November`. */
export function day(iso: string, now = new Date()): string {
  const days = daysAgo(iso, now);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return `${weekday(iso, 'long')} ${dayMonth(iso, now, 'long')}`;
}

/** `just now`, `4 min ago`, `3 h ago`, `yesterday`, `5 days ago`. */
export function ago(iso: string, now = new Date()): string {
  const minutes = Math.floor((now.getTime() - new Date(iso).getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 60 * 12) return `${Math.floor(minutes / 60)} h ago`;
  const days = daysAgo(iso, now);
  if (days === 0) return `${Math.floor(minutes / 60)} h ago`;
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** How long something lasts, in its largest whole unit: `30 seconds`, `5 minutes`, `2 hours`. */
export function lasting(seconds: number): string {
  if (seconds % 3600 === 0) return count(seconds / 3600, 'hour');
  return seconds % 60 === 0 ? count(seconds / 60, 'minute') : count(seconds, 'second');
}
