//! What the editors ask for: search, checks, and replacing over a space.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ErrorDto, KindDto, LinkedFileDto, SiteKindDto, StateDto};

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct SearchDto {
    /// As typed: words, `"a phrase"`, `-without`, `begin*`.
    pub text: String,
    /// In this space only.
    pub space: Option<String>,
    /// Of these kinds only; empty or absent for all.
    pub kinds: Option<Vec<KindDto>>,
    /// Changed since.
    pub changed_since: Option<String>,
    /// What students cannot see only.
    pub unpublished: Option<bool>,
    /// What is in conflict only.
    pub conflict: Option<bool>,
    /// At most so many; 50 where absent.
    pub limit: Option<u32>,
}

/// A piece of a text, and whether it was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MarkedDto {
    /// Text.
    pub text: String,
    /// Whether it was looked for.
    pub hit: bool,
}

/// A document found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FoundDto {
    /// Entity id.
    pub id: String,
    /// Space id.
    pub space: String,
    /// Name of the space.
    pub space_name: String,
    /// Where it lives.
    pub site: SiteKindDto,
    /// What it is.
    pub kind: KindDto,
    /// Title with the words marked; of what has none, its topic's.
    pub title: Vec<MarkedDto>,
    /// The passage that fits best, with the words marked.
    pub snippet: Vec<MarkedDto>,
    /// States that hold, strongest first.
    pub states: Vec<StateDto>,
    /// When it was last changed.
    pub updated_at: String,
}

/// What a check of a text being written found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChecksDto {
    /// What makes it hard to read for somebody.
    pub findings: Vec<FindingDto>,
    /// What the site will remove when it is sent, in words.
    pub will_drop: Vec<String>,
    /// What the site would refuse, as sentences.
    pub refused: Vec<String>,
}

/// Something to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FindingDto {
    /// What was looked for: `pictureWithoutText`, `headingJump`, `lowContrast`, `bareAddress`, `tableWithoutHeaders`.
    pub check: String,
    /// First byte of the element in the source.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// What a reader sees there.
    pub quote: String,
    /// What is wrong, as a sentence.
    pub words: String,
    /// Ways to mend it, the best first.
    pub fixes: Vec<FixDto>,
}

/// A way to mend something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FixDto {
    /// What it does, for a button.
    pub words: String,
    /// The label of what the person must say for it; absent where nothing.
    pub asks: Option<String>,
    /// A first answer.
    pub suggestion: String,
}

/// The fix that a person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChosenFixDto {
    /// As in the finding.
    pub check: String,
    /// As in the finding.
    pub start: u32,
    /// As in the finding.
    pub end: u32,
    /// Number of the fix, from 0.
    pub fix: u32,
    /// What the person said.
    pub answer: String,
}

/// What is looked for over a space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReplaceDto {
    /// Space id.
    pub space: String,
    /// The words, as they are read.
    pub text: String,
    /// Whether capitals matter.
    pub match_case: bool,
    /// Whether a hit must begin and end where a word does.
    pub whole_words: bool,
    /// Whether titles are looked at too.
    pub titles: bool,
}

/// A document in which it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReplaceHitsDto {
    /// Entity id.
    pub id: String,
    /// What it is.
    pub kind: KindDto,
    /// Title, or the first words of what has none.
    pub title: String,
    /// Why nothing can be replaced in it, as a sentence; absent where it can.
    pub reason: Option<String>,
    /// Change counter; what is changed underneath is left out of the replacing and named.
    pub counter: i64,
    /// Places.
    pub hits: Vec<ReplaceHitDto>,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReplaceHitDto {
    /// Whether it is in the title.
    pub in_title: bool,
    /// Number in its title or text, from 0.
    pub number: u32,
    /// The text before it, cut short.
    pub before: String,
    /// The text found.
    pub text: String,
    /// The text after it, cut short.
    pub after: String,
}

/// What to replace in one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReplaceInDto {
    /// Entity id.
    pub id: String,
    /// The counter of the preview.
    pub counter: i64,
    /// Numbers of the places in the title.
    pub title: Vec<u32>,
    /// Numbers of the places in the text.
    pub body: Vec<u32>,
}

/// What a replacing did, or the undo of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReplacedDto {
    /// Documents changed: one undo for all.
    pub undo: Vec<ReplaceUndoDto>,
    /// Documents left alone, each by its title with the reason as a sentence.
    pub left_out: Vec<(String, String)>,
    /// What ended it before all was done, such as a full disk. What was done until then stands, and can be taken back.
    pub failed: Option<ErrorDto>,
}

/// What a replacing made of one document, for taking it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReplaceUndoDto {
    /// Entity id.
    pub id: String,
    /// The revision from before it.
    pub revision: String,
    /// Change counter after it: what was written since stays.
    pub counter: i64,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "leads")]
#[ts(export)]
pub enum FollowedDto {
    /// To a document kept here.
    Document {
        /// Its id.
        id: String,
        /// The reply of it that is meant.
        post: Option<String>,
    },
    /// To a module, which is shown among its like.
    Module {
        /// Its id, which is its row's in the tree.
        id: String,
        /// Its name.
        title: String,
    },
    /// To a file.
    File {
        /// Which, and whether it is kept here.
        file: LinkedFileDto,
    },
    /// Out of the program.
    Outside {
        /// The whole address.
        url: String,
        /// What to say before it is opened; absent where everybody expects that it opens outside.
        words: Option<String>,
    },
    /// To nothing that can be opened.
    Nowhere {
        /// Why, as a sentence.
        words: String,
    },
}
