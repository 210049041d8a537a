//! What one side cannot show: its source, and the marker that stands for it there.

use domain::html::{Document, Element, NodeId};
use serde::{Deserialize, Serialize};

/// Something that stays at home and is only pointed at on the other side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What stands for it there, for everybody to read.
    pub marker: String,
    /// Its source at home, byte for byte.
    pub source: String,
}

impl Kept {
    /// What it is, as a list of such things names it.
    #[must_use]
    pub fn words(&self) -> &str {
        let inner = self.marker.trim_start_matches('\u{27e6}').trim_end_matches('\u{27e7}');
        inner.split_once(": ").map_or(inner, |(_, what)| what)
    }
}

fn marker(place: &str, what: &str) -> String {
    // What would end the marker, or mean something in either format, has no place in it.
    let what: String = what
        .chars()
        .map(|c| if c.is_control() || "\u{27e6}\u{27e7}[]<>*_`\\$|&@#".contains(c) { ' ' } else { c })
        .collect();
    let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
    let what: String = what.chars().take(80).collect();
    format!("\u{27e6}Kept {place}: {}\u{27e7}", what.trim())
}

/// The thing that `id` is, where a forum cannot show it.
pub(crate) fn of_canvas(document: &Document<'_>, id: NodeId) -> Option<Kept> {
    let element = document.element(id)?;
    let source = document.slice(document.node(id).span);
    if source.is_empty() {
        return None;
    }
    let sort = match element.name() {
        "iframe" if is_tool(element) => "external tool",
        "iframe" => "embedded page",
        "video" => "video",
        "audio" => "sound",
        "object" | "embed" | "canvas" | "applet" => "embedded content",
        "form" | "input" | "select" | "textarea" | "button" => "form",
        "svg" => "drawing",
        "math" => "equation",
        _ => return None,
    };
    let title = element.attr("title").map(str::trim).filter(|title| !title.is_empty());
    let host = ["src", "data"].iter().find_map(|name| host(element.attr(name)?));
    let what = match (title, host) {
        (Some(title), _) => format!("{sort} \u{201c}{title}\u{201d}"),
        (None, Some(host)) => format!("{sort} from {host}"),
        (None, None) => sort.to_owned(),
    };
    Some(Kept { marker: marker("in Canvas", &what), source: source.to_owned() })
}

fn is_tool(element: &Element) -> bool {
    element.attr("src").is_some_and(|src| src.contains("/external_tools/") || src.contains("/lti/"))
}

fn host(address: &str) -> Option<&str> {
    let rest = address.split_once("//")?.1;
    rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

/// Block tags of a forum that mean nothing elsewhere, and what each is called.
const BLOCKS: [(&str, &str); 6] = [
    ("poll", "poll"),
    ("quote", "quote"),
    ("wrap", "special block"),
    ("event", "event"),
    ("chat", "chat excerpt"),
    ("calendar", "calendar"),
];

/// The name of the block that begins with this line, and what people call it.
pub(crate) fn forum_block(line: &str) -> Option<(&'static str, &'static str)> {
    let inner = line.trim_start().strip_prefix('[')?;
    BLOCKS.into_iter().find(|(name, _)| {
        inner.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && inner[name.len()..].starts_with([' ', '=', ']'])
    })
}

/// A forum's block as it is kept, from its source.
pub(crate) fn of_forum(sort: &str, source: &str) -> Kept {
    let first = source.lines().next().unwrap_or_default();
    let named = first.split_once("name=").map(|(_, rest)| rest.split([' ', ']']).next().unwrap_or_default());
    let from = first.split_once('"').map(|(_, rest)| rest.split([',', '"']).next().unwrap_or_default());
    let what = match (named.filter(|name| !name.is_empty()), from.filter(|who| sort == "quote" && !who.is_empty())) {
        (Some(name), _) => format!("{sort} \u{201c}{name}\u{201d}"),
        (None, Some(who)) => format!("{sort} of {who}"),
        (None, None) => sort.to_owned(),
    };
    Kept { marker: marker("on the forum", &what), source: source.to_owned() }
}
