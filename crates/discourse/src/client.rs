//! Requests to a forum, and what comes of them.

use domain::RemoteError;
use rest::{Answer, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::errors::{from_answer, from_failure, from_write_failure};

/// Asks one forum.
pub(crate) struct Client {
    http: rest::Client,
}

impl Client {
    pub(crate) fn new(http: rest::Client) -> Self {
        Self { http }
    }

    pub(crate) fn http(&self) -> &rest::Client {
        &self.http
    }

    /// A GET whose every answer below 500 is for the caller to read.
    pub(crate) async fn ask(&self, path: &str) -> Result<Answer, RemoteError> {
        self.http.get(path).send().await.map_err(from_failure)
    }

    /// A GET of JSON.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, RemoteError> {
        read(&self.ask(path).await?)
    }

    /// A GET of JSON, or nothing where there is no such thing.
    pub(crate) async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, RemoteError> {
        let answer = self.ask(path).await?;
        if matches!(answer.status, 404 | 410) && !answer.is_page() {
            return Ok(None);
        }
        read(&answer).map(Some)
    }

    /// A write whose every answer below 500 is for the caller to read.
    pub(crate) async fn write(&self, request: Request, body: &Value) -> Result<Answer, RemoteError> {
        request.json(body).send().await.map_err(from_write_failure)
    }
}

/// The JSON of an answer that is a success.
pub(crate) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, RemoteError> {
    if answer.is_success() { answer.json().map_err(from_failure) } else { Err(from_answer(answer)) }
}
