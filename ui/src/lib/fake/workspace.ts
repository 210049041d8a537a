import type { AccountDto, KindDto } from '../api/types';
import type { Content, Entity, Space } from './entity';
import { firstFields } from './fields';
import * as text from './pages';

/** The invented workspace of the browser preview and the tests. */
export interface Workspace {
  spaces: Space[];
  accounts: AccountDto[];
  entities: Entity[];
  /** Module items: which module holds which entity, in order. */
  modules: Map<string, string[]>;
  /** What was moved and not sent: the item or module, and in words where to. */
  moves: Map<string, { words: string; added: boolean }>;
}

const minutesAgo = (n: number) => new Date(Date.now() - n * 60_000).toISOString();
const DAY = 1440;

export const CANVAS = 'acc-canvas';
export const FORUM = 'acc-forum';

const content = (title: string, body: string, published: boolean | null): Content => ({ title, body, published });

export function entity(
  id: string,
  space: string,
  kind: KindDto,
  title: string,
  body: string,
  more: Partial<Entity> = {},
): Entity {
  const forum = kind === 'topic' || kind === 'post';
  const c: Content = { ...content(title, body, forum || kind === 'reply' || kind === 'module_item' || space === 'notes' ? null : true), fields: firstFields(kind) };
  return {
    id,
    space,
    kind,
    format: forum ? 'markdown' : kind === 'module' || kind === 'module_item' || kind === 'file' ? 'none' : 'html',
    parent: null,
    author: forum ? 'ines.halloran' : 'Ines Halloran',
    createdAt: minutesAgo(9 * DAY),
    local: c,
    base: c,
    remote: c,
    deletedHere: false,
    inConflict: false,
    refused: null,
    unseen: false,
    readOnly: null,
    draft: null,
    number: forum ? 1 : null,
    replyTo: null,
    changedAt: minutesAgo(5 * DAY),
    changedBy: 'Tomas Weld',
    counter: 1,
    versions: [
      { id: `${id}-v1`, at: minutesAgo(8 * DAY + 200), cause: 'pull', origin: 'Canvas', content: c, notChosen: false },
    ],
    ...more,
  };
}

export function account(site: 'canvas' | 'discourse'): AccountDto {
  const canvas = site === 'canvas';
  return {
    id: canvas ? CANVAS : FORUM,
    site,
    url: canvas ? 'https://canvas.ternpoint.example' : 'https://forum.ternpoint.example',
    siteName: canvas ? 'Canvas' : 'Tern Point Commons',
    userName: canvas ? 'Ines Halloran' : 'ines.halloran',
    secret: 'keychain',
    reachedAt: minutesAgo(4),
    unsent: 0,
    trouble: null,
    state: 'ok',
    readOnly: null,
  };
}

export function emptyWorkspace(): Workspace {
  return { spaces: [], accounts: [], entities: [], modules: new Map(), moves: new Map() };
}

/** The space as it is before anything of it was received. */
export function space(id: string): Space {
  const names: Record<string, [string, Space['site']]> = {
    ocn210: ['OCN 210 · Physical Oceanography', 'canvas'],
    field: ['Field trips', 'discourse'],
    lab: ['Lab help', 'discourse'],
    notes: ['My notes', 'local'],
  };
  const [name, site] = names[id] ?? [id, 'local'];
  return {
    id,
    name,
    site,
    siteName: { canvas: 'Canvas', discourse: 'Tern Point Commons', local: 'This computer' }[site],
    account: { canvas: CANVAS, discourse: FORUM, local: null }[site],
    readOnly: null,
    lastSyncedAt: site === 'local' ? null : minutesAgo(4),
  };
}

function post(id: string, parent: string, number: number, author: string, body: string, ago: number, more: Partial<Entity> = {}): Entity {
  return entity(id, 'field', 'post', '', body, {
    parent, number, author, createdAt: minutesAgo(ago), readOnly: author === 'ines.halloran' ? null : 'You can edit only your own posts.', ...more,
  });
}

