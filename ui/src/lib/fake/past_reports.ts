import type { ReportDto } from '../api/types';
import { emptyReport, entityTitle, summaryOf } from './sync_run';
import type { Workspace } from './workspace';

export function pastReports(w: Workspace): ReportDto[] {
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const line = (id: string, group: string, words: string, notes: string[] = [], outcome = 'done') => {
    const e = w.entities.find((x) => x.id === id);
    return e ? [{ id: `${group}:${id}`, entity: id, group, action: group, kind: e.kind, title: entityTitle(w, e), spaceName: w.spaces.find((s) => s.id === e.space)?.name ?? '', words, outcome, notes, deletes: false, needs: [] }] : [];
  };
  const make = (run: string, minutes: number, more: Partial<ReportDto>): ReportDto => {
    const r = { ...emptyReport(run, at(minutes)), finishedAt: at(minutes), ...more };
    return { ...r, summary: more.summary ?? summaryOf(r) };
  };
  return [
    make('past4', 4, {
      sent: 4, received: 3, needsYou: 2, outcome: 'waits', requests: 23, writes: 4, bytesIn: 560_000, bytesOut: 41_000, waited: 0,
      lines: [
        ...line('boat3', 'needs_you', 'The forum refused it: “Body is too short (minimum is 20 characters)”. Your text is safe in the Outbox.', [], 'waits'),
        ...line('deep', 'needs_you', 'The same paragraph was changed here and on Canvas. Neither was overwritten.', [], 'waits'),
        ...line('thermo', 'join', 'Joined with a caption by Tomas Weld'),
        ...line('ps5', 'send', 'Due date', ['Canvas did not take Points: it kept 20, you sent 25. It gave no reason.']),
        ...line('waves', 'send', 'Text', ['Canvas removed a style it does not allow: object-fit. The photograph may look stretched there.']),
        ...line('tide', 'send', 'First post edited, topic not moved up'),
        ...line('salt', 'get', 'Two paragraphs by Tomas Weld'),
        ...line('ann0', 'get', 'New'),
        ...line('nino', 'get', 'Renamed'),
      ],
    }),
    make('past3', 220, { received: 12 }),
    make('past2', 1500, { sent: 8, outcome: 'stopped' }),
    make('past1', 1540, { received: 3, leftOut: [['Tern Point Commons', 'The forum was not reached, so only Canvas was synced.']], summary: 'Canvas only. The forum was not reached.' }),
    make('past0', 4 * 1440, { received: 214, summary: '214 items are on this computer. You can unplug now.' }),
  ];
}
