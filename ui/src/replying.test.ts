import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import type { Entity } from './lib/fake/entity';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
async function open(may: Partial<Entity>) {
  fake = new FakeBackend();
  Object.assign(fake.w.entities.find((e) => e.id === 'tide') ?? {}, may);
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
  await app.openDocument('tide');
  return screen.findByRole('region', { name: 'Replies' });
}
beforeEach(() => localStorage.clear());
afterEach(() => {
  app.end();
  cleanup();
});

describe('what may be done with a topic', () => {
  it('is said instead of a place to write, where no reply can be written', async () => {
    const replies = await open({ noReply: 'The topic is closed.' });
    await within(replies).findByText('No reply can be written: the topic is closed.');
    expect(within(replies).queryByRole('button', { name: /^Reply to|^Write a reply/ })).toBeNull();
  });

  it('does not take a reply away that was begun before', async () => {
    const reply = { replyTo: null, body: 'I shall bring the lamp.', savedAt: new Date().toISOString(), recovered: true };
    const replies = await open({ noReply: 'The topic is closed.', reply });
    await within(replies).findByText(/What you wrote stays here\.$/);
    expect(within(replies).getByRole<HTMLButtonElement>('button', { name: 'Keep this reply' }).disabled).toBe(true);
  });

  it('names the time between two posts of a topic in slow mode', async () => {
    const replies = await open({ slowMode: 300 });
    await within(replies).findByText('Slow mode: two posts of one person lie at least 5 minutes apart.');
    expect(within(replies).getByRole('button', { name: 'Write a reply' })).toBeTruthy();
  });

  it('shows a reply of one’s own that waits there for a moderator', async () => {
    const replies = await open({ waiting: [{ body: 'What does the **gravel** say?', createdAt: new Date().toISOString() }] });
    const waiting = await within(replies).findByRole('article', { name: 'Your reply that waits for a moderator' });
    expect(waiting.textContent).toContain('waits on the forum for a moderator');
  });

  it('is said before it is asked for, where it cannot be deleted', async () => {
    await open({ noDelete: 'Only moderators may delete a topic that is a day old or has replies.' });
    screen.getByRole('button', { name: 'More about this document' }).focus();
    await user.keyboard('{Enter}');
    await screen.findByText('Delete…');
    await user.keyboard('{End}{Enter}');
    await waitFor(() => expect(document.body.textContent).toContain('It cannot be deleted. Only moderators may delete a topic'));
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });
});

describe('a reply to a topic', () => {
  const composer = () => within(screen.getByRole('group', { name: /^Reply to/ }));
  const written = () => fake.w.entities.find((e) => e.id === 'tide')?.reply;

  it('quotes a post whole, and begins as an answer to it', async () => {
    const replies = await open({});
    await user.click(within(replies).getByRole('button', { name: 'Quote dana.kelp' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Quote dana.kelp' }));
    await user.click(dialog.getByRole('button', { name: 'Quote all of it' }));
    await waitFor(() => expect(written()).toMatchObject({ replyTo: 4, body: '[quote="dana.kelp, post:4, topic:tide"]\nAre we allowed to turn stones over?\n[/quote]\n\n' }));
    expect(screen.getByRole('group', { name: 'Reply to dana.kelp' })).toBeTruthy();
  });

  it('quotes what is chosen of a post behind what is written already', async () => {
    const replies = await open({});
    await user.click(within(replies).getByRole('button', { name: 'Write a reply' }));
    await user.type(composer().getByLabelText('Text of your reply'), 'First things first.');
    await user.click(within(replies).getByRole('button', { name: 'Quote marlin_j' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Quote marlin_j' }));
    const text = dialog.getByLabelText<HTMLTextAreaElement>('What marlin_j wrote');
    const from = text.value.indexOf('two spare lenses');
    text.setSelectionRange(from, from + 'two spare lenses'.length);
    text.dispatchEvent(new Event('select'));
    await user.click(await dialog.findByRole('button', { name: 'Quote what is chosen' }));
    await waitFor(() => expect(written()).toMatchObject({ replyTo: null, body: 'First things first.\n\n[quote="marlin_j, post:5, topic:tide"]\ntwo spare lenses\n[/quote]\n\n' }));
  });

  it('has the tools and a preview of the editor', async () => {
    const replies = await open({});
    await user.click(within(replies).getByRole('button', { name: 'Write a reply' }));
    composer().getByRole('toolbar', { name: 'Text of the reply' });
    await user.type(composer().getByLabelText('Text of your reply'), 'A **bold** word.');
    await user.click(composer().getByRole('radio', { name: 'Read' }));
    await waitFor(() => expect(composer().queryByRole('textbox', { name: 'Text of your reply' })).toBeNull());
    composer().getByRole('region', { name: 'Reading view' });
    await user.click(composer().getByRole('radio', { name: 'Write' }));
    expect((await composer().findByLabelText<HTMLTextAreaElement>('Text of your reply')).value).toBe('A **bold** word.');
  });

  it('can name everybody who wrote on the forum, those of the topic first', async () => {
    await open({});
    await waitFor(() => expect(app.names.of(app.document.doc ?? never(), app.workspace.spaces).users).toContain('tomas.weld'));
    const { users, tags } = app.names.of(app.document.doc ?? never(), app.workspace.spaces);
    expect(users.indexOf('dana.kelp')).toBeLessThan(users.indexOf('tomas.weld'));
    expect(tags).toContain('tide-pools');
  });
});
function never(): never {
  throw new Error('the topic is open');
}
