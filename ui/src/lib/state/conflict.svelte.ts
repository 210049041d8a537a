import type { AnswerDto, ConflictDto, ResolutionDto } from '../api/types';

export type Choice = 'mine' | 'theirs' | 'both' | 'edited';

/** One thing to decide: a field or a passage, in reading order, fields first. */
export interface Question {
  key: string;
  label: string;
  base: string;
  mine: string;
  theirs: string;
  /** Field name; absent for a passage. */
  field: string | null;
}

/** The choices made so far in one conflict, and what they come to. */
export class Settling {
  choices = $state.raw<ReadonlyMap<string, Choice>>(new Map());
  texts = $state.raw<ReadonlyMap<string, string>>(new Map());
  private order: string[] = [];
  readonly questions: Question[];

  constructor(readonly conflict: ConflictDto) {
    const fields = conflict.fields.map((f) => ({ key: `field:${f.name}`, label: f.label, base: f.base, mine: f.mine, theirs: f.theirs, field: f.name }));
    const open = conflict.passages.flatMap((p) => (p.kind === 'open' ? [{ key: `text:${p.question}`, label: firstWords(p.mine || p.theirs), base: p.base, mine: p.mine, theirs: p.theirs, field: null }] : []));
    this.questions = [...fields, ...open];
  }

  get settled(): number {
    return this.questions.filter((q) => this.choices.has(q.key)).length;
  }
  get left(): number {
    return this.questions.length - this.settled;
  }

  choose(key: string, choice: Choice, text?: string): void {
    this.choices = new Map(this.choices).set(key, choice);
    if (text !== undefined) this.texts = new Map(this.texts).set(key, text);
    this.order = [...this.order.filter((k) => k !== key), key];
  }
  reopen(key: string): void {
    const next = new Map(this.choices);
    next.delete(key);
    this.choices = next;
  }
  /** Takes back the last choice; answers which. */
  undo(): string | null {
    const last = this.order.at(-1);
    if (!last) return null;
    this.order = this.order.slice(0, -1);
    this.reopen(last);
    return last;
  }
  all(choice: Choice): void {
    for (const q of this.questions) if (choice !== 'both' || q.field === null) this.choose(q.key, choice);
  }

  /** The text that a choice gives. */
  result(q: Question, choice = this.choices.get(q.key)): string {
    if (choice === 'theirs') return q.theirs;
    if (choice === 'both') return [q.mine, q.theirs].filter((t) => t !== '').join(this.conflict.passages.length && q.mine.startsWith('<') ? '\n' : '\n\n');
    if (choice === 'edited') return this.texts.get(q.key) ?? q.mine;
    return q.mine;
  }

  private answer(q: Question): AnswerDto {
    const choice = this.choices.get(q.key);
    if (choice === 'edited') return { answer: 'own', text: this.result(q) };
    return { answer: choice ?? 'mine' };
  }

  /** What is told to the program: an answer for each question, asked for only when none is left. */
  resolution(): ResolutionDto {
    return {
      choice: 'each',
      passages: this.questions.filter((q) => q.field === null).map((q) => this.answer(q)),
      fields: this.questions.flatMap((q) => (q.field === null ? [] : [{ name: q.field, answer: this.answer(q) }])),
    };
  }
}

function firstWords(text: string): string {
  const words = text.replace(/<[^>]+>/g, ' ').trim().split(/\s+/);
  return words.slice(0, 5).join(' ') + (words.length > 5 ? '…' : '');
}
