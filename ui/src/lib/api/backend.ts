import type {
  AccountDto,
  AttachedDto,
  AvailableSpaceDto,
  BackupDto,
  CapabilitiesDto,
  ChecksDto,
  ChosenFixDto,
  ConflictDto,
  DeletedDto,
  DifferenceDto,
  DocumentDto,
  EditDto,
  EventDto,
  ExecutedDto,
  FolderDto,
  FileLimitsDto,
  FollowedDto,
  FoundDto,
  HealthDto,
  ImportUndoneDto,
  KeyWishDto,
  LibraryItemDto,
  LibraryRemovedDto,
  MovedDto,
  MoveUndoDto,
  LinkedFileDto,
  NeedsYouDto,
  NewDocumentDto,
  NoticeDto,
  OutboxItemDto,
  PastedDto,
  PlaceDto,
  PlanDto,
  ReplaceDto,
  ReplaceHitsDto,
  ReplaceInDto,
  ReplaceUndoDto,
  ReplacedDto,
  ReportDto,
  ResolutionDto,
  RetentionDto,
  RevisionDto,
  SampleItemDto,
  SavedDto,
  SearchDto,
  SpaceDto,
  StatsDto,
  StatusDto,
  StrategyDto,
  StrategyScopeDto,
  TargetDto,
  TreeRowDto,
  UndoneDto,
  UserKeyRequestDto,
} from './types';

