// The page that the window tests drive: one editor or frame at a time, in the program's own origin and under its policy.
import { mount, unmount } from 'svelte';
import '../src/styles/tokens.css';
import MarkdownPreview from '../src/lib/editors/MarkdownPreview.svelte';
import ReadingFrame from '../src/lib/editors/ReadingFrame.svelte';
import SourceEditor from '../src/lib/editors/SourceEditor.svelte';
import VisualEditor from '../src/lib/editors/VisualEditor.svelte';

const place = document.getElementById('place') as HTMLElement;
let current: Record<string, never> | undefined;
let heard: unknown[] = [];
let loaded: ((html: string) => void) | undefined;

function show(component: unknown, props: Record<string, unknown>): void {
  if (current) void unmount(current);
  heard = [];
  current = mount(component as never, { target: place, props } as never) as never;
}

const visual = () => current as unknown as { flush(): Promise<string>; command(name: string, value?: unknown): void; focus(): void };

// Strings from inside a frame that say a script ran there.
const ran: string[] = [];
addEventListener('message', (event) => {
  if (typeof event.data === 'string' && event.data.startsWith('canary')) ran.push(event.data);
});

Object.assign(window, {
  bench: {
    ran,
    heard: () => heard,
    reading: (html: string) => show(ReadingFrame, { html, label: 'Reading' }),
    preview: (source: string) => show(MarkdownPreview, { source, label: 'Preview' }),
    source: (text: string, language: string) => show(SourceEditor, { text, language, label: 'Source', onchange: (now: string) => heard.push(now) }),
    sourceNow: () => (current as unknown as { flush(): string }).flush(),
    /** Opens a body in the visual editor and gives what it reads just after loading. */
    visual: (html: string) =>
      new Promise<string>((resolve) => {
        loaded = resolve;
        show(VisualEditor, {
          html, label: 'Text', onready: (now: string) => loaded?.(now), onchange: (now: string) => heard.push(now),
        });
      }),
    visualNow: () => visual().flush(),
    visualCommand: (name: string, value?: unknown) => visual().command(name, value),
    visualFocus: () => visual().focus(),
    height: () => place.querySelector('iframe')?.clientHeight ?? 0,
  },
});
