import type { Closed } from '../api/closed';
import { FakeBackend } from './backend';
import { emptyWorkspace, largeWorkspace, richWorkspace } from './workspace';

/** What the window shows where the workspace cannot be opened: `?closed`. */
export function previewClosed(asked: URLSearchParams): Closed | null {
  if (!asked.has('closed')) return null;
  const error = { code: 'already_open', what: 'This workspace is already open in another window of Lectern (process 4121, since 09:02 UTC).', safe: 'Nothing was changed.', next: 'Use it there, or close it there and try again.', retryable: true };
  return { folder: '/home/ines/.local/share/org.lectern.app/workspace', error };
}

/** The workspace of the browser preview, chosen by the address: `?workspace=empty|large&offline&signin&setback&draft&ailing&deleted&step=40&pieces=300`. */
export function previewBackend(asked: URLSearchParams): FakeBackend {
  const name = asked.get('workspace');
  const w = name === 'empty' ? emptyWorkspace() : name === 'large' ? largeWorkspace(10_000) : richWorkspace();
  const fake = new FakeBackend(w, { step: Number(asked.get('step') ?? 150), reports: true });
  fake.pieceTakes = Number(asked.get('pieces') ?? 0);
  fake.offline = asked.has('offline');
  fake.signIn = asked.has('signin');
  fake.setBack = asked.has('setback');
  fake.readsOnly = asked.has('readsonly');
  for (const id of asked.has('deleted') ? ['note0', 'note2'] : []) {
    const note = w.entities.find((e) => e.id === id);
    if (note) note.deletedHere = true;
  }
  if (asked.has('ailing')) {
    fake.care.ailing = [{ words: 'The search index disagrees with the texts.', detail: '3 documents that are neither indexed nor waiting for it', repaired: false, next: 'Repair rebuilds it. No text is changed.', repairable: true }];
    fake.care.notices = [{ words: 'The file with unsaved texts could not be read. 1 unsaved text was found in it and is back; the file was put aside, whole.', keptAs: '/home/ines/.local/share/lectern/workspace/lectern.redb.damaged-1' }];
  }
  if (asked.has('findings')) {
    const thermo = w.entities.find((e) => e.id === 'thermo');
    if (thermo) thermo.local = { ...thermo.local, body: `${thermo.local.body}\n<p><img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"> <a href="https://ternpoint.example/ts">https://ternpoint.example/ts</a></p>\n<script>count()</script>` };
    const tide = w.entities.find((e) => e.id === 'tide');
    if (tide) tide.local = { ...tide.local, body: `${tide.local.body}\n\nThe way there: [https://ternpoint.example/gull-ledge](https://ternpoint.example/gull-ledge)\n\n![](data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7)` };
  }
  if (asked.has('draft')) {
    const tide = w.entities.find((e) => e.id === 'tide');
    if (tide)
      tide.draft = { title: tide.local.title, body: `${tide.local.body}\n\nAnd bring a`, savedAt: new Date(Date.now() - 3_600_000).toISOString(), recovered: true };
  }
  return fake;
}
