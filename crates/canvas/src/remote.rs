//! The engine's questions, each handed to the file that answers it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::{
    Asset, Base, Change, Content, Cursor, FileFacts, Found, Guard, Identity, Kind, Known, Page, Reading, Remote,
    RemoteError, RemoteErrorKind, RemoteId, RemoteRef, RemoteSpace, Sent, SiteKind, Traffic, Upload, Uploaded, Wanted,
};

use crate::connect::CanvasRemote;
use crate::{convert, pull};

#[async_trait]
impl Remote for CanvasRemote {
    fn site(&self) -> SiteKind {
        SiteKind::Canvas
    }

    async fn identify(&self) -> Result<Identity, RemoteError> {
        let user = self.client.user().await.map_err(|error| match error.kind {
            // Every Canvas has this address, so what does not know it, or answers something else, is none.
            RemoteErrorKind::NotFound | RemoteErrorKind::Malformed => {
                RemoteError { kind: RemoteErrorKind::WrongSite, ..error }
            }
            _ => error,
        })?;
        self.remember_user(&user.id.0);
        Ok(Identity {
            user_name: user.name.unwrap_or_else(|| user.id.0.clone()),
            user: RemoteId(user.id.0),
            site_name: "Canvas".to_owned(),
            clock_offset_seconds: self.client.http().clock_offset_seconds(),
            read_only: None,
            notifications: None,
        })
    }

    async fn spaces(&self) -> Result<Vec<RemoteSpace>, RemoteError> {
        let now = self.client.now();
        let courses = self.client.courses().await?.into_iter();
        let mut spaces: Vec<RemoteSpace> = courses.filter_map(|course| convert::space(course, now)).collect();
        spaces.sort_by_cached_key(|space| (!space.current, space.read_only.is_some(), space.name.to_lowercase()));
        Ok(spaces)
    }

    async fn begin_pull(&self, space: &RemoteId, known: &[Known]) -> Result<Vec<Cursor>, RemoteError> {
        pull::starts(self, space, known)
    }

    async fn pull(&self, space: &RemoteId, cursor: &Cursor, known: &[Known]) -> Result<Page, RemoteError> {
        pull::pull(self, space, cursor, known).await
    }

    async fn read(&self, space: &RemoteId, remote: &RemoteRef) -> Result<Reading, RemoteError> {
        self.read_object(space, remote).await
    }

    async fn guard(&self, space: &RemoteId, remote: &RemoteRef, base: &Base) -> Result<Guard, RemoteError> {
        self.look(space, remote, base).await
    }

    async fn send(&self, space: &RemoteId, change: &Change) -> Result<Sent, RemoteError> {
        self.carry_out(space, change).await
    }

    async fn find(
        &self,
        space: &RemoteId,
        change: &Change,
        mapped: &BTreeSet<RemoteRef>,
    ) -> Result<Found, RemoteError> {
        self.look_for(space, change, mapped).await
    }

    fn canonical(&self, kind: Kind, content: &Content) -> Content {
        self.form(kind, content)
    }

    async fn asset(&self, _space: &RemoteId, address: &str) -> Result<Asset, RemoteError> {
        self.fetch(address).await
    }

    async fn linked_file(
        &self,
        _space: &RemoteId,
        address: &str,
        most: u64,
        wanted: &Wanted<'_>,
    ) -> Result<(FileFacts, Option<Asset>), RemoteError> {
        self.fetch_linked(address, most, wanted).await
    }

    async fn upload(&self, space: &RemoteId, upload: &Upload) -> Result<Uploaded, RemoteError> {
        self.put_file(space, upload).await
    }

    fn traffic(&self) -> Traffic {
        let rest::Traffic { requests, writes, bytes_in, bytes_out, waited_millis } = self.client.traffic();
        Traffic { requests, writes, bytes_in, bytes_out, waited_millis }
    }

    fn waits_for(&self) -> Option<std::time::Duration> {
        self.client.http().waits_for()
    }
}
