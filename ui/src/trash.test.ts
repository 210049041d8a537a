import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
const user = userEvent.setup();
async function show(...deleted: string[]) {
  const fake = new FakeBackend();
  for (const e of fake.w.entities) e.deletedHere = deleted.includes(e.id);
  app = new State(fake);
  render(App, { app });
  await app.start();
  await app.route.go({ name: 'trash' });
  await screen.findByRole('heading', { name: 'Recently deleted' });
  return fake;
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});
const entity = (fake: FakeBackend, id: string) => fake.w.entities.find((e) => e.id === id);

describe('Recently deleted', () => {
  it('says so when nothing was deleted', async () => {
    await show();
    await screen.findByText('Nothing was deleted here');
  });

  it('brings something back, and takes that back', async () => {
    const fake = await show('note0');
    await user.click(await screen.findByRole('button', { name: 'Bring back Ideas for week 7' }));
    await screen.findByText('Nothing was deleted here');
    expect(entity(fake, 'note0')?.deletedHere).toBe(false);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(entity(fake, 'note0')?.deletedHere).toBe(true));
  });

  it('deletes for good only after asking, with focus on Cancel, and offers undo', async () => {
    const fake = await show('note0');
    await user.click(await screen.findByRole('button', { name: 'Delete for good… Ideas for week 7' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Delete “Ideas for week 7” for good?' });
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Cancel'));
    await user.click(within(dialog).getByRole('button', { name: 'Delete for good' }));
    await screen.findByText('Nothing was deleted here');
    expect(entity(fake, 'note0')).toBeUndefined();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByRole('button', { name: 'Bring back Ideas for week 7' });
  });

  it('keeps what its site still has, and says why', async () => {
    await show('note0', 'note2', 'oldlist');
    const row = (await screen.findByText('Old reading list 2024')).closest('li') as HTMLElement;
    expect(row.textContent).toContain('Canvas still has it. The next sync deletes it there.');
    expect(within(row).queryByRole('button', { name: /for good/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Delete 2 items for good…' }));
    await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete for good' }));
    await waitFor(() => expect(screen.getAllByRole('listitem').filter((li) => li.closest('[aria-label=Deleted]'))).toHaveLength(1));
  });
});
