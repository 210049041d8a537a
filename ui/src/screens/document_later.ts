import type { Component } from 'svelte';

type Screen = Component<{ id: string }>;
let loaded: Screen | null = null;

/**
 * The screen of a document. Its editors are most of the program's text, and a start has no need of them: they come once the window
 * can be used, or when a document is opened before that.
 */
export function documentScreen(): Screen | Promise<Screen> {
  return loaded ?? import('./Document.svelte').then((module) => (loaded = module.default));
}
