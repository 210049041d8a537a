import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import type { FolderDto } from './lib/api/types';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
async function show(does: 'export' | 'import') {
  fake = new FakeBackend();
  app = new State(fake);
  render(App, { app });
  await app.start();
  await app.route.go({ name: 'folder', does, space: 'ocn210' });
  await screen.findByRole('heading', { name: does === 'export' ? 'Export to a folder' : 'Import from a folder' });
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});
const field = () => screen.getByLabelText(/Folder to/) as HTMLInputElement;
const type = async (folder: string) => {
  await user.clear(field());
  await user.type(field(), folder);
};

describe('Export and import', () => {
  it('suggests a place, and writes nothing before it has said what', async () => {
    await show('export');
    await waitFor(() => expect(field().value).toMatch(/^\/home\/ines\/ocn-210/));
    expect((screen.getByRole('button', { name: 'Nothing to write' }) as HTMLButtonElement).disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Look' }));
    await screen.findByText('6 files: 3 new, 1 changed, 1 removed, and 1 left alone. 208 are the same on both sides.', { selector: '.sum' });
    expect(fake.folders.planned?.outcome).toBe('planned');
    await user.click(screen.getByRole('button', { name: 'Write 5 files' }));
    await screen.findByText(/^In \/home\/ines/);
    expect(app.announcer.polite).toMatch(/^6 files:/);
  });

  it('says what is wrong with a folder beside its field', async () => {
    await show('import');
    await type('notes/other');
    await user.keyboard('{Enter}');
    const words = await screen.findByText('Name the whole path of a folder, from its beginning.');
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(field().getAttribute('aria-describedby')?.split(' ').at(-1) ?? '')?.contains(words)).toBe(true);
    await type('/x');
    await waitFor(() => expect(screen.queryByText('Name the whole path of a folder, from its beginning.')).toBeNull());
  });

  it('shows each file with its reason, imports the others, and takes it back', async () => {
    await show('import');
    await type('/home/ines/ocn');
    await user.keyboard('{Enter}');
    const needs = await screen.findByRole('region', { name: 'Needs you' });
    expect(needs.textContent).toContain('The same words were changed here. Nothing is overwritten: you decide.');
    expect(within(needs).getByRole('button', { name: 'Open Thermohaline circulation' })).toBeTruthy();
    expect(screen.getByRole('region', { name: 'Left alone' }).textContent).toContain('It is not text in UTF-8.');
    await user.click(screen.getByRole('button', { name: 'Import 3 files' }));
    await user.click(await screen.findByRole('button', { name: 'Take it back' }));
    await waitFor(() => expect(fake.folders.undone).toBe('plan1'));
    expect(app.announcer.polite).toBe('The import is taken back.');
  });

  it('forgets a plan when the folder or the space is another', async () => {
    await show('import');
    await type('/home/ines/ocn');
    await user.keyboard('{Enter}');
    await screen.findByRole('button', { name: 'Import 3 files' });
    await user.selectOptions(screen.getByLabelText('Into'), 'notes');
    await screen.findByRole('button', { name: 'Nothing to import' });
    await user.click(screen.getByRole('button', { name: 'Look' }));
    await waitFor(() => expect(fake.folders.planned?.space).toBe('notes'));
  });

  it('shows how far it is and can be stopped, and goes on when its screen is left', async () => {
    await show('export');
    let end: (folder: FolderDto) => void = () => {};
    fake.folderRun = () => new Promise((done) => (end = done));
    await waitFor(() => expect(field().value).not.toBe(''));
    await user.click(screen.getByRole('button', { name: 'Look' }));
    await user.click(await screen.findByRole('button', { name: 'Write 5 files' }));
    app.folder.hear({ event: 'folder', done: 2, total: 5 });
    await screen.findByText('2 of 5 files');
    expect(screen.getByRole('progressbar', { name: 'Export' }).getAttribute('aria-valuenow')).toBe('2');
    await app.route.go({ name: 'outbox' });
    await app.route.go({ name: 'folder', does: 'import', space: 'ocn210' });
    await screen.findByText('2 of 5 files');
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(fake.folders.stopped).toBe(true);
    end({ ...(fake.folders.planned as FolderDto), outcome: 'stopped' });
    await waitFor(() => expect(screen.getAllByText(/Stopped; what was done so far stays\./)).toBeTruthy());
  });
});
