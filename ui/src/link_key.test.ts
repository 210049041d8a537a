import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { EditorView } from '@codemirror/view';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

// The editor that a person has, in place of the text area of the other tests.
vi.mock('./lib/components/document/editors', async (original) => {
  const plain = await original<typeof import('./lib/components/document/editors')>();
  const { default: Source } = await import('./lib/editors/SourceEditor.svelte');
  return { ...plain, Editors: { ...plain.Editors, Source } };
});

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();

beforeEach(async () => {
  localStorage.clear();
  fake = new FakeBackend();
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
});
afterEach(() => {
  app.end();
  cleanup();
});
async function editor(): Promise<EditorView> {
  const content = await waitFor(() => {
    const found = document.querySelector<HTMLElement>('.editor .cm-content');
    if (!found) throw new Error('the editor is there');
    return found;
  });
  const view = EditorView.findFromDOM(content);
  if (!view) throw new Error('the editor has a view');
  return view;
}
function choose(view: EditorView, words: string): void {
  const from = view.state.sliceDoc().indexOf(words);
  view.dispatch({ selection: { anchor: from, head: from + words.length } });
  view.focus();
}
async function link(view: EditorView, typed: string): Promise<void> {
  view.contentDOM.dispatchEvent(new KeyboardEvent('keydown', { key: 'K', code: 'KeyK', keyCode: 75, ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true }));
  const dialog = await screen.findByRole('dialog', { name: 'Link' });
  await user.type(within(dialog).getByRole('combobox'), `${typed}{Enter}`);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
}

describe('Ctrl Shift K', () => {
  it('asks once where a link in a topic leads, and keeps the chosen words', async () => {
    await app.openDocument('lens');
    const view = await editor();
    const before = view.state.sliceDoc();
    choose(view, 'the teeth of a limpet');
    await link(view, 'https://limpets.example/teeth');
    await waitFor(() => expect(view.state.sliceDoc()).toBe(before.replace('the teeth of a limpet', '[the teeth of a limpet](https://limpets.example/teeth)')));
  });
  it('in the source of a page deletes no line, and links the chosen words', async () => {
    await app.openDocument('waves');
    await app.document.show('source');
    const view = await editor();
    const before = view.state.sliceDoc();
    choose(view, 'Wind');
    await link(view, 'wind.example');
    await waitFor(() => expect(view.state.sliceDoc()).toBe(before.replace('Wind', '<a href="https://wind.example">Wind</a>')));
  });
  it('belongs to whoever takes the key first', async () => {
    await app.openDocument('lens');
    const view = await editor();
    const take = (e: Event) => e.preventDefault();
    view.dom.addEventListener('keydown', take);
    view.contentDOM.dispatchEvent(new KeyboardEvent('keydown', { key: 'K', code: 'KeyK', keyCode: 75, ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true }));
    await new Promise((done) => setTimeout(done, 20));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
