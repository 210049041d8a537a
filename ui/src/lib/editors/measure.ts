import type { Layout, ToMeasure } from './messages';
import { documentFonts } from './reading_style';

type Heard = (layout: Layout) => void;

let frame: HTMLIFrameElement | undefined;
let port: MessagePort | undefined;
let waiting: ToMeasure[] = [];
let last = 0;
const listeners = new Map<number, Heard>();

function tell(message: ToMeasure): void {
  if (port) port.postMessage(message);
  else waiting.push(message);
}

/** One frame measures for the whole window; it is made when first needed and outlives its users. */
function start(): void {
  if (frame) return;
  frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  frame.title = 'Measure';
  frame.style.cssText =
    'position:fixed;inset:0 auto auto 0;width:4px;height:4px;border:0;opacity:0;pointer-events:none;z-index:-1';
  frame.addEventListener('load', () => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event: MessageEvent<Layout>) => listeners.get(event.data.id)?.(event.data);
    frame?.contentWindow?.postMessage('measure', '*', [channel.port2]);
    port = channel.port1;
    for (const message of waiting) port.postMessage(message);
    waiting = [];
  });
  frame.src = '/frames/measure.html';
  document.body.append(frame);
}

/** Measures one document as long as it is shown. */
export interface Measuring {
  place(style: string, html: string, width: number): void;
  width(width: number): void;
  forget(): void;
}

/** Begins to measure a document; `heard` is called at each change of its height. */
export function measure(heard: Heard): Measuring {
  start();
  last += 1;
  const id = last;
  listeners.set(id, heard);
  return {
    place: (style, html, width) => tell({ type: 'place', id, fonts: documentFonts(), style, html, width }),
    width: (width) => tell({ type: 'width', id, width }),
    forget: () => {
      listeners.delete(id);
      tell({ type: 'forget', id });
    },
  };
}
