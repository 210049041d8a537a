//! Bringing back what was deleted there (contract 5.6): a topic comes with its replies, and both keep their ids.

use domain::{Kind, RemoteError, RemoteErrorKind, RemoteObject, RemoteRef, Token};
use serde_json::json;

use crate::{DiscourseRemote, convert};

impl DiscourseRemote {
    /// The object as it is there again; nothing where the forum does not let this person bring it back.
    pub(crate) async fn recover(&self, remote: &RemoteRef) -> Result<Option<RemoteObject>, RemoteError> {
        let path = match remote.kind {
            Kind::Topic => format!("t/{}/recover.json", remote.id),
            Kind::Post => format!("posts/{}/recover.json", remote.id),
            _ => return Ok(None),
        };
        if let Some(there) = self.there_again(remote).await? {
            return Ok(Some(there));
        }
        let answer = self.client.write(self.client.http().put(&path).any_content(), &json!({})).await?;
        if answer.is_success() { self.there_again(remote).await } else { Ok(None) }
    }

    /// Nothing for what is gone or hidden, and for what stays of a post that its author deleted.
    async fn there_again(&self, remote: &RemoteRef) -> Result<Option<RemoteObject>, RemoteError> {
        let found = match self.object(remote, Token::default()).await {
            Err(error) if error.kind == RemoteErrorKind::Forbidden => return Ok(None),
            found => found?,
        };
        let Some(object) = found.filter(|object| !convert::is_stub(object)) else { return Ok(None) };
        // Staff is shown the posts of a deleted topic one by one.
        match &object.parent {
            Some(topic) if self.topic(&topic.id.0).await?.is_none() => Ok(None),
            _ => Ok(Some(object)),
        }
    }
}
