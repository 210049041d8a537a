import type { DocumentDto, EditDto, MovedDto, MoveUndoDto, OutboxItemDto, PlaceDto } from '../../api/types';
import { entityTitle } from '../sync_run';
import { moduleDocument } from '../modules';
import { type Workspace, entity } from '../workspace';
import { Memory, clone, now, refuse } from './memory';

const MODULE = ' module ';

/** Where things stand: modules and what is in them, pages under one another. */
export class Moving extends Memory {
  /** How it all stood before each move, for its undo. */
  private before = new Map<string, Workspace['modules']>();

  private readonly course = 'ocn210';
  private rowOf = (title: string, item?: string) => (item ? `${this.course}:${title}:${item}` : `${this.course}:${title}`);
  private moduleOf(row: string): string | undefined {
    return [...this.w.modules.keys()].find((title) => row === this.rowOf(title) || row.startsWith(`${this.rowOf(title)}:`));
  }
  private itemOf(row: string): string | undefined {
    const title = this.moduleOf(row);
    return title && row !== this.rowOf(title) ? row.slice(this.rowOf(title).length + 1) : undefined;
  }

  async placeMove(row: string, to: PlaceDto): Promise<MovedDto> {
    const [module, item] = [this.moduleOf(row), this.itemOf(row)];
    const e = this.w.entities.find((x) => x.id === row);
    if (e && this.isLocal(e)) return this.movePage(row, to);
    const named = `undo${++this.ids}`;
    this.before.set(named, clone(this.w.modules));
    if (module && !item) this.moveModule(module, to);
    else this.moveItem(item ?? row, module, to);
    const [moved, words] = module && !item ? [this.rowOf(module), this.moduleWords(module)] : this.itemPlace(item ?? row);
    const title = module && !item ? module : entityTitle(this.w, this.find(item ?? row));
    const key = module && !item ? MODULE + module : (item ?? row);
    this.w.moves.set(key, { words, added: this.w.moves.get(key)?.added ?? module === undefined });
    this.changed(moved);
    return { words: `“${title}” is now ${words}.`, row: moved, undo: { stood: [{ entity: key, space: this.course, parent: named, position: null }], added: module ? null : moved } };
  }

  /** What was set of modules and items, by row. */
  private set = new Map<string, Record<string, unknown>>();

  async moduleNew(space: string, title: string): Promise<MovedDto> {
    if (space !== this.course) throw refuse('invalid', 'Only a course has modules.');
    return this.made(MODULE + title, title, this.rowOf(title), () => this.w.modules.set(title, []));
  }
  async itemNew(module: string, title: string, url: string | null): Promise<MovedDto> {
    const name = this.moduleOf(module);
    if (!name || this.itemOf(module)) throw refuse('invalid', 'It can stand in a module and nowhere else.');
    if (url !== null && !/^https?:\/\/\S+$/.test(url)) throw refuse('invalid', 'Web address has to begin with https:// or http://.');
    const id = `item${++this.ids}`;
    const row = this.rowOf(name, id);
    this.set.set(row, { published: false, ...(url === null ? {} : { external_url: url }) });
    return this.made(id, title, row, () => {
      this.w.entities.push(entity(id, this.course, 'module_item', title, ''));
      this.w.modules = new Map([...this.w.modules].map(([t, items]) => [t, t === name ? [...items, id] : items]));
    });
  }
  private made(key: string, title: string, row: string, make: () => unknown): MovedDto {
    const named = `undo${++this.ids}`;
    this.before.set(named, clone(this.w.modules));
    make();
    this.w.moves.set(key, { words: 'made', added: true });
    this.changed(row);
    return { words: `“${title}” is made. It is not published.`, row, undo: { stood: [{ entity: key, space: this.course, parent: named, position: null }], added: row } };
  }
  /** A module or an item of one as a document; nothing where the row is neither. */
  protected moduleShown(row: string): DocumentDto | null {
    const [module, item] = [this.moduleOf(row), this.itemOf(row)];
    if (!module) return null;
    const before = [...this.w.modules.keys()];
    return moduleDocument(this.w, row, item ? 'module_item' : 'module', item ? entityTitle(this.w, this.find(item)) : module, this.set.get(row) ?? {}, before.slice(0, before.indexOf(module)));
  }
  /** Sets a module or an item of one, and answers with its title; nothing where the row is neither. A module keeps its title here: its row is named by it. */
  protected moduleSet(row: string, edit: EditDto): string | null {
    const [module, item] = [this.moduleOf(row), this.itemOf(row)];
    if (!module) return null;
    const e = item ? this.find(item) : null;
    if (e && edit.title) e.local = { ...e.local, title: edit.title };
    this.set.set(row, { ...this.set.get(row), ...Object.fromEntries((edit.fields ?? []).map(([name, json]) => [name, JSON.parse(json) as unknown])) });
    this.changed(row);
    return e ? entityTitle(this.w, e) : module;
  }

