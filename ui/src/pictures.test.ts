import { cleanup, createEvent, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
const PNG = '\x89PNG\r\n\x1a\n and the rest of it';
const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const file = (name: string, content = PNG, size = 0) => {
  const made = new File([bytesOf(content), new Uint8Array(size)], name, { type: 'image/png' });
  // What jsdom has not.
  made.slice = (from = 0, to = made.size) => ({ arrayBuffer: async () => { const all = new Uint8Array(made.size); all.set(bytesOf(content)); return all.slice(from, to).buffer; } }) as Blob;
  return made;
};
const transfer = (files: File[], data: Record<string, string> = {}) => ({ files, items: [], types: [...(files.length ? ['Files'] : []), ...Object.keys(data)], getData: (type: string) => data[type] ?? '' });
function paste(target: Element, clipboardData: ReturnType<typeof transfer>): void {
  const event = createEvent.paste(target);
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  void fireEvent(target, event);
}
function drop(target: Element, dataTransfer: ReturnType<typeof transfer>): void {
  const event = createEvent.drop(target);
  Object.defineProperty(event, 'dataTransfer', { value: dataTransfer });
  void fireEvent(target, event);
}
const entity = (id: string) => fake.w.entities.find((e) => e.id === id);
const editor = (title: RegExp) => screen.findByRole('textbox', { name: title });
const saved = async (id: string) => {
  await app.document.save();
  return entity(id)?.local.body ?? '';
};

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

describe('a picture that is pasted or dropped', () => {
  it('stands in the page by a local address, and asks for its words without taking the focus', async () => {
    await app.openDocument('waves');
    const text = await editor(/^Text of Waves/);
    text.focus();
    paste(text, transfer([file('Heron on a post.png')]));
    const asks = await screen.findByLabelText(/What does.*Heron on a post.png.*show/);
    expect(document.activeElement).toBe(text);
    const body = await saved('waves');
    expect(body).toMatch(/<img src="\/lectern\/files\/\w{64}\/Heron-on-a-post.png">/);
    expect(body).not.toContain('base64');
    await user.type(asks, 'A heron{Enter}');
    expect(screen.queryByLabelText(/What does/)).toBeNull();
    expect(await saved('waves')).toContain('alt="A heron">');
  });
  it('stands in a post and in a reply as Markdown', async () => {
    await app.openDocument('tide');
    drop(await editor(/^Text of Tide pools/), transfer([file('pool.png')]));
    await screen.findByLabelText(/What does.*pool.png/);
    expect(await saved('tide')).toMatch(/!\[\]\(\/lectern\/files\/\w{64}\/pool.png\)/);
    await user.click(screen.getByRole('button', { name: /^Write a reply/ }));
    paste(await editor(/^Text of your reply/), transfer([file('limpet.png')]));
    const composer = document.querySelector('.composer') as HTMLElement;
    await user.type(await within(composer).findByLabelText(/What does.*limpet.png/), 'A limpet');
    await user.click(within(composer).getByRole('button', { name: 'Set the text' }));
    await app.reply?.settle();
    expect(entity('tide')?.reply?.body).toMatch(/^!\[A limpet\]\(\/lectern\/files\/\w{64}\/limpet.png\)$/);
  });
  it('comes with others, in their order; what is refused says why and stops none of them', async () => {
    await app.openDocument('waves');
    drop(await editor(/^Text of Waves/), transfer([file('one.png'), file('notes.png', '%PDF-1.7 and more'), file('empty.png', ''), file('two.png')]));
    await screen.findByLabelText(/What does.*two.png/);
    const strip = within(screen.getByRole('region', { name: 'Pictures put into the text' }));
    strip.getByText('“notes.png” is not a picture that sites take: PNG, JPEG, GIF or WebP.');
    strip.getByText('“empty.png” is empty.');
    expect(await saved('waves')).toMatch(/one\.png"><img [^>]*two\.png"/);
    await user.click(screen.getByRole('button', { name: 'Close: notes.png' }));
    expect(strip.queryByText(/notes\.png/)).toBeNull();
  });
  it('goes in pieces and can be stopped; then nothing of it is in the text', async () => {
    fake.pieceTakes = 300;
    await app.openDocument('waves');
    const before = entity('waves')?.local.body;
    drop(await editor(/^Text of Waves/), transfer([file('panorama.png', PNG, 5_000_000)]));
    const stop = await screen.findByRole('button', { name: 'Stop panorama.png' });
    const progress = screen.getByRole('progressbar', { name: /panorama.png/ }) as HTMLProgressElement;
    await waitFor(() => expect(progress.value).toBeGreaterThanOrEqual(1_000_000));
    await user.click(stop);
    expect(screen.queryByRole('progressbar', { name: /panorama/ })).toBeNull();
    await new Promise((r) => setTimeout(r, 700));
    expect(await saved('waves')).toBe(before);
    expect(fake.kept.some((k) => k.name.startsWith('panorama'))).toBe(false);
  });
  it('that comes when its text was closed is kept, and said to be', async () => {
    fake.pieceTakes = 200;
    await app.openDocument('waves');
    drop(await editor(/^Text of Waves/), transfer([file('late.png')]));
    await app.openDocument('salt');
    await waitFor(() => expect(app.announcer.assertive).toContain('“late.png” is kept under Files'));
    expect(fake.kept.some((k) => k.name === 'late.png')).toBe(true);
    expect(`${await saved('salt')}${await saved('waves')}`).not.toContain('late.png');
  });
  it('is left alone where the same clipboard has words', async () => {
    await app.openDocument('waves');
    paste(await editor(/^Text of Waves/), transfer([file('rendering.png')], { 'text/html': '<p class=MsoNormal style="color:red">Swell</p>', 'text/plain': 'Swell' }));
    await waitFor(async () => expect(await saved('waves')).toContain('<p>Swell</p>'));
    expect(fake.kept.some((k) => k.name === 'rendering.png')).toBe(false);
  });
});

describe('pasted markup', () => {
  it('goes through Rust; pictures that it cannot bring along are counted', async () => {
    await app.openDocument('waves');
    paste(await editor(/^Text of Waves/), transfer([], { 'text/html': '<p style="x">A<img src="file:///C:/a.png"></p>', 'text/plain': 'A' }));
    await waitFor(() => expect(app.announcer.assertive).toMatch(/^1 picture could not be taken along/));
  });
  it('that fails leaves its words', async () => {
    fake.paste = async () => { throw { code: 'storage', what: 'The disk is full.', safe: '', next: '', retryable: true }; };
    await app.openDocument('waves');
    paste(await editor(/^Text of Waves/), transfer([], { 'text/html': '<p>Bold <b>words</b></p>', 'text/plain': 'Bold words' }));
    await waitFor(async () => expect(await saved('waves')).toContain('Bold words'));
    expect(app.announcer.assertive).toContain('The words alone are pasted.');
  });
});

describe('the picture dialog', () => {
  it('takes a file with its words, by the same way and without base64', async () => {
    await app.openDocument('waves');
    await editor(/^Text of Waves/);
    await user.click(screen.getByRole('button', { name: 'Picture' }));
    await user.upload(await screen.findByLabelText('From this computer'), file('chart.png'));
    await user.type(screen.getByLabelText('Alternative text'), 'A chart');
    await user.click(screen.getByRole('button', { name: 'Insert the picture' }));
    await waitFor(async () => expect(await saved('waves')).toMatch(/<img src="\/lectern\/files\/\w{64}\/chart.png" alt="A chart">/));
    expect(screen.queryByLabelText(/What does/)).toBeNull();
  });
});

describe('the library of files', () => {
  const files = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>('[data-file]')];
  const library = async () => {
    await app.openDocument('waves');
    await user.click(await screen.findByRole('tab', { name: 'Files' }));
    return screen.findByRole('list', { name: 'Files' });
  };
  it('says size and use of each, finds by name, and shows what is in no text', async () => {
    const list = await library();
    expect(within(list).getAllByRole('listitem').length).toBe(5);
    await user.click(within(list).getByRole('button', { name: 'Thermohaline-circulation.png is in 3 documents' }));
    await within(list).findByRole('button', { name: 'Waves and swell' });
    expect(within(list).getByText('0.9 MB · used nowhere')).toBeTruthy();
    await user.type(screen.getByRole('searchbox', { name: 'Find a file by its name' }), 'harb');
    expect(files(list).map((b) => b.textContent)).toEqual([expect.stringContaining('Old-harbour-map.png')]);
    await user.clear(screen.getByRole('searchbox', { name: 'Find a file by its name' }));
    await user.click(screen.getByRole('checkbox', { name: 'In no text' }));
    expect(within(list).queryByText('Thermohaline-circulation.png')).toBeNull();
  });
  it('puts a file into the open text by the keyboard, and asks for its words', async () => {
    const list = await library();
    files(list)[0]?.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement?.textContent).toContain('Old-harbour-map.png');
    await user.keyboard('{Enter}');
    await screen.findByLabelText(/What does.*Old-harbour-map.png/);
    expect(await saved('waves')).toContain('/Old-harbour-map.png">');
  });
  it('removes what is used nowhere, by the keyboard too, and puts it back; what an earlier version shows stays', async () => {
    const list = await library();
    const names = () => files(list).map((b) => b.querySelector('.name')?.textContent);
    expect(within(list).queryByRole('button', { name: 'Remove Thermohaline-circulation.png' })).toBeNull();
    expect(within(list).queryByRole('button', { name: 'Remove Gull-Ledge-at-low-tide.jpg' })).toBeNull();
    within(list).getByText('2.7 MB · in earlier versions only');
    await user.click(within(list).getByRole('button', { name: 'Remove CTD-rosette.jpg' }));
    await waitFor(() => expect(names()).not.toContain('CTD-rosette.jpg'));
    await user.click(within(screen.getByRole('region', { name: 'Undo' })).getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(names()).toContain('CTD-rosette.jpg'));
    within(list).getByRole('button', { name: /^Old-harbour-map.png/, description: /put it at the caret/ }).focus();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(names()).not.toContain('Old-harbour-map.png'));
    expect(list.contains(document.activeElement)).toBe(true);
    await user.click(screen.getByRole('checkbox', { name: 'In no text' }));
    await user.click(screen.getByRole('button', { name: /^Remove the 2 files used nowhere/ }));
    await waitFor(() => expect(names()).toEqual(['Gull-Ledge-at-low-tide.jpg']));
  });
});
