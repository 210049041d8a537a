import { EditorView } from '@codemirror/view';
import { EditorState } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
import { render } from './markdown/render';
import { sourceCommand, sourceExtensions } from './source_setup';

type Language = 'html' | 'markdown';
let view: EditorView | undefined;
function editor(language: Language, text: string, chosen = ''): EditorView {
  const from = chosen ? text.indexOf(chosen) : text.length;
  view = new EditorView({
    parent: document.body,
    state: EditorState.create({ doc: text, selection: { anchor: from, head: from + chosen.length }, extensions: sourceExtensions(text, language, 'Text', []) }),
  });
  return view;
}
function linked(language: Language, text: string, chosen: string, address: string, words?: string): string {
  const of = editor(language, text, chosen);
  sourceCommand('link', language, words === undefined ? { address } : { address, words })?.(of);
  const now = of.state.sliceDoc();
  of.destroy();
  return now;
}
const shown = (html: string) => {
  const holder = document.createElement('div');
  holder.innerHTML = html;
  return holder;
};
afterEach(() => view?.destroy());

describe('a link in the source', () => {
  it('goes around the words that are chosen, and keeps them as they stand', () => {
    expect(linked('markdown', 'Read the **tide** table first.', 'the **tide** table', 'https://tides.example/a')).toBe('Read [the **tide** table](https://tides.example/a) first.');
    expect(linked('html', '<p>Read the <b>tide</b> table.</p>', 'the <b>tide</b> table', '/courses/1/pages/a', 'Tide tables')).toBe('<p>Read <a href="/courses/1/pages/a">the <b>tide</b> table</a>.</p>');
  });
  it('has the title of what it leads to where nothing is chosen', () => {
    expect(linked('markdown', 'See ', '', '/t/7', 'Waves [and] *swell*')).toBe('See [Waves \\[and\\] \\*swell\\*](/t/7)');
    expect(shown(render(linked('markdown', 'See ', '', '/t/7', 'Waves [and] *swell*'))).querySelector('a')?.textContent).toBe('Waves [and] *swell*');
  });
  it('takes words and address into HTML as words and as an address', () => {
    const made = shown(linked('html', '', '', 'https://x.example/?a=1&b="2"', 'T–S <salt> & "heat"')).querySelector('a');
    expect(made?.getAttribute('href')).toBe('https://x.example/?a=1&b="2"');
    expect(made?.textContent).toBe('T–S <salt> & "heat"');
    expect(made?.children.length).toBe(0);
  });
  it('is not ended early by a bracket in the words or the address', () => {
    const made = shown(render(linked('markdown', 'a ] b', 'a ] b', 'https://x.example/a)b'))).querySelector('a');
    expect([made?.textContent, made?.getAttribute('href')]).toEqual(['a ] b', 'https://x.example/a%29b']);
    const balanced = shown(render(linked('markdown', 'Lens', 'Lens', 'https://x.example/Lens_(optics)'))).querySelector('a');
    expect(balanced?.getAttribute('href')).toBe('https://x.example/Lens_(optics)');
  });
  it('without words of its own shows some that are typed over', () => {
    const of = editor('html', '');
    sourceCommand('link', 'html', { address: '/a' })?.(of);
    const { from, to } = of.state.selection.main;
    expect(of.state.sliceDoc(from, to)).toBe('words');
    of.dispatch(of.state.replaceSelection('the map'));
    expect(of.state.sliceDoc()).toBe('<a href="/a">the map</a>');
  });
});

describe('Ctrl Shift K in the source', () => {
  for (const language of ['markdown', 'html'] as const)
    it(`is left to the dialog: the ${language} stays as it is`, () => {
      const of = editor(language, 'One line.\nAnother line.', 'line');
      const key = new KeyboardEvent('keydown', { key: 'K', code: 'KeyK', keyCode: 75, ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true });
      of.contentDOM.dispatchEvent(key);
      expect(of.state.sliceDoc()).toBe('One line.\nAnother line.');
      expect(key.defaultPrevented).toBe(false);
    });
});
