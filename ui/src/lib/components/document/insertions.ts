/** A value between double quotes of HTML. */
const quoted = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** LaTeX as Canvas's own editor stores it: a picture whose address, text and note hold the source. The address is encoded twice. */
export function equationHtml(latex: string): string {
  const strict = (text: string) => encodeURIComponent(text).replace(/'/g, '%27');
  const said = quoted(latex);
  return `<img class="equation_image" title="${said}" src="/equation_images/${strict(strict(latex))}?scale=1" alt="LaTeX: ${said}" data-equation-content="${said}">`;
}
