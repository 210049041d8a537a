import MarkdownIt from 'markdown-it';
import { bracketBlocks } from './blocks';
import { cards } from './cards';
import { footnotes } from './footnotes';
import { discourseInlines } from './inlines';
import { typesetter } from './letters';
import { Formulas, math } from './math';
import { safeForReading } from './safe';

/** Blocks carry the line of the source they begin on, so that two views can scroll together. */
function sourceLines(md: MarkdownIt): void {
  md.core.ruler.push('source_lines', (state) => {
    for (const token of state.tokens) {
      if (token.map && token.nesting >= 0 && token.level === 0 && token.tag) token.attrSet('data-line', String(token.map[0]));
    }
    return true;
  });
}

/** `upload://name.png` is kept on this computer under that name. Sizes such as `|690x400` follow the alternative text. */
function pictures(md: MarkdownIt): void {
  md.core.ruler.push('pictures', (state) => {
    for (const block of state.tokens) {
      for (const token of block.children ?? []) {
        if (token.type !== 'image') continue;
        const source = token.attrGet('src') ?? '';
        const upload = /^upload:\/\/([\w.-]+)$/.exec(source);
        if (upload) token.attrSet('src', `attach://localhost/upload-${upload[1]}`);
        // A file put in here is named by its content until a site has it.
        const own = /^\/lectern\/files\/([0-9a-f]{64})\//.exec(source);
        if (own) token.attrSet('src', `attach://localhost/${own[1]}`);
        const text = token.children?.map((child) => child.content).join('') ?? '';
        const size = /\|(\d{1,4})x(\d{1,4})(?:,\s*(\d{1,3})%)?(?:\|.*)?$/.exec(text);
        const last = token.children?.at(-1);
        if (!size || !last) continue;
        const scale = size[3] ? Number(size[3]) / 100 : 1;
        token.attrSet('width', String(Math.round(Number(size[1]) * scale)));
        token.attrSet('height', String(Math.round(Number(size[2]) * scale)));
        for (const child of token.children ?? []) child.content = '';
        last.content = text.slice(0, size.index);
      }
    }
    return true;
  });
}

function engine(): MarkdownIt {
  const md = new MarkdownIt({ html: true, breaks: true, linkify: true, typographer: true });
  // The safe list decides about addresses; `upload:` and `attach:` have to get that far.
  const usual = md.validateLink.bind(md);
  md.validateLink = (url) => /^(?:upload|attach):\/\//.test(url) || usual(url);
  bracketBlocks(md);
  discourseInlines(md);
  footnotes(md);
  typesetter(md);
  cards(md);
  math(md, () => formulas);
  pictures(md);
  sourceLines(md);
  md.renderer.rules['table_open'] = (tokens, at, options, _env, self) => `<div class="md-table">${self.renderToken(tokens, at, options)}`;
  md.renderer.rules['table_close'] = () => '</table></div>';
  return md;
}

let kept: MarkdownIt | undefined;
/** The formulas of the text that is being rendered. */
let formulas = new Formulas();

/** Markdown as the forum would show it, safe. An approximation: the forum's own rendering decides once it is there. */
export function render(source: string): string {
  kept ??= engine();
  formulas = new Formulas();
  return formulas.back(safeForReading(kept.render(source)));
}
