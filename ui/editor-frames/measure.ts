// Runs in one hidden frame of opaque origin and answers one question: how tall is this document at this width, and where do
// its blocks begin? Frames that show documents have no scripts, so they cannot say it themselves.
import type { ToMeasure } from '../src/lib/editors/messages';

interface Measured {
  host: HTMLElement;
  root: HTMLElement;
}

const documents = new Map<number, Measured>();

function place(id: number, style: string, html: string, port: MessagePort): Measured {
  documents.get(id)?.host.remove();
  const host = document.createElement('div');
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = document.createElement('style');
  sheet.textContent = style;
  const root = document.createElement('div');
  root.className = 'reading';
  const inert = document.createElement('template');
  inert.innerHTML = html;
  for (const image of inert.content.querySelectorAll('img')) image.loading = 'eager';
  for (const dropped of inert.content.querySelectorAll('script,iframe,object,embed,link,meta,base')) dropped.remove();
  root.append(inert.content);
  shadow.append(sheet, root);
  document.body.append(host);
  // Load events do not bubble; the capturing phase sees them.
  for (const kind of ['load', 'error']) root.addEventListener(kind, () => tell(id, port), true);
  const measured = { host, root };
  documents.set(id, measured);
  return measured;
}

/** Fonts hold in a document, not in a shadow tree, so they stand in the head; their arrival changes heights. */
function dress(fonts: string): void {
  const sheet = document.getElementById('fonts') ?? document.head.appendChild(document.createElement('style'));
  sheet.id = 'fonts';
  if (sheet.textContent !== fonts) sheet.textContent = fonts;
}

function tell(id: number, port: MessagePort): void {
  const measured = documents.get(id);
  if (!measured) return;
  const top = measured.root.getBoundingClientRect().top;
  const blocks = [...measured.root.querySelectorAll<HTMLElement>('[data-line]')].map(
    (block): [number, number] => [Number(block.dataset['line']), block.getBoundingClientRect().top - top],
  );
  port.postMessage({ id, height: Math.ceil(measured.root.getBoundingClientRect().height), blocks });
}

function hear(port: MessagePort, message: ToMeasure): void {
  if (message.type === 'forget') {
    documents.get(message.id)?.host.remove();
    documents.delete(message.id);
    return;
  }
  if (message.type === 'place') dress(message.fonts);
  const measured =
    message.type === 'place' ? place(message.id, message.style, message.html, port) : documents.get(message.id);
  if (!measured) return;
  measured.host.style.width = `${message.width}px`;
  tell(message.id, port);
}

addEventListener(
  'message',
  (event) => {
    const port = event.ports[0];
    if (event.source !== parent || !port) return;
    port.onmessage = (next: MessageEvent<ToMeasure>) => hear(port, next.data);
    document.fonts.addEventListener('loadingdone', () => {
      for (const id of documents.keys()) tell(id, port);
    });
  },
  { once: true },
);
