import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { describe, expect, it } from 'vitest';
import { filesIn, imageShown, type ShownPicture } from './pictures';
import { describe as described, Places, takesFiles } from './source_incoming';

const heron: ShownPicture = { address: '/lectern/files/ab/heron.png', shown: 'attach://localhost/ab', alt: '', decorative: false };
const bay: ShownPicture = { ...heron, address: '/lectern/files/cd/bay.png' };

function opened(doc: string, separator = '\n') {
  const places = new Places();
  const view = new EditorView({ state: EditorState.create({ doc, extensions: [EditorState.lineSeparator.of(separator), places.follow] }) });
  return { places, view, text: () => view.state.sliceDoc() };
}

describe('pictures that come while a person writes on', () => {
  it('stand where they were dropped, one behind the other, whatever is written before them', () => {
    const { places, view, text } = opened('One.\r\n\r\nTwo.', '\r\n');
    const place = places.hold(4, 4);
    view.dispatch({ changes: { from: 0, insert: 'Zero. ' }, selection: { anchor: 6 } });
    places.put(view, place, heron, 'markdown');
    view.dispatch({ changes: { from: 0, insert: '# ' } });
    places.put(view, place, bay, 'markdown');
    expect(text()).toBe('# Zero. One.![](/lectern/files/ab/heron.png)\r\n![](/lectern/files/cd/bay.png)\r\n\r\nTwo.');
    expect(view.state.selection.main.head).toBe(8);
  });
  it('take the place of what was chosen, and leave the caret behind them', () => {
    const { places, view, text } = opened('<p>here</p>');
    view.dispatch({ selection: { anchor: 3, head: 7 } });
    places.put(view, places.hold(3, 7), heron, 'html');
    expect(text()).toBe('<p><img src="/lectern/files/ab/heron.png"></p>');
    view.dispatch(view.state.replaceSelection('!'));
    expect(text()).toBe('<p><img src="/lectern/files/ab/heron.png">!</p>');
  });
  it('get their words in their place, and none where they are gone or have words already', () => {
    const said = { ...heron, alt: 'A heron' };
    const of = (doc: string) => {
      const { view, text } = opened(doc);
      const changes = described(view.state, said, 'markdown');
      if (changes) view.dispatch({ changes });
      return text();
    };
    expect(of('a ![](/lectern/files/ab/heron.png) b')).toBe('a ![A heron](/lectern/files/ab/heron.png) b');
    expect(of('a ![Mine](/lectern/files/ab/heron.png) b')).toBe('a ![Mine](/lectern/files/ab/heron.png) b');
    expect(of('')).toBe('');
  });
  it('are not taken by a text that is read only', () => {
    const told: string[] = [];
    const take = (readOnly: boolean) => {
      const view = new EditorView({ state: EditorState.create({ doc: 'x', extensions: [EditorState.readOnly.of(readOnly), takesFiles(new Places(), () => (files) => told.push(files[0]?.name ?? ''))] }) });
      const event = new Event('paste', { bubbles: true, cancelable: true });
      Object.defineProperty(event, 'clipboardData', { value: { files: [new File(['x'], 'a.png')], items: [], types: ['Files'], getData: () => '' } });
      view.contentDOM.dispatchEvent(event);
    };
    take(true);
    expect(told).toEqual([]);
    take(false);
    expect(told).toEqual(['a.png']);
  });
});

describe('what of a clipboard is a file', () => {
  const file = new File(['x'], 'a.png');
  const data = (html: string, listed: File[], items: unknown[] = []) => ({ files: listed, items, getData: (type: string) => (type === 'text/html' ? html : '') }) as unknown as DataTransfer;
  it('is told by whether there are words beside it', () => {
    expect(filesIn(data('', [file]))).toEqual([file]);
    expect(filesIn(data('<meta charset=utf-8><img src="https://x.example/a.png">', [file]))).toEqual([file]);
    expect(filesIn(data('<p>Words</p>', [file]))).toEqual([]);
    expect(filesIn(data('', [], [{ kind: 'string' }, { kind: 'file', getAsFile: () => file }]))).toEqual([file]);
    expect(filesIn(null)).toEqual([]);
  });
});

describe('a picture in the page editor', () => {
  it('is loaded from this computer and keeps the address that the source gets', () => {
    expect(imageShown({ ...heron, alt: 'A "heron"' })).toBe(
      '<img src="attach://localhost/ab" alt="A &quot;heron&quot;" data-lectern-src="/lectern/files/ab/heron.png" data-lectern-shown="attach://localhost/ab">',
    );
    expect(imageShown({ address: 'https://x.example/a.png', alt: '', decorative: true })).toBe('<img src="https://x.example/a.png" alt="" role="presentation">');
  });
});
