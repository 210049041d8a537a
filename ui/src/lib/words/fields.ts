import type { DocumentDto, FieldDto } from '../api/types';
import { isReply } from './kinds';

/** A field's value as it is, from its JSON text. */
export function valueOf(json: string | null): unknown {
  if (json === null) return null;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
}

/** Points and other numbers: digits, one point or comma, at most two places behind it. */
export function readDecimal(typed: string): string | null {
  const text = typed.trim().replace(',', '.');
  if (!/^\d{1,12}(?:\.\d{1,4})?$/.test(text)) return null;
  const [whole, part = ''] = text.split('.');
  const kept = part.replace(/0+$/, '');
  return `${(whole ?? '').replace(/^0+(?=\d)/, '')}${kept ? `.${kept}` : ''}`;
}

/** Why a value may not stand, as a sentence, before any site sees it; nothing where it may. */
export function problemOf(field: FieldDto, value: unknown, all: FieldDto[]): string | null {
  if (value === null || value === '') return null;
  const [least, most] = field.range ?? [null, null];
  if (field.kind === 'number' || field.kind === 'decimal') {
    const n = Number(value);
    if (!Number.isFinite(n)) return `${field.label} has to be a number.`;
    if (least !== null && n < Number(least)) return `${field.label} cannot be less than ${least}.`;
    if (most !== null && n > Number(most)) return `${field.label} cannot be more than ${most}.`;
  }
  if (field.kind === 'text' && field.longest !== null && [...String(value)].length > field.longest)
    return `${field.label} has ${[...String(value)].length} characters; ${field.longest} is the most.`;
  if (field.kind === 'set' && Array.isArray(value)) {
    const long = field.longest === null ? undefined : value.map(String).find((v) => [...v].length > (field.longest ?? 0));
    if (long) return `“${long}” is longer than ${field.longest} characters.`;
    if (field.most !== null && value.length > field.most) return `At most ${field.most} are allowed.`;
  }
  return field.kind === 'time' ? orderProblem(field, String(value), all) : null;
}

/** Dates stand in order: each field names those that may not be later. */
function orderProblem(field: FieldDto, value: string, all: FieldDto[]): string | null {
  const at = (f: FieldDto) => {
    const v = valueOf(f.value);
    return typeof v === 'string' && v ? Date.parse(v) : null;
  };
  const mine = Date.parse(value);
  for (const other of all) {
    const theirs = at(other);
    if (theirs === null || other.name === field.name) continue;
    if (field.notBefore.includes(other.name) && theirs > mine) return `${field.label} cannot be before “${other.label}”.`;
    if (other.notBefore.includes(field.name) && theirs < mine) return `${field.label} cannot be after “${other.label}”.`;
  }
  return null;
}

/** Most characters of a title and of a body, where the site has such a limit. */
const LIMITS = { canvas: { title: 255, body: 511_999 }, discourse: { title: 255, body: 32_000 }, local: { title: 255, body: null } } as const;
/** Fewest characters of a forum's topic title and of its posts, where the forum says nothing else. */
const FEWEST = { title: 15, body: 20 } as const;

/** What the site would refuse a title for; nothing where it would take it. */
export function titleProblem(doc: Pick<DocumentDto, 'site' | 'kind'>, title: string): string | null {
  if (isReply(doc.kind) || doc.kind === 'syllabus') return null;
  const length = [...title.trim()].length;
  const most = LIMITS[doc.site].title;
  if (length === 0) return 'It needs a title.';
  if (length > most) return `The title has ${length} characters; ${most} is the most.`;
  if (doc.site === 'canvas' && !/[\p{L}\p{N}]/u.test(title)) return 'The title needs a letter or a digit.';
  if (doc.kind === 'topic' && length < FEWEST.title) return `A topic’s title needs at least ${FEWEST.title} characters; this one has ${length}.`;
  return null;
}

/** What the site would refuse a text for; nothing where it would take it. */
export function bodyProblem(doc: Pick<DocumentDto, 'site' | 'kind'>, body: string): string | null {
  const most = LIMITS[doc.site].body;
  const length = [...body].length;
  if (most !== null && length > most) return `The text has ${length.toLocaleString('en')} characters; ${most.toLocaleString('en')} is the most.`;
  if (doc.kind !== 'topic' && doc.kind !== 'post') return null;
  const counted = [...body.replace(/<!--[\s\S]*?-->/g, '').replace(/:[+\w-]+:/g, 'e').replace(/\.{2,}/g, '.').replace(/,{2,}/g, ',').trim()].length;
  return counted < FEWEST.body ? `A post needs at least ${FEWEST.body} characters; this one has ${counted}.` : null;
}
