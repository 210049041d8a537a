//! What the server does to texts before it stores them (contract 5.2 and 5.3).

/// The text as it is stored: NUL removed, odd blanks made plain, the end trimmed. Leading blanks, CRLF and composition stay.
#[must_use]
pub fn normalize_raw(raw: &str) -> String {
    let text: String = raw.chars().filter(|c| *c != '\0').map(|c| if is_odd_blank(c) { ' ' } else { c }).collect();
    text.trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}').to_owned()
}

fn is_odd_blank(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// The title as it is stored, with `title_prettify` on (contract 5.2).
#[must_use]
pub fn prettify_title(title: &str) -> String {
    let mut text: String = title.chars().filter(|c| *c != '\u{200b}' && *c != '\0').collect();
    text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text = collapse(&collapse(&text, '!'), '?');
    let letters = |c: char| c.is_alphabetic();
    if text.chars().any(letters) && !text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase) {
        text = text.to_lowercase();
    }
    let first_word_lower = text.split(' ').next().is_some_and(|word| word == word.to_lowercase());
    if first_word_lower {
        let mut chars = text.chars();
        if let Some(first) = chars.next() {
            text = first.to_uppercase().chain(chars).collect();
        }
    }
    text = text.trim_end_matches('.').to_owned();
    for mark in ['!', '?'] {
        if let Some(rest) = text.strip_suffix(mark) {
            text = format!("{}{mark}", rest.trim_end());
        }
    }
    text.trim().to_owned()
}

/// Runs of one mark become one, where there are at least two.
fn collapse(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != mark || !out.ends_with(mark) {
            out.push(c);
        }
    }
    out
}

/// The title in HTML with typographic quotes; clients must never send it back.
#[must_use]
pub fn fancy_title(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    let mut open = false;
    for c in title.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => {
                open = !open;
                out.push_str(if open { "&ldquo;" } else { "&rdquo;" });
            }
            '\'' => out.push_str("&rsquo;"),
            _ => out.push(c),
        }
    }
    out
}

/// The slug: ASCII only, `topic` where nothing is left.
#[must_use]
pub fn slug_of(title: &str) -> String {
    let slug = ascii_slug(title);
    if slug.is_empty() || slug.chars().all(|c| c.is_ascii_digit()) { "topic".to_owned() } else { slug }
}

pub(crate) fn ascii_slug(text: &str) -> String {
    let without_emoji = drop_emoji_names(text);
    let mut slug = String::new();
    let mut dash = false;
    for c in without_emoji.chars() {
        let folded = fold(c);
        if folded.is_empty() && !c.is_alphanumeric() && c != '\'' {
            dash = true;
        }
        for letter in folded.chars() {
            if dash && !slug.is_empty() {
                slug.push('-');
            }
            dash = false;
            slug.push(letter);
        }
    }
    slug
}

fn fold(c: char) -> String {
    match c {
        'a'..='z' | '0'..='9' | '_' => c.to_string(),
        'A'..='Z' => c.to_ascii_lowercase().to_string(),
        'ä' | 'á' | 'à' | 'â' | 'å' | 'ã' | 'Ä' | 'Á' | 'À' | 'Å' => "a".to_owned(),
        'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' | 'Ö' | 'Ó' | 'Ø' => "o".to_owned(),
        'ü' | 'ú' | 'ù' | 'û' | 'Ü' | 'Ú' => "u".to_owned(),
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' => "e".to_owned(),
        'í' | 'ì' | 'î' | 'ï' | 'Í' => "i".to_owned(),
        'ñ' | 'Ñ' => "n".to_owned(),
        'ç' | 'Ç' => "c".to_owned(),
        'ß' => "ss".to_owned(),
        _ => String::new(),
    }
}

fn drop_emoji_names(text: &str) -> String {
    text.split(' ').filter(|word| !is_emoji_name(word)).collect::<Vec<_>>().join(" ")
}

fn is_emoji_name(word: &str) -> bool {
    word.len() > 2
        && word.starts_with(':')
        && word.ends_with(':')
        && word[1..word.len() - 1].chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
}

/// A tag name as it is stored: lower case, blanks to dashes, forbidden marks out, cut.
#[must_use]
pub fn clean_tag(name: &str, max_length: usize) -> String {
    let lower: String = name.trim().to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
    let allowed = lower.chars().filter(|c| !"/?#[]@!$&'()*+,;=.%\\`^|{}\"<>".contains(*c) && !c.is_whitespace());
    allowed.take(max_length).collect::<String>().trim_matches('-').to_owned()
}

/// The length that is compared with the limits of posts (contract 5.2).
pub(crate) fn stripped_length(raw: &str) -> usize {
    let mut text = String::new();
    let mut rest = raw;
    while let Some(start) = rest.find("<!--") {
        text.push_str(&rest[..start]);
        rest = rest[start..].find("-->").map_or("", |end| &rest[start + end + 3..]);
    }
    text.push_str(rest);
    let text = collapse(&collapse(&text, '.'), ',');
    let words = text.split(' ').map(|word| if is_emoji_name(word) { 1 } else { word.chars().count() });
    let (count, length) = words.fold((0_usize, 0_usize), |(count, length), word| (count + 1, length + word));
    let trimmed = text.len() - text.trim().len();
    (length + count.saturating_sub(1)).saturating_sub(trimmed)
}

/// The number of different characters; one outside ASCII counts each of its bytes.
pub(crate) fn entropy(text: &str) -> usize {
    let mut seen = std::collections::BTreeSet::new();
    for c in text.trim().chars() {
        let mut buffer = [0; 4];
        for byte in c.encode_utf8(&mut buffer).bytes() {
            seen.insert((c.is_ascii(), byte));
        }
    }
    seen.len()
}

/// Whether there is at least one word character.
pub(crate) fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Letters, all of them capitals.
pub(crate) fn all_caps(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase)
}

/// The longest run without a blank.
pub(crate) fn longest_word(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0)
}

/// How many characters two texts differ by, once their common start and end are taken away.
pub(crate) fn changed_characters(before: &str, after: &str) -> usize {
    let a: Vec<char> = before.chars().collect();
    let b: Vec<char> = after.chars().collect();
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    (a.len() - start - end) + (b.len() - start - end)
}

/// A SHA-1 in hex as base 62, digits first, then lower case, then upper case: the form in `upload://` addresses.
#[must_use]
pub fn base62_of_sha1(hex: &str) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut number: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    let mut out = Vec::new();
    while !number.is_empty() {
        let mut remainder = 0;
        let mut quotient = Vec::with_capacity(number.len());
        for digit in &number {
            let value = remainder * 16 + digit;
            remainder = value % 62;
            if !quotient.is_empty() || value / 62 > 0 {
                quotient.push(value / 62);
            }
        }
        out.push(DIGITS[remainder as usize]);
        number = quotient;
    }
    out.reverse();
    String::from_utf8_lossy(&out).into_owned()
}
