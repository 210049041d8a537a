//! Whether somebody wrote at the same moment. The forum compares what an edit started from without a lock (contract 6): of two edits
//! that pass the comparison together, the later one replaces the other unseen. The answer of the write, a look after it, and the history
//! of the post tell which it was.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Base, Changed, Content, FieldValue, RemoteError, RemoteErrorKind, RemoteObject, RemoteRef, Sent, Token, fact, field,
};
use rest::Answer;
use serde_json::Value;

use crate::DiscourseRemote;
use crate::convert::{self, VERSION};
use crate::dto::{Post, Revision};
use crate::tags::tag_name;

/// So long after a version its author's edits make none of their own (contract 6): what slipped in may have raised no number.
const GRACE: TimeDelta = TimeDelta::minutes(5);

/// Most revisions that are looked through.
const MOST_REVISIONS: usize = 10;

/// What is told where the history says that there was a text, and does not show it.
const NOT_SHOWN: &str = "Somebody wrote there at the same moment. The forum replaced their text and does not show it: look at its history there.";

/// The version of the post that holds an object's text. Numbers are compared for how far they moved, never for which is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    number: i64,
    at: Option<DateTime<Utc>>,
}

impl Version {
    fn of(fact: Option<&String>) -> Option<Self> {
        let (number, at) = fact?.split_once('|')?;
        Some(Self { number: number.parse().ok()?, at: convert::time(Some(at)) })
    }
}

/// What the answers of an edit's writes said.
#[derive(Debug, Default)]
pub(crate) struct Written {
    raw: Option<String>,
    title: Option<String>,
    /// The version of the post after its text was written.
    version: Option<i64>,
    /// Whether it was made a wiki, or no wiki, which is a version, too.
    wiki: bool,
}

impl Written {
    pub(crate) fn of(changed: &Changed) -> Self {
        Self { wiki: changed.fields.contains(field::WIKI), ..Self::default() }
    }

    pub(crate) fn note_text(&mut self, answer: &Answer) {
        if let Ok(said) = answer.json::<Value>() {
            self.raw = said["post"]["raw"].as_str().map(str::to_owned);
            self.version = said["post"]["version"].as_i64();
        }
    }

    pub(crate) fn note_topic(&mut self, answer: &Answer) {
        if let Ok(said) = answer.json::<Value>() {
            self.title = said["basic_topic"]["title"].as_str().map(str::to_owned);
        }
    }
}

impl DiscourseRemote {
    /// The version that an edit starts from; nothing where the object is gone.
    pub(crate) async fn version_before(&self, remote: &RemoteRef, base: &Base) -> Result<Option<Version>, RemoteError> {
        if let Some(known) = Version::of(base.facts.get(VERSION)) {
            return Ok(Some(known));
        }
        let there = self.object(remote, Token::default()).await?;
        Ok(there.and_then(|there| Version::of(there.facts.get(VERSION))))
    }

    /// Reads back what came of an edit, and says whose text is there now.
    pub(crate) async fn edited(
        &self,
        remote: &RemoteRef,
        (changed, base, content): (&Changed, &Base, &Content),
        before: Version,
        written: &Written,
    ) -> Result<Sent, RemoteError> {
        let there = self.object(remote, Token::default()).await.map_err(RemoteError::maybe_done)?;
        let Some(mut there) = there else {
            let words = "the forum does not show what was sent";
            return Err(RemoteError::new(RemoteErrorKind::NotFound, words).maybe_done());
        };
        let is_other = |said: &Option<String>, now: &str| said.as_ref().is_some_and(|said| said != now);
        if is_other(&written.raw, &there.returned_body) || is_other(&written.title, &there.content.title) {
            return Ok(Sent::Overtaken(Box::new(there)));
        }
        let after = Version::of(there.facts.get(VERSION)).unwrap_or(before);
        let text = written.version.unwrap_or(before.number);
        let jumped = text - before.number > 1 || after.number - text > 1 + i64::from(written.wiki);
        let lately = before.at.is_some_and(|at| self.server_now() - at <= GRACE);
        if !(jumped || lately && after.number > before.number) {
            return Ok(Sent::Done { object: Box::new(there), overwritten: None });
        }
        // The write is done: that its history could not be read must not make it look undone.
        let overwritten = match self.slipped_in(&there, (changed, base, content), after.number - before.number).await {
            Ok(SlippedIn::Nothing) => None,
            Ok(SlippedIn::Last) => return Ok(Sent::Overtaken(Box::new(there))),
            Ok(SlippedIn::Before(theirs)) => Some(theirs),
            Err(error) => {
                tracing::info!(words = %error.words, "the forum does not show the history of a post");
                if jumped {
                    there.facts.insert(fact::TOLD.to_owned(), NOT_SHOWN.to_owned());
                }
                None
            }
        };
        Ok(Sent::Done { object: Box::new(there), overwritten })
    }

