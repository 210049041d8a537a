//! The outcome of a text merge: a row of hunks that a person can read and settle.

use serde::{Deserialize, Serialize};

/// One of the two parties of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// Our copy.
    Local,
    /// The server's copy.
    Remote,
}

/// A stretch of the merged text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Hunk {
    /// Changed by neither side.
    Same {
        /// The text.
        text: String,
    },
    /// Changed by our side only; empty where it deleted.
    Local {
        /// The text.
        text: String,
    },
    /// Changed by the server's side only; empty where it deleted.
    Remote {
        /// The text.
        text: String,
    },
    /// Changed by both sides to the same.
    Both {
        /// The text.
        text: String,
    },
    /// Changed by both sides to different texts: a person decides.
    Conflict {
        /// What both sides started from.
        base: String,
        /// Our text.
        local: String,
        /// The server's text.
        remote: String,
    },
}

/// What a person chose for one conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "choice")]
pub enum Answer {
    /// Our text.
    Local,
    /// The server's text.
    Remote,
    /// Ours, then the server's, as passages of their own.
    Both,
    /// A text of the person's own.
    Own {
        /// The text, in the source's form.
        text: String,
    },
}

impl Answer {
    /// The text that this answer gives a conflict.
    fn text(&self, local: &str, remote: &str) -> String {
        match self {
            Self::Local => local.to_owned(),
            Self::Remote => remote.to_owned(),
            Self::Both => apart(local, remote),
            Self::Own { text } => text.clone(),
        }
    }
}

/// Two passages one after the other; without the space between them two paragraphs would become one.
fn apart(first: &str, second: &str) -> String {
    let joined = first.is_empty() || second.is_empty() || first.ends_with('\n') || second.starts_with('\n');
    let between = match (joined, first.trim_start().starts_with('<')) {
        (true, _) => "",
        (false, true) => "\n",
        (false, false) => "\n\n",
    };
    format!("{first}{between}{second}")
}

/// A merged text, whole or with conflicts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextMerge {
    /// The hunks in order; one after the other they are the text.
    pub hunks: Vec<Hunk>,
}

impl TextMerge {
    /// The merged text, if nothing is left to decide.
    pub fn clean(&self) -> Option<String> {
        (!self.has_conflict()).then(|| self.with(Side::Local))
    }

    /// The merged text with every conflict settled for `side`.
    pub fn with(&self, side: Side) -> String {
        self.resolved(|_| side)
    }

    /// The merged text with conflict number `n` (from 0) settled as `choose(n)` says.
    pub fn resolved(&self, choose: impl Fn(usize) -> Side) -> String {
        let mut text = String::new();
        let mut n = 0;
        for hunk in &self.hunks {
            match hunk {
                Hunk::Same { text: t }
                | Hunk::Local { text: t }
                | Hunk::Remote { text: t }
                | Hunk::Both { text: t } => {
                    text.push_str(t);
                }
                Hunk::Conflict { local, remote, .. } => {
                    text.push_str(match choose(n) {
                        Side::Local => local,
                        Side::Remote => remote,
                    });
                    n += 1;
                }
            }
        }
        text
    }

    /// The merged text with one answer for each conflict, in order. `None` when their numbers differ: no conflict is settled unasked.
    pub fn answered(&self, answers: &[Answer]) -> Option<String> {
        if answers.len() != self.conflicts() {
            return None;
        }
        let mut answers = answers.iter();
        self.hunks
            .iter()
            .map(|hunk| match hunk {
                Hunk::Same { text } | Hunk::Local { text } | Hunk::Remote { text } | Hunk::Both { text } => {
                    Some(text.clone())
                }
                Hunk::Conflict { local, remote, .. } => answers.next().map(|answer| answer.text(local, remote)),
            })
            .collect()
    }

    /// Whether a person must decide something.
    pub fn has_conflict(&self) -> bool {
        self.conflicts() > 0
    }

    /// Number of conflicts.
    pub fn conflicts(&self) -> usize {
        self.hunks.iter().filter(|hunk| matches!(hunk, Hunk::Conflict { .. })).count()
    }

    /// The same merge seen from the other side.
    #[must_use]
    pub fn mirrored(self) -> TextMerge {
        let hunks = self.hunks.into_iter().map(|hunk| match hunk {
            Hunk::Local { text } => Hunk::Remote { text },
            Hunk::Remote { text } => Hunk::Local { text },
            Hunk::Conflict { base, local, remote } => Hunk::Conflict { base, local: remote, remote: local },
            same => same,
        });
        TextMerge { hunks: hunks.collect() }
    }

    /// Appends a hunk, joining it to the last where both are of one kind. A `Same` hunk without text says nothing.
    pub(crate) fn push(&mut self, hunk: Hunk) {
        match (self.hunks.last_mut(), hunk) {
            (_, Hunk::Same { text }) if text.is_empty() => {}
            (Some(Hunk::Same { text: old }), Hunk::Same { text })
            | (Some(Hunk::Local { text: old }), Hunk::Local { text })
            | (Some(Hunk::Remote { text: old }), Hunk::Remote { text })
            | (Some(Hunk::Both { text: old }), Hunk::Both { text }) => old.push_str(&text),
            (_, hunk) => self.hunks.push(hunk),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge() -> TextMerge {
        let conflict = |local: &str, remote: &str| Hunk::Conflict {
            base: "b".to_owned(),
            local: local.to_owned(),
            remote: remote.to_owned(),
        };
        TextMerge {
            hunks: vec![conflict("<p>l1</p>", "<p>r1</p>"), Hunk::Same { text: "\n".to_owned() }, conflict("l2", "r2")],
        }
    }

    #[test]
    fn each_conflict_takes_its_own_answer() {
        let own = Answer::Own { text: "<p>mine</p>".to_owned() };
        let cases = [
            (vec![Answer::Local, Answer::Remote], "<p>l1</p>\nr2"),
            (vec![own, Answer::Local], "<p>mine</p>\nl2"),
            (vec![Answer::Both, Answer::Both], "<p>l1</p>\n<p>r1</p>\nl2\n\nr2"),
        ];
        for (answers, text) in cases {
            assert_eq!(merge().answered(&answers).as_deref(), Some(text), "{answers:?}");
        }
    }

    #[test]
    fn a_conflict_without_an_answer_is_not_settled() {
        assert_eq!(merge().answered(&[Answer::Local]), None);
        assert_eq!(merge().answered(&[Answer::Local, Answer::Local, Answer::Local]), None);
    }
}
