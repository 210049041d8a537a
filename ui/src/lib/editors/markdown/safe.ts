import DOMPurify from 'dompurify';

/** Contract 9.3, less what a preview has no use for: frames, players, forms. */
const allowedTags = (
  'a abbr aside b big blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre rb rp rt ruby ' +
  's small span strike strong sub sup ul table tbody thead tr th td details summary'
).split(' ');
const allowedAttributes = (
  'href id title src alt width height class lang dir align reversed start type open loading target rel data-line data-username data-post data-topic'
).split(' ');
const classes =
  /^(?:quote|no-group|title|excerpt|spoiler|poll|md-table|d-wrap|d-image-grid|mention|hashtag|emoji|away|bbcode-[bius]|discourse-local-date|chcklst-box|lang-[\w+-]+|footnote-(?:ref|item|backref)|footnotes-list|footnotes-sep|onebox|math)$/;
/** The places of footnotes and of what refers to them; no other place of a text has a name. */
const places = /^fn(?:ref)?\d+$/;
const address = /^(?:https?:\/\/|\/\/|\/|#|mailto:)/i;
/** Where a picture may come from: this computer. */
const own = /^(?:attach:\/\/localhost\/|http:\/\/attach\.localhost\/|data:image\/(?:png|jpeg|gif|webp);base64,)/i;

function purifier(): ReturnType<typeof DOMPurify> {
  const purify = DOMPurify(window);
  purify.addHook('afterSanitizeAttributes', (node) => {
    if (node.hasAttribute('class')) {
      const kept = [...node.classList].filter((name) => classes.test(name)).join(' ');
      if (kept) node.setAttribute('class', kept);
      else node.removeAttribute('class');
    }
    if (!places.test(node.getAttribute('id') ?? '')) node.removeAttribute('id');
    const href = node.getAttribute('href');
    if (href !== null && !address.test(href)) node.removeAttribute('href');
    if (node.nodeName === 'IMG' && !own.test(node.getAttribute('src') ?? '')) {
      const away = document.createElement('span');
      away.className = 'away';
      away.textContent = node.getAttribute('alt') || 'Picture that is not on this computer';
      node.replaceWith(away);
    }
  });
  return purify;
}

let kept: ReturnType<typeof DOMPurify> | undefined;

/** Makes the preview's HTML safe by an allow-list. */
export function safeForReading(html: string): string {
  kept ??= purifier();
  return kept.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: allowedAttributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|attach|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
    FORBID_CONTENTS: ['script', 'style', 'template', 'noscript'],
    KEEP_CONTENT: true,
  });
}
