//! Names of files and folders that every system takes.

use crate::{Format, Kind};

/// Characters of a name at most, its ending aside.
const LONGEST: usize = 80;
/// Bytes of a name at most, its ending aside: file systems take 255 with everything.
const MOST_BYTES: usize = 200;

/// The folder of a space in which files of `kind` lie.
pub fn folder_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Page => "pages",
        Kind::Assignment => "assignments",
        Kind::Discussion => "discussions",
        Kind::Announcement => "announcements",
        Kind::Quiz => "quizzes",
        Kind::Syllabus => "syllabus",
        Kind::Module | Kind::ModuleItem => "modules",
        Kind::File => "files",
        Kind::Reply => "replies",
        Kind::Topic => "topics",
        Kind::Post => "posts",
    }
}

/// The kind of document that the files of a folder of this name are, if any.
pub fn kind_in(folder: &str) -> Option<Kind> {
    Kind::ALL.into_iter().filter(|kind| kind.is_document()).find(|kind| folder_of(*kind).eq_ignore_ascii_case(folder))
}

/// What of a title every system takes as the name of a file or folder, without an ending. Small letters, as some systems do not tell
/// capitals apart.
pub fn stem(title: &str) -> String {
    let mut stem = String::new();
    for c in title.to_lowercase().chars() {
        if stem.chars().count() >= LONGEST || stem.len() + c.len_utf8() > MOST_BYTES {
            break;
        }
        if c.is_alphanumeric() {
            stem.push(c);
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
    }
    let stem = stem.trim_matches('-');
    if stem.is_empty() {
        "untitled".to_owned()
    } else if is_device(stem) {
        format!("untitled-{stem}")
    } else {
        stem.to_owned()
    }
}

/// Names that Windows keeps for devices, with any ending.
fn is_device(stem: &str) -> bool {
    let numbered = |number: &str| {
        let mut digits = number.chars();
        digits.next().is_some_and(|digit| digit.is_ascii_digit() || "¹²³".contains(digit)) && digits.next().is_none()
    };
    matches!(stem, "con" | "prn" | "aux" | "nul")
        || stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).is_some_and(numbered)
}

/// The ending of the name of a file in this format. What has no text has its fields in a Markdown file.
pub(super) fn ending(format: Format) -> &'static str {
    match format {
        Format::Html => "html",
        Format::Markdown | Format::None => "md",
    }
}

/// A name for the file of a document called `title`, such that `taken` does not know it yet. Compare without regard to
/// capitals: some systems do.
pub fn file_name(title: &str, format: Format, taken: impl Fn(&str) -> bool) -> String {
    free(&stem(title), ending(format), taken)
}

/// The first of `stem.ending`, `stem-2.ending` and so on that is not taken.
pub(super) fn free(stem: &str, ending: &str, taken: impl Fn(&str) -> bool) -> String {
    let first = format!("{stem}.{ending}");
    if !taken(&first) {
        return first;
    }
    // There are fewer files than numbers.
    (2_u64..).map(|number| format!("{stem}-{number}.{ending}")).find(|name| !taken(name)).unwrap_or(first)
}
