import type MarkdownIt from 'markdown-it';

interface Notes {
  /** What each name says, as `[^name]: text` wrote it. */
  said: Map<string, string>;
  /** Notes in the order in which the text refers to them, each with its source. */
  used: { name: string | null; text: string }[];
}

const notesOf = (env: { notes?: Notes }): Notes => (env.notes ??= { said: new Map(), used: [] });
const definition = /^\[\^([^\]\s]+)\]:[ \t]*(.*)$/;

/** `[^name]: text`, with lines after it that are indented, or that go on with its paragraph. It is shown where all notes stand. */
function definitions(md: MarkdownIt): void {
  md.block.ruler.before(
    'reference',
    'footnote',
    (state, startLine, endLine, silent) => {
      const lineOf = (line: number) => state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
      const indented = (line: number) => (state.sCount[line] ?? 0) - state.blkIndent >= 4;
      const start = indented(startLine) ? null : definition.exec(lineOf(startLine));
      if (!start) return false;
      if (silent) return true;
      const text = [start[2] ?? ''];
      let line = startLine + 1;
      let end = line;
      for (; line < endLine; line += 1) {
        const empty = state.isEmpty(line);
        const goesOn = empty || indented(line) || (!state.isEmpty(line - 1) && !definition.test(lineOf(line)));
        if (!goesOn) break;
        text.push(empty ? '' : state.getLines(line, line + 1, state.blkIndent + 4, false));
        if (!empty) end = line + 1;
      }
      notesOf(state.env).said.set((start[1] ?? '').toLowerCase(), text.slice(0, end - startLine).join('\n'));
      state.line = end;
      return true;
    },
    { alt: ['paragraph', 'reference'] },
  );
}

/** `[^name]` where that name says something, and `^[a note in place]`. */
function references(md: MarkdownIt): void {
  md.inline.ruler.before('link', 'footnote_ref', (state, silent) => {
    const notes = notesOf(state.env);
    const rest = state.src.slice(state.pos, state.posMax);
    const named = /^\[\^([^\]\s]+)\]/.exec(rest);
    const name = named?.[1]?.toLowerCase();
    let length = 0;
    let text = name === undefined ? undefined : notes.said.get(name);
    if (named && text !== undefined) length = named[0].length;
    else if (rest.startsWith('^[')) {
      const end = md.helpers.parseLinkLabel(state, state.pos + 1);
      if (end < 0) return false;
      text = state.src.slice(state.pos + 2, end);
      length = end + 1 - state.pos;
    }
    if (text === undefined || length === 0) return false;
    if (!silent) {
      let at = name === undefined ? -1 : notes.used.findIndex((note) => note.name === name);
      const first = at < 0;
      if (first) at = notes.used.push({ name: name ?? null, text }) - 1;
      const id = first ? ` id="fnref${at + 1}"` : '';
      state.push('html_inline', '', 0).content = `<sup class="footnote-ref"><a href="#fn${at + 1}"${id}>[${at + 1}]</a></sup>`;
    }
    state.pos += length;
    return true;
  });
}

/** The notes below the text. A note may refer to others. */
function list(md: MarkdownIt): void {
  md.core.ruler.after('inline', 'footnotes', (state) => {
    const { used } = notesOf(state.env);
    const html = (content: string) => {
      const token = new state.Token('html_block', '', 0);
      token.content = content;
      state.tokens.push(token);
    };
    for (let at = 0; at < used.length; at += 1) {
      html(at === 0 ? '<hr class="footnotes-sep"><ol class="footnotes-list">' : '');
      html(`<li id="fn${at + 1}" class="footnote-item">`);
      const from = state.tokens.length;
      state.md.block.parse(used[at]?.text ?? '', state.md, state.env, state.tokens);
      const back = `<a href="#fnref${at + 1}" class="footnote-backref">↩︎</a>`;
      const made = state.tokens.slice(from);
      for (const token of made) {
        // Its lines are not those of the text.
        token.map = null;
        if (token.type === 'inline') state.md.inline.parse(token.content, state.md, state.env, (token.children = []));
      }
      const last = made.findLast((token) => token.type === 'inline');
      if (last) {
        const token = new state.Token('html_inline', '', 0);
        token.content = ` ${back}`;
        last.children?.push(token);
      } else html(back);
      html('</li>');
    }
    if (used.length) html('</ol>');
    return true;
  });
}

/** Footnotes, as the forum's plugin writes them (contract 9.2). */
export function footnotes(md: MarkdownIt): void {
  definitions(md);
  references(md);
  list(md);
}
