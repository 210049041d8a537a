import type { Jodit } from 'jodit/esm/index.js';

/** What is looked for in the page, and which hit is meant. */
export interface Wanted {
  words: string;
  matchCase: boolean;
  step: 'stay' | 'next' | 'previous';
  /** Put in the place of the hit that is chosen, or of all of them. */
  replacement?: string;
  all?: boolean;
}

/** How many there are, and the number of the one that is chosen (from 1; 0 for none). */
export interface Outcome {
  count: number;
  at: number;
}

const BLOCKS = /^(?:P|H[1-6]|LI|TD|TH|DIV|BLOCKQUOTE|PRE|UL|OL|TABLE|TR|DL|DT|DD|FIGURE|FIGCAPTION|SECTION|ARTICLE|HR|BR|DETAILS|SUMMARY)$/;

interface Unit {
  node: Text;
  at: number;
}

/** The text as it is read: a hit may begin in one text node and end in another, but crosses no block. */
function read(root: HTMLElement): { text: string; units: (Unit | null)[] } {
  let text = '';
  const units: (Unit | null)[] = [];
  const end = () => {
    if (text === '' || text.endsWith('\n')) return;
    text += '\n';
    units.push(null);
  };
  const walk = (node: Node) => {
    if (node instanceof Text) {
      for (let at = 0; at < node.data.length; at++) {
        text += node.data[at] === '\u00a0' || node.data[at] === '\n' ? ' ' : node.data[at];
        units.push({ node, at });
      }
      return;
    }
    const block = BLOCKS.test(node.nodeName);
    if (block) end();
    node.childNodes.forEach(walk);
    if (block) end();
  };
  walk(root);
  return { text, units };
}

function ranges(root: HTMLElement, wanted: Wanted): Range[] {
  const { text, units } = read(root);
  // Lower case that changes the length of a text would shift what follows; such a sign is left as it is.
  const fold = (s: string) => (wanted.matchCase ? s : [...s].map((c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join(''));
  const sought = fold(wanted.words.replace(/\u00a0/g, ' '));
  const within = fold(text);
  const found: Range[] = [];
  if (!sought) return found;
  for (let from = within.indexOf(sought); from >= 0; from = within.indexOf(sought, from + sought.length)) {
    const first = units[from];
    const last = units[from + sought.length - 1];
    if (!first || !last) continue;
    const range = document.createRange();
    range.setStart(first.node, first.at);
    range.setEnd(last.node, last.at + 1);
    found.push(range);
  }
  return found;
}

interface Marks {
  set(name: string, marks: unknown): void;
  delete(name: string): void;
}

/** Marks all hits where the web view can; the text is not touched for it. */
function mark(found: Range[]): void {
  const marks = (CSS as unknown as { highlights?: Marks }).highlights;
  const Highlight = (window as unknown as { Highlight?: new (...ranges: Range[]) => unknown }).Highlight;
  if (!marks || !Highlight) return;
  if (found.length) marks.set('found', new Highlight(...found));
  else marks.delete('found');
}

function choose(range: Range): void {
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
  range.startContainer.parentElement?.scrollIntoView({ block: 'nearest' });
}

function same(a: Range, b: Range): boolean {
  return a.compareBoundaryPoints(Range.START_TO_START, b) === 0 && a.compareBoundaryPoints(Range.END_TO_END, b) === 0;
}

/** Finds, goes on to the next, replaces. One replacement of all is one step of undo for each hit that the web view keeps. */
export function findIn(jodit: Jodit, wanted: Wanted): Outcome {
  let found = ranges(jodit.editor, wanted);
  const chosen = getSelection()?.rangeCount ? getSelection()?.getRangeAt(0) : undefined;
  let at = chosen ? found.findIndex((range) => same(range, chosen)) : -1;
  if (wanted.replacement !== undefined && !jodit.o.readonly) {
    if (wanted.all) {
      // From the end, so that what is not replaced yet keeps its place.
      for (const range of [...found].reverse()) put(range, wanted.replacement);
      jodit.synchronizeValues();
      mark([]);
      return { count: 0, at: 0 };
    }
    const range = found[at];
    if (range) {
      put(range, wanted.replacement);
      jodit.synchronizeValues();
      found = ranges(jodit.editor, wanted);
      at -= 1;
    }
  }
  mark(found);
  if (!found.length) return { count: 0, at: 0 };
  if (wanted.step === 'stay') return { count: found.length, at: at + 1 };
  const from = chosen ?? found[0];
  if (at < 0 && wanted.replacement === undefined && from) {
    const after = found.findIndex((range) => range.compareBoundaryPoints(Range.START_TO_START, from) >= 0);
    at = wanted.step === 'next' ? (after < 0 ? 0 : after) : (after <= 0 ? found.length : after) - 1;
  } else at = (at + (wanted.step === 'next' ? 1 : -1) + found.length) % found.length;
  const to = found[at];
  if (to) choose(to);
  return { count: found.length, at: at + 1 };
}

function put(range: Range, text: string): void {
  choose(range);
  document.execCommand(text === '' ? 'delete' : 'insertText', false, text);
}

/** Takes the marks away. */
export function endFind(): void {
  mark([]);
}
