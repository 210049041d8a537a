import type { PlaceDto } from '../api/types';
import { asError } from '../words/errors';
import type { App } from './app.svelte';
import type { Row } from './tree.svelte';

/** What is to be moved, as far as the question where to needs it. */
export type Movable = Pick<Row, 'id' | 'title' | 'moves' | 'site'>;

/** What is to be made, and under what: a module in a space, or a heading or a web address in a module. */
export interface Making {
  makes: 'module' | 'heading' | 'address';
  under: string;
  /** The name of that. */
  where: string;
}

/** Moves rows of the tree: by hand, by keys and by menu, each with its undo. */
export class Moving {
  /** The row whose new place is asked for. */
  asking = $state.raw<Movable | null>(null);

  /** What is to be made, while its title is asked for. */
  making = $state.raw<Making | null>(null);

  constructor(private readonly app: App) {}

  /** Makes it, shows it and offers to take it back. */
  async make({ makes, under }: Making, title: string, url: string): Promise<void> {
    const { backend, announcer, tree } = this.app;
    const made = makes === 'module' ? await backend.moduleNew(under, title) : await backend.itemNew(under, title, makes === 'address' ? url : null);
    await this.app.refresh();
    tree.show(made.row);
    announcer.offerUndo(made.words, () => backend.moveUndo(made.undo).then(() => this.app.refresh()));
  }

  /** One step among its like, and from the end of one module into the next; nothing where there is no further. */
  step(row: Row, by: -1 | 1): PlaceDto | null {
    const { tree } = this.app;
    if (row.moves === null || row.moves === 'content') return null;
    const beside = tree.beside(row.id);
    const other = beside[beside.findIndex((r) => r.id === row.id) + by];
    if (other) return { where: by < 0 ? 'before' : 'after', id: other.id };
    if (row.moves !== 'item') return null;
    const modules = tree.modules(tree.spaceOf(row.id) ?? '');
    const next = modules[modules.findIndex((m) => m.items.some((i) => i.id === row.id)) + by];
    const first = next?.items[0];
    if (!next) return null;
    return by > 0 && first ? { where: 'before', id: first.id } : { where: 'into', id: next.id };
  }

  /** Where a row goes that is let fall on another, so far down in it (0 to 1). */
  fall(row: Row, on: Row, down: number): PlaceDto | null {
    const { tree } = this.app;
    if (row.id === on.id || tree.spaceOf(row.id) !== tree.spaceOf(on.id)) return null;
    const beside: PlaceDto = { where: down < 0.5 ? 'before' : 'after', id: on.id };
    switch (row.moves) {
      case 'module':
        return on.moves === 'module' ? beside : null;
      case 'item':
      case 'content':
        if (on.moves === 'item') return beside;
        return on.moves === 'module' ? { where: 'into', id: on.id } : null;
      case 'page':
        if (on.moves === 'page') return down < 0.25 || down > 0.75 ? beside : { where: 'into', id: on.id };
        return on.group === 'pages' ? { where: 'into', id: tree.spaceOf(on.id) ?? '' } : null;
      default:
        return null;
    }
  }

  async put(row: Movable, to: PlaceDto): Promise<void> {
    const { backend, announcer, tree } = this.app;
    try {
      const moved = await backend.placeMove(row.id, to);
      await this.app.refresh();
      tree.show(moved.row);
      if (moved.undo.stood.length || moved.undo.added) announcer.offerUndo(moved.words, () => backend.moveUndo(moved.undo).then(() => this.app.refresh()));
      else announcer.say(moved.words);
    } catch (e) {
      announcer.alert(asError(e).what);
    }
  }

  async takeOut(row: Row): Promise<void> {
    const { backend, announcer } = this.app;
    try {
      await backend.documentDelete(row.id);
      await this.app.refresh();
      announcer.offerUndo(`“${row.title}” is out of its module. It stays where it is otherwise.`, () => backend.trashRestore(row.id).then(() => this.app.refresh()));
    } catch (e) {
      announcer.alert(asError(e).what);
    }
  }
}
