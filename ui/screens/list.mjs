// The screens by the numbers of the design, and how to get to each.
const place = (words) => async (page, size) => {
  if (size.width < 900) await page.getByRole('button', { name: 'Show the sidebar' }).click();
  await page.getByRole('navigation', { name: 'Spaces' }).getByRole('button', { name: words }).click();
  await page.waitForTimeout(200);
};
const row = (name, press = true) => async (page, size) => {
  if (size.width < 900) await page.getByRole('button', { name: 'Show the sidebar' }).click();
  const it = page.getByRole('treeitem', { name }).first();
  // Only the rows to be seen are drawn, so the tree is scrolled until the row is.
  for (let n = 0; n < 8 && !(await it.count()); n++) {
    await page.getByRole('tree').evaluate((tree) => tree.scrollBy(0, 150));
    await page.waitForTimeout(80);
  }
  if (press) await it.click();
  await page.waitForTimeout(300);
};
const folder = (words) => async (page, size) => {
  if (size.width < 900) await page.getByRole('button', { name: 'Show the sidebar' }).click();
  await page.getByRole('button', { name: 'New or connect' }).click();
  await page.getByRole('menuitem', { name: words }).click();
  await page.waitForTimeout(200);
};
// Opening a document closes a narrow window's sidebar, so the menu is opened on a row that is not.
const menu = (name) => async (page, size) => {
  await row(name, false)(page, size);
  await page.getByRole('treeitem', { name }).first().click({ button: 'right' });
};
const key = (keys) => async (page) => {
  await page.locator('main').focus();
  await page.keyboard.press(keys);
  await page.waitForTimeout(250);
};

const also = async (page) => {
  await page.getByRole('button', { name: 'More about this document' }).click();
  await page.getByRole('menuitem', { name: 'Also on a forum…' }).click();
  await page.getByRole('dialog').waitFor();
};

// The editor is there once its first tool is.
const writing = (page) => page.getByLabel('Kind of paragraph').waitFor();

const openFiles = async (page) => {
  await writing(page);
  if (page.viewportSize().width < 1280) await key('Control+.')(page);
  await page.getByRole('tab', { name: 'Files' }).click();
  await page.getByRole('list', { name: 'Files' }).waitFor();
};

