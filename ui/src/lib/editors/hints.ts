/** Shows tags that speak to the browser rather than to a reader as words. Bodies come without them from Rust; this holds where one
 *  does not, because no content policy stops a `preconnect`. A tag begins with `<` and its name, with nothing between, so the text
 *  alone tells. */
export function withoutHints(html: string): string {
  return html.replace(/<(?=\/?(?:link|meta|base)(?![a-z0-9-]))/gi, '&lt;');
}