    /// Looks through the newest revisions for the last one by somebody else, `moved` versions back and one more.
    async fn slipped_in(
        &self,
        there: &RemoteObject,
        (changed, base, content): (&Changed, &Base, &Content),
        moved: i64,
    ) -> Result<SlippedIn, RemoteError> {
        let Some(post) = self.body_post(&there.remote, base).await? else { return Ok(SlippedIn::Nothing) };
        let me = self.myself().await?.username;
        let revision = async |which: String| -> Result<Revision, RemoteError> {
            self.client.get(&format!("posts/{post}/revisions/{which}.json")).await
        };
        let newest = revision("latest".to_owned()).await?;
        let last = newest.current_revision;
        let mut theirs = newest;
        for _ in 0..MOST_REVISIONS {
            if !theirs.username.eq_ignore_ascii_case(&me) {
                break;
            }
            match theirs.previous_revision {
                Some(earlier) if earlier >= last - moved => theirs = revision(earlier.to_string()).await?,
                _ => return Ok(SlippedIn::Nothing),
            }
        }
        if theirs.current_revision == last {
            return Ok(if is_lost(&theirs, changed, content, &there.content) {
                SlippedIn::Last
            } else {
                SlippedIn::Nothing
            });
        }
        let mut object = there.clone();
        if changed.body {
            object.content.body = self.text_after(&post, theirs.current_revision, last, &there.returned_body).await?;
            object.returned_body.clone_from(&object.content.body);
        }
        if changed.title {
            object.content.title = theirs.title_since().unwrap_or_else(|| base.content.title.clone());
        }
        for name in [field::TAGS, field::CATEGORY].into_iter().filter(|name| changed.fields.contains(*name)) {
            let value = match name {
                field::TAGS => theirs.tags_changes.as_ref().map(|both| tags(&both.current)),
                _ => theirs.category_id_changes.as_ref().and_then(|both| both.current.as_i64()).map(category),
            };
            match value.or_else(|| base.content.fields.get(name).cloned()) {
                Some(value) => object.content.fields.insert(name.to_owned(), value),
                None => object.content.fields.remove(name),
            };
        }
        let replaced = object.content.changed_since(&base.content);
        let of_what_was_sent = (replaced.body && changed.body)
            || (replaced.title && changed.title)
            || replaced.fields.iter().any(|name| changed.fields.contains(name));
        object.changed_by = Some(theirs.display_username.unwrap_or(theirs.username));
        Ok(if of_what_was_sent { SlippedIn::Before(Box::new(object)) } else { SlippedIn::Nothing })
    }

    /// The text as a revision left it: what the next one that changed the text had found. A post asked for as of a version has the text of
    /// then only where the revision behind that version changed it.
    async fn text_after(&self, post: &str, revision: i64, last: i64, now: &str) -> Result<String, RemoteError> {
        for version in revision..last {
            let then: Post = self.client.get(&format!("posts/{post}.json?version={version}")).await?;
            if let Some(raw) = then.raw.filter(|raw| raw != now) {
                return Ok(raw);
            }
        }
        Ok(now.to_owned())
    }
}

enum SlippedIn {
    Nothing,
    /// Theirs is there, over ours.
    Last,
    /// Ours is there, over theirs.
    Before(Box<RemoteObject>),
}

/// Whether a revision by somebody else took away tags or the category that were just written: of these no answer tells.
fn is_lost(theirs: &Revision, changed: &Changed, mine: &Content, there: &Content) -> bool {
    let parts = [(field::TAGS, theirs.tags_changes.is_some()), (field::CATEGORY, theirs.category_id_changes.is_some())];
    parts.into_iter().any(|(name, touched)| {
        touched && changed.fields.contains(name) && mine.fields.get(name) != there.fields.get(name)
    })
}

fn tags(names: &Value) -> FieldValue {
    FieldValue::Set(names.as_array().into_iter().flatten().map(tag_name).collect())
}

fn category(id: i64) -> FieldValue {
    FieldValue::Text(id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_was_kept_of_it() {
        let fact = |text: &str| Version::of(Some(&text.to_owned()));
        assert_eq!(fact("6|2026-11-24T07:37:24.819Z").map(|version| version.number), Some(6));
        assert_eq!(fact("6|").map(|version| (version.number, version.at)), Some((6, None)));
        assert_eq!((fact("six|"), fact(""), Version::of(None)), (None, None, None));
    }

    #[test]
    fn a_title_is_read_out_of_the_two_columns_of_a_revision() {
        let of = |columns: &str| {
            let json = serde_json::json!({
                "current_revision": 3, "previous_revision": 2, "username": "tom", "title_changes": { "side_by_side": columns },
            });
            serde_json::from_value::<Revision>(json).ok().and_then(|revision| revision.title_since())
        };
        // As recorded (post/revisions_latest).
        let both = "<div class=\"revision-content\"><div>How to install the widget on <del>Linux</del></div></div>\
            <div class=\"revision-content\"><div>How to install the widget on <ins>Linux </ins><ins>systems</ins></div></div>";
        assert_eq!(of(both).as_deref(), Some("How to install the widget on Linux systems"));
        let escaped = "<div class=\"revision-content\"><div>A</div></div><div class=\"revision-content\"><div>Sand &amp; <ins>&lt;mud&gt; isn&#39;t</ins></div></div>";
        assert_eq!(of(escaped).as_deref(), Some("Sand & <mud> isn't"));
        assert_eq!(of("<div>one column</div>"), None);
    }
}
