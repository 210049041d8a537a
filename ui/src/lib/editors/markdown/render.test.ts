import { describe, expect, it } from 'vitest';
import { attributesOf } from './blocks';
import { render } from './render';

function shown(source: string): HTMLElement {
  const place = document.createElement('div');
  place.innerHTML = render(source);
  return place;
}

describe('what a forum writes beyond CommonMark is shown', () => {
  const claims: [claim: string, source: string, selector: string, text: string][] = [
    ['a quote names its author', '[quote="mara, post:3, topic:12"]\nWater sinks.\n[/quote]', 'aside.quote[data-post="3"] blockquote', 'Water sinks.'],
    ['a quote in a quote', '[quote="a"]\n[quote="b"]\nin\n[/quote]\nout\n[/quote]', 'aside.quote aside.quote blockquote', 'in'],
    ['details open to a summary', '[details="More"]\n**deep**\n[/details]', 'details > summary', 'More'],
    ['details keep their Markdown', '[details="More"]\n**deep**\n[/details]', 'details strong', 'deep'],
    ['a spoiler block', '[spoiler]\nend\n[/spoiler]', 'div.spoiler', 'end'],
    ['a spoiler in a line', 'the [spoiler]end[/spoiler] is', 'span.spoiler', 'end'],
    ['a poll lists its choices', '[poll type=regular]\n* one\n* two\n[/poll]', '.poll li', 'one'],
    ['a mention', 'ask @mara.k about it', 'span.mention', '@mara.k'],
    ['a hashtag', 'see #tides-waves', 'span.hashtag', '#tides-waves'],
    ['a hashtag that says it is a tag', 'see #tides::tag', 'span.hashtag', '#tides::tag'],
    ['a footnote is named in its place', 'Salt[^s] water.\n\n[^s]: More of it **below**.', 'sup.footnote-ref > a[href="#fn1"][id="fnref1"]', '[1]'],
    ['a footnote stands below, with its Markdown and a way back', 'Salt[^s] water.\n\n[^s]: More of it **below**.', 'ol.footnotes-list > li#fn1 strong', 'below'],
    ['a footnote leads back', 'Salt[^s] water.\n\n[^s]: More.', 'li#fn1 a.footnote-backref[href="#fnref1"]', '↩︎'],
    ['a footnote in place', 'Salt^[from rivers] water.', 'ol.footnotes-list > li.footnote-item', 'from rivers ↩︎'],
    ['an address alone on its line is a card', 'See\n\nhttps://example.org/tides', 'a.onebox[href="https://example.org/tides"]', 'https://example.org/tides'],
    ['an address alone on a line of a paragraph is a card', 'See\nhttps://example.org/tides\nfor more', 'a.onebox', 'https://example.org/tides'],
    ['a link in brackets', '[url=https://example.org/x]the chart[/url]', 'a[href="https://example.org/x"]', 'the chart'],
    ['an address in brackets', '[url]https://example.org/x[/url]', 'a[href="https://example.org/x"]', 'https://example.org/x'],
    ['a mail address in brackets', '[email]a@example.org[/email]', 'a[href="mailto:a@example.org"]', 'a@example.org'],
    ['a picture in brackets', '[img]upload://abc.png[/img]', 'img[src="attach://localhost/upload-abc.png"]', ''],
    ['BBCode', '[b]bold[/b]', '.bbcode-b', 'bold'],
    ['a box to tick', '- [x] done', '.chcklst-box', '☑'],
    ['a line break is a line break', 'one\ntwo', 'p br', ''],
    ['a table', 'a | b\n--- | ---\n1 | 2', '.md-table > table td', '1'],
    ['a picture kept here, with its size', '![map|300x200](upload://abc.png)', 'img[src="attach://localhost/upload-abc.png"][width="300"][alt="map"]', ''],
    ['a picture kept elsewhere is not fetched', '![far](https://example.org/x.png)', 'span.away', 'far'],
    ['blocks know their line', 'one\n\ntwo', 'p[data-line="2"]', 'two'],
  ];
  for (const [claim, source, selector, text] of claims) {
    it(claim, () => {
      const found = shown(source).querySelector(selector);
      expect(found, render(source)).not.toBeNull();
      expect(found?.textContent?.trim()).toBe(text);
    });
  }

  it('signs are drawn and unknown ones stay', () => {
    expect(shown(':tada: :nosuchsign:').textContent?.trim()).toBe('🎉 :nosuchsign:');
  });
  it('code is left alone', () => {
    const place = shown('`@mara :tada: #x`');
    expect(place.querySelector('code')?.textContent).toBe('@mara :tada: #x');
    expect(place.querySelector('.mention')).toBeNull();
  });
  it('an address among words, in a list or in brackets is no card', () => {
    for (const source of ['See https://example.org/tides today', '- https://example.org/tides', '<https://example.org/tides>', '[tides](https://example.org/tides)'])
      expect(shown(source).querySelector('.onebox'), source).toBeNull();
  });
  it('footnotes are counted in the order in which they are named, each once', () => {
    const place = shown('One[^b], two[^a], one again[^b].\n\n[^a]: First written.\n[^b]: Second written,\ngoing on.\n\n    And a paragraph.\n\nAfter.');
    expect([...place.querySelectorAll('sup')].map((sup) => sup.textContent)).toEqual(['[1]', '[2]', '[1]']);
    expect([...place.querySelectorAll('#fn1 p')].map((p) => p.textContent?.replace(/\s+/g, ' ').trim())).toEqual(['Second written, going on.', 'And a paragraph. ↩︎']);
    expect(place.querySelectorAll('li')).toHaveLength(2);
    expect(place.querySelector('p[data-line="8"]')?.textContent).toBe('After.');
  });
  it('what names no footnote stays as typed', () => {
    expect(shown('a [^1] b').textContent?.trim()).toBe('a [^1] b');
    expect(shown('2^[3').textContent?.trim()).toBe('2^[3');
    expect(shown('`[^1]`\n\n[^1]: note').querySelector('sup')).toBeNull();
  });
  it('a text can give no other place a name', () => {
    expect(shown('<h2 id="toolbar">x</h2><a id="fn1">y</a>').querySelector('[id]')?.id).toBe('fn1');
  });
  it('signs are set as the forum sets them', () => {
    const set: [string, string][] = [['a (c) (r) (p) b', 'a (c) (r) (p) b'], ['x(tm) (pa)', 'x™ ¶'], ['5 +- 1', '5 ± 1'], ['a --> b', 'a → b'], ['a -> b <- c <-> d', 'a → b ← c ↔ d'], ['wait....', 'wait…'], ['what?...', 'what?..'], ['no!!!!!!', 'no!!!'], ['1998--2004', '1998–2004'], ['so --- there', 'so — there'], ['a->b', 'a->b']];
    for (const [typed, seen] of set) expect(shown(typed).textContent?.trim(), typed).toBe(seen);
  });
  it('a tag that is not closed stays as typed', () => {
    expect(shown('[quote="a"]\nno end').textContent).toContain('[quote=');
    expect(shown('a [b]half').textContent).toContain('[b]half');
  });
  it('attributes are read in both forms', () => {
    expect(attributesOf('="Two words" open')).toEqual({ value: 'Two words' });
    expect(attributesOf(' name=a type="multiple" max=2')).toEqual({ name: 'a', type: 'multiple', max: '2' });
  });
});

