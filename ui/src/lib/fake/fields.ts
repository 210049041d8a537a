import type { FieldDto, KindDto } from '../api/types';
import type { Entity } from './entity';

interface Shape extends Partial<Omit<FieldDto, 'name' | 'value' | 'edited' | 'before'>> {
  label: string;
  kind: string;
}

const at = (days: number) => new Date(Date.UTC(2026, 11, 7 + days, 3, 59)).toISOString().replace('.000Z', 'Z');

const SHAPES: Record<string, Shape> = {
  publish_at: { label: 'Publish on', kind: 'time' },
  editing_roles: { label: 'Who may edit on Canvas', kind: 'choice', choices: [{ value: '"teachers"', words: 'Teachers only' }, { value: '"teachers,students"', words: 'Teachers and students' }] },
  todo_date: { label: 'To-do date for students', kind: 'time' },
  front_page: { label: 'Front page', kind: 'flag', editable: false, reason: 'Another page is the front page. Choose it there.' },
  points_possible: { label: 'Points', kind: 'decimal', range: ['0', '999999999.99'] },
  unlock_at: { label: 'Available from', kind: 'time' },
  due_at: { label: 'Due', kind: 'time', notBefore: ['unlock_at'] },
  lock_at: { label: 'Until', kind: 'time', notBefore: ['unlock_at', 'due_at'] },
  tags: { label: 'Tags', kind: 'set', longest: 20, most: 5 },
  category_id: { label: 'Category', kind: 'choice', choices: [{ value: '"field"', words: 'Field trips' }, { value: '"lab"', words: 'Lab help' }] },
};

export const labelOf = (name: string): string => SHAPES[name]?.label ?? name;

/** Fields that something of a kind begins with. */
export function firstFields(kind: KindDto): Record<string, unknown> {
  if (kind === 'assignment') return { points_possible: '20', unlock_at: at(-14), due_at: at(0), lock_at: null };
  if (kind === 'page') return { publish_at: null, editing_roles: 'teachers', todo_date: null, front_page: false };
  return kind === 'topic' ? { tags: ['tide-pools', 'week-6'], category_id: 'field' } : {};
}

export function fields(e: Entity, site: string): FieldDto[] {
  const made = (name: string, shape: Shape, value: unknown, before: unknown): FieldDto => {
    const reason = e.readOnly ?? shape.reason ?? null;
    const [is, was] = [JSON.stringify(value), before === undefined ? null : JSON.stringify(before)];
    return {
      name, choices: [], range: null, longest: null, most: null, notBefore: [], ...shape,
      value: is, edited: e.base !== null && was !== is, before: e.base === null ? null : was, editable: reason === null, reason: reason ? reason.replace('Canvas', site) : null,
    };
  };
  const own = Object.entries(e.local.fields ?? {}).flatMap(([name, value]) => {
    const shape = SHAPES[name];
    return shape ? [made(name, shape, value, e.base?.fields?.[name])] : [];
  });
  if (e.local.published === null) return own;
  return [made('published', { label: 'Published', kind: 'flag' }, e.local.published, e.base?.published), ...own];
}