  private moveModule(title: string, to: PlaceDto): void {
    const order = [...this.w.modules].filter(([t]) => t !== title);
    const there = this.moduleOf(to.id);
    const at = to.where === 'into' ? order.length : order.findIndex(([t]) => t === there) + (to.where === 'after' ? 1 : 0);
    order.splice(at, 0, [title, this.w.modules.get(title) ?? []]);
    this.w.modules = new Map(order);
  }

  private moveItem(item: string, from: string | undefined, to: PlaceDto): void {
    const there = this.moduleOf(to.id);
    if (!there) throw refuse('invalid', 'It can stand in a module and nowhere else.');
    const lists = new Map([...this.w.modules].map(([title, items]) => [title, title === from ? items.filter((i) => i !== item) : [...items]]));
    const items = lists.get(there) ?? [];
    const at = to.where === 'into' ? items.length : items.indexOf(this.itemOf(to.id) ?? '') + (to.where === 'after' ? 1 : 0);
    items.splice(at, 0, item);
    this.w.modules = lists;
  }

  private movePage(id: string, to: PlaceDto): MovedDto {
    const e = this.find(id);
    const other = this.w.entities.find((x) => x.id === to.id);
    for (let up = to.where === 'into' ? other : this.w.entities.find((x) => x.id === other?.parent); up; up = this.w.entities.find((x) => x.id === up?.parent)) {
      if (up === e) throw refuse('invalid', 'It cannot stand inside itself.');
    }
    const stood = [{ entity: id, space: e.space, parent: e.parent, position: this.w.entities.indexOf(e) }];
    this.w.entities.splice(this.w.entities.indexOf(e), 1);
    e.parent = to.where === 'into' ? (other?.id ?? null) : (other?.parent ?? null);
    const at = to.where === 'into' || !other ? this.w.entities.length : this.w.entities.indexOf(other) + (to.where === 'after' ? 1 : 0);
    this.w.entities.splice(at, 0, e);
    this.changed(id);
    return { words: `“${e.local.title}” is moved.`, row: id, undo: { stood, added: null } };
  }

  private moduleWords(title: string): string {
    return `${[...this.w.modules.keys()].indexOf(title) + 1} of ${this.w.modules.size}`;
  }
  private itemPlace(item: string): [string, string] {
    const [title, items] = [...this.w.modules].find(([, x]) => x.includes(item)) ?? ['', []];
    return [this.rowOf(title, item), `${items.indexOf(item) + 1} of ${items.length} in “${title}”`];
  }

  async moveUndo(undo: MoveUndoDto): Promise<void> {
    for (const s of undo.stood) {
      const before = s.parent === null ? undefined : this.before.get(s.parent);
      if (before) {
        this.w.modules = before;
        this.w.moves.delete(s.entity);
      } else {
        const e = this.find(s.entity);
        this.w.entities.splice(this.w.entities.indexOf(e), 1);
        e.parent = s.parent;
        this.w.entities.splice(s.position ?? 0, 0, e);
      }
      this.changed(s.entity);
    }
  }

  /** Takes an item out of its module; nothing where the row is no item. */
  protected takeOut(row: string): boolean {
    const [module, item] = [this.moduleOf(row), this.itemOf(row)];
    if (!module || !item) return false;
    this.before.set(row, clone(this.w.modules));
    this.w.modules = new Map([...this.w.modules].map(([title, items]) => [title, title === module ? items.filter((i) => i !== item) : items]));
    this.w.moves.set(item, { words: `Taken out of “${module}”`, added: false });
    this.changed(item);
    return true;
  }
  protected putBack(row: string): boolean {
    const before = this.before.get(row);
    if (!before) return false;
    this.w.moves.delete(row.split(':').at(-1) ?? '');
    this.w.modules = before;
    this.changed(row);
    return true;
  }

  protected movesToSend(): OutboxItemDto[] {
    return [...this.w.moves].map(([key, move]) => {
      const module = key.startsWith(MODULE) ? key.slice(MODULE.length) : null;
      const out = move.words.startsWith('Taken');
      return {
        id: `moved:${key}`, space: this.course, spaceName: this.w.spaces.find((s) => s.id === this.course)?.name ?? '', kind: module ? 'module' : 'module_item', site: 'canvas',
        title: module ?? entityTitle(this.w, this.find(key)), change: out ? 'deleted' : move.added ? 'new' : 'edited',
        summary: [out ? move.words : move.added ? `Added to ${move.words.slice(move.words.indexOf('“'))}` : `Moved: ${move.words}`], changedAt: now(), states: [move.added ? 'new' : 'edited'], heldBack: null,
      };
    });
  }
}
