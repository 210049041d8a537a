// Builds the scripts that run inside the frames: each one plain file, because a frame of opaque origin may load a classic
// script of the program but no module. `--bench` adds the page that the window tests drive; it is in no release.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

async function bundle(name, outDir, plugins = []) {
  await build({
    configFile: false,
    root: here('..'),
    publicDir: false,
    logLevel: 'warn',
    plugins,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      outDir,
      emptyOutDir: false,
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      lib: { entry: here(`${name}.ts`), name, formats: ['iife'], fileName: () => `${name}.js`, cssFileName: name },
    },
  });
}

if (process.argv.includes('--bench')) {
  await bundle('bench', here('../dist/bench'), [svelte({ configFile: false })]);
  await copyFile(here('bench.html'), here('../dist/bench/index.html'));
  for (const name of ['control.html', 'control.js']) await copyFile(here(name), here(`../dist/bench/${name}`));
} else {
  await bundle('visual', here('../public/frames'));
  await bundle('measure', here('../public/frames'));
}
