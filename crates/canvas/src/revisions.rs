//! A page's revisions around a write: what the write is counted from, and who came in between (contract 4.3).

use domain::{Kind, RemoteError, RemoteId, RemoteObject, RemoteRef};

use crate::connect::CanvasRemote;
use crate::convert;
use crate::guard::There;

/// Most revisions that are read to tell whose is whose after a write.
const REVISIONS: u32 = 10;

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
