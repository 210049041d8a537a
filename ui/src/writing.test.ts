import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { queryOf, NO_FILTERS, readTyped } from './lib/components/search/query';
import { equationHtml } from './lib/components/document/insertions';
import { imageHtml, imageMarkdown } from './lib/editors/pictures';
import { FakeBackend } from './lib/fake/backend';
import { App as State } from './lib/state/app.svelte';

let app: State;
let fake: FakeBackend;
const user = userEvent.setup();
const entity = (id: string) => fake.w.entities.find((e) => e.id === id);

beforeEach(async () => {
  localStorage.clear();
  fake = new FakeBackend();
  const waves = entity('waves');
  if (waves) waves.local = { ...waves.local, body: '<p>Wind makes waves.</p><p><img src="/a.png"></p>' };
  app = new State(fake);
  app.appearance.width = 1600;
  render(App, { app });
  await app.start();
});
afterEach(() => {
  app.end();
  cleanup();
});

describe('checks while writing', () => {
  async function checks() {
    await app.openDocument('waves');
    await user.click(await screen.findByRole('tab', { name: /^Checks/ }));
    return screen.getByRole('complementary', { name: 'About this document' });
  }
  it('ask for what only the person can say, mend it, and offer undo', async () => {
    const panel = await checks();
    await user.click(await within(panel).findByRole('button', { name: /^Describe it/ }));
    await user.type(await within(panel).findByLabelText('What it shows'), 'A swell chart{Enter}');
    await waitFor(() => expect(entity('waves')?.local.body).toContain('alt="A swell chart"'));
    await within(panel).findByText(/^Nothing was found/);
    await user.click(within(screen.getByRole('region', { name: 'Undo' })).getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(entity('waves')?.local.body).not.toContain('alt='));
  });
  it('mend a topic as they do a page', async () => {
    const tide = entity('tide');
    if (tide) tide.local = { ...tide.local, body: 'Wear boots.\n\n![](upload://ledge.png)' };
    await app.openDocument('tide');
    await user.click(await screen.findByRole('tab', { name: /^Checks/ }));
    const panel = screen.getByRole('complementary', { name: 'About this document' });
    await user.click(await within(panel).findByRole('button', { name: /^Describe it/ }));
    await user.type(await within(panel).findByLabelText('What it shows'), 'The ledge at low tide{Enter}');
    await waitFor(() => expect(entity('tide')?.local.body).toContain('![The ledge at low tide](upload://ledge.png)'));
    await within(panel).findByText('Nothing was found. Pictures, headings, links and tables are looked at while you write.');
  });
  it('can be ignored here, and shown again', async () => {
    const panel = await checks();
    await user.click(await within(panel).findByRole('button', { name: /^Ignore here/ }));
    await within(panel).findByText(/1 finding ignored here/);
    expect(screen.getByRole('tab', { name: /^Checks/ }).textContent).toBe('Checks');
    await user.click(within(panel).getByRole('button', { name: 'Show it' }));
    await within(panel).findByRole('button', { name: /^Describe it/ });
  });
});

describe('search', () => {
  it('finds words in the text, marks them, and opens with Enter', async () => {
    await user.keyboard('{Control>}{Shift>}F{/Shift}{/Control}');
    await user.type(await screen.findByRole('searchbox', { name: 'Search all texts' }), 'car park');
    const found = await screen.findByRole('button', { name: /Tide pools at Gull Ledge/ });
    expect(within(found).getByText('car park').tagName).toBe('MARK');
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(app.route.now).toMatchObject({ name: 'document', id: 'tide' }));
  });
  it('Go to shows texts under titles', async () => {
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox', { name: /Go to/ }), 'car park');
    await within(await screen.findByRole('group', { name: 'In the text' })).findByText('Tide pools at Gull Ledge, 6 December');
  });
  it('filters can be typed', () => {
    expect(readTyped('kind:page deep is:unpublished http://a:b', NO_FILTERS)).toEqual({ words: 'deep http://a:b', filters: { ...NO_FILTERS, kind: 'page', unpublished: true } });
    expect(queryOf('changed:week x', NO_FILTERS, 5, new Date('2026-11-24T00:00:00Z'))).toEqual({ text: 'x', limit: 5, changedSince: '2026-11-17T00:00:00.000Z' });
  });
});

describe('find and replace over a space', () => {
  it('replaces what is ticked and takes all of it back at once', async () => {
    await app.route.go({ name: 'replace', space: 'ocn210', text: 'Nothing but' });
    await user.type(await screen.findByLabelText('Replace with'), 'Only');
    await screen.findByText(/^\d+ places in \d+ documents chosen/);
    await user.click(screen.getByRole('checkbox', { name: 'All places in Office hours' }));
    await user.click(screen.getByRole('button', { name: /^Replace \d+ places/ }));
    await waitFor(() => expect(entity('page0')?.local.body).toContain('Only this line'));
    expect(entity('page4')?.local.body).toContain('Nothing but');
    await user.click(await within(screen.getByRole('region', { name: 'Undo' })).findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(entity('page0')?.local.body).toContain('Nothing but'));
  });
});

describe('what the dialogs write', () => {
  it('an equation as Canvas stores it', () => {
    expect(equationHtml("a<b'")).toBe('<img class="equation_image" title="a&lt;b\'" src="/equation_images/a%253Cb%2527?scale=1" alt="LaTeX: a&lt;b\'" data-equation-content="a&lt;b\'">');
  });
  it('a picture with its words, or as decoration', () => {
    expect(imageHtml({ address: '/a.png', alt: 'A "map"', decorative: false })).toBe('<img src="/a.png" alt="A &quot;map&quot;">');
    expect(imageHtml({ address: '/a.png', alt: 'x', decorative: true })).toBe('<img src="/a.png" alt="" role="presentation">');
    expect(imageMarkdown({ address: 'upload://a.png', alt: 'a [b] | c', decorative: false })).toBe('![a b c](upload://a.png)');
  });
});
