//! Files that bodies link to, kept for reading without a network: what they are, and which of them are kept.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Sorts of files, as a person chooses among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileSort {
    /// Texts, slides, sheets, PDFs.
    Document,
    /// Pictures.
    Picture,
    /// Sound.
    Sound,
    /// Films.
    Film,
    /// Archives, programs and all else.
    Other,
}

impl FileSort {
    /// All of them, in the order of the screen.
    pub const ALL: [FileSort; 5] = [Self::Document, Self::Picture, Self::Sound, Self::Film, Self::Other];

    /// The sort of a file, told by its content type, and by its name's ending where that says nothing.
    pub fn of(content_type: &str, name: &str) -> FileSort {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        match kind.split_once('/') {
            Some(("image", _)) => Self::Picture,
            Some(("audio", _)) => Self::Sound,
            Some(("video", _)) => Self::Film,
            Some(("text", _)) => Self::Document,
            Some(("application", sort)) if is_document(sort) => Self::Document,
            Some((_, "octet-stream")) | None => match ending.as_str() {
                "pdf" | "doc" | "docx" | "odt" | "rtf" | "ppt" | "pptx" | "odp" | "xls" | "xlsx" | "ods" | "csv"
                | "txt" | "md" | "tex" | "epub" => Self::Document,
                "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" => Self::Picture,
                "mp3" | "m4a" | "ogg" | "wav" | "flac" => Self::Sound,
                "mp4" | "m4v" | "mov" | "webm" | "mkv" => Self::Film,
                _ => Self::Other,
            },
            Some(_) => Self::Other,
        }
    }
}

/// What of `application/` is read as a document.
fn is_document(sort: &str) -> bool {
    ["pdf", "msword", "rtf", "epub+zip", "x-latex", "postscript"].contains(&sort)
        || sort.starts_with("vnd.openxmlformats-officedocument.")
        || sort.starts_with("vnd.oasis.opendocument.")
        || sort.starts_with("vnd.ms-excel")
        || sort.starts_with("vnd.ms-powerpoint")
        || sort.starts_with("vnd.ms-word")
}

/// Which linked files of a space are kept here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLimits {
    /// Whether any are.
    pub on: bool,
    /// None larger than so many bytes.
    pub each: u64,
    /// No more than so many bytes together.
    pub total: u64,
    /// These sorts alone.
    pub sorts: BTreeSet<FileSort>,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            on: true,
            each: 10 << 20,
            total: 500 << 20,
            sorts: [FileSort::Document, FileSort::Picture].into_iter().collect(),
        }
    }
}

/// Who of the course does not get a file that its teachers get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForStudents {
    /// Students see that it is there and cannot open it.
    Locked,
    /// Students find it in no list.
    Hidden,
}

/// What a site says of a file, before its bytes are fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its name.
    pub name: String,
    /// Its content type.
    pub content_type: String,
    /// How many bytes, where the site says.
    pub size: Option<u64>,
    /// Equal where its bytes are the same.
    pub version: String,
    /// Whether students are kept from it.
    pub students: Option<ForStudents>,
}

/// Whether the bytes of a file of which this is known are wanted.
pub type Wanted<'w> = dyn Fn(&FileFacts) -> bool + Send + Sync + 'w;

/// Why a linked file is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotKept {
    /// It is larger than one file may be.
    TooLarge,
    /// It is of a sort that is not kept.
    OtherSort,
    /// All that is kept of its space would be too much.
    NoRoom,
}

impl FileLimits {
    /// Whether a file is kept, beside so many bytes of others; else why not. One whose size the site does not say is judged when it comes.
    pub fn judge(&self, facts: &FileFacts, others: u64) -> Result<(), NotKept> {
        let size = facts.size.unwrap_or(0);
        if !self.sorts.contains(&FileSort::of(&facts.content_type, &facts.name)) {
            Err(NotKept::OtherSort)
        } else if size > self.each {
            Err(NotKept::TooLarge)
        } else if others.saturating_add(size) > self.total {
            Err(NotKept::NoRoom)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_sorted_by_what_it_is_and_else_by_its_name() {
        for (content_type, name, sort) in [
            ("application/pdf", "a", FileSort::Document),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx", FileSort::Document),
            ("text/plain; charset=utf-8", "a", FileSort::Document),
            ("image/PNG", "a.pdf", FileSort::Picture),
            ("audio/mpeg", "a", FileSort::Sound),
            ("video/mp4", "a", FileSort::Film),
            ("application/octet-stream", "Talk.PPTX", FileSort::Document),
            ("", "a.webm", FileSort::Film),
            ("application/zip", "a.pdf", FileSort::Other),
            ("application/x-msdownload", "a.txt", FileSort::Other),
            ("application/octet-stream", "a", FileSort::Other),
        ] {
            assert_eq!(FileSort::of(content_type, name), sort, "{content_type} {name}");
        }
    }

    #[test]
    fn limits_are_asked_in_the_order_in_which_a_person_can_do_something_about_them() {
        let limits = FileLimits { each: 10, total: 15, ..FileLimits::default() };
        let file = |name: &str, size| FileFacts {
            name: name.to_owned(),
            content_type: String::new(),
            size,
            version: String::new(),
            students: None,
        };
        for (facts, others, expected) in [
            (file("a.pdf", Some(10)), 5, Ok(())),
            (file("a.pdf", None), 15, Ok(())),
            (file("a.zip", Some(99)), 99, Err(NotKept::OtherSort)),
            (file("a.pdf", Some(11)), 99, Err(NotKept::TooLarge)),
            (file("a.pdf", Some(10)), 6, Err(NotKept::NoRoom)),
            (file("a.pdf", Some(1)), u64::MAX, Err(NotKept::NoRoom)),
        ] {
            assert_eq!(limits.judge(&facts, others), expected, "{facts:?}");
        }
    }
}
