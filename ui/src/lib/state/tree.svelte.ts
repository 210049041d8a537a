import type { Backend } from '../api/backend';
import type { KindDto, SiteKindDto, SpaceDto, StateDto, TreeRowDto } from '../api/types';
import { strongest } from '../words/states';

/** One row as drawn: a site heading, a space, or a row of a space's tree. */
export interface Row {
  id: string;
  title: string;
  level: number;
  branch: boolean;
  open: boolean;
  kind: KindDto | null;
  group: string | null;
  /** For a space or the heading of a forum. */
  space: string | null;
  site: SiteKindDto;
  entity: string | null;
  state: StateDto | null;
  count: number | null;
  /** What can be done with its place: `module`, `item`, `page`, `content`, or nothing. */
  moves: string | null;
  setSize: number;
  position: number;
}

interface Node {
  row: Omit<Row, 'level' | 'open' | 'state' | 'setSize' | 'position' | 'branch'>;
  states: StateDto[];
  children: Node[];
}

/** The sidebar's tree: which branches are open, and the rows that are to be seen. */
export class Tree {
  private trees = $state.raw<Map<string, TreeRowDto[]>>(new Map());
  private spaces = $state.raw<SpaceDto[]>([]);
  opened = $state.raw<Set<string>>(new Set());
  /** Row that has the one tab stop. */
  focused = $state<string | null>(null);

  constructor(private readonly backend: Backend) {}

  async load(spaces: SpaceDto[], only: string | null = null): Promise<void> {
    const wanted = only ? spaces.filter((s) => s.id === only) : spaces;
    const read = await Promise.all(wanted.map(async (s) => [s.id, await this.backend.tree(s.id)] as const));
    const next = new Map(only ? this.trees : []);
    for (const [id, rows] of read) next.set(id, rows);
    const first = this.trees.size === 0 && spaces.length > 0;
    this.trees = next;
    this.spaces = spaces;
    if (first) this.openFirst();
  }

  private openFirst(): void {
    const open = new Set<string>();
    for (const s of this.spaces.filter((x) => x.site !== 'local')) {
      open.add(this.rootOf(s));
      open.add(s.id);
    }
    this.opened = open;
  }

  private rootOf(s: SpaceDto): string {
    return s.site === 'discourse' ? `site:${s.account ?? s.siteName}` : s.id;
  }

  private roots = $derived.by(() => {
    const roots: Node[] = [];
    for (const s of this.spaces) {
      const node: Node = { row: base(s.id, s.name, s, s.id), states: [], children: this.children(s) };
      node.row.count = s.documents;
      if (s.site !== 'discourse') {
        roots.push(node);
        continue;
      }
      const id = this.rootOf(s);
      let root = roots.find((r) => r.row.id === id);
      if (!root) roots.push((root = { row: base(id, s.siteName, s, null), states: [], children: [] }));
      root.children.push(node);
    }
    return roots;
  });

  private children(s: SpaceDto): Node[] {
    const top: Node[] = [];
    const byId = new Map<string, Node>();
    for (const r of this.trees.get(s.id) ?? []) {
      const node: Node = {
        row: { id: r.id, title: r.title, kind: r.kind, group: r.group, space: null, site: s.site, entity: r.entity, count: r.count, moves: r.moves },
        states: r.states,
        children: [],
      };
      byId.set(r.id, node);
      const parent = r.parent ? byId.get(r.parent) : undefined;
      (parent ? parent.children : top).push(node);
    }
    return top;
  }

  rows = $derived.by(() => {
    const out: Row[] = [];
    const walk = (nodes: Node[], level: number) => {
      nodes.forEach((n, k) => {
        const branch = n.children.length > 0 || n.row.space !== null || n.row.group !== null;
        const open = branch && this.opened.has(n.row.id);
        const state = open || !branch ? strongest(n.states) : strongest(inside(n));
        out.push({ ...n.row, level, branch, open, state, setSize: nodes.length, position: k + 1 });
        if (open) walk(n.children, level + 1);
      });
    };
    walk(this.roots, 1);
    return out;
  });

