import Activity from '@lucide/svelte/icons/activity';
import FolderInput from '@lucide/svelte/icons/folder-input';
import FolderOutput from '@lucide/svelte/icons/folder-output';
import Hand from '@lucide/svelte/icons/hand';
import Plus from '@lucide/svelte/icons/plus';
import ReceiptText from '@lucide/svelte/icons/receipt-text';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Replace from '@lucide/svelte/icons/replace';
import Search from '@lucide/svelte/icons/search';
import Send from '@lucide/svelte/icons/send';
import Settings from '@lucide/svelte/icons/settings';
import Trash2 from '@lucide/svelte/icons/trash-2';
import type { App } from '../../state/app.svelte';
import { kindWord, newKinds } from '../../words/kinds';
import type { Icon } from '../shared/icons';

export interface Command {
  words: string;
  icon: Icon;
  keys: string;
  run: () => unknown;
}

/** The commands that Go to offers; `typed` names a new document. */
export function commands(app: App, typed: string): Command[] {
  const here = app.workspace.space(app.spaceHere ?? '');
  const made = here && !here.readOnly ? newKinds(here.site).map((kind, n) => ({
    words: typed ? `New ${kindWord(kind)} “${typed}” in ${here.name}` : `New ${kindWord(kind)} in ${here.name}`,
    icon: Plus, keys: n === 0 ? 'Ctrl N' : '', run: () => app.newDocument(here.id, kind, typed),
  })) : [];
  const sync = app.workspace.capabilities.sync ? [
    { words: 'Sync', icon: RefreshCw, keys: 'Ctrl Enter', run: () => app.pressSync(false) },
    { words: 'Review before syncing', icon: RefreshCw, keys: 'Ctrl Shift Enter', run: () => app.route.go({ name: 'review' }) },
    { words: 'Outbox', icon: Send, keys: 'Ctrl 2', run: () => app.route.go({ name: 'outbox' }) },
    { words: 'Needs you', icon: Hand, keys: 'Ctrl 3', run: () => app.route.go({ name: 'needs' }) },
    { words: 'Sync reports', icon: ReceiptText, keys: 'Ctrl 4', run: () => app.route.go({ name: 'reports' }) },
  ] : [];
  return [
    ...made,
    ...sync,
    { words: typed ? `Search all texts for “${typed}”` : 'Search all texts', icon: Search, keys: 'Ctrl Shift F', run: () => app.route.go({ name: 'search', text: typed }) },
    ...(here ? [{ words: typed ? `Find and replace “${typed}” in ${here.name}…` : `Find and replace in ${here.name}…`, icon: Replace, keys: 'Ctrl Shift H', run: () => app.route.go({ name: 'replace', space: here.id, text: typed }) }] : []),
    ...(here ? [{ words: `Export ${here.name} to a folder…`, icon: FolderOutput, keys: '', run: () => app.route.go({ name: 'folder', does: 'export', space: here.id }) }] : []),
    ...(here && !here.readOnly ? [{ words: `Import a folder into ${here.name}…`, icon: FolderInput, keys: '', run: () => app.route.go({ name: 'folder', does: 'import', space: here.id }) }] : []),
    { words: 'Recently deleted', icon: Trash2, keys: '', run: () => app.route.go({ name: 'trash' }) },
    { words: 'Settings: appearance', icon: Settings, keys: '', run: () => app.route.go({ name: 'settings', section: 'appearance' }) },
    { words: 'Settings: history', icon: Settings, keys: '', run: () => app.route.go({ name: 'settings', section: 'history' }) },
    { words: 'Settings: accounts', icon: Settings, keys: '', run: () => app.route.go({ name: 'settings', section: 'accounts' }) },
    { words: 'All keys', icon: Settings, keys: 'Ctrl /', run: () => app.route.go({ name: 'settings', section: 'keyboard' }) },
    { words: 'Diagnostics', icon: Activity, keys: '', run: () => app.route.go({ name: 'diagnostics' }) },
  ];
}
