//! The engine's questions, each handed to the file that answers it.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    Asset, Base, Change, Content, Cursor, FieldValue, Found, Guard, Identity, Kind, Known, Page, Reading, Remote,
    RemoteError, RemoteErrorKind, RemoteId, RemoteRef, RemoteSpace, Sent, SiteKind, Token, Traffic, canonical, fact,
    field,
};

use crate::dto::{BasicInfo, Post, Session, Site};
use crate::errors::from_failure;
use crate::feed::Feed;
use crate::memory::Me;
use crate::sign_in::READ_ONLY_KEY;
use crate::{DiscourseRemote, convert, news, pull};

/// What of a topic is compared besides title and text.
const TOPIC_FIELDS: [&str; 7] =
    [field::TAGS, field::CATEGORY, field::CLOSED, field::ARCHIVED, field::VISIBLE, field::PINNED, field::WIKI];

/// Largest image that is fetched.
const LARGEST: usize = 20 * 1024 * 1024;

#[async_trait]
impl Remote for DiscourseRemote {
    fn site(&self) -> SiteKind {
        SiteKind::Discourse
    }

    async fn identify(&self) -> Result<Identity, RemoteError> {
        let answer = self.client.ask("session/current.json").await?;
        // Nobody is logged in: 404 with an empty body; a dead key: 403 `invalid_access` (contract 1.2, 1.3).
        if answer.status == 404 && answer.bytes().is_empty() || answer.status == 403 && !answer.is_page() {
            return Err(RemoteError::new(RemoteErrorKind::SignIn, "the forum does not accept this key"));
        }
        let session: Session = crate::client::read(&answer).map_err(|error| match error.kind {
            RemoteErrorKind::NotFound | RemoteErrorKind::Malformed => {
                RemoteError { kind: RemoteErrorKind::WrongSite, ..error }
            }
            _ => error,
        })?;
        let notifications = session.current_user.unread();
        let me = Me::from(session.current_user);
        let staff = me.staff;
        let site_name = match self.site_title().await {
            Ok(title) => title,
            Err(error) if error.concerns_the_site() => return Err(error),
            Err(_) => String::new(),
        };
        self.memory.with(|learnt| learnt.me = Some(me.clone()));
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.feed.lock().unwrap_or_else(PoisonError::into_inner) = Feed::default();
        *self.vouched.lock().unwrap_or_else(PoisonError::into_inner) = Some((self.now)());
        Ok(Identity {
            user: RemoteId::from(me.id),
            user_name: me.username,
            notifications: Some(notifications),
            site_name,
            clock_offset_seconds: self.client.http().clock_offset_seconds(),
            read_only: match answer.header("discourse-readonly") {
                // It says the same where only staff may write (contract 1.4): whether it takes a change of theirs shows when one is sent.
                Some(_) if !staff => Some("The forum takes no changes now.".to_owned()),
                _ => self.read_only_key.then(|| READ_ONLY_KEY.to_owned()),
            },
        })
    }

    async fn spaces(&self) -> Result<Vec<RemoteSpace>, RemoteError> {
        let site: Site = self.client.get("site.json").await?;
        self.note_paths(&site);
        let names = site.categories.iter().map(|category| (category.id, category.name.as_str())).collect();
        let categories = site.categories.iter().map(|category| convert::space(category, &names));
        Ok(categories.chain([convert::messages()]).collect())
    }

    fn note_known(&self, spaces: &[(RemoteId, Vec<Known>)]) {
        self.choose_rereads(spaces);
    }

    async fn begin_pull(&self, space: &RemoteId, known: &[Known]) -> Result<Vec<Cursor>, RemoteError> {
        Ok(if self.knows_whole(space, known) { news::starts() } else { pull::starts(space) })
    }

    async fn pull(&self, space: &RemoteId, cursor: &Cursor, known: &[Known]) -> Result<Page, RemoteError> {
        self.pull_page(space, cursor, known).await
    }

    async fn read(&self, _: &RemoteId, remote: &RemoteRef) -> Result<Reading, RemoteError> {
        match self.object(remote, Token::default()).await {
            // Staff is shown the posts of a deleted topic one by one: with it they are gone all the same.
            Ok(Some(object)) => match object.parent.as_ref().filter(|parent| parent.kind == Kind::Topic) {
                Some(topic) if self.topic(&topic.id.0).await?.is_none() => self.vouch().await.map(|()| Reading::Gone),
                _ => Ok(Reading::Here(Box::new(object))),
            },
            // A topic that one may not see answers 404 as well: only an account that still works makes it a witness (contract 1.3).
            Ok(None) => self.vouch().await.map(|()| Reading::Gone),
            Err(error) if error.kind == RemoteErrorKind::Forbidden => Ok(Reading::Hidden(error.words)),
            Err(error) => Err(error),
        }
    }

    async fn guard(&self, _: &RemoteId, remote: &RemoteRef, base: &Base) -> Result<Guard, RemoteError> {
        let Some(object) = self.object(remote, base.token.clone()).await? else { return Ok(Guard::Gone) };
        if self.canonical(remote.kind, &object.content) == self.canonical(remote.kind, &base.content) {
            return Ok(Guard::Unchanged);
        }
        Ok(Guard::Changed(Box::new(object)))
    }