// `anew`: sizes in which the way there is another, or in which what goes on would have ended by then.
export const SCREENS = [
  { name: '01-welcome', query: '?workspace=empty' },
  { name: '01-closed', query: '?closed' },
  { name: '01b-connect', query: '?workspace=empty', open: async (page) => {
    await page.getByRole('button', { name: /Connect Canvas/ }).click();
    await page.getByLabel('Address of Canvas').fill('canvas.ternpiont.example');
    await page.getByLabel(/Access token/).fill('0000000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('No site answers').waitFor();
  } },
  { name: '01c-connect-forum', query: '?workspace=empty', open: async (page) => {
    await page.getByRole('button', { name: /Connect Discourse/ }).click();
    await page.getByLabel('Address of the forum').fill('forum.ternpoint.example');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('What the forum shows').waitFor();
  } },
  { name: '02-choose', query: '?workspace=empty', open: async (page) => {
    await page.getByRole('button', { name: /Connect Canvas/ }).click();
    await page.getByLabel('Address of Canvas').fill('canvas.ternpoint.example');
    await page.getByLabel(/Access token/).fill('0000000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Choose what to keep' }).waitFor();
    await page.getByRole('checkbox').first().check();
  } },
  { name: '03-page', open: async (page) => page.waitForTimeout(900) },
  { name: '03b-read-only', open: row(/Quiz 3/) },
  { name: '03c-panel', sizes: ['small', 'zoom200'], open: key('Control+.') },
  { name: '04-topic', open: async (page, size) => { await row(/Tide pools/)(page, size); await page.waitForTimeout(600); } },
  { name: '04b-draft', query: '?draft', open: async (page, size) => { await row(/Tide pools/)(page, size); await page.getByText('Your text is back').last().waitFor(); } },
  { name: '05-outbox', open: place(/^Outbox/) },
  { name: '05b-discard', open: async (page, size) => {
    await place(/^Outbox/)(page, size);
    if (size.width < 900) await page.locator('[data-outbox]').first().click();
    await page.getByRole('button', { name: 'Discard…' }).click();
    await page.getByRole('alertdialog').waitFor();
  } },
  { name: '06-review', open: async (page, size) => { await key('Control+Shift+Enter')(page, size); await page.waitForTimeout(200); } },
  { name: '07a-needs', open: place(/^Needs you/) },
  { name: '07-conflict', open: async (page, size) => {
    await place(/^Needs you/)(page, size);
    await page.getByRole('button', { name: /^Decide/ }).click();
    await page.locator('[data-question]').first().waitFor();
    await page.locator('main h1').click();
    await page.keyboard.press('1');
    await page.keyboard.press('3');
    await page.getByRole('button', { name: /Keep Canvas/ }).first().focus();
  } },
  { name: '08-sync', anew: ['small', 'zoom400'], query: '?step=1500', open: async (page, size) => {
    await key('Control+Enter')(page, size);
    await page.waitForTimeout(1800);
    await page.locator('button.main').click();
    await page.waitForTimeout(300);
  } },
  { name: '09-report', open: place(/^Sync reports/) },
  { name: '10-history', open: async (page) => {
    await page.getByRole('button', { name: 'More about this document' }).click();
    await page.getByRole('menuitem', { name: 'History' }).click();
    await page.waitForTimeout(300);
  } },
  { name: '11-go-to', open: async (page, size) => { await key('Control+k')(page, size); await page.keyboard.type('deep water'); await page.waitForTimeout(700); } },
  { name: '03e-checks', anew: ['small'], query: '?findings', open: async (page, size) => { if (size.width < 1280) await key('Control+.')(page); await page.getByRole('tab', { name: /^Checks/ }).click(); await page.waitForTimeout(500); } },
  { name: '03f-equation', open: async (page) => { await writing(page); const tool = page.getByRole('button', { name: 'Equation', exact: true }); if (!(await tool.count())) { await page.getByRole('button', { name: 'More tools' }).click(); await page.getByRole('menuitem', { name: 'Equation', exact: true }).click(); } else await tool.click(); await page.getByLabel('LaTeX').fill('\\frac{\\partial T}{\\partial z} = 0'); await page.waitForTimeout(300); } },
  { name: '03g-find', open: async (page) => { await writing(page); await key('Control+f')(page); await page.getByRole('textbox', { name: 'Find', exact: true }).fill('water'); await page.waitForTimeout(400); } },
  { name: '04e-topic-checks', anew: ['small'], sizes: ['light', 'dark', 'small'], query: '?findings', open: async (page, size) => { await row(/^Tide pools at Gull Ledge/)(page, size); if (size.width < 1280) await key('Control+.')(page); await page.getByRole('tab', { name: /^Checks/ }).click(); await page.getByRole('button', { name: /^Describe it/ }).click(); } },
  { name: '03h-pictures', anew: ['small', 'zoom400'], query: '?pieces=3000', open: async (page) => {
    await writing(page);
    const take = async (names) => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), (async () => {
        const tool = page.getByRole('button', { name: 'Picture', exact: true });
        if (await tool.count()) await tool.click();
        else { await page.getByRole('button', { name: 'More tools' }).click(); await page.getByRole('menuitem', { name: 'Picture', exact: true }).click(); }
        await page.getByLabel('From this computer').click();
      })()]);
      await chooser.setFiles(names);
      await page.getByRole('checkbox', { name: 'It is decoration only' }).check();
      await page.getByRole('button', { name: 'Insert the picture' }).click();
    };
    await take({ name: 'notes-of-the-field-trip.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 and more of it') });
    await take({ name: 'Panorama-of-Gull-Ledge.png', mimeType: 'image/png', buffer: Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), Buffer.alloc(6_000_000)]) });
    await page.getByRole('button', { name: 'Stop Panorama-of-Gull-Ledge.png' }).waitFor();
    await openFiles(page);
    await page.getByRole('button', { name: /^CTD-rosette.jpg/ }).click();
    await page.getByText('CTD-rosette.jpg show?').waitFor();
    if (page.viewportSize().width < 1280) await page.keyboard.press('Control+.');
    await page.waitForTimeout(300);
  } },
  { name: '03i-files', anew: ['small'], open: async (page) => {
    await openFiles(page);
    await page.getByRole('button', { name: /is in 3 documents/ }).click();
  } },
  { name: '11b-search', open: async (page) => { await key('Control+Shift+F')(page); await page.keyboard.type('deep water'); await page.waitForTimeout(900); } },
  { name: '11c-replace', open: async (page) => { await key('Control+Shift+H')(page); await page.keyboard.type('deep'); await page.getByRole('textbox', { name: 'Replace with' }).fill('abyssal'); await page.waitForTimeout(700); } },
  { name: '11d-export', open: async (page, size) => { await folder(/^Export/)(page, size); await page.getByRole('button', { name: 'Look' }).click(); await page.getByRole('heading', { name: 'Left alone' }).waitFor(); } },
  { name: '11e-import', open: async (page, size) => { await folder(/^Import/)(page, size); await page.getByLabel('Folder to read').fill('/home/ines/ocn-210'); await page.keyboard.press('Enter'); await page.getByRole('heading', { name: 'Left alone' }).waitFor(); } },
  { name: '11f-import-wrong', sizes: ['light', 'dark', 'small'], open: async (page, size) => { await folder(/^Import/)(page, size); await page.getByLabel('Folder to read').fill('ocn-210'); await page.keyboard.press('Enter'); await page.getByText('Name the whole path').waitFor(); } },
  { name: '11g-imported', sizes: ['light', 'dark', 'small'], open: async (page, size) => { await folder(/^Import/)(page, size); await page.getByLabel('Folder to read').fill('/home/ines/ocn-210'); await page.keyboard.press('Enter'); await page.getByRole('button', { name: /^Import 3/ }).click(); await page.getByRole('button', { name: 'Take it back' }).waitFor(); } },
  { name: '04d-topic-reads-only', sizes: ['light', 'dark', 'small'], query: '?readsonly', open: row(/^Tide pools at Gull Ledge/) },
  { name: '12-diagnostics', open: async (page, size) => { await place('Diagnostics')(page, size); await page.getByRole('button', { name: 'Check the workspace' }).click(); await page.waitForTimeout(300); } },
  { name: '12b-ailing', query: '?ailing', open: async (page, size) => { await place('Diagnostics')(page, size); await page.getByRole('button', { name: 'Check the workspace' }).click(); await page.getByRole('button', { name: 'Repair' }).waitFor(); } },
  { name: '12c-restore', open: async (page, size) => { await place('Diagnostics')(page, size); await page.getByRole('button', { name: 'Restore…' }).click(); await page.getByLabel('Folder of the backup').fill('/tmp'); await page.keyboard.press('Enter'); await page.getByText('no whole backup').waitFor(); } },
  { name: '12d-deleted', query: '?deleted', open: place('Recently deleted') },
  { name: '13-accounts', query: '?signin', open: place('Settings') },
  { name: '13-accounts-set-back', query: '?setback', open: place('Settings') },
  { name: '13-accounts-reads-only', query: '?readsonly', open: place('Settings') },
  { name: '13b-remove', open: async (page, size) => { await place('Settings')(page, size); await page.getByRole('button', { name: /^Remove Canvas/ }).click(); await page.getByRole('alertdialog').waitFor(); } },
  { name: '13c-appearance', open: async (page, size) => { await place('Settings')(page, size); await page.getByRole('button', { name: 'Appearance' }).click(); } },
  { name: '13e-both-sides', open: async (page, size) => { await place('Settings')(page, size); await page.getByRole('button', { name: 'Changes on both sides' }).click(); await page.waitForTimeout(200); } },
  { name: '13d-keyboard', open: key('Control+/') },
  { name: '14-empty', query: '?workspace=empty', open: async (page) => {
    await page.getByRole('button', { name: /Connect Canvas/ }).click();
    await page.getByLabel('Address of Canvas').fill('canvas.ternpoint.example');
    await page.getByLabel(/Access token/).fill('0000000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Start with my own notes' }).waitFor();
  } },
  { name: '15-sample', open: async (page, size) => { await place('As someone else')(page, size); await page.getByRole('group', { name: /Items/ }).getByRole('button').nth(1).click(); } },
  { name: '16-offline', query: '?offline' },
  { name: '17-large', query: '?workspace=large' },
  { name: '18-row-menu', open: async (page, size) => { await menu(/^Problem set 5/)(page, size); await page.getByRole('menu').waitFor(); } },
  { name: '18b-move', open: async (page, size) => { await menu(/^Problem set 5/)(page, size); await page.getByText('Move to…').click(); await page.getByRole('dialog').waitFor(); } },
  { name: '18c-drag', sizes: ['light', 'dark', 'small'], open: async (page, size) => {
    await row(/^Problem set 5/, false)(page, size);
    const [from, to] = await Promise.all(['Problem set 5', 'Thermohaline circulation'].map((name) => page.getByRole('treeitem', { name: new RegExp(`^${name}`) }).first().boundingBox()));
    await page.mouse.move(from.x + 60, from.y + 12);
    await page.mouse.down();
    await page.mouse.move(to.x + 80, to.y + 10, { steps: 6 });
    await page.mouse.move(to.x + 90, to.y + 4);
  } },
  { name: '18d-moved', sizes: ['light', 'dark', 'small'], open: async (page, size) => { await row(/^Problem set 5/)(page, size); await page.keyboard.press('Alt+ArrowUp'); await page.getByText(/is now 2 of 6/).first().waitFor(); await place(/^Outbox/)(page, size); } },
  { name: '18e-new-module', open: async (page, size) => { await folder(/^New module in/)(page, size); await page.getByLabel('Title', { exact: true }).last().fill('Week 7 · Tides'); } },
  { name: '18f-new-address', sizes: ['light', 'dark', 'small'], open: async (page, size) => {
    await menu(/^Week 4/)(page, size);
    await page.getByRole('menuitem', { name: 'New web address…' }).click();
    await page.getByLabel('Title', { exact: true }).last().fill('Tide tables');
    await page.getByRole('textbox', { name: 'Web address' }).fill('tides.example');
    await page.keyboard.press('Enter');
    await page.getByText('has to begin with').waitFor();
  } },
  { name: '18g-module', open: async (page, size) => { await menu(/^Week 5/)(page, size); await page.getByRole('menuitem', { name: 'Properties', exact: true }).click(); await page.getByRole('checkbox', { name: /^Week 4/ }).check(); await page.getByText('edited').first().waitFor(); } },
  { name: '19-twice', open: async (page, size) => {
    await row(/^Problem set 5/)(page, size);
    if (size.width < 1280) await key('Control+.')(page);
    await page.getByLabel('Until', { exact: true }).fill('7 Nov 2027, 01:30');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: /Which of the two/ }).waitFor();
  } },
  { name: '20-link', open: also },
  { name: '20b-linked', open: async (page, size) => {
    await also(page, size);
    await page.getByRole('button', { name: 'Link it' }).click();
    await page.getByText('Not there yet').waitFor();
  } },
];