describe('nothing that could act is left', () => {
  for (const source of [
    '<script>parent.postMessage(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<iframe src="https://example.org"></iframe>',
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<style>@import "https://example.org/x.css"</style>',
    '<p style="background:url(https://example.org/x)">x</p>',
    '<form action="https://example.org"><button>x</button></form>',
    '<base href="https://example.org"><meta http-equiv=refresh content="0;url=https://example.org">',
    '[quote="<img src=x onerror=alert(1)>"]\nx\n[/quote]',
    '[details="<script>alert(1)</script>"]\nx\n[/details]',
    '![x](data:image/svg+xml;base64,PHN2Zy8+)',
    '<video src="https://example.org/v" poster="https://example.org/p" autoplay></video>',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  ]) {
    it(source, () => {
      const place = shown(source);
      expect(place.querySelector('script,iframe,svg,math,style,form,base,meta,video,button,object,embed')).toBeNull();
      for (const element of place.querySelectorAll('*')) {
        for (const attribute of element.attributes) {
          expect(attribute.name.startsWith('on') || attribute.name === 'style', attribute.name).toBe(false);
          if (['href', 'src'].includes(attribute.name)) expect(attribute.value).not.toMatch(/^\s*(?:java|vb)?script|^data:image\/svg/i);
        }
        if (element.nodeName === 'IMG') expect(element.getAttribute('src')).not.toMatch(/^https?:/);
      }
    });
  }
});
