import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
async function show(id: string) {
  fake = new FakeBackend();
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
  await app.openDocument(id);
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});
async function choose(words: string) {
  const more = await screen.findByRole('button', { name: 'More about this document' });
  await user.click(more);
  await user.click(await screen.findByText(words));
}

describe('a document on two sites', () => {
  it('is linked from its menu, and each site is told with its state', async () => {
    await show('thermo');
    expect(screen.queryByRole('list', { name: 'Sites of this document' })).toBeNull();
    await choose('Also on a forum…');
    const category = await screen.findByLabelText<HTMLSelectElement>('Category');
    expect([...category.options].map((o) => o.textContent)).toEqual(['Field trips, Tern Point Commons', 'Lab help, Tern Point Commons']);
    await user.click(screen.getByRole('button', { name: 'Link it' }));
    const sites = await screen.findByRole('list', { name: 'Sites of this document' });
    await waitFor(() => expect(sites.textContent).toContain('Field trips, Tern Point Commons'));
    expect(sites.textContent).toContain('Not there yet');
    expect((await fake.documentTargets('thermo')).map((t) => t.home)).toEqual([true, false]);
  });

  it('is unlinked after a question, and both copies stay', async () => {
    await show('thermo');
    await choose('Also on a forum…');
    await user.click(await screen.findByRole('button', { name: 'Link it' }));
    await user.click(await screen.findByRole('button', { name: 'End the link with Field trips' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog.textContent).toContain('Both copies stay where they are');
    await user.click(screen.getByRole('button', { name: 'End the link' }));
    await waitFor(() => expect(screen.queryByRole('list', { name: 'Sites of this document' })).toBeNull());
    expect(await fake.documentTargets('thermo')).toHaveLength(1);
  });

  it('may be one that is there already', async () => {
    await show('thermo');
    await choose('Also on a forum…');
    const there = await screen.findByLabelText<HTMLSelectElement>('There it is');
    const topic = [...there.options].find((o) => o.value !== '');
    expect(there.value).toBe('');
    if (!topic) throw new Error('the category has a topic');
    await user.selectOptions(there, topic.value);
    expect(screen.getByText(/where the two differ, you are asked/)).toBeTruthy();
  });
});
