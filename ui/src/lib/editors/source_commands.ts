import { EditorSelection } from '@codemirror/state';
import type { Command } from '@codemirror/view';

/** Puts marks around the selection, or takes them away where they are. */
export function toggleAround(open: string, close = open): Command {
  return (view) => {
    if (view.state.readOnly) return false;
    view.dispatch(
      view.state.changeByRange((range) => {
        const before = view.state.sliceDoc(range.from - open.length, range.from);
        const after = view.state.sliceDoc(range.to, range.to + close.length);
        if (before === open && after === close) {
          return {
            changes: [
              { from: range.from - open.length, to: range.from },
              { from: range.to, to: range.to + close.length },
            ],
            range: EditorSelection.range(range.from - open.length, range.to - open.length),
          };
        }
        return {
          changes: [
            { from: range.from, insert: open },
            { from: range.to, insert: close },
          ],
          range: EditorSelection.range(range.from + open.length, range.to + open.length),
        };
      }),
      { userEvent: 'input', scrollIntoView: true },
    );
    return true;
  };
}

/** Puts a mark at the start of each chosen line, or takes it away where all have it. */
export function toggleLines(mark: string): Command {
  return (view) => {
    if (view.state.readOnly) return false;
    const { from, to } = view.state.selection.main;
    const first = view.state.doc.lineAt(from).number;
    const last = view.state.doc.lineAt(to).number;
    const lines = Array.from({ length: last - first + 1 }, (_, at) => view.state.doc.line(first + at));
    const all = lines.every((line) => line.text.startsWith(mark));
    view.dispatch({
      changes: lines.map((line) => (all ? { from: line.from, to: line.from + mark.length } : { from: line.from, insert: mark })),
      userEvent: 'input',
    });
    return true;
  };
}
