import { insideProgram, ownFile } from '../api/tauri';

/** The tokens that a document's text needs; frames cannot see the window's variables, so their values are handed over. */
const tokens = [
  'canvas', 'surface', 'sunken', 'line', 'line-strong', 'text', 'text-2', 'text-3', 'link', 'accent', 'selected',
  'find', 'yours-bg', 'server-bg', 'server-line', 'focus',
];

/** The window's tokens as a style sheet, for the theme that is on; `paper` gives the light ones whatever is on. */
export function documentTokens(paper = false): string {
  const source = paper ? paperSource() : document.documentElement;
  const styles = getComputedStyle(source);
  const values = tokens.map((name) => `--${name}:${styles.getPropertyValue(`--${name}`).trim() || 'initial'}`);
  if (source !== document.documentElement) source.remove();
  const scheme = paper || !isDark() ? 'light' : 'dark';
  // A site draws equations in black on nothing.
  values.push(`--equation:${scheme === 'dark' ? 'invert(1)' : 'none'}`);
  return `:root,:host{color-scheme:${scheme};${values.join(';')}}`;
}

/** An element on which the light tokens hold: the dark ones are set on the root alone and inherited, so they are undone. */
function paperSource(): HTMLElement {
  const probe = document.createElement('div');
  probe.dataset['theme'] = 'light';
  probe.hidden = true;
  document.body.append(probe);
  return probe;
}

/** The window's fonts, for a frame: its opaque origin may not read the window's own files, so the program hands the fonts out
 *  under the address of its images, where anybody may read them. */
export function documentFonts(): string {
  fonts ||= fontsOfWindow();
  return fonts;
}

let fonts = '';

function fontsOfWindow(): string {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const faces = rules.filter((rule) => rule.cssText.startsWith('@font-face')).map((rule) => rule.cssText);
  return faces.join('').replace(/url\("?([^")]+)"?\)(\s*format\([^)]*\))?/g, (_, address: string, format = '') => {
    const name = address.slice(address.lastIndexOf('/') + 1);
    const places = insideProgram() ? ownFile(name) : [new URL(address, document.baseURI).href];
    return places.map((place) => `url(${place})${format}`).join(',');
  });
}

/** Whether the window is dark now. */
export function isDark(): boolean {
  const theme = document.documentElement.dataset['theme'];
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** Calls back when the theme changes; returns the way to stop. */
export function onThemeChange(changed: () => void): () => void {
  const attribute = new MutationObserver(changed);
  attribute.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  return () => {
    attribute.disconnect();
    system.removeEventListener('change', changed);
  };
}

/** Whether a document brings colours of its own: such a one is shown on white paper when the window is dark. */
export function hasOwnColours(html: string): boolean {
  return /<[^>]+\s(?:style\s*=\s*("|')[^"']*(?:^|[\s;"'])(?:background|color)(?:-color)?\s*:|(?:bgcolor|color)\s*=)/i.test(html);
}

/** How the text of a document looks: the type scale `reading`. */
export const readingStyle = `
*{box-sizing:border-box}
html,body{margin:0;background:transparent}
.reading{font:400 15px/25px 'Inter Variable',Inter,system-ui,sans-serif;color:var(--text);overflow-wrap:anywhere;max-width:720px}
.reading::after{content:'';display:table;clear:both}
.reading>:first-child{margin-top:0}.reading>:last-child{margin-bottom:0}
.reading p,.reading ul,.reading ol,.reading dl,.reading table,.reading pre,.reading blockquote,.reading figure,.reading details,.reading aside{margin:0 0 12px}
.reading h1,.reading h2,.reading h3,.reading h4,.reading h5,.reading h6{margin:24px 0 8px;line-height:28px;font-weight:640}
.reading h1,.reading h2{font-size:19px}.reading h3{font-size:17px}.reading h4,.reading h5,.reading h6{font-size:15px;line-height:24px}
.reading ul,.reading ol{padding-left:24px}.reading li{margin:2px 0}.reading li>p{margin-bottom:4px}
.reading a{color:var(--link)}
.reading a:focus-visible,.reading summary:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:4px}
.reading img,.reading video,.reading svg{max-width:100%;height:auto}
.reading img.equation_image{vertical-align:middle;filter:var(--equation,none)}
.reading img.emoji{width:20px;height:20px;vertical-align:-4px}
.reading table{border-collapse:collapse;font-size:14px;line-height:20px;display:block;overflow-x:auto;max-width:100%}
.reading th,.reading td{border:1px solid var(--line-strong);padding:6px 10px;text-align:left;vertical-align:top}
.reading th{font-weight:600;background:var(--sunken)}
.reading blockquote{border-left:3px solid var(--line-strong);padding:2px 0 2px 14px;margin-left:0;color:var(--text-2)}
.reading code,.reading pre{font:13px/20px 'JetBrains Mono Variable',ui-monospace,monospace;background:var(--sunken);border-radius:4px}
.reading code{padding:1px 4px}.reading pre{padding:10px 12px;overflow-x:auto}.reading pre code{padding:0;background:none}
.reading hr{border:0;border-top:1px solid var(--line-strong);margin:20px 0}
.reading iframe,.reading object,.reading embed{border:1px dashed var(--line-strong);background:var(--sunken);max-width:100%}
.reading aside.quote{border-left:3px solid var(--server-line);background:var(--server-bg);border-radius:4px;padding:8px 12px}
.reading aside.quote .title{font-size:13px;line-height:20px;color:var(--text-2);margin-bottom:4px}
.reading aside.quote blockquote{border:0;padding:0;margin:0}
.reading details{border:1px solid var(--line);border-radius:6px;padding:8px 12px}.reading summary{font-weight:550;cursor:default}
.reading .spoiler{filter:blur(5px)}.reading .spoiler:hover,.reading .spoiler:focus-within{filter:none}
.reading a.onebox{display:block;border:1px solid var(--line-strong);border-radius:8px;padding:8px 12px;text-decoration:none}
.reading .footnotes-list{font-size:13px;line-height:20px}.reading .footnote-ref{line-height:0}
.reading .poll{border:1px solid var(--line-strong);border-radius:8px;padding:12px 16px}
.reading .mention,.reading .hashtag{background:var(--sunken);border-radius:4px;padding:0 4px;color:var(--text)}
.reading .bbcode-b{font-weight:640}.reading .bbcode-i{font-style:italic}.reading .bbcode-u{text-decoration:underline}.reading .bbcode-s{text-decoration:line-through}
.reading .away{color:var(--text-2);border:1px dashed var(--line-strong);border-radius:4px;padding:0 6px}
`;
