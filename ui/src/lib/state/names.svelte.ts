import type { Backend } from '../api/backend';
import type { DocumentDto, SpaceDto } from '../api/types';
import { knownNames, type Names } from '../words/names';

/** Who can be mentioned on a forum, and which tags are in use there: asked for once for each of its spaces and after each sync. */
export class KnownNames {
  private seen = $state.raw<Names & { space: string; syncedAt: string | null }>({ space: '', syncedAt: null, users: [], tags: [] });

  constructor(private readonly backend: Backend) {}

  async load(space: string, syncedAt: string | null): Promise<void> {
    if (this.seen.space === space && this.seen.syncedAt === syncedAt) return;
    const [users, tags] = await Promise.all([this.backend.peopleInUse(space), this.backend.tagsInUse(space)]).catch(() => [[], []] as [string[], string[]]);
    this.seen = { space, syncedAt, users, tags };
  }

  /** What may be completed in a text of a document; nothing on Canvas, where nothing is mentioned by name. */
  of(doc: DocumentDto, spaces: SpaceDto[]): Names {
    if (doc.format !== 'markdown') return { users: [], tags: [] };
    const here = knownNames(doc, spaces);
    const seen = this.seen.space === doc.space ? this.seen : { users: [], tags: [] };
    return { users: [...new Set([...here.users, ...seen.users])], tags: [...new Set([...here.tags, ...seen.tags])] };
  }
}
