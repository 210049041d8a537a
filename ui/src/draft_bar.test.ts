import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
const tide = () => fake.w.entities.find((e) => e.id === 'tide');

async function openWithDraft() {
  fake = new FakeBackend();
  const e = tide();
  if (e) e.draft = { title: e.local.title, body: `${e.local.body}\n\nAnd bring a lens.`, savedAt: new Date(Date.now() - 3_600_000).toISOString(), recovered: true, base: e.local };
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
  await app.openDocument('tide');
  await screen.findByText(/Lectern closed while you were writing .* Your text is back\./);
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});

describe('the bar over a text that was found', () => {
  it('shows what differs, and keeps it', async () => {
    await openWithDraft();
    await user.click(screen.getByRole('button', { name: 'Show what differs' }));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Hide what differs' }).getAttribute('aria-expanded')).toBe('true'));
    await user.click(screen.getByRole('button', { name: 'Keep' }));
    await waitFor(() => expect(tide()?.local.body).toContain('And bring a lens.'));
    await waitFor(() => expect(screen.queryByText(/Your text is back/)).toBeNull());
    expect(tide()?.draft).toBeNull();
  });

  it('throws it away, and leaves the document as it was', async () => {
    await openWithDraft();
    const before = tide()?.local.body;
    await user.click(screen.getByRole('button', { name: 'Throw away' }));
    await waitFor(() => expect(screen.queryByText(/Your text is back/)).toBeNull());
    expect(tide()?.draft).toBeNull();
    expect(tide()?.local.body).toBe(before);
  });
});
