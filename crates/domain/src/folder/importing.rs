//! What becomes of a file that is read: decided from the file, from what both sides last agreed on, and from what is here now.

use super::{Written, values};
use crate::reconcile::merge_contents;
use crate::{Content, Format, Kind};

/// The document that a file belongs to, as it is here.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    /// What it is.
    pub kind: Kind,
    /// What it says now.
    pub now: &'a Content,
    /// What it said when both sides last agreed; none where that is not known any more.
    pub base: Option<&'a Content>,
    /// Whether it said exactly this once.
    pub was: &'a (dyn Fn(&Content) -> bool + Sync),
}

/// What becomes of a file of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The file was not changed, or says what the document says.
    Same,
    /// The file is an older version of the document.
    Older,
    /// The document becomes this.
    Edit {
        /// What the file says.
        mine: Content,
        /// With what changed here since.
        whole: Content,
        /// Whether something had.
        joined: bool,
    },
    /// File and document say otherwise in the same place: a person decides.
    Ask {
        /// What the file says.
        mine: Content,
    },
    /// Why it is not taken, as a sentence.
    Refused(String),
}

/// What a file says, as a content, with the names of lines that say nothing of such a document.
pub type Taken = (Content, Vec<String>);

/// The content of a file over `before`: what the file leaves out stays.
///
/// # Errors
/// Why it cannot be taken, as a sentence.
pub fn taken(kind: Kind, written: &Written, before: &Content) -> Result<Taken, String> {
    if kind.format() == Format::None && !written.content.body.trim().is_empty() {
        return Err("Such a thing has no text, and the file has one below its fields.".to_owned());
    }
    let values = values::read(kind, &written.content.fields, &before.fields)?;
    let mut content = before.clone();
    content.fields.extend(values.changed);
    if kind.format() != Format::None {
        content.body.clone_from(&written.content.body);
    }
    if kind.has_title() && !written.content.title.trim().is_empty() {
        content.title.clone_from(&written.content.title);
    }
    Ok((content, values.unknown))
}

/// Decides about a file of a document that is here. The body of `written` is already as documents write it.
pub fn decide(written: &Written, here: &Here<'_>) -> (Verdict, Vec<String>) {
    if let Some(kind) = written.kind.filter(|kind| *kind != here.kind) {
        let (says, is) = (kind.name().replace('_', " "), here.kind.name().replace('_', " "));
        return (Verdict::Refused(format!("The file says that it is a {says}; here it is a {is}.")), Vec::new());
    }
    let base = here.base.unwrap_or(here.now);
    let (mine, unknown) = match taken(here.kind, written, base) {
        Ok(taken) => taken,
        Err(why) => return (Verdict::Refused(why), Vec::new()),
    };
    let verdict = if mine == *here.now || here.base == Some(&mine) {
        Verdict::Same
    } else if here.base.is_none() && (here.was)(&mine) {
        Verdict::Older
    } else {
        // Without a base nothing says who changed what: whatever differs is asked about.
        let nothing = Content::default();
        let merged = merge_contents(here.kind.format(), here.base.unwrap_or(&nothing), &mine, here.now);
        match merged.clean() {
            Some(whole) => Verdict::Edit { joined: whole != mine, mine, whole },
            None => Verdict::Ask { mine },
        }
    };
    (verdict, unknown)
}
