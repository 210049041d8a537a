import type { ReplaceHitDto, ReplaceHitsDto, ReplaceInDto } from '../../api/types';

/** A place by its document, part and number. */
export const keyOf = (document: ReplaceHitsDto, hit: ReplaceHitDto): string => `${document.id} ${hit.inTitle ? 'title' : 'body'} ${hit.number}`;
/** All places of a document. */
export const every = (document: ReplaceHitsDto): string[] => document.hits.map((hit) => keyOf(document, hit));

/** What is to be replaced: every place but those ticked off, document by document. */
export function chosenOf(found: ReplaceHitsDto[], off: Set<string>): ReplaceInDto[] {
  return found
    .map((d) => {
      const on = d.hits.filter((hit) => !off.has(keyOf(d, hit)));
      return { id: d.id, counter: d.counter, title: on.filter((h) => h.inTitle).map((h) => h.number), body: on.filter((h) => !h.inTitle).map((h) => h.number) };
    })
    .filter((d) => d.title.length + d.body.length > 0);
}
