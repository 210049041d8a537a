// The built window under the program's own policy, and a browser that looks at it.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

export const root = new URL('..', import.meta.url).pathname;
const dist = join(root, 'target/preview');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml', '.json': 'application/json' };
// What the program forbids fails here first.
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";

function answer(request, response) {
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
}

/** The window's address, the browser, and how to end both. */
export async function serve() {
  const server = createServer(answer);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const end = async () => {
    await browser.close();
    server.close();
  };
  return { base: `http://127.0.0.1:${server.address().port}/`, browser, end };
}

/** A page of the window at a size, opened at the document that was last read. */
export async function open({ base, browser }, size, query = '') {
  // A profile of its own: what one page keeps is no other's.
  const context = await browser.newContext({ bypassCSP: true, locale: 'en-GB', colorScheme: size.theme ?? 'light', viewport: { width: size.width, height: size.height } });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  await page.addInitScript(() => {
    // The frames of remote content have no storage, and that is so on purpose.
    if (window !== window.top) return;
    localStorage.setItem('lectern.appearance', JSON.stringify({ theme: 'system' }));
    localStorage.setItem('lectern.last', 'thermo');
  });
  const ready = async () => {
    await page.goto(base + query);
    await page.waitForFunction(() => document.querySelector('#app h1, #app [role=alert]'), null, { timeout: 10_000 });
  };
  return { page, ready };
}