    async fn bring_back(&self, _: &RemoteId, remote: &RemoteRef) -> Result<Option<domain::RemoteObject>, RemoteError> {
        self.recover(remote).await
    }

    async fn send(&self, space: &RemoteId, change: &Change) -> Result<Sent, RemoteError> {
        self.carry_out(space, change).await
    }

    async fn find(&self, _: &RemoteId, change: &Change, mapped: &BTreeSet<RemoteRef>) -> Result<Found, RemoteError> {
        self.look_for(change, mapped).await
    }

    fn canonical(&self, kind: Kind, content: &Content) -> Content {
        let mut form = Content::new("", canonical::discourse::canonical(&content.body));
        if kind == Kind::Topic {
            form.title = canonical::discourse::prettify_title(&content.title);
        }
        // A text written here has no flags of a post yet.
        for name in [field::WIKI, field::DELETED].into_iter().filter(|_| kind == Kind::Post) {
            form.fields.insert(name.to_owned(), FieldValue::Flag(content.flag(name).unwrap_or(false)));
        }
        for name in TOPIC_FIELDS.into_iter().filter(|_| kind == Kind::Topic) {
            if let Some(value) = content.fields.get(name) {
                form.fields.insert(name.to_owned(), value.clone());
            }
        }
        form
    }

    async fn asset(&self, _: &RemoteId, address: &str) -> Result<Asset, RemoteError> {
        let path = match address.strip_prefix("upload://") {
            Some(short) => format!("uploads/short-url/{short}"),
            None => address.to_owned(),
        };
        let file = self.client.http().download(&path, LARGEST).await.map_err(from_failure)?;
        if !(200..300).contains(&file.status) {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "the forum does not have this image"));
        }
        Ok(Asset { content_type: file.content_type, bytes: file.bytes })
    }

    async fn upload(&self, _: &RemoteId, upload: &domain::Upload) -> Result<domain::Uploaded, RemoteError> {
        self.put_upload(upload).await
    }

    fn traffic(&self) -> Traffic {
        let rest::Traffic { requests, writes, bytes_in, bytes_out, waited_millis } = self.client.http().traffic();
        Traffic { requests, writes, bytes_in, bytes_out, waited_millis }
    }

    fn waits_for(&self) -> Option<std::time::Duration> {
        self.client.http().waits_for()
    }
}

impl DiscourseRemote {
    async fn site_title(&self) -> Result<String, RemoteError> {
        if let Some(title) = self.memory.with(|learnt| learnt.title.clone()) {
            return Ok(title);
        }
        let info: BasicInfo = self.client.get("site/basic-info.json").await?;
        let title = info.title.unwrap_or_default();
        self.memory.with(|learnt| learnt.title = Some(title.clone()));
        Ok(title)
    }

    /// Makes sure that the key still works; asked again only after a minute.
    async fn vouch(&self) -> Result<(), RemoteError> {
        let vouched = *self.vouched.lock().unwrap_or_else(PoisonError::into_inner);
        if vouched.is_some_and(|at| ((self.now)() - at).abs() < TimeDelta::minutes(1)) {
            return Ok(());
        }
        self.identify().await.map(|_| ())
    }

    /// Who the key speaks for; asked where nothing told it yet.
    pub(crate) async fn myself(&self) -> Result<Me, RemoteError> {
        if let Some(me) = self.memory.me() {
            return Ok(me);
        }
        self.identify().await?;
        self.memory.me().ok_or_else(|| RemoteError::new(RemoteErrorKind::SignIn, "the forum does not say who you are"))
    }

    /// One object as it is now; `None` where it is gone or hidden, `Forbidden` where it is there and its text is withheld.
    pub(crate) async fn object(
        &self,
        remote: &RemoteRef,
        token: Token,
    ) -> Result<Option<domain::RemoteObject>, RemoteError> {
        let origin = self.client.http().origin();
        if remote.kind == Kind::Topic {
            let Some(topic) = self.topic(&remote.id.0).await? else { return Ok(None) };
            return convert::topic(&topic, token, &origin).ok_or_else(withheld).map(Some);
        }
        let post: Option<Post> = self.client.find(&format!("posts/{}.json", remote.id)).await?;
        let Some(post) = post.filter(|post| post.deleted_at.is_none()) else { return Ok(None) };
        if post.raw.is_none() && post.action_code.is_none() {
            return Err(withheld());
        }
        Ok(convert::post(None, &post, &origin))
    }

    /// The id of the post that holds an object's body; `None` where its topic is gone.
    pub(crate) async fn body_post(&self, remote: &RemoteRef, base: &Base) -> Result<Option<String>, RemoteError> {
        if remote.kind != Kind::Topic {
            return Ok(Some(remote.id.0.clone()));
        }
        if let Some(first) = base.facts.get(fact::FIRST_POST) {
            return Ok(Some(first.clone()));
        }
        let topic = self.object(remote, Token::default()).await?;
        Ok(topic.and_then(|topic| topic.facts.get(fact::FIRST_POST).cloned()))
    }
}

fn withheld() -> RemoteError {
    RemoteError::new(RemoteErrorKind::Forbidden, "The forum does not show its text.")
}
