import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Backend } from './backend';
import type { Closed } from './closed';
import type { EventDto } from './types';

/** Why there is no workspace to show. Answers once it is open, or cannot be: nothing else is to be asked for before that. */
export const closed = (): Promise<Closed | null> => invoke('closed');

/** The Rust side, by its command names. */
export function tauriBackend(): Backend {
  return {
    capabilities: () => invoke('capabilities'),
    status: () => invoke('status'),
    spaces: () => invoke('spaces'),
    tree: (space) => invoke('tree', { space }),
    document: (id) => invoke('document', { id }),
    tagsInUse: (space) => invoke('tags_in_use', { space }),
    peopleInUse: (space) => invoke('people_in_use', { space }),
    replyDraftSave: (id, replyTo, edit) => invoke('reply_draft_save', { id, replyTo, edit }),
    replyKeep: (id) => invoke('reply_keep', { id }),
    replyDraftDiscard: (id) => invoke('reply_draft_discard', { id }),
    draftSave: (id, edit) => invoke('draft_save', { id, edit }),
    draftDiscard: (id) => invoke('draft_discard', { id }),
    draftKeep: (id) => invoke('draft_keep', { id }),
    draftDifference: (id) => invoke('draft_difference', { id }),
    documentSave: (id, edit) => invoke('document_save', { id, edit }),
    documentNew: (created) => invoke('document_new', { new: created }),
    documentDelete: (id) => invoke('document_delete', { id }),
    documentRestore: (id, revision) => invoke('document_restore', { id, revision }),
    moduleNew: (space, title) => invoke('module_new', { space, title }),
    itemNew: (module, title, url) => invoke('item_new', { module, title, url }),
    placeMove: (id, to) => invoke('place_move', { id, to }),
    moveUndo: (undo) => invoke('move_undo', { undo }),
    history: (id) => invoke('history', { id }),
    revisionDifference: (id, revision, other) => invoke('revision_difference', { id, revision, other }),
    outbox: () => invoke('outbox'),
    outboxDifference: (id) => invoke('outbox_difference', { id }),
    outboxDiscard: (id) => invoke('outbox_discard', { id }),
    syncStart: (only) => invoke('sync_start', { only }),
    syncStop: () => invoke('sync_stop'),
    syncPlan: (only) => invoke('sync_plan', { only }),
    syncExecute: (plan, without) => invoke('sync_execute', { plan, without }),
    syncUndo: (run, only) => invoke('sync_undo', { run, only }),
    needsYou: () => invoke('needs_you'),
    conflict: (id) => invoke('conflict', { id }),
    conflictResolve: (id, resolution, about) => invoke('conflict_resolve', { id, resolution, about }),
    parkedRetry: (id) => invoke('parked_retry', { id }),
    reports: () => invoke('reports'),
    report: (run) => invoke('report', { run }),
    accounts: () => invoke('accounts'),
    accountGoOn: (id) => invoke('account_go_on', { id }),
    accountRemove: (id, keepSpaces) => invoke('account_remove', { id, keepSpaces }),
    connectCanvas: (url, token) => invoke('connect_canvas', { url, token }),
    connectDiscourseKey: (url, apiKey, username) =>
      invoke('connect_discourse_key', { url, apiKey, username }),
    connectDiscourseBegin: (url, wish) => invoke('connect_discourse_begin', { url, wish }),
    connectDiscourseFinish: (request, payload) =>
      invoke('connect_discourse_finish', { request, payload }),
    connectDiscoursePoll: (request) => invoke('connect_discourse_poll', { request }),
    spacesAvailable: (account) => invoke('spaces_available', { account }),
    spacesKeep: (account, remotes) => invoke('spaces_keep', { account, remotes }),
    localSpaceNew: (name) => invoke('local_space_new', { name }),
    sampleOpen: () => invoke('sample_open'),
    sampleItems: () => invoke('sample_items'),
    sampleEdit: (id, title, body) => invoke('sample_edit', { id, title, body }),
    search: (query) => invoke('search', { query }),
    checks: (id) => invoke('checks', { id }),
    checkFix: (id, chosen) => invoke('check_fix', { id, chosen }),
    replaceFind: (query) => invoke('replace_find', { query }),
    replaceRun: (query, replacement, chosen) => invoke('replace_run', { query, replacement, chosen }),
    replaceUndo: (undo) => invoke('replace_undo', { undo }),
    documentCopy: (id, space) => invoke('document_copy', { id, space }),
    templateKeep: (id) => invoke('template_keep', { id }),
    templates: () => invoke('templates'),
    exportPlace: (space) => invoke('export_place', { space }),
    exportPlan: (space, folder) => invoke('export_plan', { space, folder }),
    importPlan: (folder, space) => invoke('import_plan', { folder, space }),
    folderRun: (plan) => invoke('folder_run', { plan }),
    folderStop: () => invoke('folder_stop'),
    importUndo: (id) => invoke('import_undo', { import: id }),
    stats: () => invoke('stats'),
    startAgain: () => invoke('start_again'),
    health: (repair) => invoke('health', { repair }),
    retention: () => invoke('retention'),
    retentionSet: (retention) => invoke('retention_set', { retention }),
    backupPlace: () => invoke('backup_place'),
    backupMake: (folder) => invoke('backup_make', { folder }),
    backupLook: (folder) => invoke('backup_look', { folder }),
    backupRestore: (folder) => invoke('backup_restore', { folder }),
    notices: () => invoke('notices'),
    trash: () => invoke('trash'),
    trashRestore: (id) => invoke('trash_restore', { id }),
    trashPurge: (id) => invoke('trash_purge', { id }),
    trashPutBack: (id) => invoke('trash_put_back', { id }),
    strategy: (scope) => invoke('strategy', { scope }),
    strategyChoose: (scope, strategy) => invoke('strategy_choose', { scope, strategy }),
    pictureBegin: (space, name, size) => invoke('picture_begin', { space, name, size }),
    picturePiece: (token, bytes) => invoke('picture_piece', bytes, { headers: { picture: token } }),
    pictureEnd: (token) => invoke('picture_end', { token }),
    pictureStop: (token) => invoke('picture_stop', { token }),
    paste: (space, html) => invoke('paste', { space, html }),
    documentTargets: (id) => invoke('document_targets', { id }),
    documentLink: (id, space, to) => invoke('document_link', { id, space, to }),
    documentUnlink: (id, account) => invoke('document_unlink', { id, account }),
    library: (space) => invoke('library', { space }),
    libraryRemove: (space, shas) => invoke('library_remove', { space, shas }),
    libraryPutBack: () => invoke('library_put_back'),
    linkAddress: (id, from) => invoke('link_address', { id, from }),
    linkFollow: (url, from) => invoke('link_follow', { url, from }),
    files: (id) => invoke('files', { id }),
    fileCopy: (id, address) => invoke('file_copy', { id, address }),
    fileLimits: (space) => invoke('file_limits', { space }),
    fileLimitsSet: (space, limits) => invoke('file_limits_set', { space, limits }),
    linkOpen: (url) => invoke('link_open', { url }),
    listen: (hear) => listen<EventDto>('lectern', (event) => hear(event.payload)),
  };
}

/** Whether this window belongs to the program, or is a plain browser. */
export function insideProgram(): boolean {
  return '__TAURI_INTERNALS__' in window;
}

/** Where the program hands out an image or a font by its name: one of these answers, the other is not there on this system. */
export function ownFile(name: string): [string, string] {
  return [`attach://localhost/${name}`, `http://attach.localhost/${name}`];
}
