import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
const user = userEvent.setup();
async function show(fake = new FakeBackend()) {
  app = new State(fake);
  render(App, { app });
  await app.start();
  await app.route.go({ name: 'diagnostics' });
  await screen.findByRole('heading', { name: 'Diagnostics' });
  return fake;
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});

describe('Diagnostics', () => {
  it('shows each query with count, p50, p95 and worst, and how the slowest went', async () => {
    await show();
    const queries = await screen.findByRole('region', { name: 'Queries' });
    expect(within(queries).getByRole('row', { name: /^search 214 8\.9 ms 21\.7 ms 48\.0 ms$/ })).toBeTruthy();
    await user.click(within(queries).getByRole('radio', { name: 'Most often' }));
    expect(within(queries).getAllByRole('row')[1]?.textContent).toContain('list space');
    await user.click(within(queries).getByRole('radio', { name: 'How the slowest went' }));
    expect(within(queries).getByText(/SCAN search_index/)).toBeTruthy();
  });

  it('tells what takes up room, down to the tables', async () => {
    await show();
    const disk = await screen.findByRole('region', { name: /^Disk/ });
    expect(within(disk).getByText('Attachments').parentElement?.textContent).toContain('61 MB');
    await user.click(within(disk).getByRole('button', { name: 'The largest tables' }));
    expect(within(disk).getByRole('row', { name: /revisions_by_entity index/ })).toBeTruthy();
  });

  it('names what the doctor found, and repairs what can be repaired', async () => {
    const fake = new FakeBackend();
    fake.care.ailing = [
      { words: 'The search index disagrees with the texts.', detail: '3 documents', repaired: false, next: 'Repair rebuilds it. No text is changed.', repairable: true },
      { words: 'An unsaved text cannot be read.', detail: 'thermo', repaired: false, next: 'Restore a backup.', repairable: false },
    ];
    await show(fake);
    await user.click(screen.getByRole('button', { name: 'Check the workspace' }));
    await screen.findByText('2 things are not as they should be.');
    await user.click(screen.getByRole('button', { name: 'Repair' }));
    await screen.findByText('1 thing is not as it should be.');
    const found = within(screen.getByRole('list', { name: 'What was found' }));
    expect(found.getByText(/It was put right/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Repair' })).toBeNull();
  });

  it('backs up into a folder, and says beside the field why it cannot', async () => {
    const fake = await show();
    await user.click(screen.getByRole('button', { name: 'Back up…' }));
    const field = await screen.findByLabelText<HTMLInputElement>('A folder that is not there yet');
    await waitFor(() => expect(field.value).toMatch(/^\/home/));
    await user.clear(field);
    await user.type(field, 'beside');
    await user.click(screen.getByRole('button', { name: 'Back up' }));
    await screen.findByText(/Name the whole path/);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await user.clear(field);
    await user.type(field, '/media/usb/lectern{Enter}');
    await screen.findAllByText(/^Copied to \/media\/usb\/lectern: 314 files/);
    expect(fake.care.backups.has('/media/usb/lectern')).toBe(true);
  });

  it('restores only what is whole, and only after asking with focus on Cancel', async () => {
    const fake = await show();
    fake.care.make('/media/usb/lectern');
    await user.click(screen.getByRole('button', { name: 'Restore…' }));
    const field = await screen.findByLabelText('Folder of the backup');
    await user.type(field, '/tmp{Enter}');
    await screen.findByText(/no whole backup/);
    await user.clear(field);
    await user.type(field, '/media/usb/lectern{Enter}');
    const dialog = await screen.findByRole('alertdialog');
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Cancel'));
    expect(fake.care.restored).toBeNull();
    await user.click(within(dialog).getByRole('button', { name: 'Restore and start again' }));
    await waitFor(() => expect(fake.care.restored).toBe('/media/usb/lectern'));
  });

  it('tells on every screen what was found at the start, until it is read', async () => {
    const fake = new FakeBackend();
    fake.care.notices = [{ words: 'The file with unsaved texts could not be read.', keptAs: '/home/ines/lectern.redb.damaged' }];
    await show(fake);
    await app.route.go({ name: 'outbox' });
    expect(screen.getByText(/could not be read/).textContent).toContain('lectern.redb.damaged');
    await user.click(screen.getByRole('button', { name: 'Understood' }));
    expect(screen.queryByText(/could not be read/)).toBeNull();
  });
});
