import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
const discussion = () => fake.w.entities.find((e) => e.id === 'disc0');
const own = () => fake.w.entities.filter((e) => e.parent === 'disc0' && e.base === null);

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
async function thread() {
  await app.openDocument('disc0');
  return within(await screen.findByRole('region', { name: 'Replies' }));
}

describe('a discussion', () => {
  it('shows its replies, each under the one that it answers', async () => {
    const replies = await thread();
    replies.getByText('3 replies');
    const articles = replies.getAllByRole('article');
    expect(articles.map((a) => a.querySelector('b')?.textContent)).toEqual(['Dana Kelp', 'Ines Halloran', 'Marlin Jost']);
    expect(articles.map((a) => a.style.marginInlineStart)).toEqual(['0px', '24px', '0px']);
    expect(articles[1]?.textContent).toContain('to Dana Kelp');
  });

  it('is answered, and the answer names whose reply it is to', async () => {
    const replies = await thread();
    await user.click(replies.getByRole('button', { name: 'Reply to Marlin Jost' }));
    const composer = within(screen.getByRole('group', { name: 'Reply to Marlin Jost' }));
    await user.type(composer.getByLabelText('Text of your reply'), 'Welcome, Marlin.');
    await waitFor(() => expect(discussion()?.reply).toMatchObject({ replyTo: 903, body: expect.stringContaining('Welcome, Marlin.') as string }));
    await user.click(composer.getByRole('button', { name: 'Keep this reply' }));
    await waitFor(() => expect(own()).toHaveLength(1));
    expect(own()[0]).toMatchObject({ kind: 'reply', replyTo: 903, local: { title: '' } });
    expect(discussion()?.reply).toBeNull();
    // What a page says stands in a frame of its own.
    const said = () => [...(replies.getAllByRole('article')[3]?.querySelectorAll('iframe') ?? [])].map((frame) => frame.srcdoc).join('');
    await waitFor(() => expect(said()).toContain('Welcome, Marlin.'));
    expect(replies.getAllByRole('article')[3]?.style.marginInlineStart).toBe('24px');
    expect(app.workspace.outbox.some((o) => o.kind === 'reply')).toBe(true);
    // What no site has yet has no number that an answer could name.
    expect(replies.getAllByRole('button', { name: /^Reply to/ })).toHaveLength(3);
  });

  it('keeps what was written when the composer is put away, and when it is thrown away by mistake', async () => {
    const replies = await thread();
    await user.click(replies.getByRole('button', { name: 'Write a reply' }));
    await user.type(screen.getByLabelText('Text of your reply'), 'Half a sen');
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    expect(screen.queryByLabelText('Text of your reply')).toBeNull();
    await user.click(await replies.findByRole('button', { name: 'Go on with your reply' }));
    const text = () => screen.getByLabelText<HTMLTextAreaElement>('Text of your reply').value;
    expect(text()).toContain('Half a sen');
    await user.click(screen.getByRole('button', { name: 'Throw away' }));
    await waitFor(() => expect(discussion()?.reply).toBeNull());
    await user.click(await within(screen.getByRole('region', { name: 'Undo' })).findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(text()).toContain('Half a sen'));
    expect(own()).toHaveLength(0);
  });

  it('says why no reply can be written', async () => {
    Object.assign(discussion() ?? {}, { noReply: 'It is closed for comments.' });
    const replies = await thread();
    replies.getByText('No reply can be written: it is closed for comments.');
    expect(replies.queryByRole('button', { name: /^Reply to|^Write a reply/ })).toBeNull();
  });

  it('has its own replies edited, and names them after it', async () => {
    const replies = await thread();
    expect(replies.getAllByRole('button', { name: /^Edit/ })).toHaveLength(1);
    await user.click(replies.getByRole('button', { name: 'Edit the reply of Ines Halloran' }));
    await screen.findByText('Reply in Introduce yourself');
  });
});
