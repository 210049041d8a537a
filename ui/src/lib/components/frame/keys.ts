import type { App } from '../../state/app.svelte';
import { newKinds } from '../../words/kinds';

/** The keys of the whole window, as Settings lists them. */
export const KEYS: { keys: string; does: string }[] = [
  { keys: 'Ctrl S', does: 'Save now (it is saved anyway)' },
  { keys: 'Ctrl Enter', does: 'Sync' },
  { keys: 'Ctrl Shift Enter', does: 'Review, then sync' },
  { keys: 'Ctrl K', does: 'Go to a page, a post or a command' },
  { keys: 'Ctrl Shift F', does: 'Search all texts' },
  { keys: 'Ctrl Shift H', does: 'Find and replace in the whole space' },
  { keys: 'Ctrl F', does: 'Find and replace in the document' },
  { keys: 'Ctrl Shift K', does: 'Link' },
  { keys: 'Alt Enter', does: 'Follow the link at the caret' },
  { keys: 'Ctrl N', does: 'New document here' },
  { keys: 'Ctrl \\', does: 'Show or hide the sidebar' },
  { keys: 'Ctrl .', does: 'Show or hide the right panel' },
  { keys: 'Ctrl 1', does: 'Editor' },
  { keys: 'Ctrl 2', does: 'Outbox' },
  { keys: 'Ctrl 3', does: 'Needs you' },
  { keys: 'Ctrl 4', does: 'Sync reports' },
  { keys: 'Alt ←', does: 'Back' },
  { keys: 'Alt →', does: 'Forward' },
  { keys: 'F2', does: 'Edit the title, or rename in the tree' },
  { keys: 'Delete', does: 'Delete, after asking (in the tree)' },
  { keys: 'Alt ↑', does: 'Move up (modules, what is in them, pages of your own)' },
  { keys: 'Alt ↓', does: 'Move down' },
  { keys: 'Shift F10', does: 'What can be done with a row of the tree' },
  { keys: 'F6', does: 'Next part of the window' },
  { keys: 'Shift F6', does: 'Previous part of the window' },
  { keys: 'Ctrl /', does: 'All keys' },
  { keys: 'Esc', does: 'Close the topmost' },
];

/** Single letters, outside text fields only. */
export const LETTERS: { keys: string; does: string }[] = [
  { keys: 'J', does: 'Next change or question' },
  { keys: 'K', does: 'Previous change or question' },
  { keys: '1', does: 'Keep yours (in a conflict)' },
  { keys: '2', does: 'Keep the site’s' },
  { keys: '3', does: 'Keep both' },
  { keys: '4', does: 'Write it myself' },
  { keys: 'U', does: 'Undo the last choice' },
  { keys: 'O', does: 'Show how it was before' },
  { keys: 'S', does: 'Source or reading view' },
  { keys: 'R', does: 'Restore the version (in History)' },
];

export function inTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], iframe, [role="textbox"]') !== null;
}

/** A single-letter key that may act now, in lower case; otherwise nothing. */
export function letter(e: KeyboardEvent, app: App): string | null {
  if (!app.appearance.kept.letterKeys || e.ctrlKey || e.metaKey || e.altKey || e.key.length !== 1) return null;
  if (inTextField(e.target) || document.querySelector('[role="dialog"], [role="alertdialog"]')) return null;
  return (e.target as Element).closest?.('[role="tree"]') ? null : e.key.toLowerCase();
}

function walk(back: boolean): void {
  const parts = [...document.querySelectorAll<HTMLElement>('header.toolbar, nav[aria-label="Spaces"], main, section.pictures, aside, footer.status')];
  const at = parts.findLastIndex((p) => p.contains(document.activeElement));
  for (let n = 1; n <= parts.length; n++) {
    const part = parts[(at + (back ? -n : n) + parts.length * 2) % parts.length];
    const stop = part?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"], button:not(:disabled):not([tabindex="-1"]), a[href], input, textarea, iframe, [tabindex="0"]');
    if (!part) continue;
    if (!stop) part.tabIndex = -1;
    (stop ?? part).focus();
    return;
  }
}

export function globalKey(e: KeyboardEvent, app: App, sidebar: () => void): void {
  if (e.defaultPrevented && e.key !== 'F6') return;
  const ctrl = e.ctrlKey || e.metaKey;
  const go = (act: () => unknown) => {
    e.preventDefault();
    void act();
  };
  if (e.key === 'F6') return go(() => walk(e.shiftKey));
  if (e.altKey && e.key === 'ArrowLeft') return go(() => app.route.back());
  if (e.altKey && e.key === 'ArrowRight') return go(() => app.route.forward());
  if (!ctrl || e.altKey || app.goTo) return;
  const bare = ['welcome', 'connect', 'choose'].includes(app.route.now.name);
  if (e.key === 's') return go(() => app.document.save());
  if (bare) return;
  const here = app.workspace.space(app.spaceHere ?? '');
  const last = app.document.doc?.id;
  if (e.shiftKey && e.key.toLowerCase() === 'f') return go(() => app.route.go({ name: 'search' }));
  if (e.shiftKey && e.key.toLowerCase() === 'h') return go(() => here && app.route.go({ name: 'replace', space: here.id }));
  switch (e.key) {
    case 'Enter':
      return go(() => app.pressSync(e.shiftKey || app.appearance.kept.reviewFirst));
    case 'k':
      return go(() => (app.goTo = true));
    case 'n':
      return go(() => here && app.newDocument(here.id, newKinds(here.site)[0] ?? 'page'));
    case '\\':
      return go(sidebar);
    case '/':
      return go(() => app.route.go({ name: 'settings', section: 'keyboard' }));
    case '1':
      return go(() => (last ? app.openDocument(last) : app.route.go({ name: 'home' })));
    case '2':
      return go(() => app.route.go({ name: 'outbox' }));
    case '3':
      return go(() => app.route.go({ name: 'needs' }));
    case '4':
      return go(() => app.route.go({ name: 'reports' }));
  }
}
