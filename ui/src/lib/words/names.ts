import type { DocumentDto, SpaceDto } from '../api/types';
import { valueOf } from './fields';

/** Names that may be completed: people of the forum, and its categories and tags. */
export interface Names {
  users: string[];
  tags: string[];
}

/** The part of an address that the forum would make of a name. */
const slug = (name: string) => name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');

/** Who wrote or was named in this topic, and the tags and categories that are kept here. */
export function knownNames(doc: DocumentDto, spaces: SpaceDto[]): Names {
  const texts = [doc.body, ...doc.posts.map((p) => p.body)];
  const named = texts.flatMap((t) => [...t.matchAll(/(?:^|[\s(>])@([\w][\w.-]{0,59})/g)].map((m) => (m[1] ?? '').replace(/[.-]+$/, '')));
  const authors = [doc.author, ...doc.posts.map((p) => p.author)].filter((a): a is string => a !== null && a !== 'You' && !/\s/.test(a));
  const tags = doc.fields.filter((f) => f.name === 'tags').flatMap((f) => { const v = valueOf(f.value); return Array.isArray(v) ? v.map(String) : []; });
  const used = texts.flatMap((t) => [...t.matchAll(/(?:^|[\s(>])#([\p{L}\p{N}][\p{L}\p{N}_-]*)/gu)].map((m) => m[1] ?? ''));
  const categories = spaces.filter((s) => s.site === 'discourse' && s.account === spaces.find((x) => x.id === doc.space)?.account).map((s) => slug(s.name));
  return { users: [...new Set([...authors, ...named])].sort(), tags: [...new Set([...categories, ...tags, ...used])].sort() };
}
