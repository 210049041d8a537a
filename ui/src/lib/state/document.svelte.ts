import type { Backend } from '../api/backend';
import type { DocumentDto, EditDto, ErrorDto, LibraryItemDto, SavedDto } from '../api/types';
import { asError } from '../words/errors';
import { wordCount } from '../words/difference';
import { clock } from '../words/times';
import type { Announcer } from './announcer.svelte';

/** A pause this long makes the draft durable; so does this long of writing without one. The editors take a moment before they tell,
 *  and a write takes one after: the whole is under 250 ms and 1 s. */
export const PAUSE_MS = 120;
export const WRITING_MS = 500;
/** How long a save waits for the editor's last words. */
const FLUSH_MS = 500;

/** The document on the screen: what is being typed, and when it was last made durable. */
export class OpenDocument {
  doc = $state.raw<DocumentDto | null>(null);
  error = $state.raw<ErrorDto | null>(null);
  loading = $state(false);
  view = $state<'page' | 'source'>('page');
  saveError = $state.raw<ErrorDto | null>(null);
  /** When the text was last on disk, as a draft or saved; absent when nothing was typed yet. */
  savedAt = $state<string | null>(null);
  dirty = $state(false);
  /** Turns each time the text was made durable, as a draft or saved. */
  kept = $state(0);
  /** Turns when the text changed under the editor, so that the editor starts again with it. */
  turn = $state(0);
  title = $state('');
  /** The source as typed, for the source view and Markdown. */
  source = $state('');
  words = $state(0);
  /** The editor's way of handing over what it has not yet told. */
  flush: () => Promise<unknown> | unknown = () => null;
  /** The editor's way of putting a kept file at the caret; answers whether it could. */
  putFile: (item: LibraryItemDto) => boolean = () => false;

  private loaded: string | null = null;
  private now: string | null = null;
  private touched: 'none' | 'visual' | 'source' = 'none';
  private titleTouched = false;
  /** The draft's timer while a pause in writing is waited for. */
  private pause = $state.raw<ReturnType<typeof setTimeout> | null>(null);
  private limit: ReturnType<typeof setTimeout> | null = null;
  private writing: Promise<unknown> = Promise.resolve();
  /** Drafts on their way to the disk. */
  private keeping = $state(0);
  private edits = 0;

  constructor(
    private readonly backend: Backend,
    private readonly announcer: Announcer,
  ) {}

  /** A line of plain words for the status line. */
  get savedWords(): string {
    if (this.saveError) return 'Not saved yet';
    if (this.dirty && (this.pause || this.keeping)) return 'Writing';
    return this.savedAt ? `Saved on this computer, ${clock(this.savedAt)}` : 'Saved on this computer';
  }

  async open(id: string): Promise<void> {
    if (this.doc?.id !== id) this.clear();
    this.loading = true;
    try {
      this.take(await this.backend.document(id));
      this.error = null;
    } catch (e) {
      this.error = asError(e);
      this.doc = null;
    }
    this.loading = false;
  }

  private clear(): void {
    this.doc = null;
    this.error = null;
    this.savedAt = null;
    this.saveError = null;
    this.view = 'page';
    this.forget();
  }

  private forget(): void {
    if (this.pause) clearTimeout(this.pause);
    if (this.limit) clearTimeout(this.limit);
    this.pause = this.limit = null;
    this.loaded = this.now = null;
    this.touched = 'none';
    this.titleTouched = false;
    this.dirty = false;
  }

  private take(doc: DocumentDto): void {
    this.forget();
    this.doc = doc;
    this.title = doc.draft?.title ?? doc.title;
    this.source = doc.draft?.body ?? doc.body;
    this.words = doc.words;
    this.turn++;
  }

  /** Reads the document again; text being typed is kept and not replaced. */
  async refresh(): Promise<void> {
    const id = this.doc?.id;
    if (!id) return;
    try {
      const doc = await this.backend.document(id);
      if (this.doc?.id === id) await this.takeUnder(doc);
    } catch (e) {
      if (this.doc?.id === id && !this.dirty) this.error = asError(e);
    }
  }

