import type { Jodit } from 'jodit/esm/index.js';
import { safe } from './visual_safe';
import { around } from './visual_state';

/** Addresses that a link in a text may have. */
const linkable = /^(?:https?:|mailto:|tel:|\/|#|\$)/i;

/** Does one thing to the text. */
export function runCommand(jodit: Jodit, name: string, value: unknown, image: HTMLImageElement | null): boolean {
  if (jodit.o.readonly) return false;
  jodit.selection.focus();
  switch (name) {
    case 'undo':
      jodit.history.undo();
      return true;
    case 'redo':
      jodit.history.redo();
      return true;
    case 'heading':
    case 'block':
      return native(jodit, 'formatBlock', block(value));
    case 'paragraph':
      return native(jodit, 'formatBlock', 'p');
    case 'quote':
      return native(jodit, 'formatBlock', around(jodit, 'blockquote') ? 'p' : 'blockquote');
    case 'bulleted':
      return native(jodit, 'insertUnorderedList');
    case 'numbered':
      return native(jodit, 'insertOrderedList');
    case 'link':
      return link(jodit, value);
    case 'insert':
      return native(jodit, 'insertHTML', safe(String(value ?? '')));
    case 'text':
      return native(jodit, 'insertText', String(value ?? ''));
    case 'equation':
      return equation(jodit, safe(String(value ?? '')), image);
    case 'image-remove':
      return remove(jodit, image);
    case 'unlink':
      return native(jodit, 'unlink');
    case 'image-alt':
      return alternative(jodit, image, value);
    case 'table':
      return table(jodit, value);
    case 'row-below':
    case 'column-right':
    case 'row-delete':
    case 'column-delete':
      return reshape(jodit, name);
    case 'clear':
      return native(jodit, 'removeFormat');
    case 'bold':
    case 'italic':
    case 'underline':
    case 'strikeThrough':
    case 'subscript':
    case 'superscript':
    case 'indent':
    case 'outdent':
      return native(jodit, name);
    default:
      return false;
  }
}

/** The web view's own command: it touches the selection and nothing else. */
export function native(jodit: Jodit, command: string, value?: string): boolean {
  document.execCommand('styleWithCSS', false, 'false');
  const done = document.execCommand(command, false, value);
  jodit.synchronizeValues();
  return done;
}

function block(value: unknown): string {
  const level = Number(value);
  if (level >= 1 && level <= 6) return `h${level}`;
  return typeof value === 'string' && /^(?:p|h[1-6]|pre|blockquote)$/.test(value) ? value : 'p';
}

/** An equation is changed in its place, or put in where the caret is. */
function equation(jodit: Jodit, html: string, image: HTMLImageElement | null): boolean {
  if (!image || !jodit.editor.contains(image) || !image.classList.contains('equation_image')) return native(jodit, 'insertHTML', html);
  const range = document.createRange();
  range.selectNode(image);
  getSelection()?.removeAllRanges();
  getSelection()?.addRange(range);
  return native(jodit, 'insertHTML', html);
}

function remove(jodit: Jodit, image: HTMLImageElement | null): boolean {
  if (!image || !jodit.editor.contains(image)) return false;
  const range = document.createRange();
  range.selectNode(image);
  getSelection()?.removeAllRanges();
  getSelection()?.addRange(range);
  return native(jodit, 'delete');
}

/** A link to an address; with words of its own where nothing is chosen. */
function link(jodit: Jodit, value: unknown): boolean {
  const asked = typeof value === 'object' && value !== null ? (value as { address?: string; words?: string }) : { address: String(value ?? '') };
  const address = asked.address ?? '';
  if (!linkable.test(address)) return false;
  const old = around(jodit, 'a[href]');
  if (old) {
    old.setAttribute('href', address);
    jodit.synchronizeValues();
    return true;
  }
  if (getSelection()?.isCollapsed) {
    const anchor = document.createElement('a');
    anchor.setAttribute('href', address);
    anchor.textContent = asked.words ?? address;
    return native(jodit, 'insertHTML', anchor.outerHTML);
  }
  return native(jodit, 'createLink', address);
}

/** Words for who cannot see it; or none, marked as decoration, so that it is passed over. */
function alternative(jodit: Jodit, image: HTMLImageElement | null, value: unknown): boolean {
  if (!image || !jodit.editor.contains(image)) return false;
  const decorative = typeof value === 'object' && value !== null;
  image.setAttribute('alt', decorative ? '' : String(value ?? ''));
  if (decorative) image.setAttribute('role', 'presentation');
  else if (image.getAttribute('role') === 'presentation') image.removeAttribute('role');
  jodit.synchronizeValues();
  return true;
}

function table(jodit: Jodit, value: unknown): boolean {
  const size = value as { rows?: number; columns?: number } | null | undefined;
  const rows = Math.min(Math.max(size?.rows ?? 2, 1), 50);
  const columns = Math.min(Math.max(size?.columns ?? 2, 1), 20);
  const head = `<tr>${'<th scope="col"><br></th>'.repeat(columns)}</tr>`;
  const body = `<tr>${'<td><br></td>'.repeat(columns)}</tr>`.repeat(rows - 1);
  return native(jodit, 'insertHTML', `<table><tbody>${head}${body}</tbody></table>`);
}

function reshape(jodit: Jodit, name: string): boolean {
  const cell = around(jodit, 'td,th') as HTMLTableCellElement | null;
  const row = cell?.parentElement as HTMLTableRowElement | null;
  const whole = cell?.closest('table');
  if (!cell || !row || !whole) return false;
  if (name === 'row-below') {
    const added = row.cloneNode(false) as HTMLTableRowElement;
    for (const old of row.cells) {
      const fresh = document.createElement('td');
      fresh.colSpan = old.colSpan;
      fresh.append(document.createElement('br'));
      added.append(fresh);
    }
    row.after(added);
  } else if (name === 'row-delete') {
    row.remove();
  } else {
    for (const each of whole.rows) {
      const at = each.cells[cell.cellIndex];
      if (name === 'column-delete') at?.remove();
      else if (at) {
        const fresh = document.createElement(at.tagName);
        fresh.append(document.createElement('br'));
        at.after(fresh);
      }
    }
  }
  if (whole.rows.length === 0 || [...whole.rows].every((each) => each.cells.length === 0)) whole.remove();
  jodit.synchronizeValues();
  return true;
}
