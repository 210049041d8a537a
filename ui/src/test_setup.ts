import { vi } from 'vitest';

// What jsdom has not: the window asks them of every real browser.
window.matchMedia ??= vi.fn(() => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} })) as unknown as typeof window.matchMedia;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => {};
globalThis.CSS ??= { escape: (s: string) => s.replace(/[^\w-]/g, '\\$&') } as typeof CSS;
// The text editor measures what it draws.
Range.prototype.getClientRects ??= () => Object.assign([], { item: () => null }) as unknown as DOMRectList;
Range.prototype.getBoundingClientRect ??= () => new DOMRect();
