//! Markdown to HTML, near enough to what Discourse shows: CommonMark with line breaks, tables, quotes, details, mentions and uploads, through
//! an allow-list of elements (contract 9). The class lists of contract 9.3 are not held to the token: any class may stand on an allowed element.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::state::Forum;

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags: HashSet<&str> = "a abbr aside audio b big blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i iframe img ins \
         kbd li mark ol p picture pre rb rp rt ruby s small source span strike strong sub summary sup table tbody td th thead tr track ul video"
        .split_whitespace()
        .collect();
    let mut attributes: HashMap<&str, HashSet<&str>> = HashMap::new();
    let mut allow = |tag: &'static str, names: &[&'static str]| {
        attributes.entry(tag).or_default().extend(names.iter().copied());
    };
    allow("a", &["href", "name", "title", "class"]);
    allow("img", &["src", "alt", "height", "width", "title", "class", "loading", "role"]);
    allow("aside", &["class"]);
    allow("div", &["class", "align", "dir", "lang"]);
    allow("span", &["class", "lang", "aria-label"]);
    allow("code", &["class"]);
    allow("details", &["open", "class"]);
    allow("ol", &["reversed", "start", "type"]);
    allow("video", &["controls", "height", "loop", "muted", "playsinline", "poster", "preload", "width"]);
    allow("audio", &["controls", "preload"]);
    allow("source", &["src", "srcset", "type"]);
    allow("abbr", &["title"]);
    let mut builder = ammonia::Builder::default();
    builder
        .tags(tags)
        .tag_attributes(attributes)
        .generic_attribute_prefixes(HashSet::from(["data-"]))
        .link_rel(Some("noopener nofollow ugc"))
        .url_relative(ammonia::UrlRelative::PassThrough);
    builder
});

impl Forum {
    /// Renders a post's text.
    pub(crate) fn cook(&self, raw: &str) -> String {
        let blocks = open_blocks(raw);
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let mut events: Vec<Event<'_>> = Vec::new();
        let mut image: Option<(String, String)> = None;
        let mut in_code = false;
        for event in Parser::new_ext(&blocks, options) {
            match event {
                Event::Start(Tag::Image { dest_url, .. }) => image = Some((dest_url.into_string(), String::new())),
                Event::End(TagEnd::Image) => {
                    if let Some((address, alt)) = image.take() {
                        events.push(Event::InlineHtml(CowStr::from(self.image(&address, &alt))));
                    }
                }
                Event::Text(text) if image.is_some() => {
                    if let Some((_, alt)) = &mut image {
                        alt.push_str(&text);
                    }
                }
                Event::SoftBreak => events.push(Event::HardBreak),
                Event::Start(Tag::CodeBlock(kind)) => {
                    in_code = true;
                    events.push(Event::Start(Tag::CodeBlock(kind)));
                }
                Event::End(TagEnd::CodeBlock) => {
                    in_code = false;
                    events.push(Event::End(TagEnd::CodeBlock));
                }
                Event::Text(text) if !in_code && text.contains('@') => {
                    events.push(Event::InlineHtml(CowStr::from(self.mentions(&text))));
                }
                other => events.push(other),
            }
        }
        let mut out = String::new();
        html::push_html(&mut out, events.into_iter());
        SANITISER.clean(&out).to_string().trim_end().to_owned()
    }

    fn image(&self, address: &str, alt: &str) -> String {
        let (alt, size) = alt.split_once('|').unwrap_or((alt, ""));
        let size = size.split(',').next().unwrap_or("").trim();
        let size = match size.split_once('x') {
            Some((width, height)) if width.parse::<u32>().is_ok() && height.parse::<u32>().is_ok() => {
                format!(" width=\"{width}\" height=\"{height}\"")
            }
            _ => String::new(),
        };
        let alt = escape(alt);
        match address.strip_prefix("upload://") {
            None => format!("<img src=\"{}\" alt=\"{alt}\"{size}>", escape(address)),
            Some(short) => {
                let base62 = short.split('.').next().unwrap_or(short);
                match self.uploads.values().find(|upload| upload.base62 == base62) {
                    Some(upload) => {
                        let path = super::uploads::path_of(upload);
                        format!("<img src=\"{path}\" alt=\"{alt}\" data-base62-sha1=\"{base62}\"{size}>")
                    }
                    None => format!(
                        "<img src=\"/images/transparent.png\" alt=\"{alt}\" data-orig-src=\"{}\"{size}>",
                        escape(address)
                    ),
                }
            }
        }
    }

    fn mentions(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            let (before, from) = rest.split_at(at);
            out.push_str(&escape(before));
            let name: String =
                from[1..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')).collect();
            let name = name.trim_end_matches(['.', '-']);
            let starts_word = !before.ends_with(|c: char| c.is_alphanumeric());
            if starts_word && self.user_by_name(name).is_some() {
                out.push_str(&format!("<a class=\"mention\" href=\"/u/{}\">@{name}</a>", name.to_lowercase()));
            } else {
                out.push('@');
                out.push_str(&escape(name));
            }
            rest = &from[1 + name.len()..];
        }
        out.push_str(&escape(rest));
        out
    }
}

/// Turns the block tags that stand alone on their line into HTML, with blank lines around, so that the Markdown inside is still read.
fn open_blocks(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 64);
    let mut fenced = false;
    for line in raw.replace("\r\n", "\n").replace('\r', "\n").split('\n') {
        let bare = line.trim();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            fenced = !fenced;
        }
        match (fenced, block_tag(bare)) {
            (false, Some(markup)) => {
                out.push_str("\n\n");
                out.push_str(&markup);
                out.push_str("\n\n");
            }
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

fn block_tag(line: &str) -> Option<String> {
    match line {
        "[/quote]" => return Some("</blockquote>\n</aside>".to_owned()),
        "[/details]" => return Some("</details>".to_owned()),
        "[quote]" => return Some("<aside class=\"quote no-group\">\n<blockquote>".to_owned()),
        "[spoiler]" => return Some("<div class=\"spoiler\">".to_owned()),
        "[/spoiler]" | "[/poll]" => return Some("</div>".to_owned()),
        _ => {}
    }
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    if let Some(title) = inner.strip_prefix("details=") {
        return Some(format!("<details>\n<summary>\n{}</summary>", escape(title.trim_matches('"'))));
    }
    if inner == "poll" || inner.starts_with("poll ") {
        return Some("<div class=\"poll\" data-poll-name=\"poll\" data-poll-status=\"open\">".to_owned());
    }
    let about = inner.strip_prefix("quote=")?.trim_matches('"');
    let mut parts = about.split(',').map(str::trim);
    let user = escape(parts.next().unwrap_or(""));
    let mut data = format!(" data-username=\"{user}\"");
    for part in parts {
        if let Some((name, value)) = part.split_once(':')
            && matches!(name, "post" | "topic")
        {
            data.push_str(&format!(" data-{name}=\"{}\"", escape(value)));
        }
    }
    Some(format!("<aside class=\"quote no-group\"{data}>\n<div class=\"title\">{user}:</div>\n<blockquote>"))
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
