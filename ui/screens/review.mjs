// What can be measured of the look: sizes of the frame, letters, colours, other directions and spacings, movement.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, root } from './served.mjs';

const WIDE = { width: 1600, height: 1000 };
const SMALL = { width: 1024, height: 700 };
const PARTS = [
  ['.toolbar', 'height', 48],
  ['.status', 'height', 28],
  ['.sidebar', 'width', 288],
  ['.panel', 'width', 304],
];
// WCAG 1.4.12.
const SPACED = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }';

/** Measures the window and tells `fail` what is not as it should be. */
export async function review(window, out, fail) {
  const checks = { shape, letters, colours, mirrored, spaced, still, steady, forced };
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(window, out, (what) => fail(`review ${name}`, what));
    } catch (e) {
      fail(`review ${name}`, e.message.split('\n')[0]);
    }
  }
}

async function page(window, size, prepare, query) {
  const { page, ready } = await open(window, size, query);
  await prepare?.(page);
  await ready();
  await page.waitForTimeout(900);
  return page;
}

async function shape(window, _, fail) {
  const at = await page(window, WIDE);
  for (const [part, side, wanted] of PARTS) {
    const box = await at.locator(part).first().boundingBox();
    if (!box || Math.abs(box[side] - wanted) > 1) fail(`${part} is ${box?.[side]} wide or high, not ${wanted}`);
  }
  await at.context().close();
}

/** No text under 11 px; the two families are there with the letters that oceanographers, Danes and Russians need. */
async function letters(window, _, fail) {
  const at = await page(window, WIDE);
  const found = await at.evaluate(async () => {
    await document.fonts.ready;
    const small = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const element = node.parentElement;
      if (!node.textContent.trim() || !element?.checkVisibility()) continue;
      if (parseFloat(getComputedStyle(element).fontSize) < 11) small.push(node.textContent.trim().slice(0, 30));
    }
    const family = getComputedStyle(document.body).fontFamily.split(',')[0];
    const missing = [];
    for (const letters of ['σθ', '°−', 'éø', 'Жы']) {
      const faces = await document.fonts.load(`16px ${family}`, letters);
      if (!faces.length) missing.push(letters);
    }
    return { small, missing, family };
  });
  if (found.small.length) fail(`under 11 px: ${found.small.join(', ')}`);
  if (!found.family.includes('Inter')) fail(`the text is set in ${found.family}`);
  if (found.missing.length) fail(`no letters of our own for ${found.missing.join(', ')}`);
  await at.context().close();
}

/** Colours are named in the token file alone. */
async function colours(_window, _out, fail) {
  const files = readdirSync(join(root, 'src'), { recursive: true }).filter((name) => /\.(svelte|css)$/.test(name) && !name.endsWith('tokens.css'));
  if (files.length < 20) fail(`only ${files.length} files were looked at`);
  for (const name of files) {
    const text = readFileSync(join(root, 'src', name), 'utf8');
    const style = name.endsWith('.css') ? text : [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((m) => m[1]).join('\n');
    for (const [colour] of style.matchAll(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(/gi)) fail(`${name} names the colour ${colour}`);
  }
}

/** From right to left the frame is mirrored, and nothing leaves the window. */
async function mirrored(window, out, fail) {
  for (const size of [WIDE, SMALL]) {
    const at = await page(window, size);
    await at.evaluate(() => (document.documentElement.dir = 'rtl'));
    await at.waitForTimeout(300);
    const sidebar = await at.locator('.sidebar').boundingBox();
    if (!sidebar || Math.abs(sidebar.x + sidebar.width - size.width) > 1) fail(`the sidebar stands at ${sidebar?.x} of ${size.width}`);
    if (await at.evaluate(() => document.documentElement.scrollWidth > innerWidth)) fail('the page scrolls sideways');
    await at.screenshot({ path: join(out, `review-mirrored-${size.width}.png`) });
    await at.context().close();
  }
}

/** With wider spacing of letters, words and lines no label of a button is cut. */
async function spaced(window, out, fail) {
  const at = await page(window, WIDE);
  await at.addStyleTag({ content: SPACED });
  await at.waitForTimeout(300);
  const cut = await at.evaluate(() =>
    [...document.querySelectorAll('button, label, [role=tab], h1, h2, dt')]
      .filter((e) => e.checkVisibility() && e.scrollHeight > e.clientHeight + 2 && getComputedStyle(e).overflow !== 'visible')
      .map((e) => e.textContent.trim().slice(0, 30)),
  );
  if (cut.length) fail(`cut: ${cut.join(', ')}`);
  const beyond = await at.evaluate(() =>
    [...document.querySelectorAll('.panel-body *')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth).map((e) => e.textContent.trim().slice(0, 30) || e.nodeName),
  );
  if (beyond.length) fail(`beyond the edge: ${beyond.join(', ')}`);
  await at.screenshot({ path: join(out, 'review-spaced.png') });
  await at.context().close();
}

/** Where less movement is asked for, nothing moves, a sync that runs included. */
async function still(window, _, fail) {
  const at = await page(window, WIDE, (p) => p.emulateMedia({ reducedMotion: 'reduce' }), '?step=1500');
  await at.locator('main').focus();
  await at.keyboard.press('Control+Enter');
  await at.waitForTimeout(600);
  const moving = await at.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').map((a) => a.animationName ?? a.transitionProperty));
  if (moving.length) fail(`moving: ${moving.join(', ')}`);
  await at.context().close();
}

/** No row, heading or line of text jumps while a sync starts, runs and ends. The control itself grows to its left, and what it sent leaves the panel. */
async function steady(window, _, fail) {
  const at = await page(window, WIDE, null, '?step=200');
  await at.evaluate(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const elements = entry.sources.map((s) => (s.node?.nodeType === Node.TEXT_NODE ? s.node.parentElement : s.node));
        const jumped = elements.filter((e) => e?.closest('main, .sidebar, .toolbar') && !e.closest('.sync, .panel'));
        for (const e of jumped) globalThis.shifts.push([entry.value, e.outerHTML.slice(0, 80)]);
      }
    }).observe({ type: 'layout-shift', buffered: false });
  });
  await at.locator('main').focus();
  await at.keyboard.press('Control+Enter');
  await at.waitForTimeout(4000);
  const shifts = await at.evaluate(() => globalThis.shifts);
  for (const [value, what] of shifts) fail(`jumped by ${value.toFixed(4)}: ${what}`);
  await at.context().close();
}

/** In forced colours every state keeps its icon and every control its border; the picture is for a person to look at. */
async function forced(window, out, fail) {
  const at = await page(window, WIDE, (p) => p.emulateMedia({ forcedColors: 'active' }));
  const bare = await at.evaluate(() =>
    [...document.querySelectorAll('input, select, textarea')].filter((e) => e.checkVisibility() && getComputedStyle(e).borderStyle === 'none' && getComputedStyle(e.parentElement).borderStyle === 'none' && e.type !== 'checkbox').map((e) => e.getAttribute('aria-label') ?? e.name ?? e.id),
  );
  if (bare.length) fail(`without a border: ${bare.join(', ')}`);
  await at.screenshot({ path: join(out, 'review-forced-colours.png') });
  await at.context().close();
}
