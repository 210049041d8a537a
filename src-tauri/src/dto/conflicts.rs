//! What needs the person: conflicts, refused items, questions.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{KindDto, SiteKindDto};

/// One thing that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NeedsYouDto {
    /// Entity id.
    pub id: String,
    /// `conflict`, `refused`, `question`.
    pub need: String,
    /// What it is.
    pub kind: KindDto,
    /// Space's name.
    pub space_name: String,
    /// Where.
    pub site: SiteKindDto,
    /// Name of the site.
    pub site_name: String,
    /// Title.
    pub title: String,
    /// What happened, as a sentence.
    pub what: String,
    /// What is safe, as a sentence.
    pub safe: String,
    /// Since when.
    pub since: String,
    /// Next steps offered: `decide`, `edit`, `retry`, `discard`, `keep_here`, `delete_here`, `create_again`, `delete_there`.
    pub next: Vec<String>,
}

/// One passage of a conflict, top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[ts(export)]
pub enum ConflictPassageDto {
    /// Both sides have it, or what fitted together.
    Settled {
        /// `same`, `yours`, `theirs`, `both`.
        owner: String,
        /// The passage in the source's own form.
        text: String,
        /// Safe HTML to show it by; absent for Markdown.
        reading: Option<String>,
    },
    /// The two readings differ in the same place.
    Open {
        /// Number of the question, from 0.
        question: u32,
        /// How it was before.
        base: String,
        /// Yours.
        mine: String,
        /// The site's.
        theirs: String,
        /// Yours, with the words that differ marked as `added`.
        mine_pieces: Vec<super::PieceDto>,
        /// Theirs, with the words that differ marked as `added`.
        theirs_pieces: Vec<super::PieceDto>,
    },
}

/// A field both sides changed differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FieldConflictDto {
    /// Field name; `title` for the title.
    pub name: String,
    /// Label.
    pub label: String,
    /// Values in words.
    pub base: String,
    /// Yours.
    pub mine: String,
    /// The site's.
    pub theirs: String,
}

/// A conflict, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConflictDto {
    /// Entity id.
    pub id: String,
    /// Which two texts the questions are about: given back with the answers, so that none is taken for another question's.
    pub about: String,
    /// Title, yours.
    pub title: String,
    /// What it is.
    pub kind: KindDto,
    /// Name of the site.
    pub site_name: String,
    /// Who changed it there, if known.
    pub their_author: Option<String>,
    /// When it was changed there, if known.
    pub their_time: Option<String>,
    /// `edited_both`, `edited_here_deleted_there`, `deleted_here_edited_there`, `draft` (a draft, and what came in while it was written).
    pub sort: String,
    /// Fields in question.
    pub fields: Vec<FieldConflictDto>,
    /// The body, passage by passage.
    pub passages: Vec<ConflictPassageDto>,
    /// The whole texts, as source.
    pub base: String,
    /// Yours.
    pub mine: String,
    /// The site's.
    pub theirs: String,
    /// Safe HTML of yours.
    pub mine_reading: Option<String>,
    /// Safe HTML of the site's.
    pub theirs_reading: Option<String>,
    /// What fitted together, with yours in every open question: a start for an edited text.
    pub draft: String,
}

/// What was chosen for one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "answer")]
#[ts(export)]
pub enum AnswerDto {
    /// Yours.
    Mine,
    /// The site's.
    Theirs,
    /// Yours, then the site's; for passages only.
    Both,
    /// A text of the person's own.
    Own {
        /// The passage in the source's own form, or the field's value.
        text: String,
    },
}

/// What was chosen for one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FieldAnswerDto {
    /// Field name; `title` for the title.
    pub name: String,
    /// The answer.
    pub answer: AnswerDto,
}

/// What the person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "choice")]
#[ts(export)]
pub enum ResolutionDto {
    /// Yours in every open question.
    Mine,
    /// The site's in every open question.
    Theirs,
    /// One answer per question, and one per field in question.
    Each {
        /// By question number: every question has one.
        passages: Vec<AnswerDto>,
        /// By field name: every field in question has one.
        fields: Vec<FieldAnswerDto>,
    },
    /// An edited text.
    Edited {
        /// Title.
        title: String,
        /// Source.
        body: String,
    },
    /// Edited here, deleted there: create it again on the site.
    CreateAgain,
    /// Let it go: delete here (it stays in History).
    LetGo,
    /// Keep it on this computer only.
    KeepHere,
}
