//! What a file becomes where no document is it yet.

use domain::folder::{Written, kind_in};
use domain::{FieldValue, Format, Kind, SiteKind, field};
use store::Space;

/// The kind of a new document from a file, which may stand under something of the kind `under`.
///
/// # Errors
/// Why the file can be none in this space, as a sentence.
pub(super) fn kind_of(
    written: &Written,
    path: &str,
    format: Format,
    under: Option<Kind>,
    space: &Space,
) -> Result<Kind, String> {
    let by_parent = match under {
        Some(Kind::Topic) => Some(Kind::Post),
        Some(Kind::Discussion | Kind::Announcement) => Some(Kind::Reply),
        _ => None,
    };
    let by_folder = || path.split_once('/').and_then(|(folder, _)| kind_in(folder));
    let by_format = || if format == Format::Html { Kind::Page } else { Kind::Topic };
    let guess = || by_parent.or_else(by_folder).filter(|kind| fits(*kind, format));
    let kind = written.kind.or_else(guess);
    let kind = kind.unwrap_or_else(by_format);
    if !fits(kind, format) {
        let (what, how) = (kind.name().replace('_', " "), if format == Format::Html { "HTML" } else { "Markdown" });
        return Err(format!("A {what} is not written in {how}."));
    }
    match (space.site, kind) {
        (_, Kind::File) => Err("A file of a course is no text. Put it into a page instead.".to_owned()),
        (None, _) => Ok(kind),
        (Some(SiteKind::Canvas), Kind::Syllabus) => {
            Err("A course has one syllabus already. Put the text into that one.".to_owned())
        }
        (Some(SiteKind::Canvas), Kind::ModuleItem) if !stands_alone(written) => {
            Err("It leads to something of another course. Add it to the module by hand.".to_owned())
        }
        (Some(SiteKind::Canvas), Kind::Topic | Kind::Post) => {
            Err("Canvas has pages and discussions, written in HTML; this is written as a forum writes.".to_owned())
        }
        (Some(SiteKind::Discourse), kind) if !matches!(kind, Kind::Topic | Kind::Post) => {
            Err("A forum has topics and posts, written in Markdown; this is neither.".to_owned())
        }
        (Some(_), _) => Ok(kind),
    }
}

/// Whether a file of this format may be of this kind. What has no text has its fields in a Markdown file.
fn fits(kind: Kind, format: Format) -> bool {
    match kind.format() {
        Format::None => format == Format::Markdown,
        own => own == format,
    }
}

/// Whether a module item means the same in any course.
fn stands_alone(written: &Written) -> bool {
    matches!(written.content.text(field::ITEM_TYPE), Some("SubHeader" | "ExternalUrl"))
}

/// Whether a field goes along to a document that is new in a space. On a site, an id of another place, and what was decided for other
/// students, stay behind.
pub(super) fn travels(kind: Kind, name: &str, value: &FieldValue, space: &Space) -> bool {
    if space.site.is_none() {
        return true;
    }
    let Some(known) = domain::fields::field_of(kind, name) else { return false };
    !matches!(known.takes, domain::fields::Takes::Id)
        && known.is_editable(true)
        && !matches!(
            name,
            field::PUBLISHED | field::FRONT_PAGE | field::REPLY_TO | field::PREREQUISITES | field::RECIPIENTS
        )
        && *value != FieldValue::Empty
}

/// Whether such a document is seen by students as soon as it is sent, unless it says that it is not published.
pub(super) fn begins_unpublished(kind: Kind, space: &Space) -> bool {
    let publishable = matches!(kind, Kind::Page | Kind::Assignment | Kind::Discussion | Kind::Quiz | Kind::Module);
    publishable && space.site == Some(SiteKind::Canvas)
}
