// Runs inside the editing frame: Jodit over one document. The frame has an opaque origin, no network and no way to the
// program but the port it is handed.
import { Jodit } from 'jodit/esm/index.js';
import 'jodit/esm/plugins/backspace/backspace.js';
import 'jodit/esm/plugins/bold/bold.js';
import 'jodit/esm/plugins/delete/delete.js';
import 'jodit/esm/plugins/enter/enter.js';
import 'jodit/esm/plugins/format-block/format-block.js';
import 'jodit/esm/plugins/hotkeys/hotkeys.js';
import 'jodit/esm/plugins/indent/indent.js';
import 'jodit/esm/plugins/key-arrow-outside/key-arrow-outside.js';
import 'jodit/esm/plugins/ordered-list/ordered-list.js';
import 'jodit/esm/plugins/redo-undo/redo-undo.js';
import 'jodit/esm/plugins/select/select.js';
import 'jodit/esm/plugins/tab/tab.js';
import joditStyle from 'jodit/es2021.en/jodit.min.css?inline';
import { type FromVisual, PAUSE_MS, type ToVisual, WRITING_MS } from '../src/lib/editors/messages';
import { runCommand } from './visual_commands';
import { Coming } from './visual_incoming';
import { goTo, readBeforeCaret } from './visual_place';
import { endFind, findIn, type Wanted } from './visual_find';
import { around, chosenImage, stateAt } from './visual_state';

let port: MessagePort;
let jodit: Jodit | undefined;
let opening = false;
let coming: Coming | undefined;
let pending: number | undefined;
/** When the oldest change was made that the window has not been told. */
let oldest: number | undefined;
let found = { image: null as HTMLImageElement | null };

const tell = (message: FromVisual, transfer: Transferable[] = []) => port.postMessage(message, transfer);
const sheet = (id: string, css: string) => {
  const element = document.getElementById(id);
  if (element) element.textContent = css;
};

/** The body as it stands, without what the editor adds for itself. */
function read(): string {
  return jodit ? jodit.getEditorValue() : '';
}

function told(): void {
  oldest = undefined;
  tell({ type: 'changed', html: read() });
}

function changed(): void {
  if (opening) return;
  clearTimeout(pending);
  const now = performance.now();
  oldest ??= now;
  pending = setTimeout(told, Math.max(0, Math.min(PAUSE_MS, oldest + WRITING_MS - now))) as unknown as number;
  report();
}

let reporting = false;
function report(): void {
  if (reporting) return;
  reporting = true;
  setTimeout(() => {
    reporting = false;
    if (jodit) tell({ type: 'state', state: stateAt(jodit, found.image) });
  }, 30);
}

function make(): Jodit {
  const place = document.createElement('textarea');
  document.body.append(place);
  return Jodit.make(place, {
    // Everything that rewrites what it was not asked to rewrite is left out of the bundle or off.
    disablePlugins: ['clean-html', 'cleanHtml', 'wrap-nodes', 'wrapNodes', 'add-new-line', 'paste', 'clipboard'],
    toolbar: false,
    inline: false,
    showCharsCounter: false,
    showWordsCounter: false,
    showXPathInStatusbar: false,
    statusbar: false,
    saveSelectionOnBlur: false,
    enter: 'p',
    globalFullSize: false,
    height: 'auto',
    minHeight: 0,
    history: { enable: true, maxHistoryLength: 500, timeout: 300 },
    spellcheck: true,
    language: 'en',
    defaultTimeout: 50,
    shadowRoot: null,
  } as never);
}

function open(message: Extract<ToVisual, { type: 'open' }>): void {
  opening = true;
  clearTimeout(pending);
  sheet('tokens', message.tokens);
  sheet('reading', joditStyle + message.style + frameStyle);
  if (!jodit) {
    jodit = make();
    jodit.events.on('change', changed);
    jodit.editor.classList.add('reading');
    jodit.editor.setAttribute('role', 'textbox');
    jodit.editor.setAttribute('aria-multiline', 'true');
    listen(jodit);
    coming = new Coming(jodit, tell, changed);
  }
  if (coming && message.copied) coming.copied = message.copied;
  const editor = jodit;
  editor.editor.setAttribute('aria-label', message.label);
  editor.setReadOnly(false);
  editor.value = message.html;
  editor.setReadOnly(message.readonly);
  // Whatever the editor still settles by itself belongs to loading, not to the person's edit.
  setTimeout(() => {
    editor.history.clear();
    opening = false;
    tell({ type: 'ready', html: read() });
    report();
  }, 60);
}

