import type { Command } from '@codemirror/view';

/** Where a link leads, and its words where nothing is chosen. */
export interface Link {
  address: string;
  words?: string;
}

/** Text between tags of HTML. */
const inHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
/** A value between double quotes of HTML. */
const quoted = (text: string) => inHtml(text).replace(/"/g, '&quot;');

/** Whether each `close` has its `open` before it. A character after a backslash stands for itself. */
function balanced(text: string, open: string, close: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === open) depth++;
    else if (text[at] === close && --depth < 0) return false;
  }
  return depth === 0;
}

/** An address between the round brackets of a Markdown link: what would end it early is written in the other way that addresses have. */
function inBrackets(address: string): string {
  const whole = /[\s<>]/.test(address) || !balanced(address, '(', ')');
  return whole ? address.replace(/[\s<>()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`) : address;
}

/** Words of plain text in a Markdown link. */
const inSquare = (words: string) => words.replace(/[\\[\]*_`<]/g, '\\$&');
/** Source that was chosen keeps its marks; a bracket without its other half would end the link early. */
const chosenInSquare = (chosen: string) => (balanced(chosen, '[', ']') ? chosen : chosen.replace(/\\?[[\]]/g, (c) => (c.startsWith('\\') ? c : `\\${c}`)));

const PLACE = 'words';

/** Puts a link around what is chosen, which stays as it is; where nothing is, with words of its own, or with some to be written over. */
export function putLink(language: 'html' | 'markdown', { address, words }: Link): Command {
  return (view) => {
    if (view.state.readOnly) return false;
    const { from, to } = view.state.selection.main;
    const chosen = view.state.sliceDoc(from, to);
    const [open, close] = language === 'html' ? [`<a href="${quoted(address)}">`, '</a>'] : ['[', `](${inBrackets(address)})`];
    const plain = words ?? PLACE;
    const inside = language === 'html' ? chosen || inHtml(plain) : chosen ? chosenInSquare(chosen) : inSquare(plain);
    const [start, end] = [from + open.length, from + open.length + inside.length];
    view.dispatch({
      changes: { from, to, insert: open + inside + close },
      selection: chosen || words !== undefined ? { anchor: end + close.length } : { anchor: start, head: end },
      userEvent: 'input',
      scrollIntoView: true,
    });
    return true;
  };
}
