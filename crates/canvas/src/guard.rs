//! What is there now, read one by one: before a write, and to witness a delete.

use domain::fields::Editing;
use domain::{
    Base, Content, Guard, Kind, Reading, RemoteError, RemoteErrorKind, RemoteId, RemoteObject, RemoteRef, field,
};
use tokio::time::Instant;

use crate::connect::CanvasRemote;
use crate::convert;
use crate::dto::{Quiz, Revision, Topic};

/// How often a replica that shows something old is asked again (contract 1.5).
pub(crate) const LAG_TRIES: u32 = 2;

/// An object that may have turned out to be gone or hidden.
pub(crate) enum There<T> {
    Here(T),
    Gone,
    Hidden(RemoteError),
}

impl CanvasRemote {
    /// An object by itself.
    pub(crate) async fn read_object(&self, space: &RemoteId, remote: &RemoteRef) -> Result<Reading, RemoteError> {
        Ok(match self.there(space, remote).await? {
            There::Here(object) => Reading::Here(Box::new(object)),
            There::Gone => Reading::Gone,
            There::Hidden(error) => Reading::Hidden(error.words),
        })
    }

    /// An object by itself; a missing one is gone only if its course answers, and only if it is too old to be missing from a replica alone.
    pub(crate) async fn there(&self, space: &RemoteId, remote: &RemoteRef) -> Result<There<RemoteObject>, RemoteError> {
        let mut tries = 0;
        loop {
            let there = self.there_now(space, remote).await?;
            let wait = match &there {
                There::Gone => self.ages.wait(&remote.id, self.lag, Instant::now()),
                // The list has it and its own address does not know it.
                There::Hidden(error) if error.kind == RemoteErrorKind::NotFound => Some(self.lag),
                There::Here(_) | There::Hidden(_) => None,
            };
            let Some(wait) = wait.filter(|_| tries < LAG_TRIES) else { return Ok(there) };
            tries += 1;
            self.client.http().wait(wait).await.map_err(crate::errors::from_failure)?;
        }
    }

    async fn there_now(&self, space: &RemoteId, remote: &RemoteRef) -> Result<There<RemoteObject>, RemoteError> {
        let origin = self.client.origin();
        let object = match remote.kind {
            Kind::Page => self.client.page(space, &remote.id).await.map(|page| convert::page(page, &origin, None)),
            Kind::Assignment => {
                let found = self.client.show(space, remote.kind, &remote.id).await;
                found.map(|found| convert::assignment(found, None, &origin))
            }
            Kind::Quiz => {
                let quiz = self.client.show::<Quiz>(space, remote.kind, &remote.id).await;
                quiz.map(|quiz| convert::quiz(quiz, &origin))
            }
            Kind::Syllabus => {
                let course = self.client.course(space).await;
                course.map(|course| convert::syllabus(course, &origin, self.client.now()))
            }
            Kind::Discussion | Kind::Announcement => {
                let topic = self.client.show::<Topic>(space, remote.kind, &remote.id).await;
                topic.map(|topic| convert::topic(topic, &origin, remote.kind == Kind::Announcement))
            }
            Kind::Module | Kind::ModuleItem => return self.in_modules(space, remote).await,
            Kind::Reply => return self.reply_there(space, remote).await,
            _ => Err(RemoteError::new(RemoteErrorKind::NotFound, "this kind is not read from Canvas")),
        };
        match object {
            Ok(object) => Ok(There::Here(object)),
            Err(error) => self.missing(space, remote, error).await,
        }
    }

    /// What a refusal to show an object means.
    pub(crate) async fn missing<T>(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
        error: RemoteError,
    ) -> Result<There<T>, RemoteError> {
        match (error.kind, remote.kind) {
            // Deleted and hidden pages both answer 403 to their id; the list tells them apart, and is the container's answer.
            (RemoteErrorKind::Forbidden | RemoteErrorKind::NotFound, Kind::Page) => {
                match self.client.lists_page(space, &remote.id).await {
                    // Who does not teach sees no drafts: a page that was withdrawn is missing from their list too.
                    Ok(false) if self.teaches(space).await? => Ok(There::Gone),
                    Ok(_) => Ok(There::Hidden(error)),
                    Err(list) if list.kind == RemoteErrorKind::Forbidden || list.kind == RemoteErrorKind::NotFound => {
                        Ok(There::Hidden(error))
                    }
                    Err(list) => Err(list),
                }
            }
            (RemoteErrorKind::NotFound, kind) => {
                let container = crate::client::collection(space, kind)?;
                match self.client.list::<serde_json::Value>(&format!("{container}?per_page=1")).await {
                    Ok(_) => Ok(There::Gone),
                    Err(list) if list.kind == RemoteErrorKind::Forbidden || list.kind == RemoteErrorKind::NotFound => {
                        Ok(There::Hidden(error))
                    }
                    Err(list) => Err(list),
                }
            }
            (RemoteErrorKind::Forbidden, _) => Ok(There::Hidden(error)),
            _ => Err(error),
        }
    }

