//! Writing: what a change comes to on a forum, step by step. Every edit carries the text, title or tags that it started from.

use domain::{
    Base, Change, Changed, Content, Kind, Operation, RemoteError, RemoteErrorKind, RemoteId, RemoteObject, RemoteRef,
    Sent, Token, field,
};
use rest::Answer;
use serde_json::{Value, json};

use crate::client::read;
use crate::convert::{self, MESSAGES};
use crate::dto::Created;
use crate::errors::from_answer;
use crate::memory::TagShape;
use crate::same_moment::Written;
use crate::tags::{all_dropped, tags_of};
use crate::{DiscourseRemote, settings::Sending};

/// What a first post "typed faster than 3 s" would be queued or silenced for (contract 5.1).
const TYPING_MILLIS: u32 = 5000;

pub(crate) const QUEUED: &str = "Sent. A moderator of the forum has to approve it.";

impl DiscourseRemote {
    pub(crate) async fn carry_out(&self, space: &RemoteId, change: &Change) -> Result<Sent, RemoteError> {
        match &change.operation {
            Operation::Create { kind, parent } => {
                let private = space.0 == MESSAGES;
                let topic = *kind == Kind::Topic;
                self.check(
                    *kind,
                    &change.content,
                    Sending { title: topic, body: true, tags: topic && !private, private },
                )
                .await?;
                self.not_barred(*kind)?;
                let sent = self.create(space, *kind, parent.as_ref(), change).await;
                self.note_barred(*kind, &sent);
                sent
            }
            Operation::Update { remote, changed, base } => {
                let sending = Sending {
                    title: changed.title,
                    body: changed.body,
                    tags: changed.fields.contains(field::TAGS),
                    private: base.facts.get(domain::fact::SPACE).is_some_and(|space| space == MESSAGES),
                };
                self.check(remote.kind, &change.content, sending).await?;
                self.update(remote, changed, base, &change.content).await
            }
            Operation::Delete { remote, base } => self.delete(remote, base).await,
        }
    }

    /// Refuses what the forum's own settings say that it would refuse, before it is asked.
    async fn check(&self, kind: Kind, content: &Content, sending: Sending) -> Result<(), RemoteError> {
        if !sending.title && !sending.body && !sending.tags {
            return Ok(());
        }
        let me = self.myself().await?;
        let problems = self.settings().await?.problems(kind, content, sending, &me);
        if problems.is_empty() { Ok(()) } else { Err(RemoteError::new(RemoteErrorKind::Refused, problems.join(" "))) }
    }

    /// Refuses a create at once while a limit is known to hold: the forum need not be asked for each of many.
    fn not_barred(&self, kind: Kind) -> Result<(), RemoteError> {
        let barred = self.memory.with(|learnt| learnt.barred.get(kind.name()).cloned());
        let Some((until, words)) = barred else { return Ok(()) };
        match (until - (self.now)()).num_seconds() {
            left @ 1.. => Err(RemoteError::new(RemoteErrorKind::Later(left.unsigned_abs()), words)),
            _ => Ok(()),
        }
    }

    fn note_barred(&self, kind: Kind, sent: &Result<Sent, RemoteError>) {
        let Err(RemoteError { kind: RemoteErrorKind::Later(seconds), words, .. }) = sent else { return };
        let until = (self.now)() + chrono::TimeDelta::seconds(i64::try_from(*seconds).unwrap_or(0));
        self.memory.with(|learnt| learnt.barred.insert(kind.name(), (until, words.clone())));
    }

