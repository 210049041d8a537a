import type { AttachedDto, LibraryItemDto, LibraryRemovedDto, PastedDto } from '../../api/types';
import { picture } from '../pictures';
import { refuse } from './memory';
import { Writing } from './writing';

/** A file kept in the fake workspace. */
interface Kept {
  space: string;
  sha256: string;
  name: string;
  bytes: number;
  picture: boolean;
  shown: string;
}

/** Pictures that come into texts, and what is kept of them. */
export class Pictures extends Writing {
  kept: Kept[] = [
    ...['Thermohaline-circulation.png', 'Gull-Ledge-at-low-tide.jpg', 'CTD-rosette.jpg', 'Old-harbour-map.png'].map((name, n) => ({
      space: 'ocn210', sha256: `${n}`.repeat(64), name, bytes: [184_213, 2_740_118, 912_400, 48_020][n] ?? 0, picture: true, shown: picture(n),
    })),
    { space: 'ocn210', sha256: 'a'.repeat(64), name: 'Reading-list.pdf', bytes: 1_204_008, picture: false, shown: '' },
  ];
  private removedLast: Kept[] = [];
  /** How long one piece takes, in milliseconds. */
  pieceTakes = 0;
  private readonly coming = new Map<string, { space: string; name: string; size: number; bytes: number[]; sent: number }>();

  async pictureBegin(space: string, name: string, size: number): Promise<string> {
    if (size === 0) throw refuse('invalid', `“${name}” is empty.`);
    if (size > 100_000_000) throw refuse('invalid', `“${name}” is larger than 100 MB, the most that is taken.`);
    const token = `coming${++this.ids}`;
    this.coming.set(token, { space, name, size, bytes: [], sent: 0 });
    return token;
  }
  async picturePiece(token: string, bytes: Uint8Array): Promise<void> {
    const one = this.coming.get(token);
    if (!one) throw refuse('invalid', 'This picture was stopped.');
    if (this.pieceTakes) await new Promise((r) => setTimeout(r, this.pieceTakes));
    one.bytes.push(...bytes.slice(0, 12 - one.bytes.length));
    one.sent += bytes.length;
    if (!/^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF)/.test(String.fromCharCode(...one.bytes))) {
      this.coming.delete(token);
      throw refuse('invalid', `“${one.name}” is not a picture that sites take: PNG, JPEG, GIF or WebP.`);
    }
  }
  async pictureEnd(token: string): Promise<AttachedDto> {
    const one = this.coming.get(token);
    if (!one || one.sent !== one.size) throw refuse('invalid', 'It did not come whole.');
    this.coming.delete(token);
    const sha256 = `${this.kept.length}${one.size}`.padEnd(64, 'b');
    const kept = { space: one.space, sha256, name: one.name.replace(/[^\w.-]/g, '-'), bytes: one.size, picture: true, shown: picture(this.kept.length) };
    this.kept.push(kept);
    return { address: address(kept), shown: kept.shown, name: kept.name, sha256 };
  }
  async pictureStop(token: string): Promise<void> {
    this.coming.delete(token);
  }
  async paste(_space: string, html: string): Promise<PastedDto> {
    const clean = html.replace(/ (?:style|class)=(?:"[^"]*"|'[^']*'|\S+)/g, '');
    return { source: clean, editing: clean, lostPictures: (html.match(/file:\/\//g) ?? []).length };
  }
  async library(space: string): Promise<LibraryItemDto[]> {
    return this.kept
      .filter((k) => k.space === space)
      .map((k) => ({
        sha256: k.sha256, address: address(k), shown: k.shown, name: k.name, contentType: k.picture ? 'image/png' : 'application/pdf', picture: k.picture, bytes: k.bytes,
        usedIn: this.w.entities
          .filter((e) => e.space === space && !e.deletedHere && (e.local.body.includes(k.sha256) || (k.sha256.startsWith('0') && ['thermo', 'waves', 'salt'].includes(e.id))))
          .map((e) => ({ id: e.id, kind: e.kind, title: e.local.title })),
      }))
      .map((item) => ({ ...item, removable: !item.usedIn.length && !item.name.startsWith('Gull') }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }
  async libraryRemove(space: string, shas: string[]): Promise<LibraryRemovedDto> {
    const able = (await this.library(space)).filter((item) => item.removable && shas.includes(item.sha256)).map((item) => item.sha256);
    if (!able.length) throw refuse('invalid', 'Something names it now: a text, an earlier version or a draft.');
    this.removedLast = this.kept.filter((k) => able.includes(k.sha256));
    this.kept = this.kept.filter((k) => !able.includes(k.sha256));
    return { files: able.length, bytes: this.removedLast.reduce((all, k) => all + k.bytes, 0) };
  }
  async libraryPutBack(): Promise<void> {
    if (!this.removedLast.length) throw refuse('invalid', 'It cannot be put back any more.');
    this.kept.push(...this.removedLast);
    this.removedLast = [];
  }
}

const address = (kept: Kept) => `/lectern/files/${kept.sha256}/${kept.name}`;