function reply(id: string, parent: string, number: number, author: string, body: string, ago: number, more: Partial<Entity> = {}): Entity {
  return entity(id, 'ocn210', 'reply', '', body, {
    parent, number, author, createdAt: minutesAgo(ago), readOnly: author === 'Ines Halloran' ? null : `${author} wrote it.`, ...more,
  });
}

function changed(e: Entity, before: Content, minutes: number): Entity {
  const base: Content = { fields: e.local.fields ?? {}, ...before };
  const at = minutesAgo(minutes);
  return {
    ...e, base, remote: base, changedAt: at,
    versions: [
      { id: `${e.id}-v1`, at: minutesAgo(8 * DAY), cause: 'pull', origin: 'Canvas', content: base, notChosen: false },
      { id: `${e.id}-v2`, at: minutesAgo(minutes + 70), cause: 'pull', origin: 'Canvas', content: base, notChosen: false },
      { id: `${e.id}-v3`, at, cause: 'save', origin: 'you', content: e.local, notChosen: false },
    ],
  };
}

function ocean(): Entity[] {
  const p = (id: string, kind: KindDto, title: string, body = '<p>Nothing but this line so far.</p>', more: Partial<Entity> = {}) =>
    entity(id, 'ocn210', kind, title, body, more);
  const handout = content('Lab 5 handout: reading a T–S diagram', '<p>Bring a ruler and a pencil.</p>\n<h2>Before the lab</h2>\n<p>Print the diagram of figure 5.2 on one page.</p>', false);
  const pages = ['Reading a tide table', 'How to read a research paper', 'Units and symbols', 'Deep water formation: a gallery', 'Office hours', 'Ekman spiral', 'The Coriolis effect, step by step', 'Sea ice and brine', 'Argo floats'];
  return [
    p('syllabus', 'syllabus', 'Home and syllabus', text.SYLLABUS),
    changed(p('thermo', 'page', 'Thermohaline circulation', text.THERMOHALINE), content('Thermohaline circulation', text.THERMOHALINE_BASE, true), 6),
    p('salt', 'page', 'Reading guide: the salt budget', text.SALT_BUDGET, { unseen: true, changedAt: minutesAgo(DAY) }),
    changed(p('ps5', 'assignment', 'Problem set 5', text.PROBLEM_SET), content('Problem set 5', text.PROBLEM_SET.replace('Answer all four', 'Answer three of four'), true), 80),
    p('deep', 'discussion', 'Where does deep water form?', text.DEEP_WATER_MINE, {
      base: content('Where does deep water form?', text.DEEP_WATER_BASE, true),
      remote: content('Where does deep water form', text.DEEP_WATER_THEIRS, true),
      local: content('Where does deep water form, and why?', text.DEEP_WATER_MINE, true),
      inConflict: true, changedAt: minutesAgo(DAY),
    }),
    p('quiz3', 'quiz', 'Quiz 3: density and pressure', '<p>Ten questions, 20 minutes.</p>', { readOnly: 'Made with an editor that Lectern cannot edit.' }),
    p('lab5', 'page', handout.title, handout.body, { local: handout, base: null, remote: null, changedAt: minutesAgo(DAY + 60), versions: [] }),
    p('waves', 'page', 'Waves and swell', '<p>Wind makes waves; swell is what is left of them far away.</p>'),
    p('nino', 'page', 'El Niño and the tropical Pacific', '<p>In some years the trade winds weaken.</p>', { local: content('El Niño and the tropical Pacific', '<p>In some years the trade winds weaken.</p>', false), base: content('El Niño and the tropical Pacific', '<p>In some years the trade winds weaken.</p>', false), remote: content('El Niño and the tropical Pacific', '<p>In some years the trade winds weaken.</p>', false) }),
    p('oldlist', 'page', 'Old reading list 2024', '<p>Books that we no longer read.</p>', { deletedHere: true, changedAt: minutesAgo(2 * DAY) }),
    ...pages.map((title, n) => p(`page${n}`, 'page', title)),
    ...['Problem set 3', 'Problem set 4', 'Field notebook'].map((title, n) => p(`ps${n + 20}`, 'assignment', title)),
    ...['Introduce yourself', 'Questions about the exam'].map((title, n) => p(`disc${n}`, 'discussion', title)),
    reply('disc0-1', 'disc0', 901, 'Dana Kelp', '<p>I am Dana, and I measure tides for fun. Does anybody dive?</p>', 3 * DAY),
    reply('disc0-2', 'disc0', 902, 'Ines Halloran', '<p>Welcome, Dana. The dive club meets on <strong>Tuesdays</strong>.</p>', 2 * DAY, { replyTo: 901 }),
    reply('disc0-3', 'disc0', 903, 'Marlin Jost', '<p>Marlin, second year, maths.</p>', 2 * DAY - 60),
    ...['Room change for Thursday', 'Welcome to OCN 210'].map((title, n) => p(`ann${n}`, 'announcement', title, '<p>See you in Hall B.</p>')),
  ];
}

