import type { Backend } from '../api/backend';
import type { AttachedDto } from '../api/types';
import { asError } from '../words/errors';
import type { Announcer } from './announcer.svelte';
import type { Handed, ShownPicture } from './handed';

/** So many bytes go at once. */
const PIECE = 1_000_000;
/** What takes no longer than this shows no progress. */
const QUICK_MS = 400;

/** Where pictures go. */
export interface Into {
  space: string;
  /** Puts a picture into the text; answers whether the text is still open. */
  put: (picture: ShownPicture) => boolean;
  /** Gives a picture in the text its words. */
  describe: (picture: ShownPicture) => void;
}

/** What became of the words of a picture: asked for, or given beforehand. */
type Said = { alt: string; decorative: boolean } | null;

/** A picture on its way into a text. */
export class Incoming {
  sent = $state(0);
  /** `asks`: it is in the text, and its alternative text is not. */
  state = $state<'coming' | 'asks' | 'failed'>('coming');
  slow = $state(false);
  words = $state('');
  file = $state.raw<AttachedDto | null>(null);
  stopped = false;
  constructor(
    readonly id: number,
    readonly from: Handed,
    readonly into: Into,
    readonly said: Said,
  ) {}
}

/** Pictures that are pasted, dropped or chosen: each goes to this computer's store piece by piece, one after the other, and then into
 *  the text. Nothing here stands in the way of writing. */
export class Pictures {
  all = $state<Incoming[]>([]);
  private ids = 0;
  private before: Promise<void> = Promise.resolve();

  constructor(
    private readonly backend: Backend,
    private readonly announcer: Announcer,
  ) {}

  /** Takes files; ends when the last is in the text or refused. */
  take(files: Handed[], into: Into, said: Said = null): Promise<void> {
    const added = files.map((from) => new Incoming(++this.ids, from, into, said));
    this.all = [...this.all, ...added];
    this.before = this.before.then(async () => {
      for (const one of added) await this.send(one);
    });
    return this.before;
  }

  private async send(one: Incoming): Promise<void> {
    if (one.stopped) return;
    const slow = setTimeout(() => (one.slow = true), QUICK_MS);
    let token: string | null = null;
    try {
      token = await this.backend.pictureBegin(one.into.space, one.from.name, one.from.size);
      while (one.sent < one.from.size && !one.stopped) {
        const to = Math.min(one.from.size, one.sent + PIECE);
        const bytes = await one.from.piece(one.sent, to);
        await this.backend.picturePiece(token, new Uint8Array(bytes));
        one.sent = to;
      }
      if (one.stopped) await this.backend.pictureStop(token);
      else this.arrived(one, await this.backend.pictureEnd(token));
    } catch (e) {
      if (token) await this.backend.pictureStop(token).catch(() => {});
      this.failed(one, e);
    } finally {
      clearTimeout(slow);
    }
  }

  private arrived(one: Incoming, file: AttachedDto): void {
    const said = one.said ?? { alt: '', decorative: false };
    if (!one.into.put({ ...file, alt: said.alt, decorative: said.decorative })) {
      this.drop(one);
      this.announcer.alert(`“${one.from.name}” is kept under Files, but is not in the text: that was closed before it came.`);
      return;
    }
    if (said.alt || said.decorative) {
      this.drop(one);
      return;
    }
    this.ask(one, file);
  }

  private ask(one: Incoming, file: AttachedDto): void {
    one.file = file;
    one.state = 'asks';
    this.announcer.say(`${one.from.name} is in the text. What it shows is asked for below the text; F6 leads there.`);
  }

  /** Asks for the words of a picture that was put into the text from the library. */
  asksFor(file: AttachedDto, into: Into): void {
    const one = new Incoming(++this.ids, { name: file.name, size: 0, piece: () => Promise.reject(new Error('it is kept already')) }, into, null);
    this.all = [...this.all, one];
    this.ask(one, file);
  }

  private failed(one: Incoming, e: unknown): void {
    // A file that cannot be read any more fails in the web view, and has no words of ours.
    const known = typeof e === 'object' && e !== null && 'what' in e;
    one.words = known ? asError(e).what : `“${one.from.name}” could not be read.`;
    one.state = 'failed';
    this.announcer.alert(one.words);
  }

  stop(one: Incoming): void {
    one.stopped = true;
    this.drop(one);
    this.announcer.say(`${one.from.name} was stopped. Nothing of it was kept.`);
  }

  describe(one: Incoming, alt: string, decorative: boolean): void {
    if (one.file) one.into.describe({ ...one.file, alt, decorative });
    this.drop(one);
    this.announcer.say(decorative ? 'Marked as decoration.' : 'The alternative text is set.');
  }

  drop(one: Incoming): void {
    this.all = this.all.filter((each) => each.id !== one.id);
  }
}
