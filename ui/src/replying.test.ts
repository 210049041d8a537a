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
