import type { Jodit } from 'jodit/esm/index.js';
import type { VisualState } from '../src/lib/editors/messages';

const blocks = 'p,h1,h2,h3,h4,h5,h6,blockquote,pre,li,td,th,div';

/** The element at the caret, inside the text. */
export function elementAtCaret(jodit: Jodit): HTMLElement | null {
  const node = getSelection()?.anchorNode ?? null;
  const element = node instanceof HTMLElement ? node : (node?.parentElement ?? null);
  return element && jodit.editor.contains(element) ? element : null;
}

/** The nearest element of a kind around the caret, inside the text. */
export function around(jodit: Jodit, selector: string): HTMLElement | null {
  const found = elementAtCaret(jodit)?.closest<HTMLElement>(selector) ?? null;
  return found && found !== jodit.editor && jodit.editor.contains(found) ? found : null;
}

const ring = document.createElement('div');

/** Shows which image is chosen by a ring laid over it; the image itself is not touched, so the text stays as it was. */
export function chosenImage(image: HTMLImageElement | null): void {
  ring.remove();
  if (!image) return;
  const box = image.getBoundingClientRect();
  ring.style.cssText =
    `position:absolute;left:${box.left + scrollX - 2}px;top:${box.top + scrollY - 2}px;width:${box.width + 4}px;` +
    `height:${box.height + 4}px;border:2px solid var(--focus);border-radius:4px;pointer-events:none`;
  document.body.append(ring);
}

/** What the toolbar shows as pressed. */
export function stateAt(jodit: Jodit, image: HTMLImageElement | null): VisualState {
  const on = (command: string) => document.queryCommandState(command);
  const list = around(jodit, 'ul,ol')?.tagName.toLowerCase();
  const kept = image && jodit.editor.contains(image) ? image : null;
  return {
    bold: on('bold'),
    italic: on('italic'),
    underline: on('underline'),
    block: around(jodit, blocks)?.tagName.toLowerCase() ?? 'p',
    list: list === 'ul' || list === 'ol' ? list : null,
    link: around(jodit, 'a[href]')?.getAttribute('href') ?? null,
    equation: kept?.classList.contains('equation_image') ? (kept.dataset['equationContent'] ?? kept.getAttribute('alt')?.replace(/^LaTeX:\s*/, '') ?? '') : null,
    image: kept ? { alt: kept.getAttribute('alt') ?? '', decorative: kept.getAttribute('role') === 'presentation' } : null,
    table: around(jodit, 'table') !== null,
    canUndo: jodit.history.canUndo(),
    canRedo: jodit.history.canRedo(),
  };
}
