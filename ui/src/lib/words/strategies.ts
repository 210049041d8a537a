import type { SiteKindDto, StrategyDto } from '../api/types';

/** What a sync may do where both sides changed the same words; `of` is the site that would win. */
export const STRATEGIES: { value: StrategyDto; words: string; of: SiteKindDto | null }[] = [
  { value: 'ask', words: 'Join what fits together, ask for the rest', of: null },
  { value: 'merge_prefer_canvas', words: 'Join; Canvas wins the same words', of: 'canvas' },
  { value: 'prefer_canvas', words: 'Canvas’s copy wins', of: 'canvas' },
  { value: 'merge_prefer_discourse', words: 'Join; the forum wins the same words', of: 'discourse' },
  { value: 'prefer_discourse', words: 'The forum’s copy wins', of: 'discourse' },
  { value: 'prefer_most_recent', words: 'The copy changed last wins', of: null },
];
