// What comes into the page by the clipboard or by a drop: files, whose bytes the window asks for; markup, which the window has
// made fit; words. Each goes where the caret was when it came, whatever is typed meanwhile.
import type { Jodit } from 'jodit/esm/index.js';
import type { Copied, FromVisual, ToVisual } from '../src/lib/editors/messages';
import { dragsFiles, filesIn } from '../src/lib/editors/pictures';
import { native } from './visual_commands';
import { safe } from './visual_safe';

type Incoming = Extract<ToVisual, { type: 'piece' | 'forget' | 'hold' | 'put' | 'describe' | 'pasted' }>;

export class Coming {
  /** Whether the next paste is of words alone. */
  plain = false;
  /** What was copied last out of an editor of the program's. */
  copied: Copied | null = null;
  private readonly files = new Map<number, File>();
  private readonly places = new Map<number, Range>();
  private readonly words = new Map<number, string>();
  private dragged: Range | null = null;
  private next = 1;

  constructor(
    private readonly jodit: Jodit,
    private readonly tell: (message: FromVisual, transfer?: Transferable[]) => void,
    private readonly changed: () => void,
  ) {
    const take = (kind: 'paste' | 'drop', then: (event: ClipboardEvent & DragEvent) => void) =>
      addEventListener(
        kind,
        (event) => {
          event.preventDefault();
          event.stopImmediatePropagation();
          if (!jodit.o.readonly) then(event as ClipboardEvent & DragEvent);
        },
        true,
      );
    take('paste', (event) => this.take(event.clipboardData, this.here()));
    take('drop', (event) => this.dropped(event));
    addEventListener('dragover', (event) => dragsFiles(event.dataTransfer) && event.preventDefault(), true);
    addEventListener('dragstart', () => (this.dragged = this.here()), true);
    addEventListener('dragend', () => (this.dragged = null), true);
    for (const kind of ['copy', 'cut']) addEventListener(kind, () => this.remember(), true);
  }

  /** What the window says about what came. */
  hear(message: Incoming): void {
    switch (message.type) {
      case 'piece':
        void this.give(message.ask, message.file, message.from, message.to);
        break;
      case 'forget':
        this.files.delete(message.file);
        break;
      case 'hold':
        this.places.set(message.place, this.here());
        break;
      case 'put':
        this.at(message.place, () => native(this.jodit, 'insertHTML', safe(message.html)));
        break;
      case 'describe':
        this.describe(message.address, message.alt, message.decorative);
        break;
      case 'pasted': {
        const words = this.words.get(message.ask) ?? '';
        this.words.delete(message.ask);
        const html = message.html;
        this.at(message.ask, () => (html === null ? native(this.jodit, 'insertText', words) : native(this.jodit, 'insertHTML', safe(html))));
        this.places.delete(message.ask);
        break;
      }
    }
  }

  private take(data: DataTransfer | null, place: Range): void {
    if (!data) return;
    const plain = this.plain;
    this.plain = false;
    const [html, text] = [data.getData('text/html'), data.getData('text/plain')];
    const files = plain && text ? [] : filesIn(data);
    if (files.length) return this.handOver(files, place);
    if (plain || !html) {
      if (text) this.putAt(place, () => native(this.jodit, 'insertText', text));
      return;
    }
    if (this.copied && flat(text) === flat(this.copied.text) && flat(text) !== '') {
      const own = this.copied.html;
      this.putAt(place, () => native(this.jodit, 'insertHTML', safe(own)));
      return;
    }
    const ask = this.next++;
    this.places.set(ask, place);
    this.words.set(ask, text);
    this.tell({ type: 'paste', ask, html });
  }

  private handOver(files: File[], range: Range): void {
    const place = this.next++;
    this.places.set(place, range);
    const told = files.map((file) => {
      const number = this.next++;
      this.files.set(number, file);
      return { file: number, name: file.name || 'picture', size: file.size };
    });
    this.tell({ type: 'files', place, files: told });
  }

  private dropped(event: DragEvent): void {
    const place = document.caretRangeFromPoint(event.clientX, event.clientY);
    const inside = place && this.jodit.editor.contains(place.startContainer) ? place : this.here();
    const own = this.dragged;
    this.dragged = null;
    if (!own) return this.take(event.dataTransfer, inside);
    // A part of this text goes to another place in it.
    if (own.isPointInRange(inside.startContainer, inside.startOffset)) return;
    const html = markup(own);
    if (!event.ctrlKey) own.deleteContents();
    this.putAt(inside, () => native(this.jodit, 'insertHTML', safe(html)));
  }

  private async give(ask: number, file: number, from: number, to: number): Promise<void> {
    let bytes: ArrayBuffer | null = null;
    try {
      bytes = (await this.files.get(file)?.slice(from, to).arrayBuffer()) ?? null;
    } catch {
      // A file that is gone meanwhile: the window says so.
    }
    this.tell({ type: 'piece', ask, bytes }, bytes ? [bytes] : []);
  }

  private remember(): void {
    const selection = getSelection();
    if (!selection?.rangeCount || selection.isCollapsed || !this.jodit.editor.contains(selection.anchorNode)) return;
    this.copied = { html: markup(selection.getRangeAt(0)), text: selection.toString() };
    this.tell({ type: 'copied', copied: this.copied });
  }

  /** Where the caret is, or the end of the text. */
  private here(): Range {
    const selection = getSelection();
    if (selection?.rangeCount && this.jodit.editor.contains(selection.anchorNode)) return selection.getRangeAt(0).cloneRange();
    const end = document.createRange();
    end.selectNodeContents(this.jodit.editor);
    end.collapse(false);
    return end;
  }

  /** Does something at a place that was remembered; what comes next there stands behind it. */
  private at(place: number, act: () => void): void {
    const range = this.places.get(place);
    const behind = this.putAt(range && this.jodit.editor.contains(range.startContainer) ? range : this.here(), act);
    if (behind) this.places.set(place, behind);
  }

  /** Does something at a place and answers with the place behind it. A caret that is elsewhere stays there. */
  private putAt(range: Range, act: () => void): Range | null {
    const selection = getSelection();
    if (!selection) return null;
    const caret = this.here();
    const moved = caret.compareBoundaryPoints(Range.START_TO_START, range) !== 0 || caret.compareBoundaryPoints(Range.END_TO_END, range) !== 0;
    // The person may be writing elsewhere in the window; the keys stay there.
    if (document.hasFocus()) this.jodit.selection.focus();
    selection.removeAllRanges();
    selection.addRange(range);
    act();
    const behind = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    behind?.collapse(false);
    if (moved && this.jodit.editor.contains(caret.startContainer)) {
      selection.removeAllRanges();
      selection.addRange(caret);
    }
    this.jodit.synchronizeValues();
    this.changed();
    return behind;
  }

  private describe(address: string, alt: string, decorative: boolean): void {
    const all = [...this.jodit.editor.querySelectorAll<HTMLImageElement>('img[data-lectern-src]')];
    for (const image of all.filter((one) => one.dataset['lecternSrc'] === address && !one.getAttribute('alt'))) {
      image.setAttribute('alt', decorative ? '' : alt);
      if (decorative) image.setAttribute('role', 'presentation');
    }
    this.jodit.synchronizeValues();
    this.changed();
  }
}

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

function markup(range: Range): string {
  const box = document.createElement('div');
  box.append(range.cloneContents());
  return box.innerHTML;
}
