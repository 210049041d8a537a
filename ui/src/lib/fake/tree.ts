import type { StateDto, TreeRowDto } from '../api/types';
import type { Entity } from './entity';
import { isReply } from '../words/kinds';
import type { Workspace } from './workspace';

/** Rows of a space in reading order, children after their parent. */
export function treeRows(w: Workspace, space: string, states: (e: Entity) => StateDto[]): TreeRowDto[] {
  const site = w.spaces.find((s) => s.id === space)?.site;
  const here = w.entities.filter((e) => e.space === space && !isReply(e.kind));
  const rows: TreeRowDto[] = [];
  const own = (e: Entity, level: number, parent: string | null, id = e.id, moves: string | null = null) =>
    rows.push({ id, entity: e.id, parent, level, kind: e.kind, group: null, title: e.local.title, states: states(e), count: null, moves });
  if (site !== 'canvas') {
    const under = (parent: string | null, level: number): void =>
      here.filter((e) => e.parent === parent).forEach((e) => {
        own(e, level, parent, e.id, site === 'local' ? 'page' : null);
        under(e.id, level + 1);
      });
    under(null, 1);
    return rows;
  }
  here.filter((e) => e.kind === 'syllabus').forEach((e) => own(e, 1, null));
  const group = (id: string, title: string, name: string, count: number) =>
    rows.push({ id, entity: null, parent: null, level: 1, kind: null, group: name, title, states: [], count, moves: null });
  const modules = `${space}:modules`;
  if (w.modules.size) group(modules, 'Modules', 'modules', w.modules.size);
  for (const [title, items] of w.modules) {
    const id = `${space}:${title}`;
    rows.push({ id, entity: null, parent: modules, level: 2, kind: 'module', group: null, title, states: [...(w.moves.has(` module ${title}`) ? ['edited' as const] : []), ...(title.startsWith('Week 6') ? ['unpublished' as const] : [])], count: items.length, moves: 'module' });
    for (const item of items) {
      const e = here.find((x) => x.id === item);
      if (!e) continue;
      own(e, 3, id, `${id}:${item}`, 'item');
      const move = w.moves.get(item);
      const last = rows.at(-1);
      // A heading or a web address shows no document.
      if (last && e.kind === 'module_item') last.entity = null;
      if (move && last) last.states = [move.added ? 'new' : 'edited', ...last.states];
    }
  }
  const kinds = [['page', 'Pages'], ['assignment', 'Assignments'], ['discussion', 'Discussions'], ['announcement', 'Announcements'], ['quiz', 'Quizzes']] as const;
  for (const [kind, title] of kinds) {
    const of = here.filter((e) => e.kind === kind);
    if (!of.length) continue;
    const id = `${space}:${kind}s`;
    group(id, title, `${kind}s`, of.length);
    of.forEach((e) => own(e, 2, id, e.id, kind === 'announcement' ? null : 'content'));
  }
  return rows;
}
