import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
const undo = async () => user.click(await within(screen.getByRole('region', { name: 'Undo' })).findByRole('button', { name: 'Undo' }));

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

describe('taking a replacing back', () => {
  it('names what was written since and is left alone', async () => {
    await app.route.go({ name: 'replace', space: 'ocn210', text: 'Nothing but' });
    await user.type(await screen.findByLabelText('Replace with'), 'Only');
    await screen.findByText(/^\d+ places in \d+ documents chosen/);
    await user.click(screen.getByRole('button', { name: /^Replace \d+ places/ }));
    const page = () => fake.w.entities.find((e) => e.id === 'page0');
    await waitFor(() => expect(page()?.local.body).toContain('Only this line'));
    await fake.documentSave('page0', { body: '<p>Written since.</p>', counter: page()?.counter ?? 0 });
    await undo();
    await waitFor(() => expect(fake.w.entities.find((e) => e.id === 'page4')?.local.body).toContain('Nothing but'));
    expect(page()?.local.body).toBe('<p>Written since.</p>');
    await waitFor(() => expect(document.body.textContent).toContain('It was changed since in the same words.'));
  });

  it('says what ended a replacing before its end', async () => {
    const full = { code: 'disk_full', what: 'The disk is full.', safe: 'What was saved before is safe.', next: 'Free some space.', retryable: true };
    fake.replaceRun = async () => ({ undo: [], leftOut: [], failed: full });
    await app.route.go({ name: 'replace', space: 'ocn210', text: 'Nothing but' });
    await user.type(await screen.findByLabelText('Replace with'), 'Only');
    await screen.findByText(/^\d+ places in \d+ documents chosen/);
    await user.click(screen.getByRole('button', { name: /^Replace \d+ places/ }));
    await screen.findByText('The disk is full.', { exact: false });
  });
});
