//! Which fields a kind has: label, values taken, limits, and who may change them. Stated once, for the Properties panel, for the check before a
//! save, for the command line and for what an integration sends.

mod canvas;
mod check;
mod discourse;
mod value;

use crate::{Kind, fact};

pub use check::{Invalid, Limits, check, limits};

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Takes {
    /// Yes or no.
    Flag,
    /// A whole number between the two, both included.
    Whole(i64, i64),
    /// A number with or without a fraction between the two, kept as decimal text.
    Decimal(f64, f64),
    /// A moment.
    Time,
    /// Words of at most so many characters.
    Text(usize),
    /// A web address.
    Address,
    /// One of these: value and words. Values that the site has beside them are shown as they are.
    OneOf(&'static [(&'static str, &'static str)]),
    /// A set of these, or of free words where none are named.
    SetOf(&'static [(&'static str, &'static str)]),
    /// The id of another thing in the course, as the site writes it.
    Id,
}

/// Who may change a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editing {
    /// Whoever may edit the document.
    Free,
    /// Only while the document is not on the site yet; afterwards for this reason not.
    WhileNew(&'static str),
    /// Nobody here, for this reason.
    Shown(&'static str),
}

/// One field of a kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Its name in a content.
    pub name: &'static str,
    /// Its name on the screen.
    pub label: &'static str,
    /// What values it takes.
    pub takes: Takes,
    /// Whether it may be left empty.
    pub may_be_empty: bool,
    /// Who may change it.
    pub editing: Editing,
}

impl Field {
    const fn new(name: &'static str, label: &'static str, takes: Takes) -> Self {
        Self { name, label, takes, may_be_empty: false, editing: Editing::Free }
    }

    const fn or_empty(mut self) -> Self {
        self.may_be_empty = true;
        self
    }

    const fn shown(mut self, why: &'static str) -> Self {
        self.editing = Editing::Shown(why);
        self
    }

    const fn while_new(mut self, why: &'static str) -> Self {
        self.editing = Editing::WhileNew(why);
        self
    }

    /// Whether a person may change it; `is_new` is a document that no site has yet.
    #[must_use]
    pub fn is_editable(&self, is_new: bool) -> bool {
        match self.editing {
            Editing::Free => true,
            Editing::WhileNew(_) => is_new,
            Editing::Shown(_) => false,
        }
    }

    /// Why a person may not change it, as a sentence.
    #[must_use]
    pub fn why_not(&self, is_new: bool) -> Option<&'static str> {
        match self.editing {
            Editing::WhileNew(why) if !is_new => Some(why),
            Editing::Shown(why) => Some(why),
            Editing::Free | Editing::WhileNew(_) => None,
        }
    }
}

/// The fields of a kind, in the order in which a person meets them.
#[must_use]
pub fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Page => canvas::PAGE,
        Kind::Assignment => canvas::ASSIGNMENT,
        Kind::Discussion => canvas::DISCUSSION,
        Kind::Announcement => canvas::ANNOUNCEMENT,
        Kind::Quiz => canvas::QUIZ,
        Kind::Module => canvas::MODULE,
        Kind::ModuleItem => canvas::MODULE_ITEM,
        Kind::File => canvas::FILE,
        Kind::Topic => discourse::TOPIC,
        Kind::Post => discourse::POST,
        Kind::Reply => canvas::REPLY,
        Kind::Syllabus => &[],
    }
}

/// One field of a kind by its name.
#[must_use]
pub fn field_of(kind: Kind, name: &str) -> Option<&'static Field> {
    fields(kind).iter().find(|field| field.name == name)
}

/// The label of a field by its name, in whichever kind it occurs first; of a name that no kind has, the name in words.
#[must_use]
pub fn label(name: &str) -> String {
    if name == crate::reconcile::TITLE {
        return "Title".to_owned();
    }
    if let Some(field) = Kind::ALL.into_iter().find_map(|kind| field_of(kind, name)) {
        return field.label.to_owned();
    }
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Parts of one object that may not be changed though the object may: a blueprint's columns, the dates of a graded discussion. Out of its facts;
/// `title` and `body` may be among the names. Each with its reason, as a sentence.
#[must_use]
pub fn locked(facts: &std::collections::BTreeMap<String, String>) -> std::collections::BTreeMap<String, String> {
    facts.get(fact::LOCKED_FIELDS).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
