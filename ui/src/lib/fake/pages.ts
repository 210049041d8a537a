/** Bodies of the invented workspace: one block to a line, as the fake joins them. */
const water = (name: string, t: string, s: string, d: string) =>
  `<tr><td>${name}</td><td style="text-align: right;">${t}</td><td style="text-align: right;">${s}</td><td style="text-align: right;">${d}</td></tr>`;

const table = (bottom: string) =>
  '<table style="width: 100%;"><thead><tr><th>Water mass</th><th style="text-align: right;">Temperature (°C)</th>' +
  '<th style="text-align: right;">Salinity (g/kg)</th><th style="text-align: right;">σ<sub>θ</sub> (kg/m³)</th></tr></thead><tbody>' +
  water('Antarctic Bottom Water (AABW)', bottom, '34.68', '27.86') +
  water('North Atlantic Deep Water (NADW)', '3.0', '34.93', '27.82') +
  water('Antarctic Intermediate Water (AAIW)', '4.6', '34.30', '27.16') +
  '</tbody></table>';

const opening = (length: string, end: string) =>
  `<p>Surface currents move water around a basin in ${length}. The deep ocean takes about a thousand. This week we follow the water that sinks near the poles, ${end}.</p>`;

const rest = (bottom: string, caption: string) => [
  '<h2>What you will be able to do</h2>',
  '<ul><li>Read a temperature–salinity diagram and name the water masses on it.</li><li>Explain why dense water forms in only a few places, <a href="https://canvas.ternpoint.example/courses/210/pages/salt-budget">the salt budget</a> included.</li></ul>',
  '<h2>The water masses to know</h2>',
  table(bottom),
  `<p>${caption}</p>`,
  '<p>Five names are enough for this course. Learn where each forms and how deep it lies.</p>',
];

export const THERMOHALINE_BASE = [
  opening('decades', 'and comes back to the surface elsewhere'),
  ...rest('−0.8', 'Figure 5.2. Water masses on a TS diagram. Dashed lines join equal densities.'),
].join('\n');

export const THERMOHALINE = [
  opening('years', 'fills the bottom of every ocean, and comes back to the surface far from where it left'),
  ...rest(
    '−0.3',
    'Figure 5.2. Water masses on a temperature–salinity diagram. Dashed lines join equal densities.',
  ),
].join('\n');

export const DEEP_WATER_BASE = [
  '<p>Post your answer before you read the others. Two hundred words are enough.</p>',
  '<p>Read chapter 11, sections 1 and 2, before Thursday.</p>',
  '<p>Deep water forms where the surface is both cold and salty. In winter the wind strips heat from the sea, and the water sinks before it turns south.</p>',
  '<p>Then answer two others, and say where you disagree.</p>',
].join('\n');

export const DEEP_WATER_MINE = [
  '<p>Post your answer before you read the others. Two hundred words are enough.</p>',
  '<p>Read chapter 11, sections 1 to 3, before Thursday. Skip the box on tracers.</p>',
  '<p>Deep water forms where the surface is both cold and salty. In the North Atlantic winter winds strip heat from the sea, and the water sinks to about 3,000 metres before it turns south.</p>',
  '<p>Then answer two others, and say where you disagree and why.</p>',
].join('\n');

export const DEEP_WATER_THEIRS = [
  '<p>Post your answer before you read the others. Three hundred words at most.</p>',
  '<p>Read chapter 11, sections 1 and 2, before Thursday. Bring one question about figure 11.4.</p>',
  '<p>Deep water forms where the surface is both cold and salty. In the Labrador and Nordic Seas winter winds strip heat from the sea, and the water sinks to the bottom before it turns south.</p>',
  '<p>Then answer two others, and say where you disagree.</p>',
].join('\n');

export const TIDE_POOLS_BASE = [
  '## Before you come',
  'Low tide is at **13:42** on Sunday, so we meet at the\nGull Ledge car park at **12:15**.',
  '- Boots with grip. The weed is slippery.\n- One hand lens per pair.',
  '[quote="dana.kelp, post:4, topic:212"]\nAre we allowed to turn stones over?\n[/quote]',
  'Yes, if you put each one back as you found it.\n@marlin_j, please bring the #safety sheet.',
].join('\n\n');

export const TIDE_POOLS = [
  '## Before you come',
  'Low tide is at **13:42** on Sunday, so we meet at the\nGull Ledge car park at **12:15**.',
  '- Boots with grip. The weed is slippery.\n- One hand lens per pair.\n- A pencil: pens give up in the cold.',
  '[quote="dana.kelp, post:4, topic:212"]\nAre we allowed to turn stones over?\n[/quote]',
  'Yes, if you put each one back as you found it.\n@marlin_j, please bring the #safety sheet.',
  '| Zone   | What to look for     |\n| ------ | -------------------- |\n| Splash | periwinkles, lichen  |\n| Middle | barnacles, mussels   |\n| Lower  | kelp holdfasts       |',
  '[details="If the weather turns"]\nI post here by 09:00. No post means we go.\n[/details]',
].join('\n\n');

export const SALT_BUDGET = [
  '<p>Salt enters the sea with rivers and leaves it with sediment and spray. Over a year the two are so close to equal that the ocean keeps its salt.</p>',
  '<h2>Questions while you read</h2>',
  '<ol><li>Why is there no deep water in the North Pacific?</li><li>Compare the surface salinity at 20° N in both oceans.</li></ol>',
].join('\n');

export const SYLLABUS = [
  '<p>Physical oceanography from the surface to the abyss: waves, tides, currents, and the slow circulation that ties the oceans together.</p>',
  '<h2>How the week runs</h2>',
  '<p>Read on Monday, meet on Tuesday and Thursday at 10:00 in Hall B, hand in on Friday.</p>',
].join('\n');

export const PROBLEM_SET = [
  '<p>Answer all four. Show the units in every line.</p>',
  '<ol><li>A parcel of deep water leaves the Labrador Sea with a density of 1027.8 kg/m³. How deep does it settle?</li><li>Draw it on the diagram of figure 5.2.</li></ol>',
].join('\n');
