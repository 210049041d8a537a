//! Inline styles: their declarations, the addresses in them, and which of them Canvas keeps (contract 6.2).

/// One declaration of a `style` attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declaration {
    /// Property, lower-case.
    pub(crate) property: String,
    /// Value as written, trimmed.
    pub(crate) value: String,
}

/// The declarations of `style`; what is none is left out.
pub(crate) fn declarations(style: &str) -> Vec<Declaration> {
    let mut found = Vec::new();
    for part in split(style, ';') {
        let Some((property, value)) = part.split_once(':') else { continue };
        let property = property.trim().to_ascii_lowercase();
        let value = value.trim();
        let named = property.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if named && !property.is_empty() && !value.is_empty() {
            found.push(Declaration { property, value: value.to_owned() });
        }
    }
    found
}

/// `style` with the last declaration of `property` given `value`, or with such a declaration added. The others keep their
/// bytes.
pub(crate) fn with_declaration(style: &str, property: &str, value: &str) -> String {
    let mut parts: Vec<String> = split(style, ';').into_iter().map(str::to_owned).collect();
    let named =
        |part: &String| part.split_once(':').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case(property));
    if let Some(part) = parts.iter_mut().rev().find(|part| named(part)) {
        if let Some((name, old)) = part.clone().split_once(':') {
            let spaces = &old[..old.len() - old.trim_start().len()];
            let tail = &old[old.trim_end().len().max(spaces.len())..];
            *part = format!("{name}:{spaces}{value}{tail}");
        }
        return parts.join(";");
    }
    let kept = style.trim_end().trim_end_matches(';');
    if kept.trim().is_empty() { format!("{property}: {value};") } else { format!("{kept}; {property}: {value};") }
}

/// Cuts at `mark` outside quotes and parentheses.
fn split(text: &str, mark: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut depth, mut quote, mut escaped) = (0, 0_usize, None, false);
    for (i, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (_, '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, c) if c == mark && depth == 0 => {
                parts.push(&text[from..i]);
                from = i + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

const PROPERTIES: &str = "align-content align-items align-self background background-attachment background-color \
    background-image background-position background-position-x background-position-y background-repeat border \
    border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse border-color border-left \
    border-left-color border-left-style border-left-width border-radius border-right border-right-color \
    border-right-style border-right-width border-spacing border-style border-top border-top-color border-top-style \
    border-top-width border-width clear clip color column-gap cursor direction display flex flex-basis flex-direction \
    flex-flow flex-grow flex-shrink flex-wrap float font font-family font-size font-stretch font-style font-variant \
    font-width gap grid grid-area grid-auto-columns grid-auto-flow grid-auto-rows grid-column grid-column-end \
    grid-column-gap grid-column-start grid-gap grid-row grid-row-end grid-row-gap grid-row-start grid-template \
    grid-template-areas grid-template-columns grid-template-rows height justify-content justify-items justify-self left \
    line-height list-style list-style-image list-style-position list-style-type margin margin-bottom margin-left \
    margin-offset margin-right margin-top max-height max-width min-height min-width order overflow overflow-x overflow-y \
    padding padding-bottom padding-left padding-right padding-top place-content place-items place-self position right \
    row-gap table-layout text-align text-decoration text-indent top user-select vertical-align visibility white-space \
    width z-index zoom";

/// Whether Canvas keeps a declaration.
pub(super) fn kept(declaration: &Declaration) -> bool {
    PROPERTIES.split_ascii_whitespace().any(|property| property == declaration.property) && harmless(&declaration.value)
}

/// Whether a value calls nothing forbidden: `expression()`, or a `url()` of another scheme than http and https.
fn harmless(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    if value.contains("expression(") || value.contains("javascript:") {
        return false;
    }
    value.match_indices("url(").all(|(at, _)| {
        let inside = value[at + 4..].trim_start_matches([' ', '"', '\'']);
        scheme(inside).is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https"))
    })
}

/// The scheme of a URL as the sanitiser reads it: what stands before the first colon, unless a slash, a `?` or a `#`
/// comes first. None for a relative URL.
pub(super) fn scheme(url: &str) -> Option<String> {
    let end = url.find([':', '/', '#', '?'])?;
    url[end..].starts_with(':').then(|| url[..end].trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_changed_in_its_place() {
        let cases = [
            ("COLOR : red ; width:1px", "COLOR : blue ; width:1px"),
            ("color:red;color:green", "color:red;color:blue"),
            ("width: 1px;", "width: 1px; color: blue;"),
            ("background-color:red", "background-color:red; color: blue;"),
            ("", "color: blue;"),
            ("color:", "color:blue"),
        ];
        for (style, expected) in cases {
            assert_eq!(with_declaration(style, "color", "blue"), expected);
        }
    }

    #[test]
    fn declarations_are_cut_outside_quotes_and_parentheses() {
        let got = declarations("COLOR:Red; background: url(a;b) ; content:\"x;y\";; nonsense; width : 1px");
        let got: Vec<_> = got.iter().map(|d| (d.property.as_str(), d.value.as_str())).collect();
        assert_eq!(got, [("color", "Red"), ("background", "url(a;b)"), ("content", "\"x;y\""), ("width", "1px")]);
    }
}