    async fn teaches(&self, space: &RemoteId) -> Result<bool, RemoteError> {
        let course = self.client.course(space).await?;
        Ok(convert::space(course, self.client.now())
            .is_some_and(|space| space.read_only.as_deref() != Some(convert::ROLE)))
    }

    /// A module or item, out of the course's whole tree: one request tells all of it.
    async fn in_modules(&self, space: &RemoteId, remote: &RemoteRef) -> Result<There<RemoteObject>, RemoteError> {
        let mut ways =
            vec![domain::Cursor { list: "modules".to_owned(), at: crate::pull::first(space, Kind::Module)? }];
        while let Some(way) = ways.pop() {
            let page = crate::pull::pull(self, space, &way, &[]).await?;
            if let Some(object) = page.objects.into_iter().find(|object| object.remote == *remote) {
                return Ok(There::Here(object));
            }
            ways.extend(page.more);
        }
        Ok(There::Gone)
    }

    /// Whether an object changed since its base.
    pub(crate) async fn look(&self, space: &RemoteId, remote: &RemoteRef, base: &Base) -> Result<Guard, RemoteError> {
        let object = if remote.kind == Kind::Page {
            let top = match self.newest_revision(space, remote).await? {
                There::Here(top) => top,
                There::Gone => return Ok(Guard::Gone),
                There::Hidden(error) => return Err(error),
            };
            if convert::read_page_token(&base.token).0 == Some(top.revision_id) {
                return Ok(Guard::Unchanged);
            }
            self.page_at(space, remote, &top).await?
        } else {
            match self.there(space, remote).await? {
                There::Here(mut object) if remote.kind == Kind::Reply => {
                    Self::put_under(&mut object, base)?;
                    There::Here(object)
                }
                there => there,
            }
        };
        match object {
            There::Here(object) if self.same(remote.kind, &object.content, &base.content) => Ok(Guard::Unchanged),
            There::Here(object) => Ok(Guard::Changed(Box::new(object))),
            There::Gone => Ok(Guard::Gone),
            There::Hidden(error) => Err(error),
        }
    }

    /// The newest revision's row, remembered for the write that follows.
    pub(crate) async fn newest_revision(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
    ) -> Result<There<Revision>, RemoteError> {
        match self.client.revisions(space, &remote.id, 2).await {
            Ok(rows) => {
                let top = rows.into_iter().max_by_key(|row| row.revision_id);
                let top = top.ok_or_else(|| {
                    RemoteError::new(RemoteErrorKind::Malformed, "Canvas says that a page has no revision")
                })?;
                self.seen().insert((space.clone(), remote.id.clone()), top.revision_id);
                Ok(There::Here(top))
            }
            Err(error) => self.missing(space, remote, error).await,
        }
    }

    /// The page as it is in its newest revision. It is read from a replica, which may lag behind the revisions: then it is read again.
    async fn page_at(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
        top: &Revision,
    ) -> Result<There<RemoteObject>, RemoteError> {
        let mut tries = 0;
        loop {
            let mut there = self.there(space, remote).await?;
            let There::Here(object) = &mut there else { return Ok(there) };
            let behind = matches!((object.changed_at, top.updated_at), (Some(shown), Some(newest)) if shown < newest);
            if !behind {
                object.token = convert::page_token(Some(top.revision_id), object.changed_at);
                return Ok(there);
            }
            if tries == LAG_TRIES {
                let revision = self.client.revision(space, &remote.id, top.revision_id).await?;
                return Ok(There::Here(convert::page_revision(revision, object, &self.client.origin())));
            }
            tries += 1;
            self.client.http().wait(self.lag).await.map_err(crate::errors::from_failure)?;
        }
    }

    /// Whether two contents say the same. A place in a list is left out: it moves with every change beside it, and what is sent of it is the person's own.
    pub(crate) fn same(&self, kind: Kind, one: &Content, other: &Content) -> bool {
        let without_place = |content: &Content| {
            let mut form = self.form(kind, content);
            form.fields.remove(field::POSITION);
            form
        };
        without_place(one) == without_place(other)
    }

    /// The content as it is compared: the body without the site's decorations, and the fields that people set.
    pub(crate) fn form(&self, kind: Kind, content: &Content) -> Content {
        let body = if kind.is_document() {
            domain::canonical::canvas::canonical(&content.body, &self.client.origin())
        } else {
            String::new()
        };
        let mut fields = content.fields.clone();
        fields.retain(|name, _| {
            domain::fields::field_of(kind, name).is_some_and(|known| !matches!(known.editing, Editing::Shown(_)))
        });
        let mut title = content.title.clone();
        if kind == Kind::ModuleItem {
            // A page's item says its slug, which moves with the title; what an item shows never changes.
            fields.remove(field::ITEM_TARGET);
            if content.text(field::ITEM_TYPE).is_some_and(crate::modules::follows_content) {
                title.clear();
                fields.remove(field::PUBLISHED);
            }
        }
        Content { title, body, fields }
    }
}
