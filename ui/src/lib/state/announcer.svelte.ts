type Undo = () => Promise<string | void> | string | void;

export interface UndoToast {
  id: number;
  words: string;
  /** Absent where there is nothing to take back. Answers with words where not all could be taken back. */
  undo?: Undo;
}

/** What is said without being asked: the two live regions, and the toasts that offer Undo. */
export class Announcer {
  polite = $state('');
  assertive = $state('');
  toasts = $state.raw<UndoToast[]>([]);
  private next = 1;

  say(words: string): void {
    // The same sentence twice has to change the region to be read twice.
    this.polite = this.polite === words ? `${words}\u00a0` : words;
  }
  alert(words: string): void {
    this.assertive = this.assertive === words ? `${words}\u00a0` : words;
  }
  offerUndo(words: string, undo: Undo): void {
    this.toasts = [...this.toasts.slice(-2), { id: this.next++, words, undo }];
    this.say(`${words} Undo is offered.`);
  }
  /** Says something that everybody has to notice, and that needs no answer. */
  tell(words: string): void {
    this.toasts = [...this.toasts.slice(-2), { id: this.next++, words }];
    this.say(words);
  }
  drop(id: number): void {
    this.toasts = this.toasts.filter((t) => t.id !== id);
  }
}
