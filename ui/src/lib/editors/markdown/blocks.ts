import type MarkdownIt from 'markdown-it';

type Attributes = Record<string, string>;

/** `=value a="b" c:d, e=f`, as it stands after the tag's name. Contract 9.2. */
export function attributesOf(text: string): Attributes {
  const found: Attributes = {};
  const first = /^=\s*(?:"([^"]*)"|“([^”]*)”|([^\s\]]+))/.exec(text);
  if (first) found['value'] = first[1] ?? first[2] ?? first[3] ?? '';
  const rest = first ? text.slice(first[0].length) : text;
  for (const pair of rest.matchAll(/([A-Za-z][\w-]*)=(?:"([^"]*)"|([^\s\]]+))/g)) {
    found[(pair[1] ?? '').toLowerCase()] = pair[2] ?? pair[3] ?? '';
  }
  return found;
}

type Opening = { open: string; close: string };

/** What each block of Discourse's own becomes; the values are escaped by the caller. */
function frameOf(name: string, attributes: Attributes, safe: (text: string) => string): Opening {
  const value = attributes['value'] ?? '';
  switch (name) {
    case 'quote': {
      const parts = value.split(',').map((part) => part.trim());
      const said = (key: string) => parts.find((part) => part.startsWith(`${key}:`))?.slice(key.length + 1) ?? '';
      const who = said('username') || (parts[0] ?? '');
      const data = ['post', 'topic'].map((key) => (said(key) ? ` data-${key}="${safe(said(key))}"` : '')).join('');
      const title = who ? `<div class="title">${safe(parts[0] || who)}:</div>` : '';
      const named = who ? ` data-username="${safe(who)}"` : '';
      return { open: `<aside class="quote no-group"${named}${data}>${title}<blockquote>`, close: '</blockquote></aside>' };
    }
    case 'details':
      return { open: `<details><summary>${safe(value || 'Summary')}</summary>`, close: '</details>' };
    case 'spoiler':
      return { open: '<div class="spoiler">', close: '</div>' };
    case 'poll': {
      const title = attributes['name'] && attributes['name'] !== 'poll' ? attributes['name'] : 'Poll';
      return { open: `<div class="poll"><div class="title">${safe(title)}</div>`, close: '</div>' };
    }
    case 'grid':
      return { open: '<div class="d-image-grid">', close: '</div>' };
    case 'excerpt':
      return { open: '<div class="excerpt">', close: '</div>' };
    default:
      return { open: '<div class="d-wrap">', close: '</div>' };
  }
}

const opening = /^\[(quote|details|spoiler|poll|grid|excerpt|wrap)((?:=|\s)[^\]]*)?\]\s*$/i;

/** Blocks in brackets: the tag alone on its line, and a closing tag alone on its own. */
export function bracketBlocks(md: MarkdownIt): void {
  md.block.ruler.before(
    'fence',
    'bracket_block',
    (state, startLine, endLine, silent) => {
      if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
      const lineText = (line: number) => state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
      const start = opening.exec(lineText(startLine));
      if (!start) return false;
      const name = (start[1] ?? '').toLowerCase();
      let depth = 1;
      let line = startLine + 1;
      for (; line < endLine; line += 1) {
        const text = lineText(line).trim().toLowerCase();
        if (text === `[/${name}]`) depth -= 1;
        else if (opening.exec(text)?.[1] === name) depth += 1;
        if (depth === 0) break;
      }
      if (depth !== 0) return false;
      if (silent) return true;
      const frame = frameOf(name, attributesOf(start[2] ?? ''), md.utils.escapeHtml);
      const open = state.push('html_block', '', 1);
      open.content = frame.open.replace(/^<(\w+)/, `<$1 data-line="${startLine}"`);
      open.map = [startLine, line];
      const oldMax = state.lineMax;
      const oldParent = state.parentType;
      state.lineMax = line;
      state.parentType = 'blockquote';
      state.md.block.tokenize(state, startLine + 1, line);
      state.lineMax = oldMax;
      state.parentType = oldParent;
      state.push('html_block', '', -1).content = frame.close;
      state.line = line + 1;
      return true;
    },
    { alt: ['paragraph', 'blockquote', 'list'] },
  );
}
