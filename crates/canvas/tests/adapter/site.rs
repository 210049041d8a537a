//! A small course, somebody who teaches it, and the adapter on it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use canvas::{CanvasRemote, Connection};
use domain::{
    Base, Change, Content, FieldValue, Guard, Kind, Known, Operation, Reading, Remote, RemoteError, RemoteErrorKind,
    RemoteId, RemoteObject, RemoteRef, Sent, field,
};
use rest::{Bucket, Limits, Url};
use simulators::canvas::{
    AssignmentSeed, Canvas, CourseSeed, FileSeed, ItemSeed, ModuleSeed, PageSeed, Seeded, TopicSeed,
};

pub(crate) const TOKEN: &str = "7~adapter-token";

pub(crate) struct Site {
    pub(crate) server: Canvas,
    pub(crate) seeded: Seeded,
    pub(crate) remote: CanvasRemote,
    pub(crate) space: RemoteId,
}

impl Site {
    pub(crate) async fn small() -> Self {
        Self::with(&small_course()).await
    }

    pub(crate) async fn with(seed: &CourseSeed) -> Self {
        let server = Canvas::start().await.unwrap();
        let teacher = server.add_user("Ada Reyes");
        server.add_token(teacher, TOKEN);
        let seeded = server.seed(teacher, seed).unwrap();
        let remote = connect(&server, TOKEN);
        let space = RemoteId::from(seeded.course);
        Self { server, seeded, remote, space }
    }

    pub(crate) fn page(&self, place: usize) -> RemoteRef {
        RemoteRef::new(Kind::Page, self.seeded.pages[place])
    }

    pub(crate) async fn read(&self, remote: &RemoteRef) -> RemoteObject {
        match self.remote.read(&self.space, remote).await.unwrap() {
            Reading::Here(object) => *object,
            other => panic!("{remote} is {other:?}"),
        }
    }

    /// What a first pull of the course brings, and how many requests it took.
    pub(crate) async fn pull(&self, known: &[Known]) -> (BTreeMap<RemoteRef, RemoteObject>, usize) {
        self.server.log().reset();
        let mut ways = self.remote.begin_pull(&self.space, known).await.unwrap();
        let mut objects = BTreeMap::new();
        while let Some(way) = ways.pop() {
            let page = self.remote.pull(&self.space, &way, known).await.unwrap();
            ways.extend(page.more);
            for object in page.objects {
                let before = objects.insert(object.remote.clone(), object);
                assert_eq!(before, None, "nothing comes twice");
            }
        }
        (objects, self.server.log().total())
    }

    pub(crate) fn create(&self, kind: Kind, content: Content) -> Change {
        self.change(Operation::Create { kind, parent: None }, content)
    }

    pub(crate) fn update(&self, object: &RemoteObject, content: Content) -> Change {
        let changed = content.changed_since(&object.content);
        let base = Box::new(base_of(object));
        self.change(Operation::Update { remote: object.remote.clone(), changed, base }, content)
    }

    pub(crate) fn delete(&self, object: &RemoteObject) -> Change {
        let base = Box::new(base_of(object));
        self.change(Operation::Delete { remote: object.remote.clone(), base }, object.content.clone())
    }

    fn change(&self, operation: Operation, content: Content) -> Change {
        Change { operation, content, witness: "attempt-1".to_owned(), begun_at: self.server.clock().now() }
    }

    pub(crate) async fn guard(&self, object: &RemoteObject) -> Guard {
        self.remote.guard(&self.space, &object.remote, &base_of(object)).await.unwrap()
    }

    pub(crate) async fn done(&self, change: &Change) -> (RemoteObject, Option<RemoteObject>) {
        match self.remote.send(&self.space, change).await.unwrap() {
            Sent::Done { object, overwritten } => (*object, overwritten.map(|version| *version)),
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn connect(server: &Canvas, token: &str) -> CanvasRemote {
    let clock = server.clock().clone();
    let base = Url::parse(&server.base_url()).unwrap();
    let mut connection = Connection::new(base, token.into(), Arc::new(move || clock.now()));
    connection.lag = Duration::from_millis(20);
    connection.limits = Limits {
        retry_wait: Duration::from_millis(5),
        throttle_wait: Duration::from_millis(5),
        throttle_total: Duration::from_millis(200),
        bucket: Bucket { outflow: 100_000.0, ..Bucket::default() },
        ..Limits::default()
    };
    CanvasRemote::connect(connection).unwrap()
}

pub(crate) fn base_of(object: &RemoteObject) -> Base {
    Base {
        content: object.content.clone(),
        returned_body: object.returned_body.clone(),
        token: object.token.clone(),
        facts: object.facts.clone(),
    }
}

pub(crate) fn outcome<T>(result: Result<T, RemoteError>) -> Result<T, (RemoteErrorKind, bool)> {
    result.map_err(|error| (error.kind, error.maybe_done))
}

/// Whether an object says what was wanted of it; what it says beside that is the site's.
pub(crate) fn says(object: &RemoteObject, wanted: &Content) -> bool {
    let fields = wanted.fields.iter().all(|(name, value)| object.content.fields.get(name) == Some(value));
    object.content.title == wanted.title && object.content.body == wanted.body && fields
}

pub(crate) fn draft(title: &str, body: &str) -> Content {
    Content::new(title, body).with(field::PUBLISHED, FieldValue::Flag(false))
}

/// Four pages (the first is the front page), two assignments, a discussion, an announcement, a file and a module.
pub(crate) fn small_course() -> CourseSeed {
    let page = |n: usize| PageSeed {
        title: format!("Page {n}"),
        body: format!("<p>First of {n}.</p>\n<p>Second of {n}.</p>"),
        published: true,
        front: n == 0,
    };
    let assignment = |n: usize| AssignmentSeed {
        name: format!("Essay {n}"),
        description: format!("<p>Write essay {n}.</p>"),
        points: 10.0,
        due_at: None,
        published: true,
    };
    let topic = |title: &str, announcement: bool| TopicSeed {
        title: title.to_owned(),
        message: format!("<p>{title} text.</p>"),
        published: true,
        announcement,
        pinned: false,
    };
    let file = FileSeed {
        folder: "images".to_owned(),
        name: "shell.png".to_owned(),
        content_type: "image/png".to_owned(),
        bytes: b"\x89PNG\r\n\x1a\nnot really".to_vec(),
    };
    let items = vec![
        ItemSeed::Header("Start".to_owned()),
        ItemSeed::Page(1),
        ItemSeed::Assignment(0),
        ItemSeed::Topic(0),
        ItemSeed::File(0),
        ItemSeed::Link("Elsewhere".to_owned(), "https://elsewhere.example/".to_owned()),
    ];
    CourseSeed {
        name: "Shore Life".to_owned(),
        code: "BIO 1".to_owned(),
        files: vec![file],
        pages: (0..4).map(page).collect(),
        assignments: (0..2).map(assignment).collect(),
        topics: vec![topic("Introduce yourself", false), topic("Boots on Friday", true)],
        modules: vec![ModuleSeed { name: "Week 1".to_owned(), published: true, items }],
        ..CourseSeed::default()
    }
}
