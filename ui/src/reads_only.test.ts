import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
const user = userEvent.setup();
async function start(readsOnly: boolean) {
  const fake = new FakeBackend();
  fake.readsOnly = readsOnly;
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
}
const explained = async () => (await screen.findByRole('region', { name: 'Tern Point Commons' })).textContent;
const WHY = /lets programs read and not write.*can let programs write: the setting is called allow user api key scopes/s;
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});

describe('a key that reads and does not write', () => {
  it('is named in the status line, which leads to why and to what can be done', async () => {
    await start(true);
    await user.click(await screen.findByRole('button', { name: 'Tern Point Commons: read only' }));
    expect(await explained()).toMatch(WHY);
    await user.click(within(screen.getByRole('region', { name: 'Tern Point Commons' })).getByRole('button', { name: 'Sign in again' }));
    expect(app.route.now).toMatchObject({ name: 'connect', site: 'discourse' });
  });

  it('is told beside what is written on that forum, and on no other site', async () => {
    await start(true);
    await app.openDocument('tide');
    await user.click(await screen.findByRole('button', { name: 'See why' }));
    expect(await explained()).toMatch(WHY);
    await app.openDocument('thermo');
    expect(screen.queryByRole('button', { name: 'See why' })).toBeNull();
  });

  it('is nothing that a forum with another key is told of', async () => {
    await start(false);
    await app.openDocument('tide');
    expect(screen.queryByRole('button', { name: 'See why' })).toBeNull();
    expect(screen.queryByText(/read only/)).toBeNull();
  });
});
