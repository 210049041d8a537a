import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
const entity = (id: string) => fake.w.entities.find((e) => e.id === id);

beforeEach(async () => {
  localStorage.clear();
  fake = new FakeBackend();
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
  await app.openDocument('waves');
});
afterEach(() => {
  app.end();
  cleanup();
});
async function row(name: RegExp) {
  const found = await screen.findByRole('treeitem', { name });
  found.focus();
  return found;
}

describe('the tree by keys', () => {
  it('F2 renames in place, Enter keeps it, and undo is offered', async () => {
    await row(/^Waves and swell/);
    await user.keyboard('{F2}');
    const field = await screen.findByLabelText('New title of Waves and swell');
    expect(document.activeElement).toBe(field);
    await user.clear(field);
    await user.type(field, 'Waves, swell and surf{Enter}');
    await waitFor(() => expect(entity('waves')?.local.title).toBe('Waves, swell and surf'));
    await within(screen.getByRole('region', { name: 'Undo' })).findByText(/is now “Waves, swell and surf”/);
  });

  it('Escape leaves the title as it was', async () => {
    await row(/^Waves and swell/);
    await user.keyboard('{F2}');
    await user.type(await screen.findByLabelText('New title of Waves and swell'), ' changed{Escape}');
    await waitFor(() => expect(screen.queryByLabelText('New title of Waves and swell')).toBeNull());
    expect(entity('waves')?.local.title).toBe('Waves and swell');
  });

  it('Delete asks, names the thing, and has focus on Cancel', async () => {
    await row(/^Waves and swell/);
    await user.keyboard('{Delete}');
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog.textContent).toContain('Delete “Waves and swell” on Canvas with the next sync?');
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Cancel'));
    expect(entity('waves')?.deletedHere).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: 'Delete with the next sync' }));
    await waitFor(() => expect(entity('waves')?.deletedHere).toBe(true));
  });

  it('what cannot be renamed says so', async () => {
    await row(/^Home and syllabus/);
    await user.keyboard('{F2}');
    expect(screen.queryByLabelText(/^New title/)).toBeNull();
    expect(app.announcer.polite).toContain('cannot be renamed');
  });

  it('a title that is cut has its whole in a tooltip, by hover', async () => {
    const found = await row(/^Home and syllabus/);
    await user.hover(found);
    const tip = await screen.findByRole('tooltip');
    expect(tip.textContent).toContain('Home and syllabus');
  });
});
