import { insideProgram } from '../api/tauri';
import { withoutHints } from './hints';
import { documentFonts, documentTokens, hasOwnColours, isDark, readingStyle } from './reading_style';

/** The attributes that make a frame harmless: no scripts, no forms, an origin of its own; a link may only ask for a new window,
 *  which the program answers by opening what is kept here, or the system's browser. */
export const readingSandbox = 'allow-popups allow-popups-to-escape-sandbox';

/** Without scripts, network, frames or forms, whatever the content says. The window's own policy holds in the frame as well. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: attach: http://attach.localhost; " +
  `font-src attach: http://attach.localhost${insideProgram() ? '' : ` ${location.origin}`}; ` +
  "media-src attach: http://attach.localhost; base-uri 'none'; form-action 'none'";

/** Whether this document is shown on white paper now. */
export function onPaper(html: string): boolean {
  return isDark() && hasOwnColours(html);
}

/** The style sheet for a document, with the values of the theme. */
export function documentStyle(html: string): string {
  const paper = onPaper(html);
  const sheet = paper ? 'body{background:#fff;border-radius:6px}.reading{padding:24px}' : '';
  return documentTokens(paper) + readingStyle + sheet;
}

/** Links to a place in the document stay in its frame; all others ask for a new window. */
function withPlaces(html: string): string {
  return html.replace(/<a\b[^>]*>/g, (tag) => tag.replace(' href="#', ' target="_self" href="#'));
}

/** A whole document around a body that Rust made safe, for `srcdoc`. The head comes first: a second base or policy in the
 *  content can take nothing back. */
export function readingDocument(html: string, label: string): string {
  const title = label.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
    `<base target="_blank"><title>${title}</title><style>${documentFonts()}${documentStyle(html)}</style></head>` +
    `<body><div class="reading">${withPlaces(withoutHints(html))}</div></body></html>`
  );
}
