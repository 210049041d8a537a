import type { BackupDto, ErrorDto, HealthDto, NoticeDto, RetentionDto, StatsDto } from '../api/types';

const MB = 1_000_000;

/** What the workspace of the pictures has measured. */
export function stats(): StatsDto {
  const one = (name: string, count: number, p50: number, p95: number, max: number) => ({ name, count, p50Micros: p50 * 1000, p95Micros: p95 * 1000, maxMicros: max * 1000 });
  return {
    operations: [
      one('search', 214, 8.9, 21.7, 48),
      one('save', 96, 1.2, 3, 9.4),
      one('draft', 1804, 0.4, 1.1, 4.2),
      one('read document', 611, 0.9, 2.1, 6.4),
      one('list versions', 31, 0.9, 2.2, 3.1),
      one('list space', 12_480, 0.1, 0.3, 1.8),
    ],
    slow: [
      { name: 'search', micros: 48_000, plan: ['SCAN search_index VIRTUAL TABLE INDEX 0:M1', 'USE TEMP B-TREE FOR ORDER BY'] },
      { name: 'save', micros: 9_400, plan: [] },
    ],
    tables: [
      { name: 'revisions', index: false, bytes: 9.1 * MB },
      { name: 'search_index_data', index: false, bytes: 6.1 * MB },
      { name: 'core_entities', index: false, bytes: 5.2 * MB },
      { name: 'revisions_by_entity', index: true, bytes: 1.4 * MB },
      { name: 'mirror', index: false, bytes: 1.1 * MB },
    ],
    databaseBytes: 22.9 * MB,
    draftsBytes: 0.2 * MB,
    blobs: 312,
    blobsBytes: 61.2 * MB,
  };
}

/** Care of a workspace that lies on no disk. */
export class Care {
  notices: NoticeDto[] = [];
  /** What the doctor finds until it is repaired. */
  ailing: HealthDto['findings'] = [];
  /** Backups by folder. */
  readonly backups = new Map<string, BackupDto>();
  restored: string | null = null;
  startedAgain = 0;
  retention: RetentionDto = { everyVersionDays: 90 };

  health(repair: boolean, documents: number): HealthDto {
    const findings = this.ailing.map((one) => ({ ...one, repaired: repair && one.repairable }));
    if (repair) this.ailing = this.ailing.filter((one) => !one.repairable);
    return { at: new Date().toISOString(), documents, versions: documents * 3, drafts: 1, attachments: 312, findings };
  }
  make(folder: string): BackupDto {
    if (!folder.startsWith('/')) throw invalid('Name the whole path of a folder, from its beginning.');
    if (this.backups.has(folder)) throw invalid(`There is something at ${folder} already.`);
    const made = { folder, at: new Date().toISOString(), files: 314, bytes: 84.3 * MB };
    this.backups.set(folder, made);
    return made;
  }
  look(folder: string): BackupDto {
    const known = this.backups.get(folder);
    if (!known) throw invalid('This is no whole backup of Lectern: a file of the workspace is missing: backup.json.');
    return known;
  }
}

function invalid(what: string): ErrorDto {
  return { code: 'invalid', what, safe: 'Nothing was changed.', next: 'Correct it and try again.', retryable: false };
}
