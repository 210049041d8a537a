//! Which attributes may be shown, and which addresses may be followed.

/// `url` if following it can do no more than open a page, a mail or a call; cleaned of what browsers ignore in it.
pub(in crate::html) fn safe_url(url: &str) -> Option<String> {
    let cleaned: String = url
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}'))
        .collect();
    let cleaned = cleaned.trim().to_owned();
    match cleaned.find([':', '/', '#', '?', '\\']) {
        Some(at) if cleaned[at..].starts_with(':') => {
            let scheme = cleaned[..at].trim().to_ascii_lowercase();
            matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel").then_some(cleaned)
        }
        _ => Some(cleaned),
    }
}

/// Attributes that every shown element keeps as they are.
pub(super) fn is_global(name: &str) -> bool {
    matches!(name, "class" | "dir" | "lang" | "title" | "id" | "role")
        || is_plain(name, "aria-")
        || (is_plain(name, "data-") && !is_ours(name))
}

/// Names that this program gives meaning to, which a page must not speak.
pub(super) fn is_ours(name: &str) -> bool {
    name.starts_with("data-lectern")
}

fn is_plain(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    })
}

/// Further attributes of single elements.
pub(super) fn belongs(element: &str, name: &str) -> bool {
    matches!(
        (element, name),
        ("td" | "th", "colspan" | "rowspan" | "scope" | "headers" | "abbr" | "align" | "valign" | "width" | "height")
            | ("tr" | "thead" | "tbody" | "tfoot", "align" | "valign")
            | ("table", "border" | "cellpadding" | "cellspacing" | "width" | "align" | "summary" | "rules" | "frame")
            | ("col" | "colgroup", "span" | "width")
            | ("ol", "start" | "type" | "reversed")
            | ("ul", "type")
            | ("li", "value" | "type")
            | ("a", "name")
            | ("img", "alt" | "width" | "height" | "align")
            | ("font", "color" | "face" | "size")
            | ("time" | "ins" | "del", "datetime")
            | ("details", "open")
            | ("p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" | "caption", "align")
    )
}

/// Attributes of MathML that only shape the formula.
pub(super) fn shapes_formula(name: &str) -> bool {
    matches!(
        name,
        "display"
            | "displaystyle"
            | "scriptlevel"
            | "mathvariant"
            | "mathsize"
            | "stretchy"
            | "fence"
            | "separator"
            | "lspace"
            | "rspace"
            | "accent"
            | "accentunder"
            | "columnalign"
            | "rowalign"
            | "columnspan"
            | "rowspan"
            | "linethickness"
            | "notation"
            | "open"
            | "close"
            | "separators"
            | "form"
            | "largeop"
            | "movablelimits"
            | "symmetric"
            | "maxsize"
            | "minsize"
            | "width"
            | "height"
            | "depth"
            | "voffset"
            | "dir"
            | "alttext"
    )
}

/// Elements of MathML that only shape the formula.
pub(super) fn is_formula(name: &str) -> bool {
    matches!(
        name,
        "math"
            | "mi"
            | "mn"
            | "mo"
            | "ms"
            | "mtext"
            | "mspace"
            | "mrow"
            | "mfrac"
            | "msqrt"
            | "mroot"
            | "mstyle"
            | "msub"
            | "msup"
            | "msubsup"
            | "munder"
            | "mover"
            | "munderover"
            | "mmultiscripts"
            | "mprescripts"
            | "none"
            | "mtable"
            | "mtr"
            | "mtd"
            | "mfenced"
            | "menclose"
            | "mpadded"
            | "mphantom"
            | "semantics"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_only_open_something_pass() {
        let pass = [
            "https://x.example/a?b:c",
            "/a:b",
            "#x",
            "mailto:a@b.example",
            "tel:+1",
            "a/b",
            "?q=a:b",
            "//x.example",
            "HTTP://X",
        ];
        let fail = [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            " java\nscript:x",
            "java\tscript:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:x",
            "view-source:x",
            "about:blank",
            "ipc://x",
            "tauri://x",
            "attach://x",
            "javascript\u{200b}:x",
            "ftp://x",
            "x-y:z",
        ];
        for url in pass {
            assert!(safe_url(url).is_some(), "{url}");
        }
        for url in fail {
            assert!(safe_url(url).is_none(), "{url}");
        }
    }
}
