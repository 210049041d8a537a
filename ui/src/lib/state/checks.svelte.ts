import type { Backend } from '../api/backend';
import type { ChecksDto, FindingDto, SavedDto } from '../api/types';

const NONE: ChecksDto = { findings: [], willDrop: [], refused: [] };
const KEY = 'lectern.ignored';
/** Findings ignored at most; the oldest are forgotten. */
const MOST = 500;

/** What is found in the open document while it is written. */
export class Checks {
  private found = $state.raw<ChecksDto>(NONE);
  private ignored = $state.raw<string[]>(read());
  private of: string | null = null;
  private asked = 0;

  constructor(private readonly backend: Backend) {}

  /** Looks again; a document that is gone has nothing. */
  async look(id: string): Promise<void> {
    if (this.of !== id) this.found = NONE;
    this.of = id;
    const asked = ++this.asked;
    try {
      const found = await this.backend.checks(id);
      if (asked === this.asked) this.found = found;
    } catch {
      if (asked === this.asked) this.found = NONE;
    }
  }

  get findings(): FindingDto[] {
    return this.found.findings.filter((f) => !this.ignored.includes(this.mark(f)));
  }
  get hidden(): number {
    return this.found.findings.length - this.findings.length;
  }
  get willDrop(): string[] {
    return this.found.willDrop;
  }
  get refused(): string[] {
    return this.found.refused;
  }
  get count(): number {
    return this.findings.length + this.refused.length + (this.willDrop.length ? 1 : 0);
  }

  private mark(f: FindingDto): string {
    return `${this.of}|${f.check}|${f.quote}`;
  }
  ignore(f: FindingDto): void {
    this.keep([...this.ignored, this.mark(f)].slice(-MOST));
  }
  showIgnored(): void {
    this.keep(this.ignored.filter((m) => !m.startsWith(`${this.of}|`)));
  }
  private keep(marks: string[]): void {
    this.ignored = marks;
    try {
      localStorage.setItem(KEY, JSON.stringify(marks));
    } catch {
      // Without storage they are ignored until the window closes.
    }
  }

  /** Mends a finding in the document as it is saved now: the text may have moved since it was found. */
  async fix(id: string, finding: FindingDto, fix: number, answer: string): Promise<SavedDto | null> {
    await this.look(id);
    const now = this.found.findings.filter((f) => f.check === finding.check && f.quote === finding.quote);
    const same = now.find((f) => f.start === finding.start) ?? now[0];
    if (!same) return null;
    return this.backend.checkFix(id, { check: same.check, start: same.start, end: same.end, fix, answer });
  }
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}
