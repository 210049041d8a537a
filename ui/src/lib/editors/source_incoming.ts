import type { EditorState, Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { dragsFiles, filesIn, type Handed, handed, imageHtml, imageMarkdown, type ShownPicture } from './pictures';

/** Places in a text that pictures are to be put at: they move with what is written before them. */
export class Places {
  private readonly places = new Map<number, { from: number; to: number }>();
  private next = 1;

  hold(from: number, to: number): number {
    this.places.set(this.next, { from, to });
    return this.next++;
  }

  /** Follows the text. */
  readonly follow: Extension = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    for (const place of this.places.values()) {
      place.from = update.changes.mapPos(place.from, 1);
      place.to = update.changes.mapPos(place.to, 1);
    }
  });

  /** Puts a picture at a place; the next one there comes behind it. The caret stays, unless it is at that place. */
  put(view: EditorView, place: number, picture: ShownPicture, language: 'html' | 'markdown'): void {
    const end = view.state.doc.length;
    const caret = view.state.selection.main;
    const at = this.places.get(place) ?? { from: caret.from, to: caret.to };
    const [from, to] = [Math.min(at.from, end), Math.min(at.to, end)];
    const here = caret.from === from && caret.to === to;
    const before = language === 'markdown' && /\]\([^)]*\)$/.test(view.state.sliceDoc(Math.max(0, from - 200), from)) ? view.state.lineBreak : '';
    const text = before + (language === 'markdown' ? imageMarkdown(picture) : imageHtml(picture));
    view.dispatch({
      changes: { from, to, insert: view.state.toText(text) },
      ...(here ? { selection: { anchor: from + view.state.toText(text).length } } : {}),
      userEvent: 'input.paste',
    });
    const behind = from + view.state.toText(text).length;
    this.places.set(place, { from: behind, to: behind });
  }
}

/** Gives a picture that was put in without words its words. */
export function describe(state: EditorState, picture: ShownPicture, language: 'html' | 'markdown'): { from: number; to: number; insert: string } | null {
  const written = (one: ShownPicture) => (language === 'markdown' ? imageMarkdown(one) : imageHtml(one));
  const bare = written({ ...picture, alt: '', decorative: false });
  const from = state.doc.toString().indexOf(bare);
  return from < 0 ? null : { from, to: from + bare.length, insert: written(picture) };
}

/** Files pasted or dropped go to the window, with the place they came to. */
export function takesFiles(places: Places, onfiles: () => ((files: Handed[], place: number) => void) | undefined): Extension {
  const take = (view: EditorView, data: DataTransfer | null, from: number, to: number): boolean => {
    const tell = onfiles();
    const files = tell && !view.state.readOnly ? filesIn(data) : [];
    if (!files.length) return false;
    tell?.(files.map(handed), places.hold(from, to));
    return true;
  };
  return [
    places.follow,
    EditorView.domEventHandlers({
      paste(event, view) {
        const { from, to } = view.state.selection.main;
        if (!take(view, event.clipboardData, from, to)) return false;
        event.preventDefault();
        return true;
      },
      drop(event, view) {
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
        if (!take(view, event.dataTransfer, at, at)) return false;
        event.preventDefault();
        return true;
      },
      dragover(event) {
        if (dragsFiles(event.dataTransfer)) event.preventDefault();
        return false;
      },
    }),
  ];
}
