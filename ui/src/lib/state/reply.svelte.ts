import type { Backend } from '../api/backend';
import type { ErrorDto, ReplyDraftDto } from '../api/types';
import { asError } from '../words/errors';
import type { Announcer } from './announcer.svelte';
import { PAUSE_MS, WRITING_MS } from './document.svelte';

/** A reply being written under a topic: durable like every text, and no document before the person keeps it. */
export class Reply {
  open = $state(false);
  to = $state<number | null>(null);
  text = $state('');
  /** Turns when the text came from elsewhere than the editor. */
  turn = $state(0);
  savedAt = $state<string | null>(null);
  error = $state.raw<ErrorDto | null>(null);
  /** The editor's way of handing over what it has not yet told. */
  flush: () => Promise<string> | string = () => this.text;
  private pause: ReturnType<typeof setTimeout> | null = null;
  private limit: ReturnType<typeof setTimeout> | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly backend: Backend,
    private readonly announcer: Announcer,
    private readonly topic: string,
    found: ReplyDraftDto | null,
  ) {
    if (!found) return;
    this.to = found.replyTo;
    this.text = found.body;
    this.savedAt = found.savedAt;
    this.open = found.recovered;
  }

  begin(to: number | null): void {
    if (this.to !== to) this.typed(this.text, to);
    this.open = true;
  }

  typed(text: string, to = this.to): void {
    if (text === this.text && to === this.to) return;
    this.text = text;
    this.to = to;
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

  private keep(): Promise<void> {
    this.stopTimers();
    const [to, text] = [this.to, this.text];
    this.writing = this.writing.then(async () => {
      try {
        this.savedAt = await this.backend.replyDraftSave(this.topic, to, text);
        this.error = null;
      } catch (e) {
        this.error = asError(e);
        this.announcer.alert(`${this.error.what} ${this.error.safe}`);
      }
    });
    return this.writing;
  }

  /** Takes what the editor has not told yet, and makes it durable. */
  async settle(): Promise<string> {
    if (this.open) this.typed(await this.flush());
    if (this.stopTimers()) await this.keep();
    await this.writing;
    return this.text;
  }

  /** The reply became a document, or was thrown away. A draft that cannot be ended now is ended when it is found beside that document. */
  async end(): Promise<void> {
    this.stopTimers();
    this.text = '';
    this.savedAt = null;
    this.to = null;
    this.open = false;
    await this.writing;
    try {
      await this.backend.replyDraftDiscard(this.topic);
    } catch (e) {
      this.announcer.alert(asError(e).what);
    }
  }

  async throwAway(): Promise<void> {
    const [text, to] = [await this.settle(), this.to];
    await this.end();
    this.announcer.offerUndo('Your reply was thrown away.', async () => {
      await this.backend.replyDraftSave(this.topic, to, text);
      this.to = to;
      this.text = text;
      this.turn++;
      this.open = true;
    });
  }
}
