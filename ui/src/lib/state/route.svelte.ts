export type Route =
  | { name: 'welcome' }
  | { name: 'connect'; site: 'canvas' | 'discourse' }
  | { name: 'choose'; account: string }
  | { name: 'home' }
  | { name: 'document'; id: string }
  | { name: 'history'; id: string; revision?: string }
  | { name: 'outbox'; id?: string }
  | { name: 'needs' }
  | { name: 'conflict'; id: string }
  | { name: 'review' }
  | { name: 'reports'; run?: string }
  | { name: 'search'; text?: string }
  | { name: 'replace'; space: string; text?: string }
  | { name: 'folder'; does: 'export' | 'import'; space: string }
  | { name: 'trash' }
  | { name: 'diagnostics' }
  | { name: 'settings'; section: 'accounts' | 'both_sides' | 'files' | 'history' | 'appearance' | 'keyboard' }
  | { name: 'sample' };

/** Where the window is, and the way back. */
export class Router {
  now = $state.raw<Route>({ name: 'home' });
  private behind = $state.raw<Route[]>([]);
  private ahead = $state.raw<Route[]>([]);
  /** Runs before the window leaves a place: writing is saved here. */
  leaving: () => Promise<void> = async () => {};

  get canBack(): boolean {
    return this.behind.length > 0;
  }
  get canForward(): boolean {
    return this.ahead.length > 0;
  }

  async go(next: Route): Promise<void> {
    if (JSON.stringify(next) === JSON.stringify(this.now)) return;
    await this.leaving();
    this.behind = [...this.behind, this.now];
    this.ahead = [];
    this.now = next;
  }
  /** Goes there without a way back to here: for steps that are over. */
  async replace(next: Route): Promise<void> {
    await this.leaving();
    this.now = next;
  }
  async back(): Promise<void> {
    const last = this.behind.at(-1);
    if (!last) return;
    await this.leaving();
    this.ahead = [this.now, ...this.ahead];
    this.behind = this.behind.slice(0, -1);
    this.now = last;
  }
  async forward(): Promise<void> {
    const [next, ...rest] = this.ahead;
    if (!next) return;
    await this.leaving();
    this.behind = [...this.behind, this.now];
    this.ahead = rest;
    this.now = next;
  }
}
