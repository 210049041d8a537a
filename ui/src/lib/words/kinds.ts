import type { KindDto, SiteKindDto } from '../api/types';

const KIND: Record<KindDto, string> = {
  page: 'page',
  assignment: 'assignment',
  discussion: 'discussion',
  announcement: 'announcement',
  quiz: 'quiz',
  syllabus: 'syllabus',
  module: 'module',
  module_item: 'module item',
  file: 'file',
  reply: 'reply',
  topic: 'topic',
  post: 'reply',
};

/** The kind in the middle of a sentence. A later post of a topic is a reply to the people who read it. */
export function kindWord(kind: KindDto): string {
  return KIND[kind];
}

/** Whether replies stand under it. */
export function hasThread(kind: KindDto): boolean {
  return kind === 'topic' || kind === 'discussion' || kind === 'announcement';
}

/** Whether it is a reply: it has no title and stands under something. */
export function isReply(kind: KindDto): boolean {
  return kind === 'post' || kind === 'reply';
}

/** The site in the middle of a sentence: `Canvas`, `the forum`, `this computer`. */
export function siteWord(site: SiteKindDto): string {
  return { canvas: 'Canvas', discourse: 'the forum', local: 'this computer' }[site];
}

/** The site at the beginning of a sentence. */
export function siteStart(site: SiteKindDto): string {
  return { canvas: 'Canvas', discourse: 'The forum', local: 'This computer' }[site];
}

/** What a person may make in a space of this site, first choice first. */
export function newKinds(site: SiteKindDto): KindDto[] {
  if (site === 'canvas') return ['page', 'assignment', 'discussion', 'announcement'];
  return site === 'discourse' ? ['topic'] : ['page'];
}
