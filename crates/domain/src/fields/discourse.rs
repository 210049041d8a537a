//! Discourse's fields (contract discourse 5).

use super::{Field, Takes};
use crate::field;

const ON_SITE: &str = "Change it on the forum.";

pub(super) const TOPIC: &[Field] = &[
    Field::new(field::TAGS, "Tags", Takes::SetOf(&[])).or_empty(),
    Field::new(field::CLOSED, "Closed", Takes::Flag),
    Field::new(field::ARCHIVED, "Archived", Takes::Flag),
    Field::new(field::PINNED, "Pinned", Takes::Flag),
    Field::new(field::VISIBLE, "Listed", Takes::Flag),
    Field::new(field::WIKI, "Wiki, which others may edit", Takes::Flag),
    Field::new(field::CATEGORY, "Category", Takes::Id),
    Field::new(field::RECIPIENTS, "To", Takes::SetOf(&[])).while_new(ON_SITE),
];

pub(super) const POST: &[Field] = &[
    Field::new(field::POST_NUMBER, "Number", Takes::Whole(1, i64::MAX)).shown(ON_SITE),
    Field::new(field::REPLY_TO, "Replies to", Takes::Whole(1, i64::MAX)).or_empty().while_new(ON_SITE),
    Field::new(field::WIKI, "Wiki, which others may edit", Takes::Flag),
    Field::new(field::DELETED, "Deleted by its author", Takes::Flag),
];