  /** All documents by title, for Go to. */
  documents = $derived.by(() => {
    const seen = new Map<string, { id: string; title: string; kind: KindDto | null; where: string; space: string; site: SiteKindDto; state: StateDto | null }>();
    for (const s of this.spaces) {
      const titles = new Map<string, string>();
      for (const r of this.trees.get(s.id) ?? []) {
        titles.set(r.id, r.title);
        if (!r.entity || r.kind === 'module' || seen.has(r.entity)) continue;
        const parent = r.parent ? titles.get(r.parent) : undefined;
        const where = [s.site === 'discourse' ? s.siteName : null, s.name, parent].filter((x) => x != null).join(' › ');
        seen.set(r.entity, { id: r.entity, title: r.title, kind: r.kind, where, space: s.id, site: s.site, state: strongest(r.states) });
      }
    }
    return [...seen.values()];
  });

  /** The space that a row lies in. */
  spaceOf(row: string): string | null {
    return this.spaces.find((s) => s.id === row || this.trees.get(s.id)?.some((r) => r.id === row))?.id ?? null;
  }

  private rowOf(row: string): { space: SpaceDto; row: TreeRowDto } | null {
    for (const space of this.spaces) {
      const found = this.trees.get(space.id)?.find((r) => r.id === row);
      if (found) return { space, row: found };
    }
    return null;
  }

  /** The rows among which a row can be moved, it too, in order; closed branches hide none. */
  beside(row: string): TreeRowDto[] {
    const of = this.rowOf(row);
    if (!of) return [];
    return (this.trees.get(of.space.id) ?? []).filter((r) => r.parent === of.row.parent && r.moves !== null && r.moves === of.row.moves);
  }

  /** The modules of a space with what is in them. */
  modules(space: string): { id: string; title: string; items: TreeRowDto[] }[] {
    const rows = this.trees.get(space) ?? [];
    return rows.filter((r) => r.moves === 'module').map((m) => ({ id: m.id, title: m.title, items: rows.filter((r) => r.parent === m.id) }));
  }

  /** The pages of a space that can stand under one another, each with its level among them. */
  pages(space: string): TreeRowDto[] {
    return (this.trees.get(space) ?? []).filter((r) => r.moves === 'page');
  }

  /** Opens what is above a row and makes it the one that the keys begin from. */
  show(row: string): void {
    const of = this.rowOf(row);
    if (!of) return;
    const open = new Set([...this.opened, of.space.id]);
    for (let at: string | null = of.row.parent; at !== null; at = this.rowOf(at)?.row.parent ?? null) open.add(at);
    this.opened = open;
    this.focused = row;
  }

  toggle(id: string, open = !this.opened.has(id)): void {
    const next = new Set(this.opened);
    if (open) next.add(id);
    else next.delete(id);
    this.opened = next;
  }

  /** Opens the branches above a document or a module, so that its row is to be seen. */
  reveal(entity: string): void {
    const is = (row: { id: string; entity: string | null }) => row.entity === entity || (row.entity === null && row.id === entity);
    const path: string[] = [];
    const find = (nodes: Node[]): boolean =>
      nodes.some((n) => is(n.row) || (find(n.children) && path.push(n.row.id) > 0));
    if (!find(this.roots)) return;
    if (path.some((id) => !this.opened.has(id))) this.opened = new Set([...this.opened, ...path]);
    this.focused = this.rows.find(is)?.id ?? this.focused;
  }
}

function base(id: string, title: string, s: SpaceDto, space: string | null): Node['row'] {
  return { id, title, kind: null, group: space ? null : 'site', space, site: s.site, entity: null, count: null, moves: null };
}

function inside(node: Node): StateDto[] {
  return [...node.states, ...node.children.flatMap(inside)];
}
