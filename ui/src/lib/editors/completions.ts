import { autocompletion, completionKeymap, startCompletion, type CompletionContext, type CompletionResult, type CompletionSource } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import type { Names } from '../words/names';
import { findEmoji } from './markdown/emoji';

/** Whether what stands there is code, in which a mark means nothing. */
function inCode(context: CompletionContext): boolean {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  if ((before.match(/`/g)?.length ?? 0) % 2 === 1) return true;
  let fences = 0;
  for (let n = 1; n < line.number; n++) if (/^\s{0,3}(?:```|~~~)/.test(context.state.doc.line(n).text)) fences++;
  return fences % 2 === 1;
}

/** Names after a mark, those that begin with what is typed before those that have it inside. */
export function matching(names: string[], typed: string, most = 20): string[] {
  const wanted = typed.toLocaleLowerCase();
  const ranked = names.map((name) => [name, name.toLocaleLowerCase().indexOf(wanted)] as const).filter(([, at]) => at >= 0);
  return ranked.sort((a, b) => Number(a[1] > 0) - Number(b[1] > 0) || a[0].localeCompare(b[0])).slice(0, most).map(([name]) => name);
}

function after(mark: string, pattern: RegExp, names: () => string[]): CompletionSource {
  return (context): CompletionResult | null => {
    const word = context.matchBefore(pattern);
    if (!word || inCode(context)) return null;
    const from = word.from + word.text.indexOf(mark) + 1;
    const options = matching(names(), context.state.sliceDoc(from, context.pos)).map((label) => ({ label, apply: `${label} ` }));
    return options.length ? { from, options, filter: false } : null;
  };
}

const signs: CompletionSource = (context) => {
  const word = context.matchBefore(/(?:^|[\s(>]):[+\w-]{1,30}/);
  if (!word || inCode(context)) return null;
  const from = word.from + word.text.indexOf(':');
  const options = findEmoji(context.state.sliceDoc(from + 1, context.pos), 20).map((e) => ({ label: `:${e.name}:`, displayLabel: `${e.sign} ${e.name}`, apply: `:${e.name}: ` }));
  return options.length ? { from, options, filter: false } : null;
};

/** Completion of `@name`, `#tag` and `:sign:` while typing. Enter and Tab take, Escape leaves. */
export function completions(names: () => Names): Extension {
  return [
    autocompletion({
      override: [after('@', /(?:^|[\s(>])@[\w.-]*/, () => names().users), after('#', /(?:^|[\s(>])#[\w:-]*/, () => names().tags), signs],
      icons: false,
      closeOnBlur: true,
      maxRenderedOptions: 20,
    }),
    keymap.of(completionKeymap.filter((binding) => binding.key !== 'Alt-`' && binding.key !== 'Alt-i')),
  ];
}

export { startCompletion };
