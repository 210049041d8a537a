//! Canvas's addresses, asked one by one.

use chrono::{DateTime, Utc};
use domain::{Kind, RemoteError, RemoteErrorKind, RemoteId};
use rest::{Answer, Clock, Method, Request, Traffic};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::dto::{Course, File, Id, Page, Revision, User};
use crate::errors::{from_answer, from_failure};

/// Elements of a list's page; Canvas clamps to this (contract 1.5).
pub(crate) const PER_PAGE: u32 = 100;

#[derive(Clone)]
pub(crate) struct Client {
    http: rest::Client,
    now: Clock,
}

/// One answer of a list.
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    /// Whole address of the next one.
    pub(crate) next: Option<String>,
}

impl Client {
    pub(crate) fn new(http: rest::Client, now: Clock) -> Self {
        Self { http, now }
    }

    pub(crate) fn origin(&self) -> String {
        self.http.origin()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    pub(crate) fn http(&self) -> &rest::Client {
        &self.http
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.http.traffic()
    }

    pub(crate) async fn user(&self) -> Result<User, RemoteError> {
        self.json(self.http.get("api/v1/users/self")).await
    }

    /// All courses of this person.
    pub(crate) async fn courses(&self) -> Result<Vec<Course>, RemoteError> {
        let states = ["available", "unpublished", "completed"].map(|state| format!("state[]={state}")).join("&");
        let first = format!("api/v1/courses?include[]=term&include[]=concluded&{states}&per_page={PER_PAGE}");
        self.all(&first, |_| true).await
    }

    /// The course with its syllabus.
    pub(crate) async fn course(&self, space: &RemoteId) -> Result<Course, RemoteError> {
        let path = format!("api/v1/courses/{}?include[]=syllabus_body&include[]=concluded", plain(space)?);
        self.json(self.http.get(&path).query("no_verifiers", 1)).await
    }

    /// One answer of any list, by path or by the whole address that an earlier answer gave.
    pub(crate) async fn list<T: DeserializeOwned>(&self, address: &str) -> Result<List<T>, RemoteError> {
        let answer = self.answer(self.http.get(address)).await?;
        let next = answer.next().map_err(from_failure)?.map(String::from);
        Ok(List { items: answer.json().map_err(from_failure)?, next })
    }

    /// A list until its end, or until `more` says that an answer was the last that matters.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        first: &str,
        more: impl Fn(&[T]) -> bool,
    ) -> Result<Vec<T>, RemoteError> {
        let mut list = self.list(first).await?;
        let mut all = Vec::new();
        loop {
            let go_on = more(&list.items);
            all.append(&mut list.items);
            match list.next {
                Some(next) if go_on => list = self.list(&next).await?,
                _ => return Ok(all),
            }
        }
    }

    /// A page with its body, by id, never by slug: a slug wins over a number and moves (contract 3.1).
    pub(crate) async fn page(&self, space: &RemoteId, id: &RemoteId) -> Result<Page, RemoteError> {
        let path = object_path(space, Kind::Page, id)?;
        self.json(self.http.get(&path).query("no_verifiers", 1)).await
    }

    /// The newest revisions of a page, without content; read from the primary database, so they are fresh (contract 4.2).
    pub(crate) async fn revisions(
        &self,
        space: &RemoteId,
        id: &RemoteId,
        count: u32,
    ) -> Result<Vec<Revision>, RemoteError> {
        let path = format!("{}/revisions", object_path(space, Kind::Page, id)?);
        self.json(self.http.get(&path).query("per_page", count)).await
    }

    /// One revision of a page with its content.
    pub(crate) async fn revision(&self, space: &RemoteId, id: &RemoteId, number: u64) -> Result<Revision, RemoteError> {
        let path = format!("{}/revisions/{number}", object_path(space, Kind::Page, id)?);
        self.json(self.http.get(&path).query("no_verifiers", 1)).await
    }

    /// Whether a page's id stands in the course's list. A deleted page by id is 403 as a hidden one is (contract, "Seen live"), so the list decides.
    pub(crate) async fn lists_page(&self, space: &RemoteId, id: &RemoteId) -> Result<bool, RemoteError> {
        #[derive(serde::Deserialize)]
        struct Row {
            page_id: Id,
        }
        let first = format!("{}?per_page={PER_PAGE}", collection(space, Kind::Page)?);
        let rows: Vec<Row> = self.all(&first, |rows: &[Row]| !rows.iter().any(|row| row.page_id.0 == id.0)).await?;
        Ok(rows.iter().any(|row| row.page_id.0 == id.0))
    }

    /// An assignment, topic or quiz.
    pub(crate) async fn show<T: DeserializeOwned>(
        &self,
        space: &RemoteId,
        kind: Kind,
        id: &RemoteId,
    ) -> Result<T, RemoteError> {
        let request = self.http.get(&object_path(space, kind, id)?).query("no_verifiers", 1);
        let request =
            if kind == Kind::Assignment { request.query("override_assignment_dates", false) } else { request };
        self.json(request).await
    }

    pub(crate) async fn file(&self, path: &str) -> Result<File, RemoteError> {
        self.json(self.http.get(path)).await
    }

    /// A write of an object's collection or of the object itself; the answer whatever its status.
    pub(crate) async fn write(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, RemoteError> {
        let request = self.http.request(method, path).query("no_verifiers", 1);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send().await.map_err(from_failure)
    }

    async fn json<T: DeserializeOwned>(&self, request: Request) -> Result<T, RemoteError> {
        self.answer(request).await?.json().map_err(from_failure)
    }

    async fn answer(&self, request: Request) -> Result<Answer, RemoteError> {
        let answer = request.send().await.map_err(from_failure)?;
        if answer.is_success() { Ok(answer) } else { Err(from_answer(&answer)) }
    }
}

/// The course's collection of a kind.
///
/// # Errors
/// `Refused` for a kind that this version does not write, `NotFound` for a course id that is none.
pub(crate) fn collection(space: &RemoteId, kind: Kind) -> Result<String, RemoteError> {
    let name = match kind {
        Kind::Page => "pages",
        Kind::Assignment => "assignments",
        Kind::Discussion | Kind::Announcement => "discussion_topics",
        Kind::Quiz => "quizzes",
        Kind::Module => "modules",
        _ => return Err(RemoteError::new(RemoteErrorKind::Refused, "this kind has no list on Canvas")),
    };
    Ok(format!("api/v1/courses/{}/{name}", plain(space)?))
}

/// An object's own path.
pub(crate) fn object_path(space: &RemoteId, kind: Kind, id: &RemoteId) -> Result<String, RemoteError> {
    if kind == Kind::Syllabus {
        return Ok(format!("api/v1/courses/{}", plain(space)?));
    }
    let prefix = if kind == Kind::Page { "page_id:" } else { "" };
    Ok(format!("{}/{prefix}{}", collection(space, kind)?, plain(id)?))
}

/// An id as it may stand in a path: a number, or a shard and a number (contract 1.1).
pub(crate) fn plain(id: &RemoteId) -> Result<&str, RemoteError> {
    let good = !id.0.is_empty() && id.0.bytes().all(|byte| byte.is_ascii_digit() || byte == b'~');
    good.then_some(id.0.as_str())
        .ok_or_else(|| RemoteError::new(RemoteErrorKind::NotFound, format!("`{id}` is no id of Canvas")))
}
