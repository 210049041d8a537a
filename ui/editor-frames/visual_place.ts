import type { Jodit } from 'jodit/esm/index.js';

const read = (text: string) => text.replace(/\s/g, '').length;

function texts(root: HTMLElement): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode()) found.push(walker.currentNode as Text);
  return found;
}

/** How many characters, white space aside, are read before the caret. */
export function readBeforeCaret(jodit: Jodit): number {
  const selection = getSelection();
  if (!selection?.rangeCount || !jodit.editor.contains(selection.anchorNode)) return 0;
  const before = document.createRange();
  before.selectNodeContents(jodit.editor);
  const at = selection.getRangeAt(0);
  before.setEnd(at.startContainer, at.startOffset);
  return read(before.toString());
}

/** Puts the caret where so many characters are read before it. */
export function goTo(jodit: Jodit, characters: number): void {
  let left = characters;
  for (const text of texts(jodit.editor)) {
    const here = read(text.data);
    if (left > here || here === 0) {
      left -= here;
      continue;
    }
    let at = 0;
    for (; at < text.data.length; at++) {
      if (/\s/.test(text.data[at] ?? '')) continue;
      if (left === 0) break;
      left -= 1;
    }
    const range = document.createRange();
    range.setStart(text, at);
    jodit.selection.focus();
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    text.parentElement?.scrollIntoView({ block: 'center' });
    return;
  }
}
