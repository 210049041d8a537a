import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBackend } from '../fake/backend';
import { App } from './app.svelte';
import { Settling } from './conflict.svelte';
import { PAUSE_MS, WRITING_MS } from './document.svelte';
import { Reviewing } from './review.svelte';

let fake: FakeBackend;
let app: App;
beforeEach(async () => {
  vi.useFakeTimers();
  localStorage.clear();
  fake = new FakeBackend();
  app = new App(fake);
  const started = app.start();
  await vi.advanceTimersByTimeAsync(50);
  await started;
});
afterEach(() => {
  app.end();
  vi.useRealTimers();
});

async function open(id: string) {
  await app.openDocument(id);
  await app.document.open(id);
}
async function settle(work: Promise<unknown>) {
  await vi.advanceTimersByTimeAsync(2000);
  await work;
}

describe('writing', () => {
  it('makes a draft durable within a pause of 250 ms', async () => {
    await open('tide');
    app.document.typedSource('a');
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(fake.w.entities.find((e) => e.id === 'tide')?.draft).toBeNull();
    await vi.advanceTimersByTimeAsync(2);
    expect(fake.w.entities.find((e) => e.id === 'tide')?.draft?.body).toBe('a');
  });

  it('makes a draft durable at least each second while typing without a pause', async () => {
    const saves = vi.spyOn(fake, 'draftSave');
    await open('tide');
    for (let n = 0; n < WRITING_MS / 100 + 1; n++) {
      app.document.typedSource('x'.repeat(n + 1));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(saves).toHaveBeenCalledTimes(1);
  });

  it('is saved when the document is left, and the draft is gone', async () => {
    await open('tide');
    app.document.typedSource('All of it');
    await settle(app.openDocument('lens'));
    const tide = fake.w.entities.find((e) => e.id === 'tide');
    expect(tide?.local.body).toBe('All of it');
    expect(tide?.draft).toBeNull();
  });

  it('is saved before a sync starts', async () => {
    await open('lens');
    app.document.typedSource('Bring two lenses, one to lend.');
    await settle(app.pressSync());
    expect(fake.w.entities.find((e) => e.id === 'lens')?.remote?.body).toBe('Bring two lenses, one to lend.');
  });

  it('asks the editor for its last words before a save', async () => {
    await open('thermo');
    app.document.ready('<p>loaded</p>');
    app.document.flush = () => Promise.resolve('<p>last words</p>');
    const saves = vi.spyOn(fake, 'documentSave');
    await settle(app.document.save());
    expect(saves.mock.calls[0]?.[1].visual).toEqual({ loaded: '<p>loaded</p>', now: '<p>last words</p>' });
  });

  it('starts the next visual edit from what the last save was made of', async () => {
    await open('thermo');
    app.document.ready('<p>1</p>');
    app.document.typedVisual('<p>2</p>');
    await settle(app.document.save());
    const saves = vi.spyOn(fake, 'documentSave');
    app.document.typedVisual('<p>3</p>');
    await settle(app.document.save());
    expect(saves.mock.calls[0]?.[1].visual).toEqual({ loaded: '<p>2</p>', now: '<p>3</p>' });
  });

  it('saves nothing when nothing was typed', async () => {
    const saves = vi.spyOn(fake, 'documentSave');
    await open('thermo');
    app.document.ready('<p>loaded by the editor in its own form</p>');
    await settle(app.document.save());
    expect(saves).not.toHaveBeenCalled();
  });

  it('keeps the text and says so when it cannot be saved', async () => {
    await open('tide');
    vi.spyOn(fake, 'documentSave').mockRejectedValue({ code: 'disk_full', what: 'The disk is full.', safe: 'The last words are still in this window.', next: '', retryable: true });
    app.document.typedSource('not lost');
    await settle(app.document.save());
    expect(app.document.saveError?.code).toBe('disk_full');
    expect(app.document.source).toBe('not lost');
    expect(app.document.dirty).toBe(true);
  });
});

describe('a draft that was found', () => {
  beforeEach(async () => {
    const tide = fake.w.entities.find((e) => e.id === 'tide');
    if (tide) tide.draft = { title: tide.local.title, body: 'found text', savedAt: new Date().toISOString(), recovered: true };
    await open('tide');
  });
  it('is what the editor shows', () => expect(app.document.source).toBe('found text'));
  it('becomes the text when it is kept', async () => {
    await settle(app.document.keepFound());
    expect(fake.w.entities.find((e) => e.id === 'tide')?.local.body).toBe('found text');
    expect(app.document.doc?.draft).toBeNull();
  });
  it('leaves the saved text alone when it is thrown away', async () => {
    const before = fake.w.entities.find((e) => e.id === 'tide')?.local.body;
    await settle(app.document.throwFoundAway());
    expect(app.document.source).toBe(before);
  });
});

describe('a draft whose document changed underneath', () => {
  const body = '<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>';
  const page = () => {
    const e = fake.w.entities.find((x) => x.id === 'salt');
    if (!e) throw new Error('the page is there');
    return e;
  };
  /** Somebody else's change, as a sync brings it. */
  const comesIn = (from: string, to: string) => {
    const e = page();
    e.local = { ...e.local, body: e.local.body.replace(from, to) };
    e.base = e.remote = e.local;
    e.counter++;
  };
  beforeEach(() => {
    page().local = { ...page().local, body };
  });

  it('is shown as the page that it is, and kept with the words of both', async () => {
    page().draft = { title: page().local.title, body: body.replace('One', 'One of mine'), savedAt: new Date().toISOString(), recovered: true, base: page().local };
    comesIn('Three', 'Three of theirs');
    await open('salt');
    expect(app.document.view).toBe('page');
    expect(app.document.doc?.editing).toContain('One of mine');
    expect(app.document.doc?.draft?.met).toBe('joins');
    await settle(app.document.keepFound());
    expect(page().local.body).toBe(body.replace('One', 'One of mine').replace('Three', 'Three of theirs'));
    expect(app.document.doc?.draft).toBeNull();
  });
  it('in the same words overwrites nothing: it stays, and is decided passage by passage', async () => {
    page().draft = { title: page().local.title, body: body.replace('Two', 'Mine'), savedAt: new Date().toISOString(), recovered: true, base: page().local };
    comesIn('Two', 'Theirs');
    await open('salt');
    await settle(app.document.keepFound());
    expect(page().local.body).toContain('Theirs');
    expect(page().draft?.body).toContain('Mine');
    expect(app.announcer.assertive).toContain('Nothing is overwritten');
    await settle(app.refresh());
    expect(app.workspace.needs.some((n) => n.id === 'salt' && n.next.includes('decide'))).toBe(true);
    const s = new Settling(await fake.conflict('salt'));
    expect(s.left).toBe(1);
    s.all('both');
    await fake.conflictResolve('salt', s.resolution(), s.conflict.about);
    expect(page().local.body).toContain('Mine');
    expect(page().local.body).toContain('Theirs');
    expect(page().draft).toBeNull();
  });
  it('typed in an open editor names the state that it started from', async () => {
    await open('salt');
    app.document.view = 'source';
    comesIn('Three', 'Three of theirs');
    app.document.typedSource(body.replace('One', 'One of mine'));
    await settle(app.document.save());
    expect(page().local.body).toContain('One of mine');
    expect(page().local.body).toContain('Three of theirs');
    expect(app.document.source).toContain('Three of theirs');
  });
  it('and that the editor has not told of yet stays when that is shown', async () => {
    await open('salt');
    app.document.view = 'source';
    app.document.flush = () => body.replace('One', 'One of mine');
    comesIn('Three', 'Three of theirs');
    await settle(app.refresh());
    await settle(app.document.save());
    expect(page().local.body).toContain('One of mine');
    expect(page().local.body).toContain('Three of theirs');
  });
  it('and that the editor has not told of yet stays when a save joins something in', async () => {
    await open('salt');
    app.document.view = 'source';
    const more = body.replace('One', 'One of mine, and more');
    vi.spyOn(fake, 'documentSave').mockImplementationOnce(async () => {
      app.document.flush = () => more;
      return { counter: 9, goOn: -9, savedAt: new Date().toISOString(), changed: true, title: 'T', body: 'joined', states: [], replaced: null, joined: true, overlaps: false };
    });
    app.document.typedSource(body.replace('One', 'One of mine'));
    await settle(app.document.save());
    expect(app.document.source).toBe(more);
    const saves = vi.spyOn(fake, 'documentSave');
    await settle(app.document.save());
    expect(saves.mock.calls.at(-1)?.[1]).toMatchObject({ body: more, counter: -9 });
  });
  it('goes on without undoing what was joined in while it was saved', async () => {
    await open('salt');
    app.document.view = 'source';
    const counter = app.document.doc?.counter;
    vi.spyOn(fake, 'documentSave').mockImplementationOnce(async () => {
      app.document.typedSource(body.replace('One', 'One of mine, and more'));
      return { counter: 9, goOn: -9, savedAt: new Date().toISOString(), changed: true, title: 'T', body: 'joined', states: [], replaced: null, joined: true, overlaps: false };
    });
    app.document.typedSource(body.replace('One', 'One of mine'));
    await settle(app.document.save());
    const saves = vi.spyOn(fake, 'documentSave');
    await settle(app.document.save());
    expect(counter).not.toBe(-9);
    expect(saves.mock.calls.at(-1)?.[1].counter).toBe(-9);
  });
});

describe('a sync', () => {
  it('sends, and a second one changes nothing', async () => {
    await settle(app.pressSync());
    expect(app.workspace.status.toSend).toBe(0);
    await settle(app.pressSync());
    const [second] = await fake.reports();
    expect([second?.sent, second?.received, second?.joined]).toEqual([0, 0, 0]);
  });
  it('is refused nothing else when one reply is too short', async () => {
    await app.backend.documentNew({ space: 'field', kind: 'post', parent: 'lens', replyTo: null, title: '', body: 'Yes.' });
    await settle(app.pressSync());
    const [report] = await fake.reports();
    expect(report?.sent).toBeGreaterThan(0);
    expect(app.workspace.needs.some((n) => n.need === 'refused' && n.title.includes('hand lens'))).toBe(true);
  });
  it('says the same in status, Outbox and tree', async () => {
    await settle(app.refresh());
    expect(app.workspace.status.toSend).toBe(app.workspace.outbox.filter((o) => o.heldBack === null).length);
    expect(app.workspace.status.needsYou).toBe(app.workspace.needs.length);
  });
  it('that is asked to stop says so at once, whatever it tells before it has heard', async () => {
    fake.step = 200;
    await app.pressSync();
    const run = app.workspace.status.running;
    if (!run) throw new Error('a sync runs');
    vi.spyOn(fake, 'syncStop').mockImplementation(() => new Promise(() => {}));
    void app.sync.stop();
    expect(app.workspace.status.running?.stopping).toBe(true);
    await app.sync.hear({ event: 'progress', progress: { ...run, stopping: false } });
    expect(app.workspace.status.running?.stopping).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    vi.restoreAllMocks();
    await app.pressSync();
    expect(app.workspace.status.running?.stopping).toBe(false);
    await vi.advanceTimersByTimeAsync(5000);
  });
  it('that cannot be asked to stop goes on, and says why', async () => {
    fake.step = 200;
    await app.pressSync();
    vi.spyOn(fake, 'syncStop').mockRejectedValue({ code: 'internal', what: 'It could not be stopped.', safe: 'Nothing is lost.', next: '', retryable: true });
    await app.sync.stop();
    expect(app.workspace.status.running?.stopping).toBe(false);
    expect(app.announcer.assertive).toContain('It could not be stopped.');
    await vi.advanceTimersByTimeAsync(5000);
  });
  it('pressed while one runs opens its progress and starts no second', async () => {
    fake.step = 100;
    const starts = vi.spyOn(fake, 'syncStart');
    await app.pressSync();
    await app.pressSync();
    expect(starts).toHaveBeenCalledTimes(1);
    expect(app.sync.popover).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
  });
});

describe('a reviewed plan', () => {
  const review = async () => new Reviewing(await fake.syncPlan(null));
  it('carries out what is ticked and nothing else', async () => {
    const r = await review();
    const [first] = r.runnable.filter((l) => l.action === 'push');
    if (!first) throw new Error('something is to be sent');
    for (const l of r.runnable) if (l.id !== first.id && r.ticked.has(l.id)) r.toggle(l.id);
    const executed = await fake.syncExecute(r.plan.id, r.without);
    expect(executed.what).toBe('done');
    if (executed.what === 'done') expect(executed.report.lines.map((l) => l.entity)).toEqual([first.entity]);
  });
  it('never ticks a delete by itself', async () => {
    await fake.documentDelete('salt');
    const r = await review();
    const gone = r.lines.find((l) => l.entity === 'salt');
    expect(gone?.deletes).toBe(true);
    expect(r.ticked.has(gone?.id ?? '')).toBe(false);
  });
  it('leaves out what needs a line that is left out, and takes in what a line needs', async () => {
    const topic = await fake.documentNew({ space: 'field', kind: 'topic', parent: null, replyTo: null, title: 'New topic', body: 'A text that is long enough.' });
    await fake.documentNew({ space: 'field', kind: 'post', parent: topic.id, replyTo: null, title: '', body: 'A reply that is long enough.' });
    const r = await review();
    const of = r.lines.find((l) => l.entity === topic.id);
    const reply = r.lines.find((l) => l.needs.includes(of?.id ?? '-'));
    if (!of || !reply) throw new Error('both are in the plan');
    expect(r.toggle(of.id)).toBe(1);
    expect(r.ticked.has(reply.id)).toBe(false);
    expect(r.toggle(reply.id)).toBe(1);
    expect(r.ticked.has(of.id)).toBe(true);
  });
  it('does nothing when the world moved, and marks what is different', async () => {
    const r = await review();
    const gone = r.runnable.find((l) => l.action === 'push' && l.entity);
    const e = fake.w.entities.find((x) => x.id === gone?.entity);
    if (!gone || !e) throw new Error('something is to be sent');
    e.local = e.base ?? e.local;
    const executed = await fake.syncExecute(r.plan.id, r.without);
    expect(executed.what).toBe('moved');
    if (executed.what === 'moved') expect(executed.changed).toEqual([gone.id]);
    expect((await fake.reports()).length).toBe(0);
  });
});

describe('a conflict', () => {
  it('settled question by question gives what was chosen', async () => {
    const s = new Settling(await fake.conflict('deep'));
    expect(s.left).toBe(3);
    s.questions.forEach((q, n) => s.choose(q.key, n === 1 ? 'theirs' : 'mine'));
    await fake.conflictResolve('deep', s.resolution(), s.conflict.about);
    const deep = fake.w.entities.find((e) => e.id === 'deep');
    expect(deep?.local.body).toContain('Bring one question about figure 11.4.');
    expect(deep?.local.body).toContain('In the North Atlantic');
    expect(deep?.local.body).toContain('Three hundred words at most.');
    expect(deep?.versions.some((v) => v.notChosen)).toBe(true);
  });
  it('takes an own wording for its question alone', async () => {
    const s = new Settling(await fake.conflict('deep'));
    s.all('mine');
    const last = s.questions.at(-1);
    if (last) s.choose(last.key, 'edited', '<p>My own words.</p>');
    await fake.conflictResolve('deep', s.resolution(), s.conflict.about);
    const body = fake.w.entities.find((e) => e.id === 'deep')?.local.body;
    expect(body).toContain('<p>My own words.</p>');
    expect(body).toContain('Three hundred words at most.');
    expect(body).not.toContain('In the North Atlantic');
  });
  it('is asked anew when a text changed since it was asked', async () => {
    const s = new Settling(await fake.conflict('deep'));
    const deep = fake.w.entities.find((e) => e.id === 'deep');
    if (deep) deep.local = { ...deep.local, body: `${deep.local.body}<p>Written since.</p>` };
    s.all('theirs');
    await expect(fake.conflictResolve('deep', s.resolution(), s.conflict.about)).rejects.toMatchObject({ code: 'invalid' });
    expect(deep?.local.body).toContain('Written since.');
  });
  it('takes back the last choice first', async () => {
    const s = new Settling(await fake.conflict('deep'));
    const [a, b] = s.questions;
    if (!a || !b) throw new Error('two questions are needed');
    s.choose(a.key, 'mine');
    s.choose(b.key, 'theirs');
    expect(s.undo()).toBe(b.key);
    expect(s.settled).toBe(1);
  });
});

describe('the tree', () => {
  it('shows the strongest state inside a closed branch', () => {
    const rows = app.tree.rows;
    const branch = rows.find((r) => r.group === 'discussions');
    expect(branch?.open).toBe(false);
    expect(branch?.state).toBe('conflict');
  });
  it('opens the branches above a document that is opened elsewhere', async () => {
    app.tree.opened = new Set();
    await settle(app.openDocument('deep'));
    expect(app.tree.rows.some((r) => r.entity === 'deep')).toBe(true);
  });
});
