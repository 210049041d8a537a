import type { LineDto, PlanDto, ReportDto, SiteProgressDto } from '../api/types';
import { isReply } from '../words/kinds';
import { type Entity, same, unsent } from './entity';
import { blocks, glue, joined, merge } from './merge';
import type { Workspace } from './workspace';

const MINIMUM = 20;

export function conflictPassages(e: Entity) {
  const of = (c: { body: string } | null) => blocks(c?.body ?? '', e.format);
  return merge(of(e.base), of(e.local), of(e.remote), glue(e.format));
}

type Decision = { group: string; action: string; words: string };

/** What the next sync would do with one entity. */
function decide(w: Workspace, e: Entity): Decision | null {
  const site = w.spaces.find((s) => s.id === e.space)?.site;
  const there = site === 'canvas' ? 'Canvas' : 'the forum';
  if (site === 'local' || !site) return null;
  if (e.inConflict) return { group: 'needs_you', action: 'conflict', words: 'The same words were changed here and there.' };
  if (e.refused !== null) return { group: 'needs_you', action: 'park', words: `The forum refused it: “${e.refused}”.` };
  const here = unsent(e);
  const away = !same(e.remote, e.base);
  if (here && away) {
    const open = conflictPassages(e).some((p) => !p.settled) || (e.remote?.title !== e.base?.title && e.local.title !== e.base?.title);
    return open
      ? { group: 'needs_you', action: 'conflict', words: 'The same words were changed here and there.' }
      : { group: 'join', action: 'merge', words: `Your text and a change on ${there}: both fit.` };
  }
  if (here && e.deletedHere) return { group: 'send', action: 'delete_there', words: `You deleted it here. It goes from ${there}.` };
  if (here && !e.base) return { group: 'send', action: 'create_there', words: e.local.published === false ? 'New, unpublished.' : 'New.' };
  if (here) return { group: 'send', action: 'push', words: e.kind === 'topic' ? 'Your edit of the first post. The topic is not moved up.' : 'Your text.' };
  if (away) return { group: 'get', action: 'pull', words: `Changed on ${there} by ${e.changedBy ?? 'someone'}.` };
  return null;
}

export function entityTitle(w: Workspace, e: Entity): string {
  return isReply(e.kind) ? `Reply in ${w.entities.find((x) => x.id === e.parent)?.local.title ?? ''}` : e.local.title;
}

function line(w: Workspace, e: Entity, d: Decision, outcome: string): LineDto {
  return {
    id: `${d.action}:${e.id}`,
    entity: e.id,
    group: d.group,
    action: d.action,
    kind: e.kind,
    title: entityTitle(w, e),
    spaceName: w.spaces.find((s) => s.id === e.space)?.name ?? '',
    words: d.words,
    outcome,
    notes: [],
    deletes: d.action === 'delete_there' || d.action === 'delete_here',
    // A reply to something new needs it.
    needs: d.action === 'create_there' && e.parent && w.entities.some((x) => x.id === e.parent && !x.base) ? [`create_there:${e.parent}`] : [],
  };
}

export function plan(w: Workspace): PlanDto {
  const lines = w.entities.flatMap((e) => {
    const d = decide(w, e);
    return d ? [line(w, e, d, 'planned')] : [];
  });
  return { id: '', lines, leftOut: [] };
}

function version(e: Entity, cause: string, origin: string, notChosen = false, content = e.local): void {
  e.versions.push({ id: `${e.id}-v${e.versions.length + 1}`, at: new Date().toISOString(), cause, origin, content, notChosen });
}

/** Carries out one line. Answers the line as it ended. */
export function apply(w: Workspace, e: Entity): LineDto | null {
  const d = decide(w, e);
  if (!d) return null;
  const site = w.spaces.find((s) => s.id === e.space)?.siteName ?? '';
  if (d.action === 'pull' && e.remote) {
    e.local = e.base = e.remote;
    e.unseen = true;
    version(e, 'pull', site);
  } else if (d.action === 'merge' && e.remote && e.base) {
    const title = e.remote.title !== e.base.title ? e.remote.title : e.local.title;
    const body = joined(conflictPassages(e), glue(e.format));
    e.local = { ...e.local, title, body };
    e.base = e.remote = e.local;
    version(e, 'merge', site);
  } else if (d.action === 'conflict') {
    e.inConflict = true;
    return line(w, e, d, 'waits');
  } else if (d.action === 'park') return line(w, e, d, 'waits');
  else if (e.kind === 'post' && e.local.body.length < MINIMUM) {
    e.refused = `Body is too short (minimum is ${MINIMUM} characters)`;
    return line(w, e, { group: 'needs_you', action: 'park', words: `The forum refused it: “${e.refused}”. Your text is safe in the Outbox.` }, 'waits');
  } else if (d.action === 'delete_there') {
    e.base = e.remote = null;
    w.entities.splice(w.entities.indexOf(e), 1);
  } else {
    e.base = e.remote = e.local;
    e.number ??= Math.max(1, ...w.entities.filter((x) => x.parent === e.parent).map((x) => x.number ?? 0)) + 1;
  }
  e.counter++;
  return line(w, e, d, 'done');
}

export function siteProgress(w: Workspace): SiteProgressDto[] {
  return w.accounts.map((a) => ({ account: a.id, siteName: a.siteName, phase: 'checking', done: 0, total: null, doing: 'Asking what changed', waitSeconds: null }));
}

export function summaryOf(r: Pick<ReportDto, 'sent' | 'received' | 'joined' | 'needsYou' | 'failed' | 'outcome'>): string {
  if (r.outcome === 'stopped') return `Stopped. ${r.sent} sent, ${r.received} received. The rest goes next time.`;
  if (r.sent + r.received + r.joined + r.needsYou + r.failed === 0) return 'Both sides agree. Nothing was sent or changed.';
  const need = r.needsYou === 0 ? ' In sync.' : ` ${r.needsYou} ${r.needsYou === 1 ? 'needs' : 'need'} you.`;
  return `${r.sent + r.joined} sent, ${r.received} received.${need}`;
}

export function emptyReport(run: string, startedAt: string): ReportDto {
  return {
    run, startedAt, finishedAt: startedAt, outcome: 'done', summary: '', sent: 0, received: 0, joined: 0, needsYou: 0, failed: 0,
    lines: [], leftOut: [], requests: 11, writes: 0, bytesIn: 548_000, bytesOut: 0, waited: 0,
    phases: [['open', 0.3], ['pull', 1.9], ['plan', 0.012], ['apply', 0.2], ['push', 2.4]].map(([phase, seconds]) => ({ phase: String(phase), seconds: Number(seconds) })),
  };
}
