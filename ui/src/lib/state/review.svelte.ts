import type { LineDto, PlanDto } from '../api/types';

/** Groups whose lines a sync carries out; the others wait for the person and have no box. */
const RUNS = ['send', 'get', 'join'];

/** A plan with what is ticked of it. What is carried out is exactly that. */
export class Reviewing {
  ticked = $state.raw<ReadonlySet<string>>(new Set());
  readonly lines: LineDto[];

  /** `changed` names lines that are not what they were when they were shown before. */
  constructor(
    readonly plan: PlanDto,
    readonly changed: ReadonlySet<string> = new Set(),
    before: Reviewing | null = null,
  ) {
    this.lines = plan.lines.filter((l) => l.group !== 'unchanged' && l.group !== 'left_out');
    const known = new Set(before?.lines.map((l) => l.id));
    // A delete is ticked by the person alone; what was ticked off stays off.
    const on = this.runnable.filter((l) => (known.has(l.id) ? before?.ticked.has(l.id) : !l.deletes));
    this.ticked = new Set(on.map((l) => l.id));
    for (const line of on) if (!line.needs.every((id) => this.ticked.has(id))) this.leaveOut(line.id);
  }

  get runnable(): LineDto[] {
    return this.lines.filter((l) => RUNS.includes(l.group));
  }
  get without(): string[] {
    return this.plan.lines.filter((l) => !this.ticked.has(l.id)).map((l) => l.id);
  }
  runs(line: LineDto): boolean {
    return RUNS.includes(line.group);
  }

  /** Ticks a line on or off, with what it needs or what needs it; answers how many others followed. */
  toggle(id: string): number {
    const before = this.ticked.size;
    if (this.ticked.has(id)) {
      this.leaveOut(id);
      return before - this.ticked.size - 1;
    }
    this.takeIn(id);
    return this.ticked.size - before - 1;
  }
  /** Ticks several lines on, or all of them off where all are on. */
  toggleAll(lines: LineDto[]): void {
    const of = lines.filter((l) => this.runs(l));
    const off = of.every((l) => this.ticked.has(l.id));
    for (const line of of) {
      if (off) this.leaveOut(line.id);
      else if (!line.deletes) this.takeIn(line.id);
    }
  }
  /** `true`, `false`, or `mixed`. */
  state(lines: LineDto[]): boolean | 'mixed' {
    const of = lines.filter((l) => this.runs(l));
    const on = of.filter((l) => this.ticked.has(l.id)).length;
    return on === 0 ? false : on === of.length ? true : 'mixed';
  }

  private takeIn(id: string): void {
    if (this.ticked.has(id)) return;
    this.ticked = new Set(this.ticked).add(id);
    for (const need of this.lines.find((l) => l.id === id)?.needs ?? []) this.takeIn(need);
  }
  private leaveOut(id: string): void {
    const next = new Set(this.ticked);
    next.delete(id);
    this.ticked = next;
    for (const line of this.lines) if (line.needs.includes(id) && this.ticked.has(line.id)) this.leaveOut(line.id);
  }
}
