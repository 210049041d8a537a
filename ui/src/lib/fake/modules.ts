import type { DocumentDto, FieldDto, KindDto } from '../api/types';
import { documentDto } from './document';
import { entity } from './workspace';
import type { Workspace } from './workspace';

/** What a module or an item of one begins with. */
const FIRST: Partial<Record<KindDto, Record<string, unknown>>> = {
  module: { published: true, unlock_at: null, require_sequential_progress: false, prerequisite_module_ids: [] },
  module_item: { published: true, indent: 0, completion_requirement: null },
};
const LABELS: Record<string, [label: string, kind: string]> = {
  published: ['Published', 'flag'], unlock_at: ['Available from', 'time'], require_sequential_progress: ['Items in order', 'flag'],
  prerequisite_module_ids: ['Modules to finish before', 'set'], indent: ['Indent', 'number'], completion_requirement: ['To finish it, students', 'choice'], external_url: ['Web address', 'text'],
};
const COMPLETION = [['null', 'Not set'], ['"must_view"', 'view it'], ['"must_mark_done"', 'mark it as done']] as const;

/** A module or an item as a document: it has properties and no text. `before` are the modules that stand before it. */
export function moduleDocument(w: Workspace, row: string, kind: KindDto, title: string, set: Record<string, unknown>, before: string[]): DocumentDto {
  const first = FIRST[kind] ?? {};
  const fields = Object.entries({ ...first, ...set }).map(([name, value]): FieldDto => {
    const [label, of] = LABELS[name] ?? [name, 'text'];
    const edited = name in set && JSON.stringify(set[name]) !== JSON.stringify(first[name]);
    const choices = name === 'prerequisite_module_ids' ? before.map((words) => ({ value: JSON.stringify(words), words })) : name === 'completion_requirement' ? COMPLETION.map(([v, words]) => ({ value: v, words })) : [];
    return { name, label, kind: of, value: JSON.stringify(value), edited, before: JSON.stringify(first[name] ?? null), editable: true, reason: null, choices, range: name === 'indent' ? ['0', '5'] : null, longest: null, most: null, notBefore: [] };
  });
  return { ...documentDto(w, entity(row, 'ocn210', kind, title, '')), fields, editing: null, reading: null, titleEditable: kind === 'module_item' };
}
