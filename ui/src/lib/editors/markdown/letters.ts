import type MarkdownIt from 'markdown-it';

/** Runs of signs as a typesetter sets them. Unlike the usual rule, a forum leaves (c), (r) and (p) as they are, and draws arrows. */
const REPLACED: [RegExp, string][] = [
  [/\(tm\)/gi, '™'],
  [/\(pa\)/gi, '¶'],
  [/\+-/g, '±'],
  [/(^|\s)<-{1,2}>(?=\s|$)/gm, '$1↔'],
  [/(^|\s)-{1,2}>(?=\s|$)/gm, '$1→'],
  [/(^|\s)<-{1,2}(?=\s|$)/gm, '$1←'],
  // `..`, `...` and longer ones are one sign, but for `?..` and `!..`.
  [/\.{2,}/g, '…'],
  [/([?!])…/g, '$1..'],
  [/([?!]){4,}/g, '$1$1$1'],
  [/,{2,}/g, ','],
  [/(^|[^-])---(?=[^-]|$)/gm, '$1—'],
  [/(^|\s)--(?=\s|$)/gm, '$1–'],
  [/(^|[^-\s])--(?=[^-\s]|$)/gm, '$1–'],
];

export function typesetter(md: MarkdownIt): void {
  md.core.ruler.at('replacements', (state) => {
    for (const block of state.tokens) {
      let inAutolink = 0;
      for (const token of block.children ?? []) {
        if (token.type === 'link_open' && token.info === 'auto') inAutolink += 1;
        if (token.type === 'link_close' && token.info === 'auto') inAutolink -= 1;
        if (token.type !== 'text' || inAutolink > 0 || !/[(+.<>,?!-]/.test(token.content)) continue;
        token.content = REPLACED.reduce((text, [from, to]) => text.replace(from, to), token.content);
      }
    }
    return true;
  });
}
