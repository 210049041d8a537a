import type MarkdownIt from 'markdown-it';
import temml from 'temml';

/** Most characters of one formula that is drawn; a longer one stays as its source. */
const LONGEST = 4000;

/** LaTeX as MathML. What cannot be read is shown as its source, marked; nothing in it can link or load. */
export function mathml(latex: string, display: boolean): string {
  const source = latex.replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  if (latex.length > LONGEST) return `<code>${source}</code>`;
  try {
    return temml.renderToString(latex, { displayMode: display, throwOnError: true, trust: false, maxExpand: 200, annotate: false });
  } catch {
    return `<code class="math-error">${source}</code>`;
  }
}

/** Formulas put aside while the rest is made safe: a mark that nobody can type stands for each. */
export class Formulas {
  private readonly drawn: string[] = [];
  private readonly nonce = crypto.getRandomValues(new Uint32Array(2)).join('');

  /** The mark that stands for a formula. */
  aside(latex: string, display: boolean): string {
    this.drawn.push(mathml(latex, display));
    return `\uE000${this.nonce}.${this.drawn.length - 1}\uE001`;
  }
  /** Puts the formulas in the place of their marks. */
  back(html: string): string {
    return html.replace(/\uE000(\d+)\.(\d+)\uE001/g, (mark, nonce: string, at: string) => (nonce === this.nonce ? (this.drawn[Number(at)] ?? mark) : mark));
  }
}

/** `$…$` in a line and `$$` blocks, as the forum's math reads them. */
export function math(md: MarkdownIt, formulas: () => Formulas): void {
  md.inline.ruler.after('escape', 'math_inline', (state, silent) => {
    if (state.src[state.pos] !== '$' || state.src[state.pos + 1] === '$') return false;
    if (/[\w$]/.test(state.src[state.pos - 1] ?? ' ')) return false;
    const end = closing(state.src, state.pos + 1, state.posMax);
    if (end < 0 || /\w/.test(state.src[end + 1] ?? ' ')) return false;
    const latex = state.src.slice(state.pos + 1, end);
    // `$5 and $6` is money: a formula touches its marks.
    if (!latex.trim() || /^\s|\s$/.test(latex)) return false;
    if (!silent) state.push('html_inline', '', 0).content = `<span class="math">${formulas().aside(latex, false)}</span>`;
    state.pos = end + 1;
    return true;
  });
  md.block.ruler.before('fence', 'math_block', (state, startLine, endLine, silent) => {
    const line = (n: number) => state.src.slice((state.bMarks[n] ?? 0) + (state.tShift[n] ?? 0), state.eMarks[n]).trim();
    if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4 || line(startLine) !== '$$') return false;
    let end = startLine + 1;
    while (end < endLine && line(end) !== '$$') end += 1;
    if (end >= endLine) return false;
    if (silent) return true;
    const latex = state.getLines(startLine + 1, end, state.tShift[startLine] ?? 0, false);
    const token = state.push('html_block', '', 0);
    token.content = `<div class="math" data-line="${startLine}">${formulas().aside(latex, true)}</div>\n`;
    token.map = [startLine, end + 1];
    state.line = end + 1;
    return true;
  }, { alt: ['paragraph', 'blockquote', 'list'] });
}

function closing(text: string, from: number, most: number): number {
  for (let n = from; n < most; n++) {
    if (text[n] === '\\') n += 1;
    else if (text[n] === '\n') return -1;
    else if (text[n] === '$') return n;
  }
  return -1;
}
