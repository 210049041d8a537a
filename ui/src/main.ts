import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './lib/api/backend';
import { insideProgram, tauriBackend } from './lib/api/tauri';
import { App as State } from './lib/state/app.svelte';

/** The program's own backend, or, in a plain browser, the one in memory. */
async function chooseBackend(): Promise<Backend> {
  if (insideProgram()) return tauriBackend();
  const { previewBackend } = await import('./lib/fake/preview');
  return previewBackend(new URLSearchParams(location.search));
}

const app = new State(await chooseBackend());
const target = document.getElementById('app');
if (target) mount(App, { target, props: { app } });
await app.start();
