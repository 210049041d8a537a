import type { AccountDto, AvailableSpaceDto, KeyWishDto, SampleItemDto, SpaceDto, UserKeyRequestDto } from '../../api/types';
import { unsent } from '../document';
import { isReply } from '../../words/kinds';
import { entityTitle } from '../sync_run';
import { account, richWorkspace, space as newSpace } from '../workspace';
import { clone, refuse } from './memory';
import { Syncing } from './syncing';

/** Accounts, spaces and the sample. */
export class Accounts extends Syncing {
  protected sampleOpened = false;
  async spaces(): Promise<SpaceDto[]> {
    return this.w.spaces.map((s) => ({ ...s, documents: this.w.entities.filter((e) => e.space === s.id && !isReply(e.kind)).length }));
  }
  async accounts(): Promise<AccountDto[]> {
    return clone(this.w.accounts.map((a) => ({
      ...a,
      unsent: this.w.entities.filter((e) => unsent(e) && this.w.spaces.find((s) => s.id === e.space)?.account === a.id).length,
      trouble: this.setBack && a.site === 'canvas' ? 'set_back' : this.signIn && a.site === 'discourse' ? 'sign_in' : null,
      state: this.setBack && a.site === 'canvas' ? 'set_back' : this.signIn && a.site === 'discourse' ? 'sign_in' : a.state,
      readOnly: this.readOnlyOf(a),
    })));
  }
  async accountGoOn(id: string): Promise<void> {
    if (!this.w.accounts.some((a) => a.id === id && this.setBack)) throw refuse('invalid', 'It was not found to be set back.');
    this.setBack = false;
    this.changed();
  }
  async accountRemove(id: string, keepSpaces: boolean): Promise<void> {
    this.w.accounts = this.w.accounts.filter((a) => a.id !== id);
    for (const s of this.w.spaces.filter((x) => x.account === id)) {
      if (keepSpaces) Object.assign(s, { account: null, site: 'local', siteName: 'This computer' });
      else {
        this.w.entities = this.w.entities.filter((e) => e.space !== s.id);
        this.w.spaces = this.w.spaces.filter((x) => x !== s);
      }
    }
    this.changed();
  }
  protected connect(site: 'canvas' | 'discourse'): AccountDto {
    const a = account(site);
    if (!this.w.accounts.some((x) => x.id === a.id)) this.w.accounts.push(a);
    this.signIn = false;
    this.changed();
    return clone(a);
  }
  /** Addresses and keys that fail on purpose: `unknown`, `blog`, `portal`, `down` in the address; a key shorter than 8. */
  protected check(url: string): void {
    const host = url.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    if (/unknown|ternpiont/.test(host)) throw refuse('unknown_address', `No site answers at ${host}.`, 'Nothing was stored.', 'Check the spelling, or your network.');
    if (/blog/.test(host)) throw refuse('not_canvas', 'This is a website, but not Canvas.', 'Nothing was stored.', 'Use the address that you see after signing in to your courses.');
    if (/portal/.test(host)) throw refuse('captive_portal', 'This network asks you to sign in before it lets anything through (its page answered instead of Canvas).', 'Nothing was sent or changed.', 'Open the sign-in page, then try again.');
    if (/down/.test(host)) throw refuse('site_down', 'Canvas answers with an error (503).', 'Your changes are safe here.', 'Lectern tried 3 times. Try again later.');
  }
  async connectCanvas(url: string, token: string): Promise<AccountDto> {
    this.check(url);
    if (token.length < 8) throw refuse('wrong_token', 'Canvas does not accept this access token.', 'Nothing was stored.', 'It may be mistyped, expired or deleted.');
    return this.connect('canvas');
  }
  async connectDiscourseKey(url: string, apiKey: string, _username: string): Promise<AccountDto> {
    this.check(url);
    if (apiKey.length < 8) throw refuse('wrong_key', 'The forum does not accept this key for this user name.', 'Nothing was stored.', 'Check both.');
    return this.connect('discourse');
  }
  async connectDiscourseBegin(url: string, wish: KeyWishDto): Promise<UserKeyRequestDto> {
    this.check(url);
    const sent = wish === 'sent_here';
    return { request: sent ? 'sent' : 'r1', url: `${url.replace(/\/$/, '')}/user-api-key/new?application_name=Lectern&scopes=${wish === 'read' ? 'read' : 'read,write'}`, code: null, askEvery: sent ? 1 : null };
  }
  async connectDiscoursePoll(request: string): Promise<AccountDto | null> {
    return request === 'sent' ? this.connect('discourse') : null;
  }
  async connectDiscourseFinish(_request: string, payload: string): Promise<AccountDto> {
    if (payload.trim().length < 16) throw refuse('wrong_payload', 'This is not the key that the forum shows.', 'Nothing was stored.', 'Copy the whole block of letters from the forum’s page.');
    return this.connect('discourse');
  }
  async spacesAvailable(id: string): Promise<AvailableSpaceDto[]> {
    const kept = (s: string) => this.w.spaces.some((x) => x.id === s);
    const one = (remote: string, name: string, detail: string, when = 'current', count: number | null = null, limit: string | null = null): AvailableSpaceDto => ({ remote, name, detail, when, count, limit, kept: kept(remote) });
    if (this.w.accounts.find((a) => a.id === id)?.site === 'discourse') {
      return [
        one('field', 'Field trips', '14 topics, 203 posts', 'current', 14),
        one('lab', 'Lab help', '41 topics, 388 posts', 'current', 41),
        one('staff', 'Staff room', '6 topics · only staff see this category', 'current', 6),
        one('archive', 'Archive 2019–2023', '1,020 topics, 9,417 posts', 'current', 1020, 'The forum allows 20 requests a minute'),
      ];
    }
    return [
      one('ocn210', 'OCN 210 · Physical Oceanography', 'Teacher · 64 students · 34 pages, 9 assignments, 6 discussions'),
      one('ocn305', 'OCN 305 · Ocean Chemistry Laboratory', 'Teacher · 22 students · 18 pages, 11 assignments'),
      one('geo101', 'GEO 101 · Earth Systems', 'Teaching assistant · 180 students · 71 pages', 'current', null, 'You may read, not edit'),
      one('fac900', 'FAC 900 · Safety at sea, annual training', 'Student · nothing that you may edit', 'current', null, 'Concluded, read only'),
      one('ocn210-25', 'OCN 210 · Physical Oceanography (2025)', 'Teacher · 58 students', 'earlier', null, 'Concluded, read only'),
    ];
  }
  async spacesKeep(id: string, remotes: string[]): Promise<SpaceDto[]> {
    const site = this.w.accounts.find((a) => a.id === id)?.site ?? 'canvas';
    const rich = richWorkspace();
    for (const remote of remotes.filter((r) => !this.w.spaces.some((s) => s.id === r))) {
      this.w.spaces.push({ ...newSpace(remote), site, account: id });
      const of = rich.entities.filter((e) => e.space === remote && e.base);
      this.w.entities.push(...of.map((e) => ({ ...e, local: e.base ?? e.local, remote: e.base, deletedHere: false, inConflict: false })));
      if (remote === 'ocn210') for (const [m, items] of rich.modules) this.w.modules.set(m, items);
    }
    this.changed();
    return this.spaces();
  }
  async localSpaceNew(name: string): Promise<SpaceDto> {
    const s = { ...newSpace('notes'), id: `local${++this.ids}`, name };
    this.w.spaces.push(s);
    this.changed();
    return { ...s, documents: 0 };
  }
  async sampleOpen(): Promise<SpaceDto[]> {
    this.connect('canvas');
    this.connect('discourse');
    await this.spacesKeep('acc-canvas', ['ocn210']);
    this.sampleOpened = true;
    return this.spacesKeep('acc-forum', ['field', 'lab']);
  }
  async sampleItems(): Promise<SampleItemDto[]> {
    if (!this.sampleOpened && this.w.accounts.length === 0) return [];
    return this.w.entities.filter((e) => e.remote).map((e) => ({
      id: e.id, site: this.w.spaces.find((s) => s.id === e.space)?.site ?? ('local' as const), kind: e.kind, title: isReply(e.kind) ? entityTitle(this.w, e) : (e.remote?.title ?? ''), body: e.remote?.body ?? '',
    }));
  }
  async sampleEdit(id: string, title: string, body: string): Promise<void> {
    const e = this.find(id);
    if (e.remote) e.remote = { ...e.remote, title: isReply(e.kind) ? '' : title, body };
    e.changedBy = 'Someone else';
  }
}
