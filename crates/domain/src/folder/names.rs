//! Names of files and folders that every system takes.

use crate::{Format, Kind};

/// Characters of a name at most, its ending aside.
const LONGEST: usize = 80;

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

/// A name for the file of a document called `title`, such that `taken` does not know it yet. Compare without regard to
/// capitals: some systems do.
pub fn file_name(title: &str, format: Format, taken: impl Fn(&str) -> bool) -> String {
    let ending = match format {
        Format::Html => "html",
        Format::Markdown | Format::None => "md",
    };
    let mut stem = String::new();
    for c in title.to_lowercase().chars() {
        if c.is_alphanumeric() {
            stem.push(c);
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
        if stem.chars().count() >= LONGEST {
            break;
        }
    }
    let stem = stem.trim_matches('-');
    // Names that Windows keeps for devices.
    let device = ["con", "prn", "aux", "nul"].contains(&stem)
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    let stem = if stem.is_empty() || device {
        format!("untitled{}{stem}", if device { "-" } else { "" })
    } else {
        stem.to_owned()
    };
    let first = format!("{stem}.{ending}");
    if !taken(&first) {
        return first;
    }
    // There are fewer files than numbers.
    (2_u64..).map(|number| format!("{stem}-{number}.{ending}")).find(|name| !taken(name)).unwrap_or(first)
}