const frameStyle = `
html,body{height:100%;background:transparent}
.jodit-container:not(.jodit_inline),.jodit-workplace{border:0!important;background:transparent!important;min-height:100%!important;height:auto!important}
.jodit-container:not(.jodit_inline) .jodit-wysiwyg.reading{background:transparent;padding:20px 24px 48px;margin-inline:auto;min-height:100vh;max-width:768px;outline:none;caret-color:var(--accent)}
.jodit-wysiwyg.reading:focus-visible{outline:none}
.reading table{display:table;overflow:visible}
::highlight(found){background-color:var(--find);color:var(--text)}
.jodit-wysiwyg.reading:empty::before{content:'Start writing';color:var(--text-3)}
`;

/** Keys that belong to the program, not to the text. */
function isProgramKey(event: KeyboardEvent): boolean {
  const command = event.ctrlKey || event.metaKey;
  if (event.key === 'F6' || event.key === 'Escape') return true;
  if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) return true;
  if (!command) return false;
  if (event.shiftKey) return ['f', 'enter', 'k', 'h'].includes(event.key.toLowerCase());
  return ['s', 'enter', 'k', 'n', '\\', '.', '/', '1', '2', '3', '4', 'f'].includes(event.key.toLowerCase());
}

function follow(link: Element | null): boolean {
  const url = link?.getAttribute('href');
  if (url) tell({ type: 'follow', url });
  return Boolean(url);
}

function listen(editor: Jodit): void {
  addEventListener(
    'keydown',
    (event) => {
      if (event.altKey && event.key === 'Enter' && follow(around(editor, 'a[href]'))) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      if (!isProgramKey(event)) return;
      if (event.key !== 'Escape') event.preventDefault();
      event.stopImmediatePropagation();
      tell({
        type: 'key', key: event.key, code: event.code,
        ctrl: event.ctrlKey, shift: event.shiftKey, alt: event.altKey, meta: event.metaKey,
      });
    },
    true,
  );
  document.addEventListener('selectionchange', report);
  editor.editor.addEventListener('click', (event) => {
    const target = event.target;
    found = { image: target instanceof HTMLImageElement ? target : null };
    chosenImage(found.image);
    const link = target instanceof Element ? target.closest('a') : null;
    if (link) event.preventDefault();
    if (link && event instanceof MouseEvent && (event.ctrlKey || event.metaKey)) follow(link);
    report();
  });
}

function hear(message: ToVisual): void {
  if (message.type === 'open') return open(message);
  if (!jodit) return;
  switch (message.type) {
    case 'readonly':
      jodit.setReadOnly(message.readonly);
      break;
    case 'label':
      jodit.editor.setAttribute('aria-label', message.label);
      break;
    case 'tokens':
      sheet('tokens', message.tokens);
      break;
    case 'focus':
      jodit.selection.focus();
      break;
    case 'read':
      clearTimeout(pending);
      tell({ type: 'read', ask: message.ask, html: read() });
      break;
    case 'where':
      tell({ type: 'where', ask: message.ask, read: readBeforeCaret(jodit) });
      break;
    case 'command': {
      if (message.name === 'find') {
        tell({ type: 'found', ...findIn(jodit, message.value as Wanted) });
        if ((message.value as Wanted).replacement !== undefined) changed();
      } else if (message.name === 'find-end') endFind();
      else if (message.name === 'paste-plain') {
        if (coming) coming.plain = true;
      }
      else if (message.name === 'go') goTo(jodit, Number(message.value));
      else {
        runCommand(jodit, message.name, message.value, found.image);
        changed();
      }
      break;
    }
    default:
      coming?.hear(message);
  }
}

addEventListener('message', function first(event) {
  const handed = event.ports[0];
  if (event.source !== parent || !handed) return;
  removeEventListener('message', first);
  port = handed;
  port.onmessage = (next: MessageEvent<ToVisual>) => hear(next.data);
});
