import { describe, expect, it } from 'vitest';
import { withoutHints } from './hints';

describe('tags that speak to the browser', () => {
  it.each([
    ['<link rel=preconnect href=//a>', '&lt;link rel=preconnect href=//a>'],
    ['<LINK/rel=preconnect>', '&lt;LINK/rel=preconnect>'],
    ['<p>a</p><meta http-equiv=refresh>', '<p>a</p>&lt;meta http-equiv=refresh>'],
    ['<base\nhref=//a>', '&lt;base\nhref=//a>'],
    ['<linked>', '<linked>'],
    ['<basefont>', '<basefont>'],
    ['a < link', 'a < link'],
  ])('%s', (html, words) => expect(withoutHints(html)).toBe(words));
});
