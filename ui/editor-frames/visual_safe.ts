import DOMPurify from 'dompurify';

/** Addresses that may stand in a text; `attach` is where this computer's own pictures are shown from. */
const ADDRESSES = /^(?:(?:https?|mailto|tel|attach):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i;

/** Markup made safe for the text: that of the program's own dialogs, which people's words are in, and that of a clipboard. */
export function safe(html: string): string {
  return DOMPurify.sanitize(html, {
    FORBID_TAGS: ['style', 'form', 'input', 'button'],
    FORBID_ATTR: ['id', 'name'],
    ADD_ATTR: ['contenteditable'],
    ALLOWED_URI_REGEXP: ADDRESSES,
  });
}
