import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './lib/api/backend';
import type { Closed } from './lib/api/closed';
import { closed, insideProgram, tauriBackend } from './lib/api/tauri';
import { App as State } from './lib/state/app.svelte';
import ClosedScreen from './screens/Closed.svelte';
import { documentScreen } from './screens/document_later';

/** The program's own backend, or, in a plain browser, the one in memory. */
async function chooseBackend(): Promise<Backend> {
  if (insideProgram()) return tauriBackend();
  const { previewBackend } = await import('./lib/fake/preview');
  return previewBackend(new URLSearchParams(location.search));
}

/** Why there is no workspace to show, if so. */
async function whyClosed(): Promise<Closed | null> {
  if (insideProgram()) return closed();
  const { previewClosed } = await import('./lib/fake/preview');
  return previewClosed(new URLSearchParams(location.search));
}

const backend = await chooseBackend();
const target = document.getElementById('app');
const why = await whyClosed();
if (target && why) {
  mount(ClosedScreen, { target, props: { why, startAgain: () => backend.startAgain() } });
} else {
  const app = new State(backend);
  if (target) mount(App, { target, props: { app } });
  await app.start();
  void documentScreen();
}
