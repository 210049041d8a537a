import AtSign from '@lucide/svelte/icons/at-sign';
import Bold from '@lucide/svelte/icons/bold';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import ChevronsUpDown from '@lucide/svelte/icons/chevrons-up-down';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import Code from '@lucide/svelte/icons/code';
import EyeOff from '@lucide/svelte/icons/eye-off';
import FileText from '@lucide/svelte/icons/file-text';
import Hash from '@lucide/svelte/icons/hash';
import Heading from '@lucide/svelte/icons/heading';
import ImageIcon from '@lucide/svelte/icons/image';
import Italic from '@lucide/svelte/icons/italic';
import Link from '@lucide/svelte/icons/link';
import List from '@lucide/svelte/icons/list';
import ListChecks from '@lucide/svelte/icons/list-checks';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import Minus from '@lucide/svelte/icons/minus';
import Quote from '@lucide/svelte/icons/quote';
import Redo2 from '@lucide/svelte/icons/redo-2';
import RemoveFormatting from '@lucide/svelte/icons/remove-formatting';
import Replace from '@lucide/svelte/icons/replace';
import Sigma from '@lucide/svelte/icons/sigma';
import Smile from '@lucide/svelte/icons/smile';
import Strikethrough from '@lucide/svelte/icons/strikethrough';
import Table from '@lucide/svelte/icons/table';
import Underline from '@lucide/svelte/icons/underline';
import Undo2 from '@lucide/svelte/icons/undo-2';
import type { VisualState } from '../../editors/messages';
import type { Icon } from '../shared/icons';

/** One tool of an editor. `asks`: a dialog comes first. */
export interface Tool {
  name: string;
  words: string;
  icon: Icon;
  keys?: string;
  on?: boolean | undefined;
  off?: boolean;
  value?: unknown;
  asks?: 'link' | 'image' | 'equation' | 'table' | 'poll' | 'emoji' | 'page';
}

/** Tools of Markdown, in groups, first those that may not go into *More*. */
export function markdownTools(): Tool[][] {
  return [
    [
      { name: 'heading', words: 'Heading', icon: Heading, keys: 'Ctrl Alt 2' },
      { name: 'bold', words: 'Bold', icon: Bold, keys: 'Ctrl B' },
      { name: 'italic', words: 'Italic', icon: Italic, keys: 'Ctrl I' },
      { name: 'link', words: 'Link', icon: Link, keys: 'Ctrl Shift K', asks: 'link' },
    ],
    [
      { name: 'bulleted', words: 'Bulleted list', icon: List, keys: 'Ctrl Shift 8' },
      { name: 'numbered', words: 'Numbered list', icon: ListOrdered, keys: 'Ctrl Shift 7' },
      { name: 'quote', words: 'Quotation', icon: Quote, keys: 'Ctrl Shift 9' },
      { name: 'code', words: 'Code', icon: Code, keys: 'Ctrl E' },
    ],
    [
      { name: 'image', words: 'Picture', icon: ImageIcon, asks: 'image' },
      { name: 'table', words: 'Table', icon: Table, asks: 'table' },
      { name: 'mention', words: 'Mention somebody', icon: AtSign },
      { name: 'emoji', words: 'Emoji', icon: Smile, asks: 'emoji' },
      { name: 'poll', words: 'Poll', icon: ChartColumn, asks: 'poll' },
      { name: 'details', words: 'Text that opens', icon: ChevronsUpDown },
    ],
    [
      { name: 'math', words: 'Math', icon: Sigma, keys: 'Ctrl Alt M' },
      { name: 'hashtag', words: 'Category or tag', icon: Hash },
      { name: 'boxes', words: 'List to tick off', icon: ListChecks },
      { name: 'struck', words: 'Struck out', icon: Strikethrough, keys: 'Ctrl Shift X' },
      { name: 'spoiler', words: 'Hidden until pressed', icon: EyeOff },
      { name: 'rule', words: 'Line across', icon: Minus },
    ],
    [
      { name: 'undo', words: 'Undo', icon: Undo2, keys: 'Ctrl Z' },
      { name: 'redo', words: 'Redo', icon: Redo2, keys: 'Ctrl Shift Z' },
      { name: 'find', words: 'Find and replace', icon: Replace, keys: 'Ctrl F' },
    ],
  ];
}

/** Tools of the page editor; what holds at the caret shows as pressed. */
export function pageTools(caret: VisualState | null): Tool[][] {
  return [
    [
      { name: 'bold', words: 'Bold', icon: Bold, keys: 'Ctrl B', on: caret?.bold ?? false },
      { name: 'italic', words: 'Italic', icon: Italic, keys: 'Ctrl I', on: caret?.italic ?? false },
      { name: 'link', words: 'Link', icon: Link, keys: 'Ctrl Shift K', on: caret?.link != null, asks: 'link' },
    ],
    [
      { name: 'bulleted', words: 'Bulleted list', icon: List, on: caret?.list === 'ul' },
      { name: 'numbered', words: 'Numbered list', icon: ListOrdered, on: caret?.list === 'ol' },
      { name: 'quote', words: 'Quotation', icon: Quote, on: caret?.block === 'blockquote' },
    ],
    [
      { name: 'image', words: 'Picture', icon: ImageIcon, asks: 'image' },
      { name: 'table', words: 'Table', icon: Table, asks: 'table' },
      { name: 'equation', words: 'Equation', icon: Sigma, asks: 'equation' },
      { name: 'page', words: 'Link to something here', icon: FileText, asks: 'page' },
    ],
    [
      { name: 'undo', words: 'Undo', icon: Undo2, keys: 'Ctrl Z', off: !(caret?.canUndo ?? true) },
      { name: 'redo', words: 'Redo', icon: Redo2, keys: 'Ctrl Shift Z', off: !(caret?.canRedo ?? true) },
      { name: 'find', words: 'Find and replace', icon: Replace, keys: 'Ctrl F' },
    ],
    [
      { name: 'underline', words: 'Underlined', icon: Underline, keys: 'Ctrl U', on: caret?.underline ?? false },
      { name: 'strikeThrough', words: 'Struck out', icon: Strikethrough },
      { name: 'clear', words: 'Without formatting', icon: RemoveFormatting },
      { name: 'paste-plain', words: 'Paste as plain text', icon: ClipboardPaste, keys: 'Ctrl Shift V' },
    ],
  ];
}

/** Tools of the HTML source. */
export function sourceTools(): Tool[][] {
  return [
    [
      { name: 'bold', words: 'Bold', icon: Bold, keys: 'Ctrl B' },
      { name: 'italic', words: 'Italic', icon: Italic, keys: 'Ctrl I' },
      { name: 'link', words: 'Link', icon: Link, keys: 'Ctrl Shift K', asks: 'link' },
    ],
    [
      { name: 'undo', words: 'Undo', icon: Undo2, keys: 'Ctrl Z' },
      { name: 'redo', words: 'Redo', icon: Redo2, keys: 'Ctrl Shift Z' },
      { name: 'find', words: 'Find and replace', icon: Replace, keys: 'Ctrl F' },
    ],
  ];
}
