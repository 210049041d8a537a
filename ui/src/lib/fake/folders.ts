import type { FolderDto, FolderLineDto, ImportUndoneDto } from '../api/types';

const line = (path: string, state: string, title: string, kind: FolderLineDto['kind'], words = '', entity: string | null = null): FolderLineDto => ({
  path, state, entity, kind, title, words, outcome: 'planned',
});

/** Exports and imports of the program in memory: what they answer, without a disk. */
export class Folders {
  planned: FolderDto | null = null;
  undone: string | null = null;
  stopped = false;
  private next = 1;

  plan(does: 'export' | 'import', folder: string, space: { id: string; name: string }): FolderDto {
    if (!folder.startsWith('/') && !folder.startsWith('~')) throw { code: 'invalid', what: 'Name the whole path of a folder, from its beginning.', safe: 'Nothing was changed.', next: 'Correct it and try again.', retryable: false };
    if (folder.endsWith('/other')) throw { code: 'invalid', what: 'This folder holds other files. Choose an empty one, one that is not there yet, or an earlier export of this space.', safe: 'Nothing was changed.', next: 'Correct it and try again.', retryable: false };
    const lines = does === 'export'
      ? [
          line('pages/thermohaline-circulation.html', 'changed', 'Thermohaline circulation', 'page', '', 'thermo'),
          line('pages/reading-list.html', 'new', 'Reading list', 'page'),
          line('topics/tide-pools/post-2.md', 'new', 'The ferry leaves at nine', 'post'),
          line('files/heron.png', 'new', '', 'file'),
          line('pages/old-reading-list.html', 'removed', '', null, 'What it was written from is not in the space any more.'),
          line('assignments/essay.html', 'refused', 'Essay', 'assignment', 'It was changed in the folder and stays as it is. Import it first, or move it away.'),
        ]
      : [
          line('pages/thermohaline-circulation.html', 'waits', 'Thermohaline circulation', 'page', 'The same words were changed here. Nothing is overwritten: you decide.', 'thermo'),
          line('pages/week-7.html', 'new', 'Week 7', 'page', 'It is not published.'),
          line('assignments/essay.html', 'changed', 'Essay', 'assignment', 'It is joined with what was changed here since.', 'essay'),
          line('pages/notes.html', 'refused', '', null, 'It is not text in UTF-8.'),
          line('pages/passwords.html', 'refused', '', null, 'It leads to another place. Only what lies in the folder itself is read.'),
        ];
    this.planned = { id: `plan${this.next++}`, folder, space: space.id, spaceName: space.name, lines, unchanged: 208, notes: does === 'export' ? ['1 document has text that is not saved. What was saved last is written.'] : [], outcome: 'planned', undo: null };
    return this.planned;
  }
  run(plan: string): FolderDto {
    if (this.planned?.id !== plan) throw { code: 'invalid', what: 'This was planned before something else was. Look again first.', safe: 'Nothing was changed.', next: 'Correct it and try again.', retryable: false };
    const imported = this.planned.lines.some((l) => l.state === 'waits');
    const done = { ...this.planned, outcome: 'done', undo: imported ? plan : null, lines: this.planned.lines.map((l) => ({ ...l, outcome: l.state === 'refused' ? 'planned' : 'done' })) };
    this.planned = null;
    return done;
  }
  undo(id: string): ImportUndoneDto[] {
    this.undone = id;
    return [{ entity: 'thermo', title: 'Thermohaline circulation', done: true, words: 'It is as it was before the import.' }];
  }
}
