//! The bodies that people write in a simulation: paragraphs of words, with a token for each edit.

/// Where an edit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    /// The token is put at the end of a paragraph.
    Append(u8),
    /// A paragraph other than the first is written anew, with the token in it.
    Rewrite(u8),
    /// A new paragraph before another, or at the end.
    Insert(u8),
    /// A paragraph other than the first is taken out.
    Remove(u8),
}

/// A body of four paragraphs; the first names what it was made for.
pub(crate) fn fresh(forum: bool, intent: &str) -> String {
    let paragraph = |words: &str| if forum { words.to_owned() } else { format!("<p>{words}</p>") };
    let rest = ["Second of them here.", "Third of them stands.", "Fourth ends it all."];
    let first = paragraph(&format!("First {intent} of them."));
    std::iter::once(first).chain(rest.iter().map(|words| paragraph(words))).collect::<Vec<_>>().join(between(forum))
}

/// A paragraph with a picture in it.
pub(crate) fn picture(forum: bool, name: &str, address: &str) -> String {
    if forum { format!("\n\n![{name}]({address})") } else { format!("\n<p><img alt=\"{name}\" src=\"{address}\"></p>") }
}

/// Pictures of a body, each with its name and address.
pub(crate) fn pictures(forum: bool, body: &str) -> Vec<(String, String)> {
    let (open, middle, close) = if forum { ("![", "](", ")") } else { ("<img alt=\"", "\" src=\"", "\"") };
    let mut found = Vec::new();
    for part in body.split(open).skip(1) {
        let Some((name, rest)) = part.split_once(middle) else { continue };
        let Some((address, _)) = rest.split_once(close) else { continue };
        found.push((name.to_owned(), address.to_owned()));
    }
    found
}

fn between(forum: bool) -> &'static str {
    if forum { "\n\n" } else { "\n" }
}

/// The body after an edit.
pub(crate) fn edited(forum: bool, body: &str, spot: Spot, token: &str) -> String {
    let mut parts: Vec<String> = body.split(between(forum)).map(str::to_owned).collect();
    let later = |number: u8, count: usize| 1 + usize::from(number) % count.saturating_sub(1).max(1);
    let whole = |words: String| if forum { words } else { format!("<p>{words}</p>") };
    match spot {
        Spot::Append(number) => {
            let at = usize::from(number) % parts.len();
            let part = &mut parts[at];
            *part = match part.strip_suffix("</p>") {
                Some(open) => format!("{open} {token}</p>"),
                None => format!("{part} {token}"),
            };
        }
        Spot::Rewrite(number) if parts.len() > 1 => {
            let at = later(number, parts.len());
            parts[at] = whole(format!("Written {token} anew."));
        }
        Spot::Remove(number) if parts.len() > 2 => {
            parts.remove(later(number, parts.len()));
            parts.push(whole(format!("Shorter {token} now.")));
        }
        Spot::Insert(number) | Spot::Rewrite(number) | Spot::Remove(number) => {
            let at = 1 + usize::from(number) % parts.len();
            parts.insert(at, whole(format!("Between {token} them.")));
        }
    }
    parts.join(between(forum))
}

/// The words of a text that start with these letters and end with `q`, as tokens and intents do.
pub(crate) fn marks<'t>(text: &'t str, start: &'static str) -> impl Iterator<Item = &'t str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(move |word| word.len() > start.len() + 1 && word.starts_with(start) && word.ends_with('q'))
}
