import type { Backend } from '../api/backend';
import type { EditDto, ErrorDto, FormatDto, ReplyDraftDto } from '../api/types';
import { asError } from '../words/errors';
import type { Announcer } from './announcer.svelte';
import { PAUSE_MS, WRITING_MS } from './document.svelte';

/** What says something without a word. */
const SHOWN = /<(?:img|iframe|video|audio|object|embed|table|hr)\b/i;

/** A reply being written under a document: durable like every text, and no document before the person keeps it. */
export class Reply {
  open = $state(false);
  to = $state<number | null>(null);
  /** The source; of a page editor that was touched, what it gives. */
  text = $state('');
  /** What a page editor opens with. */
  editing = $state('');
  /** Turns when the text came from elsewhere than the editor. */
  turn = $state(0);
  savedAt = $state<string | null>(null);
  error = $state.raw<ErrorDto | null>(null);
  /** The editor's way of handing over what it has not yet told. */
  flush: () => Promise<string> | string = () => this.written;
  /** What the page editor gave just after loading, and what it gives now; the source is made of the two. */
  private loaded: string | null = null;
  private now: string | null = null;
  private pause: ReturnType<typeof setTimeout> | null = null;
  private limit: ReturnType<typeof setTimeout> | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly backend: Backend,
    private readonly announcer: Announcer,
    private readonly about: string,
    readonly format: FormatDto,
    found: ReplyDraftDto | null,
  ) {
    if (!found) return;
    this.take(found);
    this.open = found.recovered;
  }

  private take(found: ReplyDraftDto): void {
    this.to = found.replyTo;
    this.text = found.body;
    this.editing = found.editing ?? '';
    this.savedAt = found.savedAt;
    this.loaded = this.now = null;
  }

  /** What the editor told last. */
  get written(): string {
    return this.now ?? this.text;
  }

  /** Whether nobody would see anything of it. */
  get blank(): boolean {
    if (this.format !== 'html') return !this.text.trim();
    return !SHOWN.test(this.text) && !this.text.replace(/<[^>]*>|&nbsp;/g, ' ').trim();
  }

  begin(to: number | null): void {
    if (this.to !== to) {
      this.to = to;
      this.later();
    }
    this.open = true;
  }

  /** Puts a block behind what is written, for an editor that is not there or takes no block at its caret. */
  async append(block: string): Promise<void> {
    if (this.open) this.typed(await this.flush());
    this.text = `${this.text.trim() ? `${this.text.trimEnd()}\n\n` : ''}${block}\n\n`;
    this.turn++;
    this.open = true;
    this.later();
  }

  /** The page editor has loaded. */
  ready(loaded: string): void {
    if (this.loaded === null) this.loaded = this.now = loaded;
  }

  /** The editor gives this now: of Markdown the source, else its own output. */
  typed(text: string): void {
    if (this.format === 'html') {
      if (this.loaded === null || text === this.now) return;
      this.now = text;
    } else if (text === this.text) return;
    this.text = text;
    this.later();
  }

  private later(): void {
    if (this.pause) clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.keep(), PAUSE_MS);
    this.limit ??= setTimeout(() => void this.keep(), WRITING_MS);
  }

  private stopTimers(): boolean {
    const waiting = this.pause !== null || this.limit !== null;
    if (this.pause) clearTimeout(this.pause);
    if (this.limit) clearTimeout(this.limit);
    this.pause = this.limit = null;
    return waiting;
  }

  private edit(): EditDto {
    if (this.format !== 'html') return { body: this.text };
    return this.loaded === null || this.now === null || this.now === this.loaded ? {} : { visual: { loaded: this.loaded, now: this.now } };
  }

  private keep(): Promise<void> {
    this.stopTimers();
    const [to, edit] = [this.to, this.edit()];
    this.writing = this.writing.then(async () => {
      try {
        this.savedAt = await this.backend.replyDraftSave(this.about, to, edit);
        this.error = null;
      } catch (e) {
        this.error = asError(e);
        this.announcer.alert(`${this.error.what} ${this.error.safe}`);
      }
    });
    return this.writing;
  }

  /** Takes what the editor has not told yet, and makes it durable. */
  async settle(): Promise<void> {
    if (this.open) this.typed(await this.flush());
    if (this.stopTimers() || this.error) await this.keep();
    await this.writing;
  }

  /** Puts the composer away; the text stays. */
  async putAway(): Promise<void> {
    await this.settle();
    if (this.error) return;
    const kept = await this.kept();
    this.forget();
    if (kept) this.take(kept);
  }

  /** The reply as it was last made durable. */
  private async kept(): Promise<ReplyDraftDto | null> {
    return (await this.backend.document(this.about)).reply;
  }

  /** Makes a document of it. Answers whether it did: what could not be made durable stays in the composer. */
  async send(): Promise<boolean> {
    await this.settle();
    if (this.error) return false;
    await this.backend.replyKeep(this.about);
    this.forget();
    return true;
  }

  private forget(): void {
    this.stopTimers();
    this.text = this.editing = '';
    this.loaded = this.now = null;
    this.savedAt = null;
    this.to = null;
    this.open = false;
  }

  async throwAway(): Promise<void> {
    await this.settle();
    let kept: ReplyDraftDto | null;
    try {
      kept = await this.kept();
      await this.backend.replyDraftDiscard(this.about);
    } catch (e) {
      this.announcer.alert(asError(e).what);
      return;
    }
    this.forget();
    if (!kept) return;
    const found = kept;
    this.announcer.offerUndo('Your reply was thrown away.', async () => {
      await this.backend.replyDraftSave(this.about, found.replyTo, { body: found.body });
      this.take(found);
      this.turn++;
      this.open = true;
    });
  }
}
