import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
/** Takes the last one back. */
const undo = async () => {
  const offered = await within(screen.getByRole('region', { name: 'Undo' })).findAllByRole('button', { name: 'Undo' });
  const last = offered.at(-1);
  if (last) await user.click(last);
};

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

describe('versions of a document', () => {
  it('any two are compared, from the older to the newer', async () => {
    const page = fake.w.entities.find((e) => e.id === 'waves');
    for (const body of ['<p>The ferry leaves at nine.</p>', '<p>The ferry leaves at ten.</p>', '<p>The ferry leaves at noon.</p>']) {
      await fake.documentSave('waves', { body, counter: page?.counter ?? 0 });
    }
    await app.route.go({ name: 'history', id: 'waves' });
    const select = await screen.findByLabelText<HTMLSelectElement>('Compare with');
    expect(screen.getByText('What was changed since, compared with now.')).toBeTruthy();
    const detail = screen.getByRole('region', { name: 'Version' });
    await waitFor(() => expect(detail.textContent).toContain('noon'));
    // Chosen is the one before the newest: it is compared with the one before that.
    const older = [...select.options].at(2);
    await user.selectOptions(select, older?.value ?? '');
    await screen.findByText(/^What was changed from .* to .*\.$/);
    await waitFor(() => expect(within(detail).getByText('nine', { exact: false })).toBeTruthy());
    expect(detail.querySelector('.body')?.textContent).toContain('ten');
    expect(detail.querySelector('.body')?.textContent).not.toContain('noon');
  });

  it('how long they are kept is chosen in the settings, with an undo', async () => {
    await app.route.go({ name: 'settings', section: 'history' });
    const select = await screen.findByLabelText<HTMLSelectElement>('Keep every version');
    expect(select.value).toBe('90');
    await user.selectOptions(select, 'for ever');
    await waitFor(async () => expect(await fake.retention()).toEqual({ everyVersionDays: null }));
    await user.selectOptions(select, 'for 30 days');
    await waitFor(async () => expect(await fake.retention()).toEqual({ everyVersionDays: 30 }));
    await undo();
    await waitFor(async () => expect(await fake.retention()).toEqual({ everyVersionDays: null }));
    await waitFor(() => expect(select.value).toBe('for ever'));
  });
});
