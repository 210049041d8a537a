/** Finds a row by the first letters of its title, typed within a second. */
export class TypeAhead {
  private typed = '';
  private at = 0;

  find(letter: string, titles: string[], from: number, now = Date.now()): number {
    this.typed = now - this.at > 1000 ? letter : this.typed + letter;
    this.at = now;
    const wanted = this.typed.toLocaleLowerCase();
    // A new search begins after the row in hand; a longer word may stay on it.
    const start = this.typed.length > 1 ? from : from + 1;
    for (let n = 0; n < titles.length; n++) {
      const index = (start + n) % titles.length;
      if (titles[index]?.toLocaleLowerCase().startsWith(wanted)) return index;
    }
    return -1;
  }
}
