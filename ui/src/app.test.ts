import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend, emptyWorkspace } from './lib/fake/backend';
import { largeWorkspace } from './lib/fake/workspace';
import { App as State } from './lib/state/app.svelte';

let app: State;
const user = userEvent.setup();
async function show(fake = new FakeBackend()) {
  app = new State(fake);
  render(App, { app });
  await app.start();
  return fake;
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});
const place = (name: RegExp) => within(screen.getByRole('navigation', { name: 'Spaces' })).getByRole('button', { name });

describe('the window', () => {
  it('starts with three ways in when nothing is there', async () => {
    await show(new FakeBackend(emptyWorkspace()));
    await screen.findByRole('heading', { name: 'What would you like to open?' });
    expect(document.activeElement?.textContent).toContain('Connect Canvas');
  });

  it('puts a wrong token beside the token and a wrong address beside the address', async () => {
    await show(new FakeBackend(emptyWorkspace()));
    await user.click(await screen.findByRole('button', { name: /Connect Canvas/ }));
    await user.type(screen.getByLabelText('Address of Canvas'), 'canvas.ternpoint.example');
    await user.type(screen.getByLabelText(/Access token/), 'short');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText('Canvas does not accept this access token.');
    expect(screen.getByLabelText(/Access token/).getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByLabelText('Address of Canvas').getAttribute('aria-invalid')).toBeNull();
  });

  it('takes a key that the forum sends here by itself', async () => {
    await show(new FakeBackend(emptyWorkspace()));
    await user.click(await screen.findByRole('button', { name: /Connect Discourse/ }));
    await user.type(screen.getByLabelText('Address of the forum'), 'forum.ternpoint.example');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await user.click(await screen.findByText('The forum may send the key here'));
    await user.click(screen.getByRole('button', { name: 'Let the forum send it' }));
    await screen.findByText('Waiting for your answer on the forum.');
    expect(screen.queryByLabelText('What the forum shows')).toBeNull();
    await screen.findByRole('heading', { name: /^Choose/ }, { timeout: 3000 });
  });

  it('draws only the rows of a large tree that are to be seen', async () => {
    await show(new FakeBackend(largeWorkspace(10_000)));
    app.tree.toggle('ocn210:pages', true);
    await waitFor(() => expect(app.tree.rows.length).toBeGreaterThan(10_000));
    expect(screen.getAllByRole('treeitem').length).toBeLessThan(120);
    expect(screen.getAllByRole('treeitem')[0]?.getAttribute('aria-setsize')).not.toBeNull();
  });

  it('names a tree row by title, kind and state', async () => {
    await show();
    app.tree.reveal('thermo');
    expect(await screen.findByRole('treeitem', { name: 'Thermohaline circulation, page, edited, not sent' })).toBeTruthy();
  });

  it('says what waits unread on a forum', async () => {
    await show();
    const line = screen.getByRole('contentinfo');
    await within(line).findByText(/, 2 unread notifications there$/);
    expect(within(line).queryAllByText(/unread/)).toHaveLength(1);
  });

  it('shows no badge for zero', async () => {
    await show(new FakeBackend(emptyWorkspace()));
    await app.route.replace({ name: 'outbox' });
    await screen.findByText('Everything you wrote has been sent');
    expect(place(/^Outbox/).textContent?.trim()).toBe('Outbox');
  });

  it('discards only after asking, with focus on Cancel, and offers undo', async () => {
    const fake = await show();
    await user.click(place(/^Outbox/));
    await user.click(await screen.findByRole('button', { name: 'Discard…' }));
    const dialog = await screen.findByRole('alertdialog');
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Cancel'));
    await user.click(within(dialog).getByRole('button', { name: 'Discard' }));
    await within(screen.getByRole('region', { name: 'Undo' })).findByText(/are discarded/);
    const thermo = fake.w.entities.find((e) => e.id === 'thermo');
    expect(thermo?.local).toEqual(thermo?.base);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(fake.w.entities.find((e) => e.id === 'thermo')?.local).not.toEqual(thermo?.base));
  });

  it('settles a conflict by keys alone and the next sync sends it', async () => {
    const fake = await show();
    await app.route.go({ name: 'conflict', id: 'deep' });
    await screen.findByText('0 of 3 settled');
    document.getElementById('main')?.focus();
    await user.keyboard('2');
    await user.keyboard('2');
    await user.keyboard('1');
    await user.click(await screen.findByRole('button', { name: 'Finish' }));
    await waitFor(() => expect(fake.w.entities.find((e) => e.id === 'deep')?.inConflict).toBe(false));
    await waitFor(() => expect(app.workspace.status.conflicts).toBe(0));
  });

  it('leaves single letters to text fields', async () => {
    await show();
    await app.route.go({ name: 'conflict', id: 'deep' });
    await user.click((await screen.findAllByRole('button', { name: /Write it myself/ }))[0] as HTMLElement);
    await user.type(await screen.findByLabelText('Your own wording'), '123');
    expect(screen.getByText('0 of 3 settled')).toBeTruthy();
  });

  it('writes a reply that waits in the Outbox', async () => {
    const fake = await show();
    await app.openDocument('lens');
    await user.click(await screen.findByRole('button', { name: 'Write a reply' }));
    await user.type(screen.getByLabelText('Text of your reply'), 'I have one to lend, and a spare.');
    await user.click(screen.getByRole('button', { name: 'Keep this reply' }));
    await waitFor(() => expect(fake.w.entities.some((e) => e.parent === 'lens' && e.local.body.startsWith('I have one'))).toBe(true));
    await waitFor(() => expect(app.workspace.outbox.some((o) => o.title.includes('hand lens'))).toBe(true));
  });

  it('keeps a reply that is being written, and shows it again under its own topic alone', async () => {
    const fake = await show();
    const lens = fake.w.entities.find((e) => e.id === 'lens');
    await app.openDocument('lens');
    await user.click(await screen.findByRole('button', { name: 'Write a reply' }));
    await user.type(screen.getByLabelText('Text of your reply'), 'I have one to le');
    await waitFor(() => expect(lens?.reply?.body).toBe('I have one to le'));
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    await app.openDocument('deep');
    expect(screen.queryByText('I have one to le')).toBeNull();
    // As a start after a kill finds it.
    if (lens?.reply) lens.reply = { ...lens.reply, recovered: true };
    await app.openDocument('lens');
    await screen.findByText(/Lectern closed while you were writing a reply/);
    expect((screen.getByLabelText('Text of your reply') as HTMLTextAreaElement).value).toBe('I have one to le');
    await user.click(screen.getByRole('button', { name: 'Throw away' }));
    await waitFor(() => expect(lens?.reply).toBeNull());
    await user.click(await within(screen.getByRole('region', { name: 'Undo' })).findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(lens?.reply?.body).toBe('I have one to le'));
    await user.click(screen.getByRole('button', { name: 'Keep this reply' }));
    await waitFor(() => expect(fake.w.entities.filter((e) => e.parent === 'lens' && e.local.body === 'I have one to le')).toHaveLength(1));
    expect(lens?.reply).toBeNull();
  });

  it('finds a title in Go to and opens it with Enter', async () => {
    await show();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox', { name: /Go to/ }), 'deep water form');
    await user.keyboard('{ArrowDown}{ArrowUp}{Enter}');
    await waitFor(() => expect(app.route.now.name).toBe('document'));
    expect(app.goTo).toBe(false);
  });

  it('shows no screens of sync in a build without it', async () => {
    const fake = new FakeBackend(emptyWorkspace());
    fake.capabilities = async () => ({ sync: false, canvas: false, discourse: false, sample: false });
    await show(fake);
    await screen.findByRole('button', { name: 'Start with my own notes' });
    expect(screen.queryByRole('button', { name: /Connect/ })).toBeNull();
  });
});
