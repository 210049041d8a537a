//! What an inline element says of its text, by its name or by its style.

use crate::canonical::canvas::declarations;
use crate::html::document::Element;

/// Emphasis that is kept, as the element that says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Strong,
    Em,
    U,
    Del,
    Sup,
    Sub,
    Code,
}

impl Mark {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Em => "em",
            Self::U => "u",
            Self::Del => "del",
            Self::Sup => "sup",
            Self::Sub => "sub",
            Self::Code => "code",
        }
    }
}

/// The marks of `element`, outermost first. A style that takes its name's emphasis back wins, as on a copied document.
pub(super) fn of(element: &Element) -> Vec<Mark> {
    let mut marks: Vec<Mark> = match element.name() {
        "b" | "strong" => vec![Mark::Strong],
        "i" | "em" | "cite" | "dfn" | "var" => vec![Mark::Em],
        "u" | "ins" => vec![Mark::U],
        "s" | "strike" | "del" => vec![Mark::Del],
        "sup" => vec![Mark::Sup],
        "sub" => vec![Mark::Sub],
        "code" | "kbd" | "samp" | "tt" => vec![Mark::Code],
        _ => Vec::new(),
    };
    let mut set = |mark: Mark, on: bool| {
        marks.retain(|known| *known != mark);
        if on {
            marks.push(mark);
        }
    };
    for declaration in element.attr("style").map(declarations).unwrap_or_default() {
        let value = declaration.value.to_ascii_lowercase();
        match declaration.property.as_str() {
            "font-weight" => {
                set(Mark::Strong, value.starts_with("bold") || value.parse().is_ok_and(|weight: u32| weight >= 600))
            }
            "font-style" => set(Mark::Em, value.starts_with("italic") || value.starts_with("oblique")),
            "text-decoration" | "text-decoration-line" => {
                set(Mark::U, value.contains("underline"));
                set(Mark::Del, value.contains("line-through"));
            }
            "vertical-align" if value == "super" => set(Mark::Sup, true),
            "vertical-align" if value == "sub" => set(Mark::Sub, true),
            _ => {}
        }
    }
    marks
}

/// Where the text of a block stands, if not at its beginning.
pub(super) fn alignment(element: &Element) -> Option<&'static str> {
    let styled = element.attr("style").map(declarations).unwrap_or_default();
    let style = styled
        .iter()
        .rev()
        .find(|declaration| declaration.property == "text-align")
        .map(|declaration| declaration.value.as_str());
    let value = style.or_else(|| element.attr("align")).or((element.name() == "center").then_some("center"))?;
    match value.to_ascii_lowercase().as_str() {
        "center" => Some("center"),
        "right" | "end" => Some("right"),
        _ => None,
    }
}

/// Whether a style takes its element from the reader's sight.
pub(super) fn hides(style: &str) -> bool {
    declarations(style).iter().any(|declaration| {
        (declaration.property == "display" && declaration.value == "none")
            || (declaration.property == "mso-hide" && declaration.value == "all")
    })
}
