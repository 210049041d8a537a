//! Canvas's allow lists as data (contract 6.2), and the questions the sanitizer asks of them.

#[rustfmt::skip]
pub(super) const ELEMENTS: [&str; 127] = [
    "a", "abbr", "acronym", "address", "annotation", "annotation-xml", "area", "article", "aside", "audio", "b",
    "bdo", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn",
    "div", "dl", "dt", "em", "embed", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "i", "iframe", "img", "ins", "kbd", "legend", "li", "maction", "maligngroup", "malignmark",
    "map", "mark", "math", "menclose", "merror", "mfenced", "mfrac", "mglyph", "mi", "mlabeledtr", "mlongdiv",
    "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mscarries",
    "mscarry", "msgroup", "msline", "mspace", "msqrt", "msrow", "mstack", "mstyle", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "nav", "none", "object", "ol", "p", "param", "picture",
    "pre", "q", "rp", "rt", "ruby", "samp", "section", "semantics", "small", "source", "span", "strike", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "track", "tt", "u", "ul",
    "var", "video",
];

/// Elements that go together with what is in them.
pub(super) const GOES_WITH_CONTENT: [&str; 9] =
    ["iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "svg", "xmp"];

const GLOBAL_ATTRIBUTES: [&str; 7] = ["class", "dir", "id", "lang", "role", "style", "title"];

/// Each stands behind `aria-`.
#[rustfmt::skip]
const ARIA: [&str; 33] = [
    "atomic", "autocomplete", "busy", "checked", "controls", "describedby", "description", "disabled", "dropeffect",
    "expanded", "flowto", "grabbed", "haspopup", "hidden", "invalid", "label", "labelledby", "level", "live",
    "multiline", "multiselectable", "orientation", "owns", "pressed", "readonly", "relevant", "required",
    "selected", "sort", "valuemax", "valuemin", "valuenow", "valuetext",
];

#[rustfmt::skip]
pub(super) const CSS_PROPERTIES: [&str; 122] = [
    "align-content", "align-items", "align-self", "background", "background-attachment", "background-color",
    "background-image", "background-position", "background-position-x", "background-position-y",
    "background-repeat", "border", "border-bottom", "border-bottom-color", "border-bottom-style",
    "border-bottom-width", "border-collapse", "border-color", "border-left", "border-left-color",
    "border-left-style", "border-left-width", "border-radius", "border-right", "border-right-color",
    "border-right-style", "border-right-width", "border-spacing", "border-style", "border-top", "border-top-color",
    "border-top-style", "border-top-width", "border-width", "clear", "clip", "color", "column-gap", "cursor",
    "direction", "display", "flex", "flex-basis", "flex-direction", "flex-flow", "flex-grow", "flex-shrink",
    "flex-wrap", "float", "font", "font-family", "font-size", "font-stretch", "font-style", "font-variant",
    "font-width", "gap", "grid", "grid-area", "grid-auto-columns", "grid-auto-flow", "grid-auto-rows",
    "grid-column", "grid-column-end", "grid-column-gap", "grid-column-start", "grid-gap", "grid-row",
    "grid-row-end", "grid-row-gap", "grid-row-start", "grid-template", "grid-template-areas",
    "grid-template-columns", "grid-template-rows", "height", "justify-content", "justify-items", "justify-self",
    "left", "line-height", "list-style", "list-style-image", "list-style-position", "list-style-type", "margin",
    "margin-bottom", "margin-left", "margin-offset", "margin-right", "margin-top", "max-height", "max-width",
    "min-height", "min-width", "order", "overflow", "overflow-x", "overflow-y", "padding", "padding-bottom",
    "padding-left", "padding-right", "padding-top", "place-content", "place-items", "place-self", "position",
    "right", "row-gap", "table-layout", "text-align", "text-decoration", "text-indent", "top", "user-select",
    "vertical-align", "visibility", "white-space", "width", "z-index", "zoom",
];

/// Names behind `data-` that drive Canvas's own page scripts and are refused.
const REFUSED_DATA: [&str; 7] =
    ["xml", "kyle-menu", "turn-into-dialog", "flash-message", "popup-within", "html-tooltip-title", "method"];

pub(super) fn is_element(name: &str) -> bool {
    ELEMENTS.binary_search(&name).is_ok()
}

pub(super) fn is_attribute(element: &str, name: &str) -> bool {
    if let Some(data) = name.strip_prefix("data-") {
        return is_data_name(data);
    }
    if let Some(aria) = name.strip_prefix("aria-") {
        return ARIA.contains(&aria);
    }
    GLOBAL_ATTRIBUTES.contains(&name) || own_attributes(element).contains(&name)
}

fn is_data_name(name: &str) -> bool {
    if REFUSED_DATA.iter().any(|refused| name.starts_with(refused)) {
        return false;
    }
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// The protocols an address may have besides being relative; none where the attribute holds no address that is checked.
pub(super) fn protocols(element: &str, attribute: &str) -> Option<&'static [&'static str]> {
    match (element, attribute) {
        ("a", "href") => Some(&["ftp", "http", "https", "mailto", "tel"]),
        ("audio" | "video" | "source" | "track", "src") => Some(&["data", "http", "https"]),
        ("a", "data-url" | "data-item-href") | ("object", "data") | (_, "href" | "src" | "cite" | "altimg") => {
            Some(&["http", "https"])
        }
        _ => None,
    }
}

#[rustfmt::skip]
fn own_attributes(element: &str) -> &'static [&'static str] {
    match element {
        "a" => &["href", "name", "target"],
        "annotation" | "annotation-xml" => &["arg", "cd", "definitionURL", "encoding", "href", "intent", "name", "src", "xref"],
        "area" => &["alt", "coords", "href", "shape", "target"],
        "audio" | "video" => &[
            "allow", "allowfullscreen", "controls", "height", "muted", "name", "playsinline", "poster", "src", "width",
        ],
        "blockquote" | "q" => &["cite"],
        "col" | "colgroup" => &["span", "width"],
        "embed" => &["allowfullscreen", "allowscriptaccess", "height", "name", "pluginspage", "src", "type", "width", "wmode"],
        "font" => &["color", "face", "size"],
        "iframe" => &[
            "align", "allow", "allowfullscreen", "frameborder", "height", "loading", "mozallowfullscreen", "name",
            "sandbox", "scrolling", "src", "webkitallowfullscreen", "width",
        ],
        "img" => &["align", "alt", "height", "longdesc", "src", "usemap", "width"],
        "maction" => &[
            "actiontype", "arg", "href", "intent", "mathbackground", "mathcolor", "selection", "xref",
        ],
        "maligngroup" => &["arg", "groupalign", "href", "intent", "mathbackground", "mathcolor", "xref"],
        "malignmark" => &["arg", "edge", "href", "intent", "mathbackground", "mathcolor", "xref"],
        "map" => &["name"],
        "math" => &[
            "accent", "accentunder", "align", "alignmentscope", "altimg", "altimg-height", "altimg-valign", "altimg-width",
            "alttext", "arg", "bevelled", "cdgroup", "charalign", "charspacing", "close", "columnalign", "columnlines",
            "columnspacing", "columnspan", "columnwidth", "crossout", "decimalpoint", "denomalign", "depth", "display",
            "displaystyle", "edge", "equalcolumns", "equalrows", "fence", "form", "frame", "framespacing", "groupalign",
            "height", "href", "indentalign", "indentalignfirst", "indentalignlast", "indentshift", "indentshiftfirst",
            "indentshiftlast", "indenttarget", "infixlinebreakstyle", "intent", "largeop", "leftoverhang", "length",
            "linebreak", "linebreakmultchar", "linebreakstyle", "lineleading", "linethickness", "location", "longdivstyle",
            "lquote", "lspace", "mathbackground", "mathcolor", "mathsize", "mathvariant", "maxsize", "maxwidth",
            "minlabelspacing", "minsize", "movablelimits", "mslinethickness", "notation", "numalign", "open", "overflow",
            "position", "rightoverhang", "rowalign", "rowlines", "rowspacing", "rowspan", "rquote", "rspace", "scriptlevel",
            "scriptminsize", "scriptsizemultiplier", "selection", "separator", "separators", "shift", "side", "stackalign",
            "stretchy", "subscriptshift", "superscriptshift", "symmetric", "valign", "voffset", "width", "xmlns", "xref",
        ],
        "menclose" => &["arg", "href", "intent", "mathbackground", "mathcolor", "notation", "xref"],
        "merror" | "mlabeledtr" | "mphantom" | "mprescripts" | "mroot" | "mrow" | "msqrt" | "none" => &["arg", "href", "intent", "mathbackground", "mathcolor", "xref"],
        "mfenced" => &[
            "arg", "close", "href", "intent", "mathbackground", "mathcolor", "open", "separators", "xref",
        ],
        "mfrac" => &[
            "arg", "bevelled", "denomalign", "href", "intent", "linethickness", "mathbackground", "mathcolor", "numalign",
            "xref",
        ],
        "mglyph" => &["alt", "arg", "height", "href", "intent", "mathbackground", "mathcolor", "src", "valign", "width", "xref"],
        "mi" | "mn" | "mspace" => &["arg", "href", "intent", "mathbackground", "mathcolor", "mathsize", "mathvariant", "xref"],
        "mlongdiv" => &[
            "align", "arg", "charalign", "charspacing", "href", "intent", "longdivstyle", "mathbackground", "mathcolor",
            "stackalign", "xref",
        ],
        "mmultiscripts" | "msubsup" => &["arg", "href", "intent", "mathbackground", "mathcolor", "subscriptshift", "superscriptshift", "xref"],
        "mo" => &[
            "accent", "arg", "fence", "form", "href", "indentalign", "indentalignfirst", "indentalignlast", "indentshift",
            "indentshiftfirst", "indentshiftlast", "indenttarget", "intent", "largeop", "linebreak", "linebreakmultchar",
            "linebreakstyle", "lineleading", "lspace", "mathbackground", "mathcolor", "mathsize", "mathvariant", "maxsize",
            "minsize", "movablelimits", "rspace", "separator", "stretchy", "symmetric", "xref",
        ],
        "mover" => &[
            "accent", "align", "arg", "href", "intent", "mathbackground", "mathcolor", "xref",
        ],
        "mpadded" => &[
            "arg", "depth", "height", "href", "intent", "lspace", "mathbackground", "mathcolor", "voffset", "width", "xref",
        ],
        "ms" => &[
            "arg", "href", "intent", "lquote", "mathbackground", "mathcolor", "mathsize", "mathvariant", "rquote", "xref",
        ],
        "mscarries" => &[
            "arg", "crossout", "href", "intent", "location", "mathbackground", "mathcolor", "position",
            "scriptsizemultiplier", "xref",
        ],
        "mscarry" => &[
            "arg", "crossout", "href", "intent", "location", "mathbackground", "mathcolor", "xref",
        ],
        "msgroup" => &[
            "arg", "href", "intent", "mathbackground", "mathcolor", "position", "shift", "xref",
        ],
        "msline" => &[
            "arg", "href", "intent", "leftoverhang", "length", "mathbackground", "mathcolor", "mslinethickness", "position",
            "rightoverhang", "xref",
        ],
        "msrow" => &["arg", "href", "intent", "mathbackground", "mathcolor", "position", "xref"],
        "mstack" => &[
            "align", "arg", "charalign", "charspacing", "href", "intent", "mathbackground", "mathcolor", "stackalign",
            "xref",
        ],
        "mstyle" => &[
            "accent", "accentunder", "align", "alignmentscope", "arg", "bevelled", "charalign", "charspacing", "close",
            "columnalign", "columnlines", "columnspacing", "columnspan", "columnwidth", "crossout", "decimalpoint",
            "denomalign", "depth", "displaystyle", "edge", "equalcolumns", "equalrows", "fence", "form", "frame",
            "framespacing", "groupalign", "height", "href", "indentalign", "indentalignfirst", "indentalignlast",
            "indentshift", "indentshiftfirst", "indentshiftlast", "indenttarget", "infixlinebreakstyle", "intent",
            "largeop", "leftoverhang", "length", "linebreak", "linebreakmultchar", "linebreakstyle", "lineleading",
            "linethickness", "location", "longdivstyle", "lquote", "lspace", "mathbackground", "mathcolor", "mathsize",
            "mathvariant", "maxsize", "minlabelspacing", "minsize", "movablelimits", "mslinethickness", "notation",
            "numalign", "open", "position", "rightoverhang", "rowalign", "rowlines", "rowspacing", "rowspan", "rquote",
            "rspace", "scriptlevel", "scriptminsize", "scriptsizemultiplier", "selection", "separator", "separators",
            "shift", "side", "stackalign", "stretchy", "subscriptshift", "superscriptshift", "symmetric", "valign",
            "voffset", "width", "xref",
        ],
        "msub" => &["arg", "href", "intent", "mathbackground", "mathcolor", "subscriptshift", "xref"],
        "msup" => &["arg", "href", "intent", "mathbackground", "mathcolor", "superscriptshift", "xref"],
        "mtable" => &[
            "align", "alignmentscope", "arg", "columnalign", "columnlines", "columnspacing", "columnwidth", "displaystyle",
            "equalcolumns", "equalrows", "frame", "framespacing", "groupalign", "href", "intent", "mathbackground",
            "mathcolor", "minlabelspacing", "rowalign", "rowlines", "rowspacing", "side", "width", "xref",
        ],
        "mtd" => &[
            "arg", "columnalign", "columnspan", "groupalign", "href", "intent", "mathbackground", "mathcolor", "rowalign",
            "rowspan", "xref",
        ],
        "mtext" => &[
            "arg", "depth", "height", "href", "intent", "linebreak", "mathbackground", "mathcolor", "mathsize",
            "mathvariant", "width", "xref",
        ],
        "mtr" => &["arg", "columnalign", "groupalign", "href", "intent", "mathbackground", "mathcolor", "rowalign", "xref"],
        "munder" => &[
            "accentunder", "align", "arg", "href", "intent", "mathbackground", "mathcolor", "xref",
        ],
        "munderover" => &["accent", "accentunder", "align", "arg", "href", "intent", "mathbackground", "mathcolor", "xref"],
        "object" => &["classid", "codebase", "data", "height", "style", "type", "width"],
        "ol" => &["start", "type"],
        "param" => &["name", "value"],
        "semantics" => &["arg", "definitionURL", "encoding", "href", "intent", "xref"],
        "source" => &["height", "media", "sizes", "src", "srcset", "type", "width"],
        "table" => &[
            "border", "cellpadding", "cellspacing", "center", "frame", "rules", "summary", "width",
        ],
        "td" => &[
            "abbr", "align", "axis", "colspan", "dir", "rowspan", "valign", "width",
        ],
        "th" => &[
            "abbr", "align", "axis", "colspan", "dir", "rowspan", "scope", "valign", "width",
        ],
        "tr" => &["align", "dir", "valign"],
        "track" => &["default", "kind", "label", "src", "srclang"],
        "ul" => &["type"],
        _ => &[],
    }
}
