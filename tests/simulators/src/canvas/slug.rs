//! Page addresses made from titles: transliterated, lower case, hyphens (contract 3.1; the recorded folder `slugs`).

/// The address a title gives, before it is made unique. Empty where the title has nothing that can stand in one.
#[must_use]
pub fn slug(title: &str) -> String {
    // Titles with kana are kept as they stand, as transliteration would lose them.
    if title.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}')) {
        return title.trim().to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
    }
    let text = entities(&without_tags(title));
    let mut out = String::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        at += symbol(&chars, at, &mut out);
    }
    let mut joined = String::new();
    for c in out.to_lowercase().chars() {
        let c = if c.is_whitespace() || matches!(c, '_' | '-') { '-' } else { c };
        if c != '-' || !(joined.is_empty() || joined.ends_with('-')) {
            joined.push(c);
        }
    }
    joined.trim_end_matches('-').to_owned()
}

/// The words a slug stands for: the title of a page that a PUT to an unknown slug creates.
pub(super) fn title_of(slug: &str) -> String {
    let words = slug.split(['-', '_', ' ']).filter(|word| !word.is_empty()).map(|word| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    });
    words.collect::<Vec<_>>().join(" ")
}

fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let Some(length) = rest[open..].find('>') else { break };
        out.push_str(&rest[..open]);
        rest = &rest[open + length + 1..];
    }
    out.push_str(rest);
    out
}

fn entities(text: &str) -> String {
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&quot;", "\"")
}

/// Writes what one character (or a run that belongs together) becomes, and says how many characters that took.
fn symbol(chars: &[char], at: usize, out: &mut String) -> usize {
    let c = chars[at];
    let next = chars.get(at + 1).copied();
    match c {
        '.' if matches!((chars.get(at + 1), chars.get(at + 2)), (Some('.'), Some('.'))) => {
            out.push_str(" dot dot dot ");
            return 3;
        }
        '…' => out.push_str(" dot dot dot "),
        // A version number loses only its first full stop: "1.2.3" is "1 dot 2 3".
        '.' => out.push_str(if word_had_dot(chars, at) { " " } else { " dot " }),
        '$' if next.is_some_and(|n| n.is_ascii_digit()) => return money(chars, at, out),
        '&' => out.push_str(" and "),
        '@' => out.push_str(" at "),
        '#' => out.push_str(" number "),
        '%' => out.push_str(" percent "),
        '*' => out.push_str(" star "),
        '/' | '\u{2044}' => out.push_str(" slash "),
        '$' => out.push_str(" dollars "),
        '½' => out.push_str("1 slash 2"),
        '¼' => out.push_str("1 slash 4"),
        '¾' => out.push_str("3 slash 4"),
        '+' | '=' | '|' | '~' | '`' | '{' | '}' => out.push(c),
        '\'' | '’' | '‘' | '"' | '“' | '”' | '^' | '№' | '\u{ad}' | '\u{200b}' => {}
        c if c.is_ascii_alphanumeric() || c.is_whitespace() || matches!(c, '-' | '_') => {
            out.push(if c.is_whitespace() { ' ' } else { c })
        }
        ',' | ';' | ':' | '!' | '?' | '(' | ')' | '[' | ']' | '<' | '>' | '\\' | '–' | '—' => out.push(' '),
        c => transliterate(c, out),
    }
    1
}

fn word_had_dot(chars: &[char], at: usize) -> bool {
    let before = chars[..at].iter().rev().take_while(|c| !c.is_whitespace());
    let mut letters = before.peekable();
    // In "a.b.c" and "1.2.3" each full stop but the first only parts the word.
    letters.peek().is_some() && letters.any(|&c| c == '.')
}

fn money(chars: &[char], at: usize, out: &mut String) -> usize {
    let whole: String = chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).collect();
    let mut taken = 1 + whole.len();
    out.push_str(&format!(" {whole} dollars "));
    let cents: String = chars
        .get(at + taken + 1..)
        .map(|rest| rest.iter().take_while(|c| c.is_ascii_digit()).collect())
        .unwrap_or_default();
    if chars.get(at + taken) == Some(&'.') && !cents.is_empty() {
        out.push_str(&format!("{cents} cents "));
        taken += 1 + cents.len();
    }
    taken
}

