import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
const WEEK4 = 'Week 4 · Waves and swell';
const WEEK5 = 'Week 5 · Thermohaline circulation';
const row = (id: string) => `ocn210:${id}`;
const rowOf = (id: string) => document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);

beforeEach(async () => {
  localStorage.clear();
  // Nothing has a size here, and only the rows to be seen are drawn.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(function (this: HTMLElement) {
    return this.getAttribute('role') === 'tree' ? 300 : 0;
  });
  fake = new FakeBackend();
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
  await app.openDocument('thermo');
});
afterEach(() => {
  vi.restoreAllMocks();
  app.end();
  cleanup();
});
async function pick(id: string, words: string) {
  await waitFor(() => expect(rowOf(id)).not.toBeNull());
  rowOf(id)?.focus();
  await user.keyboard('{Shift>}{F10}{/Shift}');
  await user.click(await screen.findByRole('menuitem', { name: words }));
}

describe('a module', () => {
  it('is made from the menu of the sidebar, and taken back', async () => {
    screen.getByRole('button', { name: 'New or connect' }).focus();
    await user.keyboard('{Enter}');
    // A menu whose button has no size counts as out of sight, and what is out of sight has no role and no name.
    await user.click(await screen.findByText('New module in OCN 210…'));
    await user.type(await screen.findByLabelText('Title', { selector: '[role=dialog] input' }), 'Week 7{Enter}');
    await waitFor(() => expect([...fake.w.modules.keys()].at(-1)).toBe('Week 7'));
    await user.click(await within(await screen.findByRole('region', { name: 'Undo' })).findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(fake.w.modules.has('Week 7')).toBe(false));
  });
  it('takes a web address; what is none is refused in the dialog', async () => {
    await pick(row(WEEK4), 'New web address…');
    await user.type(await screen.findByLabelText('Title', { selector: '[role=dialog] input' }), 'Tide tables');
    const address = screen.getByLabelText('Web address');
    await user.type(address, 'tides{Enter}');
    await screen.findByText('Web address has to begin with https:// or http://.');
    await user.clear(address);
    await user.type(address, 'https://tides.example/{Enter}');
    await waitFor(() => expect(fake.w.modules.get(WEEK4)).toHaveLength(2));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
  it('has its properties set, and what comes before it picked by name', async () => {
    await pick(row(WEEK5), 'Properties');
    const first = await screen.findByRole('checkbox', { name: WEEK4 });
    await user.click(first);
    await waitFor(async () => expect((await fake.document(row(WEEK5))).fields.find((f) => f.name === 'prerequisite_module_ids')?.value).toBe(JSON.stringify([WEEK4])));
    expect(screen.queryByRole('checkbox', { name: WEEK5 })).toBeNull();
    expect(screen.queryByText('There is no text to edit.')).toBeNull();
    expect(screen.queryByText('0 words')).toBeNull();
  });
});