  /** Takes the document as it is now. A text that is being typed is kept and not replaced, also where the editor has not told of it yet. */
  private async takeUnder(fresh: DocumentDto): Promise<void> {
    const moved = () => fresh.body !== this.doc?.body || fresh.title !== this.doc.title;
    if (moved() && !this.dirty) await this.takeFlushed();
    if (this.doc?.id !== fresh.id) return;
    if (moved() && !this.dirty) this.take(fresh);
    else this.doc = { ...fresh, body: this.doc.body, editing: this.doc.editing, counter: this.dirty ? this.doc.counter : fresh.counter };
  }

  ready(loaded: string): void {
    if (this.touched === 'visual') return;
    this.loaded = this.now = loaded;
  }
  typedVisual(now: string): void {
    if (this.loaded === null || now === this.now) return;
    this.now = now;
    this.touched = 'visual';
    this.typed();
  }
  typedSource(text: string): void {
    if (text === this.source) return;
    this.source = text;
    this.touched = 'source';
    this.typed();
  }
  typedTitle(title: string): void {
    if (title === this.title) return;
    this.title = title;
    this.titleTouched = true;
    this.typed();
  }

  private typed(): void {
    this.dirty = true;
    this.edits++;
    if (this.pause) clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.keepDraft(), PAUSE_MS);
    this.limit ??= setTimeout(() => void this.keepDraft(), WRITING_MS);
  }

  private edit(): EditDto {
    const edit: EditDto = { counter: this.doc?.counter };
    if (this.titleTouched) edit.title = this.title;
    if (this.touched === 'source') edit.body = this.source;
    if (this.touched === 'visual' && this.loaded !== null && this.now !== null)
      edit.visual = { loaded: this.loaded, now: this.now };
    return edit;
  }

  private stopTimers(): void {
    if (this.pause) clearTimeout(this.pause);
    if (this.limit) clearTimeout(this.limit);
    this.pause = this.limit = null;
  }

  private keepDraft(): Promise<void> {
    this.stopTimers();
    const id = this.doc?.id;
    if (!id || !this.dirty) return Promise.resolve();
    const edit = this.edit();
    this.keeping++;
    this.count();
    const kept = this.writing.then(async () => {
      try {
        this.savedAt = await this.backend.draftSave(id, edit);
        this.kept++;
        this.saveError = null;
      } catch (e) {
        this.failed(e);
      } finally {
        this.keeping--;
      }
    });
    this.writing = kept;
    return kept;
  }

  /** Counts the words as they stand. */
  private count(): void {
    const text = this.touched === 'visual' ? this.now : this.touched === 'source' ? this.source : null;
    if (text !== null && this.doc) this.words = wordCount(this.doc.format === 'html' ? text.replace(/<[^>]*>|&nbsp;/g, ' ') : text);
  }

  private failed(thrown: unknown): void {
    this.saveError = asError(thrown);
    this.announcer.alert(`${this.saveError.what} ${this.saveError.safe}`);
  }

  /** Takes what the editor has not told yet. An editor that is not there to answer holds nothing up. */
  private async takeFlushed(): Promise<void> {
    const of = this.turn;
    const late = new Promise<null>((done) => setTimeout(() => done(null), FLUSH_MS));
    const text = await Promise.race([Promise.resolve(this.flush()).catch(() => null), late]);
    if (typeof text !== 'string' || this.turn !== of || !this.doc || this.doc.readOnly) return;
    if (this.doc.format === 'html' && this.view === 'page') this.typedVisual(text);
    else if (this.doc.format !== 'none') this.typedSource(text);
  }

  /** Saves what was typed into the document. Nothing typed: nothing happens. */
  async save(): Promise<SavedDto | null> {
    await this.takeFlushed();
    const doc = this.doc;
    if (!doc || !this.dirty) return null;
    this.stopTimers();
    const edit = this.edit();
    const at = this.edits;
    let saved: SavedDto | null = null;
    const done = this.writing.then(async () => {
      try {
        saved = await this.backend.documentSave(doc.id, edit);
      } catch (e) {
        this.failed(e);
      }
    });
    this.writing = done;
    await done;
    if (saved && this.doc?.id === doc.id) await this.settled(saved, edit, at);
    return saved;
  }

  private async settled(saved: SavedDto, edit: EditDto, at: number): Promise<void> {
    if (!this.doc) return;
    this.saveError = null;
    this.savedAt = saved.savedAt;
    this.kept++;
    // The editor may start again below: what was typed meanwhile is asked for before.
    if (saved.joined || saved.overlaps) await this.takeFlushed();
    const changed = this.edits !== at;
    const site = this.doc.site === 'local' ? 'It was changed' : `${this.doc.siteName} changed this`;
    if (saved.overlaps) this.announcer.alert(`${site} while you were writing, in the same words. Nothing is overwritten: your text is kept, and waits for you to decide.`);
    // An editor that goes on keeps the state that its text was made from, so that what was joined in is not taken for deleted.
    if ((saved.joined || saved.overlaps) && changed) {
      if (saved.joined) this.goOn(saved, edit, saved.goOn);
      return;
    }
    if (saved.joined || saved.overlaps) {
      await this.open(this.doc.id);
      if (saved.joined) this.announcer.say(`${site} while you were writing. Your text and the change fit together.`);
      return;
    }
    this.goOn(saved, edit, saved.counter);
    if (changed) return;
    this.source = saved.body;
    this.dirty = false;
    this.touched = 'none';
    this.titleTouched = false;
    this.announcer.say('Saved on this computer.');
  }

  /** The next edit starts from what was saved: for the visual editor, from the output that it was made of. */
  private goOn(saved: SavedDto, edit: EditDto, counter: number): void {
    if (this.doc) this.doc = { ...this.doc, title: saved.title, counter, states: saved.states, body: saved.body, draft: null };
    if (edit.visual) this.loaded = edit.visual.now;
  }

  /** Sets one field, as its own version. Answers whether it was kept. */
  async setField(name: string, value: unknown): Promise<boolean> {
    await this.save();
    const doc = this.doc;
    if (!doc) return false;
    try {
      const saved = await this.backend.documentSave(doc.id, { counter: doc.counter, fields: [[name, JSON.stringify(value)]] });
      if (this.doc?.id !== doc.id) return true;
      this.savedAt = saved.savedAt;
      const fresh = await this.backend.document(doc.id);
      if (this.doc?.id !== doc.id) return true;
      // What came in underneath is shown at once: an editor with an older text under a newer counter would undo it.
      await this.takeUnder(fresh);
      if (saved.overlaps) this.announcer.alert('It was changed meanwhile, in the same field. Nothing is overwritten: yours is kept, and waits for you to decide.');
      return !saved.overlaps;
    } catch (e) {
      this.failed(e);
      return false;
    }
  }

  /** Shows the page or its source; what was typed in one is saved before the other shows it. */
  async show(view: 'page' | 'source'): Promise<void> {
    if (view === this.view) return;
    await this.save();
    if (this.saveError) return;
    const id = this.doc?.id;
    this.view = view;
    if (id) await this.open(id);
    this.view = view;
  }

  /** Saves the draft that was found, with what was typed over it since. Where it overlaps with what came in, it stays and is asked about. */
  async keepFound(): Promise<void> {
    const id = this.doc?.id;
    if (!id || !this.doc?.draft) return;
    if (this.dirty) {
      await this.save();
      return;
    }
    try {
      const saved = await this.backend.draftKeep(id);
      if (this.doc?.id === id) await this.settled(saved, {}, this.edits);
      if (this.doc?.id === id && !saved.joined && !saved.overlaps) await this.open(id);
    } catch (e) {
      this.failed(e);
    }
  }

  async throwFoundAway(): Promise<void> {
    const id = this.doc?.id;
    if (!id) return;
    this.forget();
    await this.backend.draftDiscard(id);
    await this.open(id);
  }
}
