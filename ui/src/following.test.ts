import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { readingDocument } from './lib/editors/reading_document';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

const user = userEvent.setup();
let app: State;
let fake: FakeBackend;
let outside: ReturnType<typeof vi.fn<(url: string) => Promise<void>>>;

beforeEach(async () => {
  localStorage.clear();
  fake = new FakeBackend();
  outside = vi.fn(async () => {});
  fake.linkOpen = outside;
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

it('a link to what is kept opens it, and Back leads to where the link was', async () => {
  await app.follow('/courses/210/pages/salt');
  expect(app.route.now).toEqual({ name: 'document', id: 'salt' });
  await app.route.back();
  expect(app.route.now).toEqual({ name: 'document', id: 'waves' });
  expect(outside).not.toHaveBeenCalled();
});

it('a link to a reply opens its topic and goes to the reply', async () => {
  const post = fake.w.entities.find((e) => e.kind === 'post');
  await app.follow(`/lectern/entities/${post?.id ?? ''}`);
  expect(app.route.now).toEqual({ name: 'document', id: post?.parent });
  await waitFor(() => expect(document.activeElement?.id).toBe(`post-${post?.id}`));
  expect(app.wantedPost).toBeNull();
});

it('what is not kept opens outside after saying so, and what is nowhere only says so', async () => {
  await app.follow('/courses/210/grades');
  await screen.findAllByText(/is not kept on this computer/);
  expect(outside).toHaveBeenCalledWith('https://canvas.example/courses/210/grades');
  await app.follow('/lectern/entities/gone');
  await screen.findAllByText('What the link leads to was deleted here.');
  await app.follow('https://tides.example/');
  expect(outside).toHaveBeenLastCalledWith('https://tides.example/');
  expect(outside).toHaveBeenCalledTimes(2);
  expect(app.route.now).toEqual({ name: 'document', id: 'waves' });
});

it('a link to a place in the text stays in its frame', () => {
  const page = readingDocument('<a href="#a">x</a><a class="y" href="#b">x</a><a href="/c#d">x</a> href="#e"', 'A page');
  expect(page).toContain('<a target="_self" href="#a">');
  expect(page).toContain('<a class="y" target="_self" href="#b">');
  expect(page).toContain('<a href="/c#d">x</a> href="#e"');
});

const handout = { address: '/courses/210/files/7', name: 'handout.pdf', contentType: 'application/pdf', size: 41_000, state: 'kept', words: 'Kept on this computer.', students: 'Locked: students cannot open it.', shown: null, url: 'https://canvas.example/courses/210/files/7' };

it('a linked file that is kept is told with its state, in the panel and by its link, and copied', async () => {
  fake.linkedFiles.push(handout, { ...handout, address: '/courses/210/files/8', name: 'film.mp4', state: 'too_large', words: 'Not kept: larger than one file may be.', students: null });
  const waves = fake.w.entities.find((e) => e.id === 'waves');
  if (waves) waves.local = { ...waves.local, body: '<p><a href="/courses/210/files/7?wrap=1">handout</a> <a href="/courses/210/files/8">film</a></p>' };
  await app.refresh();
  const panel = screen.getByRole('complementary', { name: 'About this document' });
  await within(panel).findByText(/Kept on this computer. Locked: students cannot open it./);
  await within(panel).findByText(/larger than one file may be/);
  await user.click(within(panel).getByRole('button', { name: 'Save a copy of handout.pdf' }));
  await screen.findAllByText('A copy is at /home/ines/Downloads/handout.pdf.');
  await app.follow('/courses/210/files/8?wrap=1');
  const dialog = await screen.findByRole('dialog', { name: 'film.mp4' });
  await user.click(within(dialog).getByRole('button', { name: 'Open film.mp4 in the browser' }));
  expect(outside).toHaveBeenCalledWith(handout.url);
  await user.click(within(dialog).getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('which files are kept is chosen for each course', async () => {
  await app.route.go({ name: 'settings', section: 'files' });
  const course = fake.w.spaces.find((s) => s.site === 'canvas');
  await user.click(await screen.findByRole('checkbox', { name: 'Films' }));
  await user.selectOptions(screen.getByRole('combobox', { name: /^Each up to/ }), '50');
  await waitFor(async () => expect(await fake.fileLimits(course?.id ?? '')).toEqual({ on: true, eachMb: 50, totalMb: 500, sorts: ['document', 'picture', 'film'] }));
  await user.click(screen.getByRole('switch', { name: /^Keep the files of/ }));
  await waitFor(async () => expect((await fake.fileLimits(course?.id ?? '')).on).toBe(false));
  expect(screen.queryByRole('checkbox', { name: 'Films' })).toBeNull();
});
