import type { Component } from 'svelte';
import type { Names } from '../../words/names';
import type { VisualState } from '../../editors/messages';
import type { Handed, ShownPicture } from '../../editors/pictures';
import MarkdownPreview from '../standin/MarkdownPreview.svelte';
import ReadingFrame from '../standin/ReadingFrame.svelte';
import SourceEditor from '../standin/SourceEditor.svelte';
import VisualEditor from '../standin/VisualEditor.svelte';

/** What a toolbar and a save ask of an editor. The stand-ins know no commands. */
export interface Driven {
  flush: () => Promise<string> | string;
  command?: (name: string, value?: unknown) => void;
  find?: (wanted: unknown) => Promise<{ count: number; at: number }>;
  focus?: () => void;
  where?: () => Promise<number>;
  scrollToLine?: (line: number) => void;
  selection?: () => { from: number; to: number };
  select?: (from: number, to?: number) => void;
  /** Remembers where the caret is, for a picture that comes later. */
  hold?: () => number;
  putPicture?: (place: number, picture: ShownPicture) => void;
  describePicture?: (picture: ShownPicture) => void;
}
export type OnFiles = (files: Handed[], place: number) => void;
/** Where lines and heights of a preview belong together. The stand-in knows none. */
export interface ShownPreview {
  topOfLine?: (line: number) => number;
  lineAtTop?: (height: number) => number;
}
export type Visual = Component<
  { html: string; readonly?: boolean; label: string; onready: (loaded: string) => void; onchange: (now: string) => void; onstate?: (state: VisualState) => void; onfollow?: (url: string) => void; onfiles?: OnFiles; onpaste?: (html: string) => Promise<string | null> },
  Driven
>;
export type Source = Component<{ text: string; language: 'html' | 'markdown'; readonly?: boolean; label: string; names?: Names; onchange: (text: string) => void; onscroll?: (line: number) => void; onfiles?: OnFiles }, Driven>;
export type Preview = Component<{ source: string; label: string }, ShownPreview>;
export type Reading = Component<{ html: string; label: string }>;

const real = import.meta.glob('../../editors/*.svelte', { eager: true, import: 'default' });

/** The editors with their frames; tests in a window without frames use plain text areas of the same contract. */
function choose<T>(name: string, plain: T): T {
  return import.meta.env.MODE === 'test' ? plain : ((real[`../../editors/${name}.svelte`] as T | undefined) ?? plain);
}

export const Editors = {
  Visual: choose('VisualEditor', VisualEditor as Visual),
  Source: choose('SourceEditor', SourceEditor as Source),
  Preview: choose('MarkdownPreview', MarkdownPreview as Preview),
  Reading: choose('ReadingFrame', ReadingFrame as Reading),
};
