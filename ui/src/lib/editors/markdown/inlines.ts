import type MarkdownIt from 'markdown-it';
import { attributesOf } from './blocks';
import { emoji } from './emoji';

const simple: Record<string, [string, string]> = {
  b: ['<span class="bbcode-b">', '</span>'],
  i: ['<span class="bbcode-i">', '</span>'],
  u: ['<span class="bbcode-u">', '</span>'],
  s: ['<span class="bbcode-s">', '</span>'],
  spoiler: ['<span class="spoiler">', '</span>'],
};

/** `[url]`, `[url=…]`, `[email]` and `[img]`: what they lead to, and the words that do. */
function linked(rest: string): { is: 'link' | 'img'; to: string; text: string; length: number } | null {
  const found = /^\[(url|email|img)(?:=("?)([^\]"]*)\2)?\]([^[\n]*)\[\/\1\]/i.exec(rest);
  if (!found) return null;
  const [all, name = '', , given, inner = ''] = found;
  const to = (given ?? inner).trim();
  const is = name.toLowerCase();
  if (is === 'img') return { is, to, text: '', length: all.length };
  return { is: 'link', to: is === 'email' ? `mailto:${to}` : to, text: inner, length: all.length };
}

/** `[b]`, `[i]`, `[u]`, `[s]`, `[spoiler]` and `[date=…]` inside a line. A tag without its other half stays as typed. */
function brackets(md: MarkdownIt): void {
  md.inline.ruler.before('link', 'bracket_inline', (state, silent) => {
    if (state.src[state.pos] !== '[') return false;
    const rest = state.src.slice(state.pos, state.posMax);
    const date = /^\[date=([^\]]*)\]/i.exec(rest);
    if (date) {
      if (!silent) {
        const said = attributesOf(`=${date[1]}`);
        const words = [said['value'], said['time']?.slice(0, 5), said['timezone']].filter(Boolean).join(' ');
        state.push('html_inline', '', 0).content = `<span class="discourse-local-date">${md.utils.escapeHtml(words)}</span>`;
      }
      state.pos += date[0].length;
      return true;
    }
    const other = linked(rest);
    if (other) {
      if (!silent) {
        if (other.is === 'img') {
          const image = state.push('image', 'img', 0);
          image.attrs = [['src', other.to], ['alt', '']];
          image.children = [];
          image.content = '';
        } else {
          const link = state.push('link_open', 'a', 1);
          if (md.validateLink(other.to)) link.attrSet('href', md.normalizeLink(other.to));
          const text = state.push('text', '', 0);
          text.content = other.text;
          state.push('link_close', 'a', -1);
        }
      }
      state.pos += other.length;
      return true;
    }
    const open = /^\[(b|i|u|s|spoiler)\]/i.exec(rest);
    const name = open?.[1]?.toLowerCase();
    const pair = name ? simple[name] : undefined;
    if (!open || !pair) return false;
    const close = rest.toLowerCase().indexOf(`[/${name}]`, open[0].length);
    if (close < 0) return false;
    if (!silent) {
      const end = state.posMax;
      const start = state.pos;
      state.push('html_inline', '', 0).content = pair[0];
      state.pos = start + open[0].length;
      state.posMax = start + close;
      state.md.inline.tokenize(state);
      state.push('html_inline', '', 0).content = pair[1];
      state.posMax = end;
      state.pos = start;
    }
    state.pos += close + open[0].length + 1;
    return true;
  });
}

const marks =
  /(^|[\s(>])@([A-Za-z0-9_][\w.-]{0,59})|(^|[\s(>])#([A-Za-z0-9][\w-]*(?:::?[\w-]+){0,2})|:([+-]?\w[\w+-]*)(?::t[1-6])?:|(^|\s)\[([ xX])\](?=\s|$)/g;

/** Mentions, hashtags, emoji and check boxes inside plain text: never in code, never in a link. */
function words(md: MarkdownIt): void {
  md.core.ruler.push('discourse_words', (state) => {
    for (const block of state.tokens) {
      if (block.type !== 'inline' || !block.children) continue;
      let inLink = 0;
      block.children = block.children.flatMap((token) => {
        if (token.type === 'link_open') inLink += 1;
        if (token.type === 'link_close') inLink -= 1;
        if (token.type !== 'text' || !/[@#:[]/.test(token.content)) return [token];
        const safe = md.utils.escapeHtml;
        let from = 0;
        let html = '';
        for (const found of token.content.matchAll(marks)) {
          const [all, beforeName, name, beforeTag, tag, sign, beforeBox, box] = found;
          let put: string | undefined;
          if (name && inLink === 0) put = `${safe(beforeName ?? '')}<span class="mention">@${safe(name)}</span>`;
          else if (tag && inLink === 0) put = `${safe(beforeTag ?? '')}<span class="hashtag">#${safe(tag)}</span>`;
          else if (sign) put = emoji(sign);
          else if (box) put = `${safe(beforeBox ?? '')}<span class="chcklst-box">${box === ' ' ? '☐' : '☑'}</span>`;
          if (put === undefined) continue;
          html += safe(token.content.slice(from, found.index)) + put;
          from = found.index + all.length;
        }
        if (from === 0) return [token];
        const made = new state.Token('html_inline', '', 0);
        made.content = html + safe(token.content.slice(from));
        return [made];
      });
    }
    return true;
  });
}

/** All that Discourse writes inside a line beyond CommonMark. */
export function discourseInlines(md: MarkdownIt): void {
  brackets(md);
  words(md);
}
