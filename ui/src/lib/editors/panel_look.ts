import { EditorView } from '@codemirror/view';

/** Find and replace, and the list of completions, in the window's own look. */
export const panelLook = EditorView.theme({
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '8px 36px 8px 16px', display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '6px', font: 'var(--small)' },
  '.cm-panel.cm-search br': { flexBasis: '100%', width: '0', content: "''" },
  '.cm-panel.cm-search label': { display: 'inline-flex', alignItems: 'center', gap: '4px', minHeight: '24px', fontSize: 'inherit', color: 'var(--text-2)', margin: '0' },
  '.cm-panel.cm-search input[type=checkbox]': { width: '14px', height: '14px', margin: '0', accentColor: 'var(--accent)' },
  '.cm-textfield': { height: '28px', minWidth: '180px', margin: '0', padding: '2px 8px', border: '1px solid var(--line-strong)', borderRadius: 'var(--r-control)', backgroundColor: 'var(--canvas)', font: 'var(--body)', color: 'var(--text)' },
  '.cm-button': { height: '28px', margin: '0', padding: '0 10px', border: '1px solid var(--line-strong)', borderRadius: 'var(--r-control)', backgroundImage: 'none', backgroundColor: 'var(--canvas)', font: 'var(--small)', fontWeight: '550', color: 'var(--text)' },
  '.cm-button:hover': { backgroundColor: 'var(--hover)' },
  '.cm-button:active': { backgroundImage: 'none', backgroundColor: 'var(--hover)' },
  '.cm-panel.cm-search [name=close]': { position: 'absolute', top: '8px', right: '8px', width: '28px', height: '28px', borderRadius: 'var(--r-control)', fontSize: '16px', color: 'var(--text-2)' },
  '.cm-panel.cm-search [name=close]:hover': { backgroundColor: 'var(--hover)' },
  '.cm-searchMatch.cm-searchMatch-selected': { outline: '2px solid var(--focus)', backgroundColor: 'var(--find)' },
  '.cm-tooltip': { border: '1px solid var(--float-line)', borderRadius: 'var(--r-control)', backgroundColor: 'var(--canvas)', boxShadow: 'var(--shadow)', color: 'var(--text)', overflow: 'hidden' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--ui)', maxHeight: '260px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 10px', lineHeight: '20px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--selected)', color: 'var(--text)' },
});
