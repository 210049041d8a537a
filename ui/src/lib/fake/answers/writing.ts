import type { ChecksDto, ChosenFixDto, DocumentDto, FoundDto, ReplaceDto, ReplaceHitsDto, ReplaceInDto, ReplaceUndoDto, ReplacedDto, SavedDto, SearchDto } from '../../api/types';
import { checks, fixed, replaced, replaceFind, search } from '../writing';
import { Accounts } from './accounts';

/** Search, findings, find and replace, copies and templates. */
export class Writing extends Accounts {
  async search(query: SearchDto): Promise<FoundDto[]> {
    return search(this.w, query, (e) => this.states(e));
  }
  async checks(id: string): Promise<ChecksDto> {
    return checks(this.find(id));
  }
  async checkFix(id: string, chosen: ChosenFixDto): Promise<SavedDto> {
    const e = this.find(id);
    return this.saved(e, true, this.put(e, { ...e.local, body: fixed(e.local.body, chosen) }, 'save'));
  }
  async replaceFind(query: ReplaceDto): Promise<ReplaceHitsDto[]> {
    return replaceFind(this.w, query);
  }
  async replaceRun(query: ReplaceDto, replacement: string, chosen: ReplaceInDto[]): Promise<ReplacedDto> {
    const undo: ReplaceUndoDto[] = [];
    const leftOut: [string, string][] = [];
    for (const choice of chosen) {
      const e = this.find(choice.id);
      if (e.counter !== choice.counter) leftOut.push([e.local.title, 'It changed meanwhile.']);
      else {
        const revision = this.put(e, replaced(e.local, query, replacement, choice), 'save') ?? '';
        undo.push({ id: e.id, revision, counter: e.counter });
      }
    }
    return { undo, leftOut, failed: null };
  }
  async replaceUndo(undo: ReplaceUndoDto[]): Promise<ReplacedDto> {
    const leftOut: [string, string][] = [];
    const back: ReplaceUndoDto[] = [];
    for (const { id, revision, counter } of undo) {
      const e = this.find(id);
      if (e.counter !== counter) leftOut.push([e.local.title, 'It was changed since in the same words.']);
      else back.push({ id, revision: (await this.documentRestore(id, revision)).replaced ?? '', counter: e.counter });
    }
    return { undo: back, leftOut, failed: null };
  }
  async documentCopy(id: string, space: string): Promise<DocumentDto> {
    const e = this.find(id);
    return this.documentNew({ space, kind: e.format === 'markdown' ? 'topic' : e.kind, parent: null, replyTo: null, title: e.local.title, body: e.local.body });
  }
  async templateKeep(id: string): Promise<DocumentDto> {
    if (!this.templateSpace) this.templateSpace = (await this.localSpaceNew('Templates')).id;
    return this.documentCopy(id, this.templateSpace);
  }
  async templates(): Promise<string | null> {
    return this.templateSpace;
  }
}
