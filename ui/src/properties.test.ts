import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
const panel = () => screen.getByRole('complementary', { name: 'About this document' });
const entity = (id: string) => fake.w.entities.find((e) => e.id === id);

async function open(id: string) {
  fake = new FakeBackend();
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
  await app.openDocument(id);
  await waitFor(() => expect(app.document.doc?.id).toBe(id));
}
async function fill(label: string, text: string) {
  const input = within(panel()).getByLabelText(label);
  await user.clear(input);
  await user.type(input, `${text}{Tab}`);
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});

describe('properties', () => {
  it('keep points with their fraction and offer undo', async () => {
    await open('ps5');
    await fill('Points', '12,5');
    await waitFor(() => expect(entity('ps5')?.local.fields?.['points_possible']).toBe('12.5'));
    await within(screen.getByRole('region', { name: 'Undo' })).findByText('Points is changed.');
    await user.click(within(screen.getByRole('region', { name: 'Undo' })).getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(entity('ps5')?.local.fields?.['points_possible']).toBe('20'));
  });

  it('show dates in the course’s zone and refuse one out of order beside the field', async () => {
    await open('ps5');
    const due = within(panel()).getByLabelText<HTMLInputElement>('Due');
    expect(due.value).toBe('Sun 6 Dec 2026, 23:59');
    expect(panel().textContent).toContain('Course time, America/Halifax.');
    await fill('Due', '1 Nov 2026, 12:00');
    await within(panel()).findByText('Due cannot be before “Available from”.');
    expect(due.getAttribute('aria-invalid')).toBe('true');
    expect(entity('ps5')?.local.fields?.['due_at']).toBe('2026-12-07T03:59:00Z');
    await fill('Due', '8 Dec 2026, 10:00');
    await waitFor(() => expect(entity('ps5')?.local.fields?.['due_at']).toBe('2026-12-08T14:00:00Z'));
  });

  it('refuse a time that the clocks skip, and ask which one where they go through it twice', async () => {
    await open('ps5');
    await fill('Until', '14 Mar 2027, 02:30');
    await within(panel()).findByText(/does not exist in America\/Halifax.*They show Sun 14 Mar 2027, 03:30 instead/);
    expect(entity('ps5')?.local.fields?.['lock_at']).toBeNull();
    await fill('Until', '7 Nov 2027, 01:30');
    const asked = await within(panel()).findByRole('group', { name: 'Which of the two for Until' });
    expect(entity('ps5')?.local.fields?.['lock_at']).toBeNull();
    await user.click(within(asked).getByRole('button', { name: 'The second, UTC−4' }));
    await waitFor(() => expect(entity('ps5')?.local.fields?.['lock_at']).toBe('2027-11-07T05:30:00Z'));
    expect(within(panel()).getByLabelText<HTMLInputElement>('Until').value).toBe('Sun 7 Nov 2027, 01:30 (UTC−4)');
  });

  it('mark what was changed and put one field back alone', async () => {
    await open('ps5');
    await fill('Points', '30');
    await user.click(await within(panel()).findByRole('button', { name: 'Put back Points' }));
    await waitFor(() => expect(entity('ps5')?.local.fields?.['points_possible']).toBe('20'));
  });

  it('add and remove tags by keys', async () => {
    await open('tide');
    const tags = within(panel()).getByLabelText('Tags');
    await user.type(tags, 'low tide,');
    await waitFor(() => expect(entity('tide')?.local.fields?.['tags']).toEqual(['tide-pools', 'week-6', 'low-tide']));
    await user.type(tags, '{Backspace}');
    await waitFor(() => expect(entity('tide')?.local.fields?.['tags']).toEqual(['tide-pools', 'week-6']));
  });

  it('offer the tags that other topics of the forum have, and take one of them', async () => {
    await open('tide');
    const boat = entity('boat');
    if (boat) boat.local = { ...boat.local, fields: { ...boat.local.fields, tags: ['boats', 'week-6'] } };
    await app.openDocument('thermo');
    await app.openDocument('tide');
    const tags = within(panel()).getByLabelText<HTMLInputElement>('Tags');
    const offered = () => [...(tags.list?.options ?? [])].map((o) => o.value);
    await waitFor(() => expect(offered()).toEqual(['boats']));
    await user.type(tags, 'boats{Enter}');
    await waitFor(() => expect(entity('tide')?.local.fields?.['tags']).toEqual(['tide-pools', 'week-6', 'boats']));
    await waitFor(() => expect(offered()).toEqual([]));
  });

  it('move a topic to another category by its name, and back', async () => {
    await open('tide');
    const category = within(panel()).getByLabelText<HTMLSelectElement>('Category');
    expect(category.selectedOptions[0]?.text).toBe('Field trips');
    await user.selectOptions(category, 'Lab help');
    await waitFor(() => expect(entity('tide')?.local.fields?.['category_id']).toBe('lab'));
    await waitFor(() => expect(app.workspace.outbox.find((o) => o.id === 'tide')?.summary).toContain('Category'));
    await user.click(await within(panel()).findByRole('button', { name: 'Put back Category' }));
    await waitFor(() => expect(entity('tide')?.local.fields?.['category_id']).toBe('field'));
  });

  it('say why a field cannot be changed', async () => {
    await open('thermo');
    expect(within(panel()).getByRole<HTMLButtonElement>('switch', { name: 'Front page' }).disabled).toBe(true);
    expect(panel().textContent).toContain('Another page is the front page.');
  });
});
