/** A pause this long makes an editor tell its text; so does this long of writing without one. What the window then does to make it
 *  durable comes on top, and both together keep the promise of 250 ms and 1 s. */
export const PAUSE_MS = 60;
export const WRITING_MS = 400;

/** What the editing frame is told. */
export type ToVisual =
  | { type: 'open'; html: string; label: string; readonly: boolean; tokens: string; style: string; copied: Copied | null }
  /** Gives a part of a file that was handed over. */
  | { type: 'piece'; ask: number; file: number; from: number; to: number }
  /** The file is not asked for any more. */
  | { type: 'forget'; file: number }
  /** Remembers the place of the caret under a number. */
  | { type: 'hold'; place: number }
  /** Puts markup of the program's own at a remembered place, or at the caret. */
  | { type: 'put'; place: number; html: string }
  /** Gives a picture in the text its words. */
  | { type: 'describe'; address: string; alt: string; decorative: boolean }
  /** What was pasted, made fit; nothing where that failed. */
  | { type: 'pasted'; ask: number; html: string | null }
  | { type: 'readonly'; readonly: boolean }
  | { type: 'label'; label: string }
  | { type: 'tokens'; tokens: string }
  | { type: 'command'; name: string; value: unknown }
  | { type: 'focus' }
  | { type: 'read'; ask: number }
  | { type: 'where'; ask: number };

/** What stands at the caret, so that the toolbar can show it. */
export interface VisualState {
  bold: boolean;
  italic: boolean;
  underline: boolean;
  /** `p`, `h2`, `h3`, `h4`, `blockquote`, `pre` or what else the block is. */
  block: string;
  list: 'ul' | 'ol' | null;
  /** Address of the link at the caret. */
  link: string | null;
  /** LaTeX of the chosen equation. */
  equation: string | null;
  /** The chosen image. */
  image: { alt: string; decorative: boolean } | null;
  table: boolean;
  canUndo: boolean;
  canRedo: boolean;
}

/** What was copied out of an editor, as it stood there. */
export interface Copied {
  html: string;
  text: string;
}

/** What the editing frame tells. */
export type FromVisual =
  | { type: 'ready'; html: string }
  | { type: 'changed'; html: string }
  | { type: 'read'; ask: number; html: string }
  | { type: 'where'; ask: number; read: number }
  | { type: 'state'; state: VisualState }
  | { type: 'found'; count: number; at: number }
  | { type: 'follow'; url: string }
  /** Files were pasted or dropped at a place. */
  | { type: 'files'; place: number; files: { file: number; name: string; size: number }[] }
  | { type: 'piece'; ask: number; bytes: ArrayBuffer | null }
  /** Markup from elsewhere was pasted or dropped. */
  | { type: 'paste'; ask: number; html: string }
  | { type: 'copied'; copied: Copied }
  | { type: 'key'; key: string; code: string; ctrl: boolean; shift: boolean; alt: boolean; meta: boolean };

/** What the measuring frame is told. */
export type ToMeasure =
  | { type: 'place'; id: number; fonts: string; style: string; html: string; width: number }
  | { type: 'width'; id: number; width: number }
  | { type: 'forget'; id: number };

/** How tall a document is, and at which height the blocks of its source lines begin. */
export interface Layout {
  id: number;
  height: number;
  blocks: [line: number, top: number][];
}
