import type { StateDto, TreeRowDto } from '../api/types';
import type { Entity } from './entity';
import type { Workspace } from './workspace';

/** Rows of a space in reading order, children after their parent. */
export function treeRows(w: Workspace, space: string, states: (e: Entity) => StateDto[]): TreeRowDto[] {
  const site = w.spaces.find((s) => s.id === space)?.site;
  const here = w.entities.filter((e) => e.space === space && e.kind !== 'post');
  const rows: TreeRowDto[] = [];
  const own = (e: Entity, level: number, parent: string | null, id = e.id) =>
    rows.push({ id, entity: e.id, parent, level, kind: e.kind, group: null, title: e.local.title, states: states(e), count: null });
  if (site !== 'canvas') {
    here.forEach((e) => own(e, 1, null));
    return rows;
  }
  here.filter((e) => e.kind === 'syllabus').forEach((e) => own(e, 1, null));
  const group = (id: string, title: string, name: string, count: number) =>
    rows.push({ id, entity: null, parent: null, level: 1, kind: null, group: name, title, states: [], count });
  const modules = `${space}:modules`;
  if (w.modules.size) group(modules, 'Modules', 'modules', w.modules.size);
  for (const [title, items] of w.modules) {
    const id = `${space}:${title}`;
    rows.push({ id, entity: null, parent: modules, level: 2, kind: 'module', group: null, title, states: title.startsWith('Week 6') ? ['unpublished'] : [], count: items.length });
    for (const item of items) {
      const e = here.find((x) => x.id === item);
      if (e) own(e, 3, id, `${id}:${item}`);
    }
  }
  const kinds = [['page', 'Pages'], ['assignment', 'Assignments'], ['discussion', 'Discussions'], ['announcement', 'Announcements'], ['quiz', 'Quizzes']] as const;
  for (const [kind, title] of kinds) {
    const of = here.filter((e) => e.kind === kind);
    if (!of.length) continue;
    const id = `${space}:${kind}s`;
    group(id, title, `${kind}s`, of.length);
    of.forEach((e) => own(e, 2, id));
  }
  return rows;
}
