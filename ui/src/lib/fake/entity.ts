import type { FormatDto, KindDto, ReplyDraftDto, SiteKindDto } from '../api/types';

/** What can differ between this computer and the site. */
export interface Content {
  title: string;
  body: string;
  /** `null` for kinds that cannot be published. */
  published: boolean | null;
  /** Every other field, by name. */
  fields?: Record<string, unknown>;
}

export interface Version {
  id: string;
  at: string;
  cause: string;
  origin: string;
  content: Content;
  notChosen: boolean;
}

/** One entity of the fake workspace: the copy here, what both sides last agreed on, and the site's copy. */
export interface Entity {
  id: string;
  space: string;
  kind: KindDto;
  format: FormatDto;
  parent: string | null;
  author: string;
  createdAt: string;
  local: Content;
  /** Absent: never sent. */
  base: Content | null;
  /** Absent: not on the site. */
  remote: Content | null;
  deletedHere: boolean;
  inConflict: boolean;
  /** Why the site refused it. */
  refused: string | null;
  unseen: boolean;
  readOnly: string | null;
  noReply?: string;
  noDelete?: string;
  slowMode?: number;
  waiting?: { body: string; createdAt: string | null }[];
  /** `base` is what it started from; absent where that is the text as it is. */
  draft: { title: string; body: string; savedAt: string; recovered: boolean; base?: Content } | null;
  /** The reply being written to it. */
  reply?: Omit<ReplyDraftDto, 'editing'> | null;
  number: number | null;
  replyTo: number | null;
  changedAt: string;
  changedBy: string | null;
  counter: number;
  versions: Version[];
}

export interface Space {
  id: string;
  name: string;
  site: SiteKindDto;
  siteName: string;
  account: string | null;
  readOnly: string | null;
  lastSyncedAt: string | null;
}

export function same(a: Content | null, b: Content | null): boolean {
  if (!a || !b) return a === b;
  return a.title === b.title && a.body === b.body && a.published === b.published && JSON.stringify(a.fields ?? {}) === JSON.stringify(b.fields ?? {});
}

/** Whether it holds something that no sync has sent. */
export function unsent(e: Entity): boolean {
  return e.deletedHere ? e.base !== null : !same(e.local, e.base);
}
