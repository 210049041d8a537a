import { defaultKeymap, history, historyKeymap, redo, undo } from '@codemirror/commands';
import { html } from '@codemirror/lang-html';
import { markdown, markdownLanguage } from '@codemirror/lang-markdown';
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, type Command } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Names } from '../words/names';
import { completions, startCompletion } from './completions';
import { beginWith, insertCodeBlock, insertDetails, insertMathBlock, insertPoll, insertRule, insertSpoiler, insertTable, insertText, type Poll } from './markdown_commands';
import { panelLook } from './panel_look';
import { lineSeparator } from './separator';
import { toggleAround, toggleLines } from './source_commands';
import { type Link, putLink } from './source_link';

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'transparent', color: 'var(--text)', font: 'var(--source)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: 'var(--source)', lineHeight: '24px', fontVariantLigatures: 'none' },
  '.cm-content': { caretColor: 'var(--accent)', padding: '8px 0 48px' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--text-3)', border: '0', paddingInlineStart: '8px', fontSize: '0.75rem' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--selected)' },
  '.cm-searchMatch': { backgroundColor: 'var(--find)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.heading, tags.strong], fontWeight: '640' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.tagName, tags.angleBracket, tags.processingInstruction, tags.meta], color: 'var(--link)' },
  { tag: [tags.attributeName, tags.quote], color: 'var(--server)' },
  { tag: [tags.attributeValue, tags.string, tags.monospace], color: 'var(--done)' },
  { tag: [tags.link, tags.url], color: 'var(--link)', textDecoration: 'underline' },
  { tag: tags.comment, color: 'var(--text-3)' },
]);

const afterMark = (mark: string): Command => (view) => beginWith(mark)(view) && startCompletion(view);

/** Commands of Markdown, by name. */
const MARKDOWN: Record<string, Command> = {
  bold: toggleAround('**'), italic: toggleAround('*'), struck: toggleAround('~~'), code: toggleAround('`'), quote: toggleLines('> '),
  heading: toggleLines('## '), subheading: toggleLines('### '), bulleted: toggleLines('- '), numbered: toggleLines('1. '), boxes: toggleLines('- [ ] '),
  mention: afterMark('@'), hashtag: afterMark('#'), details: insertDetails, spoiler: insertSpoiler, codeblock: insertCodeBlock,
  rule: insertRule, math: toggleAround('$'), mathblock: insertMathBlock,
};
const HTML: Record<string, Command> = { bold: toggleAround('<strong>', '</strong>'), italic: toggleAround('<em>', '</em>') };

/** The commands of the toolbar, by name; some need a value. */
export function sourceCommand(name: string, language: 'html' | 'markdown', value?: unknown): Command | undefined {
  const shared: Record<string, Command> = { undo, redo, find: openSearchPanel };
  if (language === 'markdown') {
    if (name === 'table') return insertTable((value as { rows?: number } | undefined)?.rows ?? 2, (value as { columns?: number } | undefined)?.columns ?? 2);
    if (name === 'poll') return insertPoll(value as Poll);
    if (name === 'block') return insertText(String(value ?? ''), true);
  }
  if (name === 'link' && value !== undefined) return putLink(language, typeof value === 'string' ? { address: value } : (value as Link));
  if (name === 'text') return insertText(String(value ?? ''));
  return shared[name] ?? (language === 'markdown' ? MARKDOWN : HTML)[name];
}

/** Keys of Markdown beyond bold and italic. */
const MARKDOWN_KEYS: [key: string, name: string][] = [
  ['Mod-e', 'code'], ['Mod-Shift-x', 'struck'], ['Mod-Alt-2', 'heading'], ['Mod-Alt-3', 'subheading'],
  ['Mod-Shift-7', 'numbered'], ['Mod-Shift-8', 'bulleted'], ['Mod-Shift-9', 'quote'], ['Mod-Alt-m', 'math'],
];

/** All that makes the editor of one text. The separator is the text's own. */
export function sourceExtensions(text: string, language: 'html' | 'markdown', label: string, changing: Extension, names: () => Names = () => ({ users: [], tags: [] })): Extension {
  const bold = sourceCommand('bold', language);
  const italic = sourceCommand('italic', language);
  return [
    EditorState.lineSeparator.of(lineSeparator(text)),
    EditorState.allowMultipleSelections.of(true),
    indentUnit.of('  '),
    history(),
    drawSelection(),
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    language === 'html' ? html({ autoCloseTags: false }) : [markdown({ base: markdownLanguage, addKeymap: true }), completions(names)],
    syntaxHighlighting(colours),
    look,
    panelLook,
    EditorView.lineWrapping,
    search({ top: true }),
    // Keys of the program (save, sync, go to, the dialog for a link) are not taken here; Tab leaves, so that nobody is caught in the text.
    keymap.of([
      ...(bold ? [{ key: 'Mod-b', run: bold }] : []),
      ...(italic ? [{ key: 'Mod-i', run: italic }] : []),
      ...(language === 'markdown' ? MARKDOWN_KEYS.flatMap(([key, name]) => { const run = sourceCommand(name, language); return run ? [{ key, run }] : []; }) : []),
      ...historyKeymap,
      ...searchKeymap.filter((binding) => !['Mod-Shift-f', 'Mod-Alt-g'].includes(binding.key ?? '')),
      ...defaultKeymap.filter((binding) => !['Mod-Enter', 'Mod-/', 'Shift-Mod-k', 'Alt-ArrowLeft', 'Alt-ArrowRight'].includes(binding.key ?? '')),
    ]),
    EditorView.contentAttributes.of({
      'aria-label': label, role: 'textbox', 'aria-multiline': 'true',
      spellcheck: language === 'markdown' ? 'true' : 'false', autocorrect: 'off', autocapitalize: 'sentences',
    }),
    changing,
  ];
}
