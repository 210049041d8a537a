import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
async function show() {
  fake = new FakeBackend();
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});
const options = (select: HTMLElement) => [...(select as HTMLSelectElement).options].map((o) => o.value);

describe('changes on both sides', () => {
  it('are asked about until something else is chosen, everywhere or for a space', async () => {
    await show();
    await app.route.go({ name: 'settings', section: 'both_sides' });
    const everywhere = await screen.findByLabelText<HTMLSelectElement>('Everywhere');
    await waitFor(() => expect(everywhere.value).toBe('ask'));
    await user.selectOptions(everywhere, 'prefer_most_recent');
    expect(await fake.strategy({ of: 'everything' })).toBe('prefer_most_recent');
    const course = screen.getByLabelText<HTMLSelectElement>('OCN 210 · Physical Oceanography', { selector: 'select' });
    expect(course.value).toBe('');
    expect(options(course)).toEqual(['', 'ask', 'merge_prefer_canvas', 'prefer_canvas', 'prefer_most_recent']);
    await user.selectOptions(course, 'merge_prefer_canvas');
    expect(await fake.strategy({ of: 'space', id: 'ocn210' })).toBe('merge_prefer_canvas');
    await user.selectOptions(course, '');
    expect(await fake.strategy({ of: 'space', id: 'ocn210' })).toBeNull();
  });

  it('have a choice of their own for a document', async () => {
    await show();
    await app.openDocument('thermo');
    await user.selectOptions(await screen.findByLabelText('When the same words are changed on both sides'), 'prefer_canvas');
    expect(await fake.strategy({ of: 'document', id: 'thermo' })).toBe('prefer_canvas');
  });
});
