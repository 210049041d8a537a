import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
const user = userEvent.setup();
async function show(change: (fake: FakeBackend) => void) {
  const fake = new FakeBackend();
  change(fake);
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
  await app.route.go({ name: 'settings', section: 'accounts' });
  await screen.findByRole('heading', { name: 'Accounts' });
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});

describe('a site that was set back to an earlier state', () => {
  it('is explained, and gone on with at a press', async () => {
    await show((fake) => (fake.setBack = true));
    expect(await screen.findByText('Set back to an earlier state')).toBeTruthy();
    expect(screen.getByText(/was set back to an earlier state$/)).toBeTruthy();
    expect(screen.queryByText('Key no longer accepted')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Go on with it' }));
    await waitFor(() => expect(screen.queryByText('Set back to an earlier state')).toBeNull());
  });

  it('is not taken for a key that is no longer accepted, nor the other way round', async () => {
    await show((fake) => (fake.signIn = true));
    expect(await screen.findByText('Key no longer accepted')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Go on with it' })).toBeNull();
  });
});
