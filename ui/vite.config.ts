import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    target: 'es2022',
    // The content policy has no `data:` for fonts and allows no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test_setup.ts'],
    css: false,
    alias: [{ find: './screens/document_later', replacement: fileURLToPath(new URL('src/screens/document_at_once.ts', import.meta.url)) }],
    testTimeout: 20_000,
    // One processor is left idle otherwise.
    maxWorkers: '100%',
  },
});
