import { getContext, setContext } from 'svelte';
import type { Backend } from '../api/backend';
import type { EventDto, KindDto, LinkedFileDto } from '../api/types';
import { asError } from '../words/errors';
import { Announcer } from './announcer.svelte';
import { Appearance } from './appearance.svelte';
import { OpenDocument } from './document.svelte';
import { Folder } from './folder.svelte';
import { Moving } from './moving.svelte';
import { KnownNames } from './names.svelte';
import type { Reply } from './reply.svelte';
import { Router } from './route.svelte';
import { Sync } from './sync.svelte';
import { Tree } from './tree.svelte';
import { Workspace } from './workspace.svelte';

/** The window's state, whole. Screens read it from the context. */
export class App {
  readonly announcer = new Announcer();
  readonly appearance = new Appearance();
  readonly route = new Router();
  readonly workspace: Workspace;
  readonly tree: Tree;
  readonly document: OpenDocument;
  readonly sync: Sync;
  readonly folder: Folder;
  readonly moving = new Moving(this);
  readonly names: KnownNames;
  /** The reply that can be written on this screen. */
  reply: Reply | null = null;
  goTo = $state(false);
  /** The file that a link led to, while it is shown, and the document of the link. */
  ledToFile = $state.raw<{ id: string; file: LinkedFileDto } | null>(null);
  /** The reply that a link led to, until it is shown. */
  wantedPost = $state<string | null>(null);
  /** What *Sync* does while a plan is reviewed: exactly what is ticked. */
  runReviewed: (() => Promise<void>) | null = null;
  /** Turns with every change that was heard, for screens that read their own lists. */
  turn = $state(0);
  private stop: (() => void) | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private due: ReturnType<typeof setTimeout> | null = null;

  constructor(readonly backend: Backend) {
    this.workspace = new Workspace(backend);
    this.tree = new Tree(backend);
    this.document = new OpenDocument(backend, this.announcer);
    this.sync = new Sync(backend, this.workspace, this.announcer);
    this.folder = new Folder(backend, this.announcer);
    this.names = new KnownNames(backend);
    this.route.leaving = async () => {
      await this.document.save();
      await this.reply?.settle();
    };
  }

  async start(): Promise<void> {
    this.stop = await this.backend.listen((event) => void this.hear(event));
    await this.workspace.load();
    await this.tree.load(this.workspace.spaces);
    const nothing = this.workspace.spaces.length === 0 && this.workspace.status.sites.length === 0;
    this.route.now = nothing ? { name: 'welcome' } : { name: 'home' };
    if (!nothing) await this.openFirst();
    this.timer = setInterval(() => (this.workspace.now = new Date()), 30_000);
  }

  /** What was open last, or the first document there is. */
  private async openFirst(): Promise<void> {
    let last: string | null = null;
    try {
      last = localStorage.getItem('lectern.last');
    } catch {
      last = null;
    }
    const known = this.tree.documents;
    const id = known.find((d) => d.id === last)?.id ?? known[0]?.id;
    if (id) await this.openDocument(id, true);
  }

  end(): void {
    this.stop?.();
    if (this.timer) clearInterval(this.timer);
    if (this.due) clearTimeout(this.due);
  }

  private async hear(event: EventDto): Promise<void> {
    if (event.event === 'link') return this.follow(event.url);
    await this.sync.hear(event);
    this.folder.hear(event);
    if (event.event === 'progress' || event.event === 'folder') return;
    // Many changes in a row are read once.
    if (this.due) clearTimeout(this.due);
    this.due = setTimeout(() => void this.refresh(), 30);
  }

  async refresh(): Promise<void> {
    try {
      await this.workspace.refresh();
      await this.tree.load(this.workspace.spaces);
      await this.document.refresh();
      this.turn++;
    } catch (e) {
      this.workspace.error = asError(e);
    }
  }

  async openDocument(id: string, replace = false): Promise<void> {
    await (replace ? this.route.replace({ name: 'document', id }) : this.route.go({ name: 'document', id }));
    this.tree.reveal(id);
    try {
      localStorage.setItem('lectern.last', id);
    } catch {
      // Without storage the window starts with the first document.
    }
  }

  /** Goes where a link of the shown document leads: to what is kept here, else out of the program, after saying so. */
  async follow(url: string): Promise<void> {
    const here = this.route.now;
    const from = 'id' in here ? (here.id ?? null) : null;
    try {
      const to = await this.backend.linkFollow(url, from);
      if (to.leads === 'document') {
        this.wantedPost = to.post;
        await this.openDocument(to.id);
      } else if (to.leads === 'module') {
        this.tree.reveal(to.id);
        this.tree.toggle(to.id, true);
        document.querySelector<HTMLElement>('[role="tree"]')?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
        this.announcer.tell(`The module “${to.title}” is shown at the left.`);
      } else if (to.leads === 'file') {
        if (from) this.ledToFile = { id: from, file: to.file };
      } else if (to.leads === 'outside') {
        if (to.words) this.announcer.tell(to.words);
        await this.backend.linkOpen(to.url);
      } else this.announcer.tell(to.words);
    } catch (e) {
      this.announcer.alert(asError(e).what);
    }
  }

  /** Saves what is being written, then syncs, or shows what a sync would do where the person wants that first. */
  async pressSync(review = this.appearance.kept.reviewFirst): Promise<void> {
    await this.document.save();
    if (this.sync.running) {
      this.sync.popover = !this.sync.popover;
      return;
    }
    if (review && this.route.now.name !== 'review') {
      await this.route.go({ name: 'review' });
      return;
    }
    if (this.route.now.name === 'review' && this.runReviewed) {
      await this.runReviewed();
      return;
    }
    await this.sync.start();
  }

  async newDocument(space: string, kind: KindDto, title = ''): Promise<void> {
    const named = title || { page: 'New page', assignment: 'New assignment', discussion: 'New discussion', announcement: 'New announcement', topic: 'New topic' }[kind as string] || 'New';
    const doc = await this.backend.documentNew({ space, kind, parent: null, replyTo: null, title: named, body: '' });
    await this.refresh();
    await this.openDocument(doc.id);
  }

  /** Space of the open document, else the first one. */
  get spaceHere(): string | null {
    return this.document.doc?.space ?? this.workspace.spaces[0]?.id ?? null;
  }
}

const KEY = Symbol('app');

export function provideApp(app: App): void {
  setContext(KEY, app);
}
export function useApp(): App {
  return getContext<App>(KEY);
}
export const appContext = (app: App): Map<symbol, App> => new Map([[KEY, app]]);
