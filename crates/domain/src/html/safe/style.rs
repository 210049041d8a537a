//! Inline styles that can neither load, nor cover, nor run anything.

use crate::canonical::canvas::{Declaration, declarations};

/// Properties that change how a text looks within its own place.
const PROPERTIES: &str = "align-content align-items align-self background background-color border border-bottom \
    border-bottom-color border-bottom-style border-bottom-width border-collapse border-color border-left \
    border-left-color border-left-style border-left-width border-radius border-right border-right-color \
    border-right-style border-right-width border-spacing border-style border-top border-top-color border-top-style \
    border-top-width border-width clear color column-gap direction display flex flex-basis flex-direction flex-flow \
    flex-grow flex-shrink flex-wrap float font font-family font-size font-stretch font-style font-variant font-weight \
    gap grid-auto-columns grid-auto-flow grid-auto-rows grid-column grid-gap grid-row grid-template \
    grid-template-areas grid-template-columns grid-template-rows height justify-content justify-items justify-self \
    letter-spacing line-height list-style list-style-position list-style-type margin margin-bottom margin-left \
    margin-right margin-top max-height max-width min-height min-width order overflow overflow-x overflow-y padding \
    padding-bottom padding-left padding-right padding-top place-content place-items row-gap table-layout text-align \
    text-decoration text-indent text-transform vertical-align visibility white-space width";

/// The declarations of `style` that may be shown; none if nothing is left.
pub(super) fn for_display(style: &str) -> Option<String> {
    let kept: Vec<String> = declarations(style)
        .iter()
        .filter(|declaration| PROPERTIES.split_ascii_whitespace().any(|known| known == declaration.property))
        .filter(|declaration| loads_nothing(declaration))
        .map(|declaration| format!("{}: {}", declaration.property, declaration.value))
        .collect();
    (!kept.is_empty()).then(|| kept.join("; "))
}

/// `style` as it is if the editor may apply all of it, else without what it may not.
pub(super) fn for_editing(style: &str) -> Option<String> {
    let all = declarations(style);
    let plain = !style.contains(['\\', '@', '{', '}', '<']) && !style.contains("/*");
    if plain && all.iter().all(allowed_in_editor) {
        return Some(style.to_owned());
    }
    let kept: Vec<String> = all
        .iter()
        .filter(|declaration| allowed_in_editor(declaration))
        .map(|declaration| format!("{}: {}", declaration.property, declaration.value))
        .collect();
    (!kept.is_empty()).then(|| kept.join("; "))
}

fn allowed_in_editor(declaration: &Declaration) -> bool {
    loads_nothing(declaration)
        && !matches!(declaration.property.as_str(), "behavior" | "-moz-binding" | "src")
        && !(declaration.property == "position" && declaration.value.to_ascii_lowercase().contains("fixed"))
}

/// Whether a value is made of words, numbers and harmless functions only. Escapes and comments are refused, since they
/// can hide a function's name from this check.
fn loads_nothing(declaration: &Declaration) -> bool {
    let value = declaration.value.to_ascii_lowercase();
    if value.contains(['\\', '@', '{', '}', '<', '>', '&', ';'])
        || value.contains("/*")
        || value.contains("javascript:")
    {
        return false;
    }
    let mut rest = value.as_str();
    while let Some(at) = rest.find('(') {
        let before = rest[..at].trim_end();
        let name_at = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '-').map_or(0, |i| i + 1);
        let name = &before[name_at..];
        let harmless = [
            "",
            "rgb",
            "rgba",
            "hsl",
            "hsla",
            "hwb",
            "lab",
            "lch",
            "calc",
            "min",
            "max",
            "clamp",
            "repeat",
            "minmax",
            "fit-content",
        ];
        if !harmless.contains(&name) {
            return false;
        }
        rest = &rest[at + 1..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_load_cover_and_run_nothing() {
        let cases = [
            ("color: red; text-align:center", Some("color: red; text-align: center")),
            ("background: url(https://x.example/a.png)", None),
            ("background: URL (x)", None),
            ("background: u\\72l(x)", None),
            ("background:/**/url(x)", None),
            ("background-image: image-set('x' 1x)", None),
            ("width: expression(alert(1)); width: calc(1px + 2px)", Some("width: calc(1px + 2px)")),
            ("position: fixed; top: 0; color: rgb(1,2,3)", Some("color: rgb(1,2,3)")),
            ("color: var(--x)", None),
            ("list-style: url(x)", None),
            ("", None),
        ];
        for (style, expected) in cases {
            assert_eq!(for_display(style).as_deref(), expected, "{style}");
        }
        assert_eq!(for_editing("COLOR:Red;position:relative").as_deref(), Some("COLOR:Red;position:relative"));
        assert_eq!(for_editing("color:red;background:url(x)").as_deref(), Some("color: red"));
    }
}
