import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
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
const WEEK6 = 'Week 6 · El Niño and the tropical Pacific';
const items = (module: string) => fake.w.modules.get(module);
const rowOf = (id: string) => document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);

beforeEach(async () => {
  localStorage.clear();
  // Nothing has a size here, and only the rows to be seen are drawn.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(function (this: HTMLElement) {
    return this.getAttribute('role') === 'tree' ? 4000 : 0;
  });
  fake = new FakeBackend();
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
  await app.openDocument('thermo');
  for (const module of [WEEK4, WEEK5, WEEK6]) app.tree.toggle(`ocn210:${module}`, true);
});
afterEach(() => {
  vi.restoreAllMocks();
  app.end();
  cleanup();
});
async function focus(id: string) {
  await waitFor(() => expect(rowOf(id)).not.toBeNull());
  rowOf(id)?.focus();
}
const undo = () => within(screen.getByRole('region', { name: 'Undo' })).getByRole('button', { name: 'Undo' });

describe('a row is moved by keys', () => {
  it('within its module, with an undo, and the focus stays on it', async () => {
    await focus(`ocn210:${WEEK5}:salt`);
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await waitFor(() => expect(items(WEEK5)?.slice(0, 2)).toEqual(['salt', 'thermo']));
    await waitFor(() => expect(document.activeElement).toBe(rowOf(`ocn210:${WEEK5}:salt`)));
    expect(app.announcer.polite).toContain('“Reading guide: the salt budget” is now 1 of 6 in “Week 5');
    expect(app.workspace.outbox[0]).toMatchObject({ kind: 'module_item', summary: [`Moved: 1 of 6 in “${WEEK5}”`] });
    await user.click(undo());
    await waitFor(() => expect(items(WEEK5)?.slice(0, 2)).toEqual(['thermo', 'salt']));
    await waitFor(() => expect(app.workspace.outbox.some((o) => o.kind === 'module_item')).toBe(false));
  });

  it('from the end of one module into the next', async () => {
    await focus(`ocn210:${WEEK5}:thermo`);
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await waitFor(() => expect(items(WEEK4)).toEqual(['waves', 'thermo']));
    await waitFor(() => expect(document.activeElement).toBe(rowOf(`ocn210:${WEEK4}:thermo`)));
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await waitFor(() => expect(items(WEEK5)?.[0]).toBe('thermo'));
  });

  it('a module among the modules, and no further than to the end', async () => {
    await focus(`ocn210:${WEEK6}`);
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(app.announcer.polite).toContain('at the end already');
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await waitFor(() => expect([...fake.w.modules.keys()]).toEqual([WEEK4, WEEK6, WEEK5]));
  });

  it('what its site puts in order says so', async () => {
    app.tree.toggle('ocn210:pages', true);
    await focus('salt');
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    expect(app.announcer.polite).toContain('cannot be changed here');
  });
});

