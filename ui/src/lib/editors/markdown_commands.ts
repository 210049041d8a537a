import type { EditorState } from '@codemirror/state';
import type { Command, EditorView } from '@codemirror/view';

/** What a poll is made of. */
export interface Poll {
  choices: string[];
  several: boolean;
}

/** Puts a block on lines of its own in the place of the selection, and chooses the part that is to be written over. */
function putBlock(view: EditorView, make: (chosen: string) => { text: string; choose?: [from: number, to: number] }): boolean {
  if (view.state.readOnly) return false;
  const { from, to } = view.state.selection.main;
  const made = make(view.state.sliceDoc(from, to));
  const before = gapBefore(view.state, from);
  const after = to === view.state.doc.length ? '\n' : view.state.sliceDoc(to, to + 2) === '\n\n' ? '' : '\n\n'.slice(view.state.sliceDoc(to, to + 1) === '\n' ? 1 : 0);
  const start = from + before.length;
  const [a, b] = made.choose ?? [made.text.length, made.text.length];
  view.dispatch({
    changes: { from, to, insert: before + made.text + after },
    selection: { anchor: start + a, head: start + b },
    userEvent: 'input',
    scrollIntoView: true,
  });
  return true;
}

/** Line breaks that put a block apart from what stands before it. */
function gapBefore(state: EditorState, at: number): string {
  if (at === 0) return '';
  const last = state.sliceDoc(Math.max(0, at - 2), at);
  return last.endsWith('\n\n') || (last === '\n' && at === 1) ? '' : last.endsWith('\n') ? '\n' : '\n\n';
}

/** Chooses `words` in `text`. */
const choosing = (text: string, words: string): { text: string; choose: [number, number] } => {
  const at = text.indexOf(words);
  return { text, choose: [at, at + words.length] };
};

export const insertDetails: Command = (view) =>
  putBlock(view, (chosen) => choosing(`[details="Summary"]\n${chosen || 'Text that opens'}\n[/details]`, 'Summary'));

export const insertSpoiler: Command = (view) => putBlock(view, (chosen) => choosing(`[spoiler]\n${chosen || 'Hidden text'}\n[/spoiler]`, chosen || 'Hidden text'));

export const insertCodeBlock: Command = (view) => putBlock(view, (chosen) => choosing(`\`\`\`\n${chosen || 'code'}\n\`\`\``, chosen || 'code'));

export const insertRule: Command = (view) => putBlock(view, (chosen) => ({ text: `${chosen ? `${chosen}\n\n` : ''}---` }));

export const insertMathBlock: Command = (view) => putBlock(view, (chosen) => choosing(`$$\n${chosen || 'E = mc^2'}\n$$`, chosen || 'E = mc^2'));

/** A table of so many rows under its head, its cells padded so that the source can be read. */
export function tableText(rows: number, columns: number): string {
  const line = (cell: (n: number) => string) => `| ${Array.from({ length: columns }, (_, n) => cell(n)).join(' | ')} |`;
  const head = line((n) => `Heading ${n + 1}`);
  const rule = line((n) => '-'.repeat(`Heading ${n + 1}`.length));
  const row = line((n) => ' '.repeat(`Heading ${n + 1}`.length));
  return [head, rule, ...Array.from({ length: rows }, () => row)].join('\n');
}

export function insertTable(rows: number, columns: number): Command {
  return (view) => putBlock(view, () => choosing(tableText(rows, columns), 'Heading 1'));
}

/** The Markdown of a poll. A choice is one line: line breaks in it become spaces. */
export function pollText(poll: Poll): string {
  const choices = poll.choices.map((c) => c.trim().replace(/\s+/g, ' ')).filter(Boolean);
  const how = poll.several ? `type=multiple results=always min=1 max=${choices.length} chartType=bar` : 'type=regular results=always chartType=bar';
  return `[poll ${how}]\n${choices.map((c) => `* ${c}`).join('\n')}\n[/poll]`;
}

export function insertPoll(poll: Poll): Command {
  return (view) => putBlock(view, () => ({ text: pollText(poll) }));
}

/** A quotation of somebody's post, as the forum writes it. `names` says whose, and of which post and topic. */
export function quoteText(names: string, words: string): string {
  const count = (mark: RegExp) => words.match(mark)?.length ?? 0;
  // A part of a post may begin or end within a quotation of its own: a mark without its other half would end this one.
  const whole = count(/\[quote\b[^\]]*\]/gi) === count(/\[\/quote\]/gi);
  const said = (whole ? words : words.replace(/\[\/?quote\b[^\]]*\]/gi, '')).trim();
  return `[quote="${names.replace(/["\]]/g, '')}"]\n${said}\n[/quote]`;
}

/** Puts plain text in the place of the selection. */
export function insertText(text: string, block = false): Command {
  return (view) => {
    if (view.state.readOnly) return false;
    if (block) return putBlock(view, () => ({ text }));
    view.dispatch(view.state.replaceSelection(text), { userEvent: 'input', scrollIntoView: true });
    return true;
  };
}

/** Makes a mark such as `@` begin a completion: it stands apart from the word before it. */
export function beginWith(mark: string): Command {
  return (view) => {
    if (view.state.readOnly) return false;
    const { from } = view.state.selection.main;
    const apart = from === 0 || /[\s(>]/.test(view.state.sliceDoc(from - 1, from)) ? '' : ' ';
    view.dispatch(view.state.replaceSelection(apart + mark), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  };
}