    async fn create(
        &self,
        space: &RemoteId,
        kind: Kind,
        parent: Option<&RemoteRef>,
        change: &Change,
    ) -> Result<Sent, RemoteError> {
        let mut body = json!({
            "raw": change.content.body,
            "nested_post": true,
            "draft_key": draft_key(&change.witness),
            "typing_duration_msecs": TYPING_MILLIS,
            "composer_open_duration_msecs": TYPING_MILLIS + 3000,
        });
        match (kind, parent) {
            (Kind::Topic, _) => self.describe_topic(&mut body, space, change).await?,
            (_, Some(topic)) => {
                body["topic_id"] = Value::from(topic.id.0.parse::<i64>().unwrap_or_default());
                if let Some(number) = change.content.number(field::REPLY_TO) {
                    body["reply_to_post_number"] = Value::from(number);
                }
            }
            (_, None) => return Err(RemoteError::new(RemoteErrorKind::Refused, "a reply needs its topic")),
        }
        let answer = self.client.write(self.client.http().post("posts.json"), &body).await?;
        let created: Created = read(&answer)?;
        if created.action == "enqueued" {
            return Ok(Sent::Queued(QUEUED.to_owned()));
        }
        let post = created
            .post
            .ok_or_else(|| RemoteError::new(RemoteErrorKind::Malformed, "the forum named no new post").maybe_done())?;
        let remote = match kind {
            Kind::Topic => RemoteRef::new(Kind::Topic, post.topic_id),
            _ => RemoteRef::new(Kind::Post, post.id),
        };
        let sent = self.done(&remote).await?;
        self.tag_again(sent, &change.content).await
    }

    async fn describe_topic(&self, body: &mut Value, space: &RemoteId, change: &Change) -> Result<(), RemoteError> {
        body["title"] = Value::from(change.content.title.clone());
        if self.admin_key {
            body["external_id"] = Value::from(external_id(&change.witness));
        }
        if space.0 == MESSAGES {
            let Some(domain::FieldValue::Set(names)) = change.content.fields.get(field::RECIPIENTS) else {
                return Err(RemoteError::new(RemoteErrorKind::Refused, "A message needs somebody to go to."));
            };
            body["archetype"] = Value::from("private_message");
            body["target_recipients"] = Value::from(names.iter().cloned().collect::<Vec<_>>().join(","));
            return Ok(());
        }
        body["category"] = Value::from(space.0.parse::<i64>().unwrap_or_default());
        let tags = tags_of(&change.content);
        if !tags.is_empty() {
            body["tags"] = self.tags_to_send(self.tag_shape().await?, &tags);
        }
        Ok(())
    }

    /// A forum that shows no tag anywhere tells its shape of them only by dropping the wrong one: then the other is tried.
    async fn tag_again(&self, sent: Sent, wanted: &Content) -> Result<Sent, RemoteError> {
        let tags = tags_of(wanted);
        let Sent::Done { object, .. } = &sent else { return Ok(sent) };
        let unknown = self.memory.with(|learnt| learnt.tag_shape) == TagShape::Unknown;
        if object.remote.kind != Kind::Topic || !unknown || !all_dropped(&tags, &object.content) {
            return Ok(sent);
        }
        let body = json!({ "tags": self.tags_to_send(TagShape::Objects, &tags) });
        let path = format!("t/-/{}.json", object.remote.id);
        match self.client.write(self.client.http().put(&path), &body).await {
            Ok(answer) if answer.is_success() => self.done(&object.remote.clone()).await,
            // An old forum answers 500 to objects: the topic is there all the same, and its tags are named as not taken.
            Ok(_) | Err(_) => Ok(sent),
        }
    }

    async fn update(
        &self,
        remote: &RemoteRef,
        changed: &Changed,
        base: &Base,
        content: &Content,
    ) -> Result<Sent, RemoteError> {
        let Some(before) = self.version_before(remote, base).await? else { return Ok(Sent::Gone) };
        let mut written = Written::of(changed);
        // What opens a topic or a post comes before the edits, what shuts it after them.
        for on in [false, true] {
            if on && let Some(end) = self.edit(remote, changed, base, content, &mut written).await? {
                return Ok(end);
            }
            for step in self.steps(remote, changed, base, content, on).await? {
                let answer = self.client.write(self.client.http().put(&step.path).any_content(), &step.body).await?;
                if let Some(end) = self.ended(remote, &answer).await? {
                    return Ok(end);
                }
            }
        }
        self.edited(remote, (changed, base, content), before, &written).await
    }

