import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { EditorView } from '@codemirror/view';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

// The source editor that a person has, in place of the text area of the other tests.
vi.mock('./lib/components/document/editors', async (original) => {
  const plain = await original<typeof import('./lib/components/document/editors')>();
  const { default: Source } = await import('./lib/editors/SourceEditor.svelte');
  return { ...plain, Editors: { ...plain.Editors, Source } };
});

let app: State;
const user = userEvent.setup();

beforeEach(async () => {
  localStorage.clear();
  const fake = new FakeBackend();
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
});
afterEach(() => {
  app.end();
  cleanup();
});
const view = (words: string) => user.click(screen.getByRole('radio', { name: words }));
/** The source editor, once it stands. */
async function source(): Promise<EditorView> {
  const content = await waitFor(() => {
    const found = document.querySelector<HTMLElement>('.editor .cm-content');
    if (!found) throw new Error('the editor is there');
    return found;
  });
  const editor = EditorView.findFromDOM(content);
  if (!editor) throw new Error('the editor has a view');
  return editor;
}

describe('Read', () => {
  it('shows what was typed a moment ago, and writing goes on with it', async () => {
    await app.openDocument('lens');
    const editor = await source();
    editor.dispatch({ changes: { from: 0, insert: 'Lenses! ' }, selection: { anchor: 4 }, userEvent: 'input' });
    await view('Read');
    await waitFor(() => expect(screen.getByRole('region', { name: 'How it reads' }).textContent).toContain('Lenses! '));
    expect(screen.queryByRole('textbox', { name: /^Text of/ })).toBeNull();
    expect(screen.queryByRole('toolbar')).toBeNull();
    await view('Write');
    const again = await source();
    expect(again.state.sliceDoc()).toContain('Lenses! ');
    expect(again.state.selection.main.head).toBe(4);
    expect(app.document.source).toContain('Lenses! ');
  });
});