function forum(): Entity[] {
  const t = (id: string, where: string, title: string, body: string, more: Partial<Entity> = {}) => entity(id, where, 'topic', title, body, more);
  return [
    changed(t('tide', 'field', 'Tide pools at Gull Ledge, 6 December', text.TIDE_POOLS), content('Tide pools at Gull Ledge, 6 December', text.TIDE_POOLS_BASE, null), 9),
    post('tide4', 'tide', 4, 'dana.kelp', 'Are we allowed to turn stones over?', 3 * DAY),
    post('tide5', 'tide', 5, 'marlin_j', 'I have the #safety sheet and two spare lenses.\n\nWho else needs a **lift** from campus?', 2 * DAY, { replyTo: 4 }),
    t('boat', 'field', 'Boat safety briefing: questions', 'Everybody who comes on board has to answer the [five questions](https://forum.ternpoint.example/t/41).', { author: 'tomas.weld', readOnly: 'You can edit only your own posts.' }),
    post('boat2', 'boat', 2, 'dana.kelp', 'Do we need our own life jackets?', 4 * DAY),
    post('boat3', 'boat', 0, 'ines.halloran', 'No. Bring boots.', 2 * DAY + 30, { number: null, base: null, remote: null, replyTo: 2, refused: 'Body is too short (minimum is 20 characters)', changedAt: minutesAgo(2 * DAY) }),
    t('lens', 'field', 'Bring a hand lens (and a spare)', 'A lens of 10× shows the teeth of a limpet. Bring one, and one to lend.'),
    ...['CTD calibration', 'Refractometer drift', 'Winkler titration: my deep-water sample reads low'].map((title, n) => t(`lab-${n}`, 'lab', title, 'Has anybody seen this before? The readings drift by 0.3 over an hour.')),
  ];
}

/** The workspace of the pictures: a course, a forum, notes; something to send, a conflict, a refused reply. */
export function richWorkspace(): Workspace {
  const notes = ['Ideas for week 7', 'Exam questions I liked', 'Letter to the harbour office'];
  return {
    spaces: ['ocn210', 'field', 'lab', 'notes'].map(space),
    accounts: [account('canvas'), account('discourse')],
    entities: [
      ...ocean(),
      ...forum(),
      ...notes.map((title, n) => entity(`note${n}`, 'notes', 'page', title, '<p>A first line.</p>', { base: null, remote: null, changedBy: null })),
    ],
    modules: new Map([
      ['Week 4 · Waves and swell', ['waves']],
      ['Week 5 · Thermohaline circulation', ['thermo', 'salt', 'ps5', 'deep', 'quiz3', 'lab5']],
      ['Week 6 · El Niño and the tropical Pacific', ['nino']],
    ]),
    moves: new Map(),
  };
}

/** A space so large that only the rows on the screen may be drawn. */
export function largeWorkspace(rows: number): Workspace {
  const large = richWorkspace();
  const many = Array.from({ length: rows }, (_, n) => entity(`bulk${n}`, 'ocn210', 'page', `Page ${n + 1} of many`, '<p>Filler.</p>'));
  return { ...large, entities: [...large.entities, ...many] };
}
