// Opens the built window with the backend in memory, walks every screen at three sizes, takes pictures
// into target/screens and fails on any accessibility violation, page error or sideways scroll.
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { SCREENS } from './list.mjs';

const root = new URL('..', import.meta.url).pathname;
const dist = join(root, 'target/preview');
const out = join(root, 'target/screens');
const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml', '.json': 'application/json' };
// The program's own policy, so that what it forbids fails here first.
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";

const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  const file = join(dist, path === '/' ? 'index.html' : path);
  if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  const headers = { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' };
  // The frames carry their own policy.
  if (!path.startsWith('/frames/')) headers['content-security-policy'] = POLICY;
  // Frames of opaque origin read fonts as strangers; the program hands them out under a scheme of its own.
  if (path.startsWith('/frames/') || path.endsWith('.woff2')) headers['access-control-allow-origin'] = '*';
  response.writeHead(200, headers);
  createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}/`;

const profile = mkdtempSync(join(tmpdir(), 'lectern-screens-'));
mkdirSync(out, { recursive: true });
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  bypassCSP: true,
  locale: 'en-GB',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const ALL_SIZES = [
  { name: 'light', width: 1600, height: 1000, theme: 'light' },
  { name: 'dark', width: 1600, height: 1000, theme: 'dark' },
  { name: 'small', width: 1024, height: 700, theme: 'light' },
  // 200 % zoom of 1600x1000, and the 320 CSS px of 400 %.
  { name: 'zoom200', width: 800, height: 500, theme: 'light' },
  { name: 'zoom400', width: 320, height: 480, theme: 'light' },
];
// `node screens/run.mjs [part of a screen's name] [size]` looks at some of them.
const only = process.argv[2];
const SIZES = ALL_SIZES.filter((s) => !process.argv[3] || s.name === process.argv[3]);
let failures = 0;
const fail = (where, what) => {
  failures++;
  console.error(`FAIL ${where}: ${what}`);
};

for (const size of SIZES) {
  for (const screen of SCREENS.filter((s) => !only || s.name.includes(only))) {
    if (screen.sizes && !screen.sizes.includes(size.name)) continue;
    const where = `${screen.name}-${size.name}`;
    const page = await browser.newPage();
    await page.setViewportSize({ width: size.width, height: size.height });
    page.setDefaultTimeout(8000);
    page.on('pageerror', (e) => fail(where, `page error: ${e.message}`));
    page.on('console', (m) => m.type() === 'error' && fail(where, `console: ${m.text()}`));
    await page.addInitScript((theme) => {
      // The frames of remote content have no storage, and that is so on purpose.
      if (window !== window.top) return;
      localStorage.setItem('lectern.appearance', JSON.stringify({ theme }));
      localStorage.setItem('lectern.last', 'thermo');
    }, size.theme);
    try {
      await page.goto(base + (screen.query ?? ''));
      await page.waitForFunction(() => document.querySelector('#app h1, #app [role=alert]'), null, { timeout: 10_000 });
      await screen.open?.(page, size);
      await page.waitForTimeout(350);
      await page.screenshot({ path: join(out, `${where}.png`) });
      await page.evaluate(axe);
      const result = await page.evaluate(() => axe.run({ exclude: ['.cm-scroller'] }, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      for (const v of result.violations) fail(where, `axe ${v.id}: ${v.nodes.map((n) => `${n.target.join(' ')} (${n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ''})`).slice(0, 3).join(' | ')}`);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      if (sideways) fail(where, 'the page scrolls sideways');
    } catch (e) {
      fail(where, e.message.split('\n').slice(0, 3).join(' '));
      await page.screenshot({ path: join(out, `${where}-failed.png`) }).catch(() => {});
    }
    await page.close();
  }
}
await browser.close();
server.close();
rmSync(profile, { recursive: true, force: true });
console.log(failures ? `${failures} failures` : `All screens are free of violations. Pictures: ${out}`);
process.exit(failures ? 1 : 0);
