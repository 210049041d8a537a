// Walks every screen of the built window at five sizes with the backend in memory, takes pictures into target/screens,
// and fails on any accessibility violation, page error or sideways scroll. Then measures the frame (review.mjs).
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCREENS } from './list.mjs';
import { review } from './review.mjs';
import { open, root, serve } from './served.mjs';

const out = join(root, 'target/screens');
const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
mkdirSync(out, { recursive: true });
const window = await serve();

const ALL_SIZES = [
  { name: 'light', width: 1600, height: 1000, theme: 'light' },
  { name: 'dark', width: 1600, height: 1000, theme: 'dark' },
  { name: 'small', width: 1024, height: 700, theme: 'light' },
  // 200 % zoom of 1600x1000, and the 320 CSS px of 400 %.
  { name: 'zoom200', width: 800, height: 500, theme: 'light' },
  { name: 'zoom400', width: 320, height: 480, theme: 'light' },
];
// `node screens/run.mjs [part of a screen's name, or all] [sizes]` looks at some of them; `node screens/run.mjs review` measures alone.
const only = process.argv[2] === 'all' ? undefined : process.argv[2];
const sizes = process.argv[3]?.split(',');
const SIZES = ALL_SIZES.filter((s) => !sizes || sizes.includes(s.name));
let failures = 0;
const fail = (where, what) => {
  failures++;
  console.error(`FAIL ${where}: ${what}`);
};

const EVERYTHING = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
// All that another theme changes, and nothing that another size does.
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe is asked of a look after the first one of a visit. */
const asked = (size, first) =>
  size.width === first.width ? { runOnly: { type: 'rule', values: COLOURS } } : { runOnly: EVERYTHING, rules: Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }])) };

/** Goes to a screen once and looks at it in each of the sizes: the window's edge is drawn, and its theme is changed. */
async function visit(screen, sizes) {
  const [first, ...others] = sizes;
  const { page, ready } = await open(window, first, screen.query);
  let where = `${screen.name}-${first.name}`;
  page.on('pageerror', (e) => fail(where, `page error: ${e.message}`));
  page.on('console', (m) => m.type() === 'error' && fail(where, `console: ${m.text()}`));
  try {
    await ready();
    await screen.open?.(page, first);
    await page.evaluate(axe);
    await look(page, where, { runOnly: EVERYTHING });
    for (const size of others) {
      where = `${screen.name}-${size.name}`;
      // What comes under the pointer with the new size is nobody's hover.
      await page.mouse.move(0, 0);
      await page.emulateMedia({ colorScheme: size.theme });
      await page.setViewportSize(size);
      await look(page, where, asked(size, first));
    }
  } catch (e) {
    fail(where, e.message.split('\n').slice(0, 3).join(' '));
    await page.screenshot({ path: join(out, `${where}-failed.png`) }).catch(() => {});
  }
  await page.context().close();
}

async function look(page, where, options) {
  await page.waitForTimeout(350);
  await page.screenshot({ path: join(out, `${where}.png`) });
  const result = await page.evaluate((options) => axe.run({ exclude: ['.cm-scroller'] }, { iframes: false, resultTypes: ['violations'], ...options }), options);
  for (const v of result.violations) fail(where, `axe ${v.id}: ${v.nodes.map((n) => `${n.target.join(' ')} (${n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ''})`).slice(0, 3).join(' | ')}`);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  if (sideways) fail(where, 'the page scrolls sideways');
}

const isShown = (screen, size) => (!only || screen.name.includes(only)) && (!screen.sizes || screen.sizes.includes(size.name));
// A narrow window has its sidebar over the document, so the way to a screen is another there. Other sizes are one visit.
const isNarrow = (size) => size.width < 900;
const queue = SCREENS.flatMap((screen) => {
  const shown = SIZES.filter((size) => isShown(screen, size));
  const alone = shown.filter((size) => screen.anew?.includes(size.name));
  const together = [false, true].map((narrow) => shown.filter((size) => isNarrow(size) === narrow && !alone.includes(size)));
  return [...together, ...alone.map((size) => [size])].filter((sizes) => sizes.length).map((sizes) => [screen, sizes]);
});
// Most of a look is waiting for the window to come to rest, so several are taken side by side.
const worker = async () => {
  for (let next = queue.shift(); next; next = queue.shift()) await visit(...next);
};
await Promise.all(Array.from({ length: 3 }, worker));
if (only === 'review' || (!only && SIZES.some((s) => s.name === 'light'))) await review(window, out, fail);
await window.end();
console.log(failures ? `${failures} failures` : `All screens are free of violations. Pictures: ${out}`);
process.exit(failures ? 1 : 0);