describe('a row is moved by its menu', () => {
  it('Shift F10 opens it, and Move to… asks for module and place', async () => {
    await focus(`ocn210:${WEEK5}:thermo`);
    await user.keyboard('{Shift>}{F10}{/Shift}');
    const menu = await screen.findByRole('menu', { name: 'What can be done with Thermohaline circulation' });
    expect(within(menu).getAllByRole('menuitem').map((i) => i.textContent?.replace(/(Alt .|F2|Delete)$/, '').trim())).toEqual(['Move up', 'Move down', 'Move to…', 'Properties in the module', 'Take out of the module', 'Rename', 'Delete the page…']);
    await user.click(within(menu).getByText('Move to…'));
    const dialog = await screen.findByRole('dialog', { name: 'Move “Thermohaline circulation”' });
    await user.selectOptions(within(dialog).getByLabelText('Module'), WEEK6);
    await user.selectOptions(within(dialog).getByLabelText('Place'), 'First');
    await user.click(within(dialog).getByRole('button', { name: 'Move' }));
    await waitFor(() => expect(items(WEEK6)).toEqual(['thermo', 'nino']));
    expect(items(WEEK5)).not.toContain('thermo');
  });

  it('a page is added to a module and taken out again, each with its undo', async () => {
    app.tree.toggle('ocn210:pages', true);
    await focus('page0');
    await user.keyboard('{Shift>}{F10}{/Shift}');
    await user.click(within(await screen.findByRole('menu')).getByText('Add to a module…'));
    const dialog = await screen.findByRole('dialog', { name: 'Add “Reading a tide table” to a module' });
    await user.click(within(dialog).getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(items(WEEK4)).toEqual(['waves', 'page0']));
    expect(app.workspace.outbox[0]).toMatchObject({ change: 'new', summary: [`Added to “${WEEK4}”`] });
    await focus(`ocn210:${WEEK4}:waves`);
    await user.keyboard('{Shift>}{F10}{/Shift}');
    await user.click(within(await screen.findByRole('menu')).getByText('Take out of the module'));
    await waitFor(() => expect(items(WEEK4)).toEqual(['page0']));
    expect(fake.w.entities.find((e) => e.id === 'waves')?.deletedHere).toBe(false);
    await user.click(within(screen.getByRole('region', { name: 'Undo' })).getAllByRole('button', { name: 'Undo' }).at(-1) as HTMLElement);
    await waitFor(() => expect(items(WEEK4)).toEqual(['waves', 'page0']));
  });

  it('notes stand under one another, and never inside themselves', async () => {
    app.tree.toggle('notes', true);
    await focus('note1');
    await user.keyboard('{Shift>}{F10}{/Shift}');
    await user.click(within(await screen.findByRole('menu')).getByText('Move to…'));
    const dialog = await screen.findByRole('dialog');
    const under = within(dialog).getByLabelText<HTMLSelectElement>('Under');
    expect([...under.options].map((o) => o.text.trim())).toEqual(['No page, at the top', 'Ideas for week 7', 'Letter to the harbour office']);
    await user.selectOptions(under, 'note0');
    await user.click(within(dialog).getByRole('button', { name: 'Move' }));
    await waitFor(() => expect(rowOf('note1')?.getAttribute('aria-level')).toBe('3'));
    expect(rowOf('note0')?.getAttribute('aria-expanded')).toBe('true');
  });
});

describe('a row is dragged', () => {
  const HEIGHT = 28;
  /** Nothing has a size here, so a row's place is its number. */
  const at = (id: string, down: number) => ({ clientX: 40, clientY: (app.tree.rows.findIndex((r) => r.id === id) + down) * HEIGHT, button: 0, pointerType: 'mouse' });
  async function drag(from: string, to: string, down: number) {
    await focus(from);
    const row = rowOf(from) as HTMLElement;
    await fireEvent(row, new PointerEvent('pointerdown', { bubbles: true, ...at(from, 0.5) }));
    await fireEvent(window, new PointerEvent('pointermove', at(from, 0.6)));
    await fireEvent(window, new PointerEvent('pointermove', at(to, down)));
  }
  const drop = (id: string, down: number) => fireEvent(window, new PointerEvent('pointerup', at(id, down)));

  it('to another place, after a line has shown where', async () => {
    await drag(`ocn210:${WEEK5}:deep`, `ocn210:${WEEK5}:thermo`, 0.2);
    expect(document.querySelector('.fall')).not.toBeNull();
    await drop(`ocn210:${WEEK5}:thermo`, 0.2);
    await waitFor(() => expect(items(WEEK5)?.slice(0, 2)).toEqual(['deep', 'thermo']));
    expect(app.route.now).toMatchObject({ id: 'thermo' });
  });

  it('a page from the list of pages into a module', async () => {
    app.tree.toggle('ocn210:pages', true);
    await drag('page1', `ocn210:${WEEK6}`, 0.5);
    await drop(`ocn210:${WEEK6}`, 0.5);
    await waitFor(() => expect(items(WEEK6)).toEqual(['nino', 'page1']));
  });

  it('Escape leaves all as it was, and what cannot stand there does not fall', async () => {
    const before = [...(items(WEEK5) ?? [])];
    await drag(`ocn210:${WEEK5}:deep`, `ocn210:${WEEK5}:thermo`, 0.2);
    await fireEvent.keyDown(window, { key: 'Escape' });
    await drop(`ocn210:${WEEK5}:thermo`, 0.2);
    await drag(`ocn210:${WEEK5}:deep`, 'notes', 0.5);
    expect(document.querySelector('.fall')).toBeNull();
    await drop('notes', 0.5);
    expect(items(WEEK5)).toEqual(before);
  });
});
