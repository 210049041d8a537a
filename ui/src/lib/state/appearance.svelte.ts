export type Theme = 'system' | 'light' | 'dark';
export type Rows = 'compact' | 'normal' | 'roomy';

interface Kept {
  theme: Theme;
  rows: Rows;
  sidebar: boolean;
  sidebarWidth: number;
  panel: boolean;
  panelWidth: number;
  reviewFirst: boolean;
  letterKeys: boolean;
}

const KEY = 'lectern.appearance';
const FIRST: Kept = {
  theme: 'system', rows: 'normal', sidebar: true, sidebarWidth: 288, panel: true, panelWidth: 304, reviewFirst: false, letterKeys: true,
};

/** How the window looks and behaves for this person on this computer. */
export class Appearance {
  kept = $state<Kept>({ ...FIRST, ...read() });
  /** Width of the window, for what changes its place rather than its size. */
  width = $state(1600);
  private systemDark = $state(false);

  constructor() {
    if (typeof window === 'undefined') return;
    this.width = window.innerWidth;
    window.addEventListener('resize', () => (this.width = window.innerWidth));
    const dark = window.matchMedia?.('(prefers-color-scheme: dark)');
    if (!dark) return;
    this.systemDark = dark.matches;
    dark.addEventListener('change', (e) => (this.systemDark = e.matches));
  }

  get theme(): 'light' | 'dark' {
    if (this.kept.theme !== 'system') return this.kept.theme;
    return this.systemDark ? 'dark' : 'light';
  }
  /** The sidebar lies over the content. */
  get narrow(): boolean {
    return this.width < 900;
  }
  /** The right panel lies over the content. */
  get panelFloats(): boolean {
    return this.width < 1280;
  }

  set<K extends keyof Kept>(name: K, value: Kept[K]): void {
    this.kept[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.kept));
    } catch {
      // A window without storage keeps the choice until it closes.
    }
  }
}

function read(): Partial<Kept> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
  } catch {
    return {};
  }
}
