//! What an address or a file name says, and what could be said instead.

/// The beginning of `text` on one line, at most `most` characters and an ellipsis.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    format!("{}…", line.chars().take(most).collect::<String>().trim_end())
}

/// Whether an alternative text is just the name of the file.
pub(crate) fn is_file_name(alt: &str) -> bool {
    let alt = alt.trim();
    let kinds = ["png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "tif", "tiff", "heic"];
    alt.rsplit_once('.').is_some_and(|(name, kind)| {
        !name.is_empty() && !name.ends_with(' ') && kinds.contains(&kind.to_ascii_lowercase().as_str())
    })
}

/// A file's name in words; nothing where it has none.
pub(crate) fn file_in_words(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words: Vec<&str> = stem.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.iter().any(|word| word.chars().any(char::is_alphabetic)) { words.join(" ") } else { String::new() }
}

/// Whether a link's text is an address.
pub(crate) fn is_address(text: &str) -> bool {
    let text = text.trim();
    let known = ["http://", "https://", "ftp://", "www."];
    let head = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    known.iter().any(|known| head.starts_with(known)) && !text.contains(char::is_whitespace)
}

/// An address in words: the last part of its path, and the site.
pub(crate) fn in_words(href: &str) -> String {
    let rest = href.split_once("://").map_or(href, |(_, rest)| rest);
    let path = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (site, path) = path.split_once('/').unwrap_or((path, ""));
    let site = site.strip_prefix("www.").unwrap_or(site);
    let last = path.rsplit('/').next().unwrap_or_default();
    let stem = last.rsplit_once('.').filter(|(_, kind)| kind.len() <= 4).map_or(last, |(stem, _)| stem);
    let words: Vec<&str> = stem.split(['-', '_', '+', '.']).filter(|word| !word.is_empty()).collect();
    // An identifier is no description.
    let readable =
        !stem.contains('%') && words.iter().any(|word| word.len() > 2 && word.chars().all(char::is_alphabetic));
    if readable { format!("{} ({site})", words.join(" ")) } else { site.to_owned() }
}
