//! The inline CSS that Canvas keeps (contract 6.2): properties by name, functions and addresses by protocol.
//!
//! What stays keeps its spelling; only the dropped declarations go, up to and with their semicolon. White space between them stays.

use super::allow::CSS_PROPERTIES;

/// The kept part of a `style` attribute; empty where nothing is left.
pub(super) fn filter(css: &str) -> String {
    let mut out = String::new();
    for part in declarations(css) {
        match part {
            Part::Space(text) => out.push_str(text),
            Part::Declaration(text) if is_allowed(text) => out.push_str(text),
            Part::Declaration(_) => {}
        }
    }
    if out.trim().is_empty() { String::new() } else { out }
}

enum Part<'a> {
    Space(&'a str),
    Declaration(&'a str),
}

fn declarations(css: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = css;
    while !rest.is_empty() {
        let text = rest.trim_start();
        if text.len() < rest.len() {
            parts.push(Part::Space(&rest[..rest.len() - text.len()]));
        }
        if text.is_empty() {
            break;
        }
        let end = end_of_declaration(text);
        parts.push(Part::Declaration(&text[..end]));
        rest = &text[end..];
    }
    parts
}

/// The end of the first declaration, behind its semicolon; semicolons in strings and brackets do not count.
fn end_of_declaration(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (_, '\\') => escaped = true,
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ';') if depth == 0 => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn is_allowed(declaration: &str) -> bool {
    let Some((name, value)) = declaration.trim_end_matches(';').split_once(':') else { return false };
    let name = name.trim().to_ascii_lowercase();
    if !CSS_PROPERTIES.contains(&name.as_str()) {
        return false;
    }
    let value = value.to_ascii_lowercase();
    !value.contains("expression(") && !value.contains("javascript:") && addresses(&value).all(is_allowed_address)
}

fn addresses(value: &str) -> impl Iterator<Item = &str> {
    value.match_indices("url(").map(|(at, found)| {
        let rest = &value[at + found.len()..];
        rest.split(')').next().unwrap_or(rest).trim().trim_matches(['"', '\''])
    })
}

fn is_allowed_address(address: &str) -> bool {
    // A raw newline inside url() makes the rest of the declaration unreadable (contract 6.1).
    if address.contains('\n') {
        return false;
    }
    match super::sanitize::protocol(address) {
        Some(protocol) => matches!(protocol.as_str(), "http" | "https"),
        None => true,
    }
}