    /// Text, title, category and tags. `None` where all arrived.
    async fn edit(
        &self,
        remote: &RemoteRef,
        changed: &Changed,
        base: &Base,
        content: &Content,
        written: &mut Written,
    ) -> Result<Option<Sent>, RemoteError> {
        if changed.body {
            let Some(post) = self.body_post(remote, base).await? else { return Ok(Some(Sent::Gone)) };
            let body = self.text_change(base, content).await?;
            let answer = self.client.write(self.client.http().put(&format!("posts/{post}.json")), &body).await?;
            if answer.status == 409 {
                // Also the answer to our own edit sent again after its answer was lost (contract 5.4): then the rest is still due.
                let Some(there) = self.object(remote, Token::default()).await? else { return Ok(Some(Sent::Gone)) };
                if there.content.body != domain::canonical::discourse::normalise_raw(&content.body) {
                    return Ok(Some(Sent::Overtaken(Box::new(there))));
                }
            } else if let Some(end) = self.ended(remote, &answer).await? {
                return Ok(Some(end));
            } else {
                written.note_text(&answer);
            }
        }
        let Some(body) = self.topic_change(remote, changed, base, content).await? else { return Ok(None) };
        let answer = self.client.write(self.client.http().put(&format!("t/-/{}.json", remote.id)), &body).await?;
        if answer.status != 409 {
            written.note_topic(&answer);
            return self.ended(remote, &answer).await;
        }
        let Some(there) = self.object(remote, Token::default()).await? else { return Ok(Some(Sent::Gone)) };
        Ok((!has_arrived(&there, changed, content)).then(|| Sent::Overtaken(Box::new(there))))
    }

    /// Whether an answer ends the write: an object that is gone, or a refusal. An edit of what is gone answers 403 as well as 404.
    async fn ended(&self, remote: &RemoteRef, answer: &Answer) -> Result<Option<Sent>, RemoteError> {
        if answer.is_success() {
            return Ok(None);
        }
        if is_gone(answer) {
            return Ok(Some(Sent::Gone));
        }
        let refusal = from_answer(answer);
        if refusal.kind == RemoteErrorKind::Forbidden && matches!(self.object(remote, Token::default()).await, Ok(None))
        {
            return Ok(Some(Sent::Gone));
        }
        Err(refusal)
    }

    async fn delete(&self, remote: &RemoteRef, base: &Base) -> Result<Sent, RemoteError> {
        let before = self.object(remote, base.token.clone()).await?;
        let Some(before) = before.filter(|object| !convert::is_stub(object)) else { return Ok(Sent::Gone) };
        let path = match remote.kind {
            Kind::Topic => format!("t/{}.json", remote.id),
            _ => format!("posts/{}.json", remote.id),
        };
        let answer =
            self.client.http().delete(&path).any_content().send().await.map_err(crate::errors::from_write_failure)?;
        if let Some(end) = self.ended(remote, &answer).await? {
            return Ok(end);
        }
        Ok(Sent::Done { object: Box::new(before), overwritten: None })
    }

    /// Reads back what the forum made of a write.
    async fn done(&self, remote: &RemoteRef) -> Result<Sent, RemoteError> {
        let object: Option<RemoteObject> =
            self.object(remote, Token::default()).await.map_err(RemoteError::maybe_done)?;
        match object {
            Some(object) => Ok(Sent::Done { object: Box::new(object), overwritten: None }),
            None => {
                Err(RemoteError::new(RemoteErrorKind::NotFound, "the forum does not show what was sent").maybe_done())
            }
        }
    }
}

/// Whether an answer says that its object is not there. A proxy's page says nothing of the forum.
fn is_gone(answer: &Answer) -> bool {
    matches!(answer.status, 404 | 410) && !answer.is_page()
}

/// Whether a topic has what a refused change was to give it: then it was our own, sent twice.
fn has_arrived(there: &RemoteObject, changed: &Changed, mine: &Content) -> bool {
    let title = !changed.title || there.content.title == domain::canonical::discourse::prettify_title(&mine.title);
    let fields = [field::TAGS, field::CATEGORY].into_iter().filter(|name| changed.fields.contains(*name));
    title && fields.into_iter().all(|name| there.content.fields.get(name) == mine.fields.get(name))
}

/// A private key: it leaves the person's own draft on the forum alone, and its sequence tells whether a create arrived (contract 7.2).
pub(crate) fn draft_key(witness: &str) -> String {
    format!("new_topic_{witness}")
}

/// Letters, digits, `_` and `-`, 50 at most (contract 7.1).
pub(crate) fn external_id(witness: &str) -> String {
    witness.chars().filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')).take(50).collect()
}
