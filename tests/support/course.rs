//! A course on a simulated Canvas.

use std::sync::Arc;
use std::time::Duration;

use canvas::{CanvasRemote, Connection};
use domain::{Remote, RemoteId, SiteKind};
use rest::Url;
use simulators::canvas::{Canvas, CourseSeed, PageSeed, Seeded};

use super::device::{Place, limits};

pub(crate) const TOKEN: &str = "7~flow-token";

pub(crate) struct Course {
    pub(crate) canvas: Canvas,
    pub(crate) id: i64,
    pub(crate) teacher: i64,
    pub(crate) pages: Vec<i64>,
}

/// A page of five paragraphs, so that edits can be apart from each other.
fn page_of(title: &str) -> PageSeed {
    let body: Vec<String> = (1..=5).map(|at| format!("<p>{title}, paragraph {at}.</p>")).collect();
    PageSeed { title: title.to_owned(), body: body.join("\n"), published: true, front: false }
}

impl Course {
    /// A course with this many pages, named `Page 1` and so on.
    pub(crate) async fn with_pages(count: usize) -> Self {
        let pages = (1..=count).map(|at| page_of(&format!("Page {at}"))).collect();
        Self::with(&CourseSeed {
            name: "Shore life".to_owned(),
            code: "BIO".to_owned(),
            pages,
            ..CourseSeed::default()
        })
        .await
    }

    pub(crate) async fn with(seed: &CourseSeed) -> Self {
        let canvas = Canvas::start().await.unwrap();
        let teacher = canvas.add_user("Ada Reyes");
        canvas.add_token(teacher, TOKEN);
        let Seeded { course, pages, .. } = canvas.seed(teacher, seed).unwrap();
        Self { canvas, id: course, teacher, pages }
    }

    /// The course as its teacher keeps it.
    pub(crate) fn place(&self) -> Place {
        let (address, clock) = (self.canvas.base_url(), self.canvas.clock().clone());
        let base = Url::parse(&address).unwrap();
        let connect = move || {
            let clock = clock.clone();
            let mut connection = Connection::new(base.clone(), TOKEN.into(), Arc::new(move || clock.now()));
            connection.limits = limits();
            connection.lag = Duration::from_millis(20);
            Arc::new(CanvasRemote::connect(connection).unwrap()) as Arc<dyn Remote>
        };
        Place {
            site: SiteKind::Canvas,
            address,
            user: RemoteId::from(self.teacher),
            space: RemoteId::from(self.id),
            connect: Box::new(connect),
        }
    }

    /// A client that a stop reaches, and that waits as long as it is asked to.
    pub(crate) fn remote_that_stops(&self, stop: rest::Stop) -> Arc<dyn Remote> {
        let clock = self.canvas.clock().clone();
        let base = Url::parse(&self.canvas.base_url()).unwrap();
        let mut connection = Connection::new(base, TOKEN.into(), Arc::new(move || clock.now()));
        connection.limits.bucket = limits().bucket;
        connection.stop = stop;
        Arc::new(CanvasRemote::connect(connection).unwrap())
    }

    /// Replaces words in a page as somebody else does in the browser.
    pub(crate) fn someone_replaces(&self, place: usize, from: &str, to: &str) {
        replace(&self.canvas.as_someone_else(), self.id, self.pages[place], &self.body(place), from, to);
    }

    /// The stored body of a page.
    pub(crate) fn body(&self, place: usize) -> String {
        self.canvas.page(self.id, self.pages[place]).unwrap().body.unwrap_or_default()
    }

    /// Titles of the live pages, sorted.
    pub(crate) fn titles(&self) -> Vec<String> {
        let course = self.canvas.course(self.id).unwrap();
        let mut titles: Vec<String> =
            course.pages.values().filter(|page| !page.deleted).map(|page| page.title.clone()).collect();
        titles.sort();
        titles
    }

    /// Whether a token stands in a page or in a page's history on the site.
    pub(crate) fn holds(&self, token: &str) -> bool {
        let course = self.canvas.course(self.id).unwrap();
        course.pages.values().any(|page| {
            let bodies = page.revisions.iter().map(|revision| &revision.body).chain([&page.body]);
            bodies.flatten().any(|body| body.contains(token))
                || page.revisions.iter().any(|revision| revision.title.contains(token))
                || page.title.contains(token)
        })
    }
}

/// Writes `body` with `from` replaced by `to` into a page.
pub(crate) fn replace(editor: &simulators::canvas::Editor, course: i64, page: i64, body: &str, from: &str, to: &str) {
    assert!(body.contains(from), "`{from}` is in the page: {body}");
    editor.write_page(course, page, &body.replacen(from, to, 1)).unwrap();
}
