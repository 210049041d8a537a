//! A page's revisions around a write: what the write is counted from, and who came in between (contract 4.3).

use domain::{Base, Changed, Kind, RemoteError, RemoteId, RemoteObject, RemoteRef, Sent, field};

use crate::connect::CanvasRemote;
use crate::convert;
use crate::guard::{LAG_TRIES, There};

/// Most revisions that are read to tell whose is whose after a write.
const REVISIONS: u32 = 10;

/// Parts of a page that change without a revision, so that an equal number proves nothing of them (contract 3.2); on older sites its state is one.
const UNNUMBERED: [&str; 3] = [field::EDITING_ROLES, field::FRONT_PAGE, field::PUBLISHED];

impl CanvasRemote {
    /// The newest revision that this side knows of: the guard's, or one read now. A page that is not there must never be PUT to:
    /// Canvas would make a new one (contract 3.1).
    pub(crate) async fn revision_before(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
    ) -> Result<There<u64>, RemoteError> {
        let seen = self.seen().remove(&(space.clone(), remote.id.clone()));
        if let Some(number) = seen {
            return Ok(There::Here(number));
        }
        let there = self.newest_revision(space, remote).await?;
        self.seen().remove(&(space.clone(), remote.id.clone()));
        Ok(match there {
            There::Here(row) => There::Here(row.revision_id),
            There::Gone => There::Gone,
            There::Hidden(error) => There::Hidden(error),
        })
    }

    /// What is there instead, where somebody else has set a part since that is about to be written and that no revision tells of. It is read from
    /// a replica, so what looks different is looked at again before it counts.
    pub(crate) async fn set_otherwise(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
        changed: &Changed,
        base: &Base,
    ) -> Result<Option<Sent>, RemoteError> {
        let written: Vec<&str> = UNNUMBERED.into_iter().filter(|name| changed.fields.contains(*name)).collect();
        if written.is_empty() {
            return Ok(None);
        }
        let mut tries = 0;
        loop {
            let object = match self.there(space, remote).await? {
                There::Here(object) => object,
                There::Gone => return Ok(Some(Sent::Gone)),
                There::Hidden(error) => return Err(error),
            };
            let is_as_it_was = |name: &&str| object.content.fields.get(*name) == base.content.fields.get(*name);
            if written.iter().all(is_as_it_was) {
                return Ok(None);
            }
            if tries == LAG_TRIES {
                return Ok(Some(Sent::Overtaken(Box::new(object))));
            }
            tries += 1;
            self.client.http().wait(self.lag).await.map_err(crate::errors::from_failure)?;
        }
    }

    /// Numbers the written page, and finds a version of somebody else between the guard and the write (contract 4.3).
    pub(crate) async fn slipped_in(
        &self,
        space: &RemoteId,
        object: &mut RemoteObject,
        before: u64,
    ) -> Result<Option<RemoteObject>, RemoteError> {
        let rows = self.client.revisions(space, &object.remote.id, REVISIONS).await;
        // The write is done; that its number could not be read must not make it look undone.
        let Ok(rows) = rows else { return Ok(None) };
        let mut new: Vec<u64> = rows.iter().map(|row| row.revision_id).filter(|number| *number > before).collect();
        new.sort_unstable();
        match new.as_slice() {
            [] => {
                object.token = convert::page_token(Some(before), object.changed_at);
                Ok(None)
            }
            [only] if *only == before + 1 => {
                object.token = convert::page_token(Some(*only), object.changed_at);
                Ok(None)
            }
            _ => {
                let origin = self.client.origin();
                let mut last_of_others = None;
                for number in new {
                    let Ok(revision) = self.client.revision(space, &object.remote.id, number).await else { continue };
                    let version = convert::page_revision(revision, object, &origin);
                    if self.same(Kind::Page, &version.content, &object.content) {
                        object.token = convert::page_token(Some(number), object.changed_at);
                        break;
                    }
                    last_of_others = Some(version);
                }
                Ok(last_of_others)
            }
        }
    }
}