fn transliterate(c: char, out: &mut String) {
    if let Some((_, ascii)) = LETTERS.iter().find(|(from, _)| from.contains(c)) {
        out.push_str(ascii);
    } else if let Some((_, ascii)) = WORDS.iter().find(|(from, _)| *from == c) {
        out.push_str(ascii);
        out.push(' ');
    } else if ('\u{300}'..='\u{36f}').contains(&c) {
        // A combining accent belongs to the letter before it.
    } else if c.is_alphanumeric() && !('\u{2600}'..='\u{2fff}').contains(&c) {
        out.push(c);
    }
}

/// Letters by what they become. Enough for European titles and for the recorded ones; other letters are kept as they stand.
const LETTERS: [(&str, &str); 92] = [
    ("ÀÁÂÃÄÅĀĂĄàáâãäåāăą", "a"),
    ("ÇĆĈĊČçćĉċč", "c"),
    ("ĎĐÐďđð", "d"),
    ("ÈÉÊËĒĔĖĘĚèéêëēĕėęě", "e"),
    ("ĜĞĠĢĝğġģ", "g"),
    ("ĤĦĥħ", "h"),
    ("ÌÍÎÏĨĪĬĮİìíîïĩīĭįı", "i"),
    ("Ĵĵ", "j"),
    ("Ķķ", "k"),
    ("ĹĻĽĿŁĺļľŀł", "l"),
    ("ÑŃŅŇñńņň", "n"),
    ("ÒÓÔÕÖØŌŎŐòóôõöøōŏő", "o"),
    ("ŔŖŘŕŗř", "r"),
    ("ŚŜŞŠȘśŝşšș", "s"),
    ("ŢŤŦȚţťŧț", "t"),
    ("ÙÚÛÜŨŪŬŮŰŲùúûüũūŭůűų", "u"),
    ("Ŵŵ", "w"),
    ("ÝŶŸýÿŷ", "y"),
    ("ŹŻŽźżž", "z"),
    ("ß", "ss"),
    ("Ææ", "ae"),
    ("Œœ", "oe"),
    ("Þþ", "th"),
    ("Ǆǅǆ", "dz"),
    ("ﬁ", "fi"),
    ("ﬂ", "fl"),
    ("²", "2"),
    ("³", "3"),
    ("¹", "1"),
    ("°", "deg"),
    ("€", "eu"),
    ("ΑΆαά", "a"),
    ("Ββ", "b"),
    ("Γγ", "g"),
    ("Δδ", "d"),
    ("ΕΈεέ", "e"),
    ("Ζζ", "z"),
    ("ΗΉηή", "e"),
    ("Θθ", "th"),
    ("ΙΊΪιίϊ", "i"),
    ("Κκ", "k"),
    ("Λλ", "l"),
    ("Μμµ", "m"),
    ("Νν", "n"),
    ("Ξξ", "x"),
    ("ΟΌοό", "o"),
    ("Ππ", "p"),
    ("Ρρ", "r"),
    ("Σσς", "s"),
    ("Ττ", "t"),
    ("ΥΎυύ", "u"),
    ("Φφ", "ph"),
    ("Χχ", "kh"),
    ("Ψψ", "ps"),
    ("ΩΏωώ", "o"),
    ("Аа", "a"),
    ("Бб", "b"),
    ("Вв", "v"),
    ("Гг", "g"),
    ("Дд", "d"),
    ("Ее", "ie"),
    ("Ёё", "io"),
    ("Жж", "zh"),
    ("Зз", "z"),
    ("Ии", "i"),
    ("Йй", "i"),
    ("Кк", "k"),
    ("Лл", "l"),
    ("Мм", "m"),
    ("Нн", "n"),
    ("Оо", "o"),
    ("Пп", "p"),
    ("Рр", "r"),
    ("Сс", "s"),
    ("Тт", "t"),
    ("Уу", "u"),
    ("Фф", "f"),
    ("Хх", "kh"),
    ("Цц", "ts"),
    ("Чч", "ch"),
    ("Шш", "sh"),
    ("Ыы", "y"),
    ("Ээ", "e"),
    ("Яя", "ia"),
    ("עع", "`"),
    ("בب", "b"),
    ("רر", "r"),
    ("יי", "y"),
    ("ת", "t"),
    ("لل", "l"),
    ("ي", "y"),
    ("ا", ""),
];

/// Signs that are words, parted by a space.
const WORDS: [(char, &str); 4] = [('中', "Zhong "), ('文', "Wen "), ('ة', " at"), ('人', "Ren ")];