/** The only door to Rust: one method per command. Each rejects with an `ErrorDto`. */
export interface Backend {
  capabilities(): Promise<CapabilitiesDto>;
  status(): Promise<StatusDto>;
  spaces(): Promise<SpaceDto[]>;
  tree(space: string): Promise<TreeRowDto[]>;
  document(id: string): Promise<DocumentDto>;
  /** Tags that topics of the same forum have, the most used first. */
  tagsInUse(space: string): Promise<string[]>;
  /** User names of who wrote on the same forum, who wrote most first. */
  peopleInUse(space: string): Promise<string[]>;
  /** Makes text being typed durable; answers when it was. */
  draftSave(id: string, edit: EditDto): Promise<string>;
  draftDiscard(id: string): Promise<void>;
  /** Saves a draft that was found; what came in underneath is joined in, or asked about. */
  draftKeep(id: string): Promise<SavedDto>;
  /** What keeping a draft would change in its document. */
  draftDifference(id: string): Promise<DifferenceDto>;
  /** Makes a reply being written to a document durable; answers when it was. */
  replyDraftSave(id: string, replyTo: number | null, edit: EditDto): Promise<string>;
  replyDraftDiscard(id: string): Promise<void>;
  /** Makes a document of the reply being written, as it was last made durable. */
  replyKeep(id: string): Promise<DocumentDto>;
  documentSave(id: string, edit: EditDto): Promise<SavedDto>;
  documentNew(created: NewDocumentDto): Promise<DocumentDto>;
  documentDelete(id: string): Promise<SavedDto>;
  /** Brings back a revision; also serves undo. */
  documentRestore(id: string, revision: string): Promise<SavedDto>;
  /** Makes a module behind the others of a course. */
  moduleNew(space: string, title: string): Promise<MovedDto>;
  /** Makes a heading in a module, or with `url` a link to a web address. */
  itemNew(module: string, title: string, url: string | null): Promise<MovedDto>;
  /** Moves something to another place, or puts a document into a module. */
  placeMove(id: string, to: PlaceDto): Promise<MovedDto>;
  moveUndo(undo: MoveUndoDto): Promise<void>;
  history(id: string): Promise<RevisionDto[]>;
  /** What another version says otherwise than this one; what the document says now, where none is named. */
  revisionDifference(id: string, revision: string, other: string | null): Promise<DifferenceDto>;
  outbox(): Promise<OutboxItemDto[]>;
  outboxDifference(id: string): Promise<DifferenceDto>;
  outboxDiscard(id: string): Promise<SavedDto>;
  /** Starts a sync of everything or of one space; answers the running run's id if one runs. */
  syncStart(only: string | null): Promise<string>;
  syncStop(): Promise<void>;
  /** What a sync would do, kept so that exactly this can be carried out. */
  syncPlan(only: string | null): Promise<PlanDto>;
  /** Carries out a plan but the named lines; ends when the sync does. Nothing is carried out where the plan is not true any more. */
  syncExecute(plan: string, without: string[]): Promise<ExecutedDto>;
  /** Puts back what a sync changed here: all of it, or the named documents. The next sync sends it. */
  syncUndo(run: string, only: string[] | null): Promise<UndoneDto[]>;
  needsYou(): Promise<NeedsYouDto[]>;
  conflict(id: string): Promise<ConflictDto>;
  conflictResolve(id: string, resolution: ResolutionDto, about: string): Promise<void>;
  /** Clears a refusal; the next sync tries again. */
  parkedRetry(id: string): Promise<void>;
  /** Newest first, at most 50. */
  reports(): Promise<ReportDto[]>;
  report(run: string): Promise<ReportDto>;
  accounts(): Promise<AccountDto[]>;
  /** Goes on with a site that was set back to an earlier state. */
  accountGoOn(id: string): Promise<void>;
  accountRemove(id: string, keepSpaces: boolean): Promise<void>;
  connectCanvas(url: string, token: string): Promise<AccountDto>;
  connectDiscourseKey(url: string, apiKey: string, username: string): Promise<AccountDto>;
  connectDiscourseBegin(url: string, wish: KeyWishDto): Promise<UserKeyRequestDto>;
  connectDiscourseFinish(request: string, payload: string): Promise<AccountDto>;
  /** Asks the forum once whether the person has answered there; null while it waits. */
  connectDiscoursePoll(request: string): Promise<AccountDto | null>;
  spacesAvailable(account: string): Promise<AvailableSpaceDto[]>;
  spacesKeep(account: string, remotes: string[]): Promise<SpaceDto[]>;
  localSpaceNew(name: string): Promise<SpaceDto>;
  sampleOpen(): Promise<SpaceDto[]>;
  sampleItems(): Promise<SampleItemDto[]>;
  sampleEdit(id: string, title: string, body: string): Promise<void>;
  /** Opens in the system's browser. */
  /** Documents that hold all the words, the best first. */
  search(query: SearchDto): Promise<FoundDto[]>;
  /** What is wrong with a text as it was last made durable. */
  checks(id: string): Promise<ChecksDto>;
  checkFix(id: string, chosen: ChosenFixDto): Promise<SavedDto>;
  replaceFind(query: ReplaceDto): Promise<ReplaceHitsDto[]>;
  replaceRun(query: ReplaceDto, replacement: string, chosen: ReplaceInDto[]): Promise<ReplacedDto>;
  /** Takes a replacing back; what was written since stays, and is named where it is in the way. */
  replaceUndo(undo: ReplaceUndoDto[]): Promise<ReplacedDto>;
  /** A copy in another space, which no site has. */
  documentCopy(id: string, space: string): Promise<DocumentDto>;
  templateKeep(id: string): Promise<DocumentDto>;
  /** The space in which templates are kept, if any is. */
  templates(): Promise<string | null>;
  /** Where an export of a space would go, as a suggestion. */
  exportPlace(space: string): Promise<string>;
  /** What an export of a space into a folder would write. */
  exportPlan(space: string, folder: string): Promise<FolderDto>;
  /** What an import of a folder into a space would do. */
  importPlan(folder: string, space: string): Promise<FolderDto>;
  /** Carries out the export or import that was planned last; ends when it does. */
  folderRun(plan: string): Promise<FolderDto>;
  folderStop(): Promise<void>;
  /** Takes the last import back; what was written since stays. */
  importUndo(id: string): Promise<ImportUndoneDto[]>;
  /** What is measured of the workspace; reads every page of it. */
  stats(): Promise<StatsDto>;
  /** Looks through the whole workspace; with `repair`, rebuilds what can be rebuilt. */
  health(repair: boolean): Promise<HealthDto>;
  /** How much history is kept. */
  retention(): Promise<RetentionDto>;
  /** Chooses that; answers with what was chosen before. */
  retentionSet(retention: RetentionDto): Promise<RetentionDto>;
  /** Where a backup would go, as a suggestion. */
  backupPlace(): Promise<string>;
  backupMake(folder: string): Promise<BackupDto>;
  /** What a backup holds, after checking every file of it. */
  backupLook(folder: string): Promise<BackupDto>;
  /** Starts the program again: what kept its workspace from being opened may be gone. */
  startAgain(): Promise<void>;
  /** Starts the program again on a backup. */
  backupRestore(folder: string): Promise<void>;
  /** What was found when the workspace was opened. */
  notices(): Promise<NoticeDto[]>;
  /** What was deleted here, last deleted first. */
  trash(): Promise<DeletedDto[]>;
  trashRestore(id: string): Promise<SavedDto>;
  /** Deletes for good, with the history and everything in it. */
  trashPurge(id: string): Promise<void>;
  trashPutBack(id: string): Promise<void>;
  /** What was chosen beforehand for changes on both sides; null where what is farther out holds. */
  strategy(scope: StrategyScopeDto): Promise<StrategyDto | null>;
  strategyChoose(scope: StrategyScopeDto, strategy: StrategyDto | null): Promise<void>;
  /** Begins to take a picture of so many bytes into a space; answers with the token for its pieces. */
  pictureBegin(space: string, name: string, size: number): Promise<string>;
  picturePiece(token: string, bytes: Uint8Array): Promise<void>;
  /** Keeps a picture that has come whole. */
  pictureEnd(token: string): Promise<AttachedDto>;
  /** Throws away what has come of a picture. */
  pictureStop(token: string): Promise<void>;
  /** Makes pasted markup fit for a text of a space; its pictures become files. */
  paste(space: string, html: string): Promise<PastedDto>;
  /** The sites that a document stands on, its home first; none for what is on this computer alone. */
  documentTargets(id: string): Promise<TargetDto[]>;
  /** Links a document to a course or category; with `to`, to the document there that is the same. The next sync makes it there, or joins the two. */
  documentLink(id: string, space: string, to: string | null): Promise<TargetDto[]>;
  /** Ends a link. Both copies stay where they are. */
  documentUnlink(id: string, account: string): Promise<TargetDto[]>;
  /** What is kept for the texts of a space, by name. */
  library(space: string): Promise<LibraryItemDto[]>;
  /** Removes what nothing names, by its SHA-256. */
  libraryRemove(space: string, shas: string[]): Promise<LibraryRemovedDto>;
  /** Puts back what was removed last. */
  libraryPutBack(): Promise<void>;
  /** The address by which one document links to another: its address on the site, or one of our own until it has one. */
  linkAddress(id: string, from: string): Promise<string>;
  /** Where a link leads that stands in a document; makes no request. */
  linkFollow(url: string, from: string | null): Promise<FollowedDto>;
  /** The files that a document links to, and which of them are kept here. */
  files(id: string): Promise<LinkedFileDto[]>;
  /** Puts a copy of a kept file into the folder for downloads; answers with its path. */
  fileCopy(id: string, address: string): Promise<string>;
  /** Which linked files of a course are kept. */
  fileLimits(space: string): Promise<FileLimitsDto>;
  fileLimitsSet(space: string, limits: FileLimitsDto): Promise<void>;
  linkOpen(url: string): Promise<void>;
  /** Hears what went stale; answers how to stop hearing. */
  listen(hear: (event: EventDto) => void): Promise<() => void>;
}
