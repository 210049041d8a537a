import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { lineSeparator } from './separator';

describe('a text read back from the source editor is the same text', () => {
  for (const text of ['', 'a', 'a\nb', 'a\r\nb\r\n', 'a\rb', 'a\r\nb\nc', 'a\n\rb', '\r\n\r', '\n\n\r\r\n', 'a\u2028b\u0085c\n']) {
    it(JSON.stringify(text), () => {
      const separator = lineSeparator(text);
      const state = EditorState.create({ doc: text, extensions: [EditorState.lineSeparator.of(separator)] });
      expect(state.sliceDoc()).toBe(text);
    });
  }
});
