import type MarkdownIt from 'markdown-it';

/** An address that stands alone on its line becomes a card on the forum, once the forum has read what is there. Here nothing is fetched:
 *  it is shown as a card with its address. */
export function cards(md: MarkdownIt): void {
  md.core.ruler.after('linkify', 'cards', (state) => {
    state.tokens.forEach((token, at) => {
      const children = token.children;
      // In a list or a quote it stays a link, as it does there.
      if (token.type !== 'inline' || !children || state.tokens[at - 1]?.type !== 'paragraph_open' || token.level !== 1) return;
      children.forEach((open, n) => {
        const alone = [children[n - 1], children[n + 3]].every((beside) => beside === undefined || beside.type === 'softbreak' || beside.type === 'hardbreak');
        if (open.type === 'link_open' && open.markup === 'linkify' && alone) open.attrSet('class', 'onebox');
      });
    });
    return true;
  });
}
