//! A forum with one category, one topic and one reply, and the adapter connected to it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use discourse::{Auth, Connection, DiscourseRemote, Scopes};
use domain::{
    Base, Change, Content, Cursor, FieldValue, Kind, Known, Operation, Remote, RemoteId, RemoteObject, RemoteRef, field,
};
use rest::Url;
use secrecy::SecretString;
use simulators::discourse::{Discourse, Profile};

#[expect(clippy::disallowed_methods, reason = "the simulator's clock is the real one")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

pub(crate) struct Forum {
    pub(crate) server: Discourse,
    pub(crate) category: i64,
    pub(crate) topic: i64,
    key: String,
}

pub(crate) async fn forum(profile: Profile) -> Forum {
    let server = Discourse::start(profile).await.unwrap();
    let (category, topic, key) = server.with(|forum| {
        let mara = forum.add_user("mara", "admin", 4);
        let category = forum.add_category("Field trips", "field-trips", None);
        let (topic, _) = forum.add_topic(
            mara,
            category,
            "Tide pools at the ledge",
            "We meet at low water, at six o'clock.",
            &["boats"],
        );
        forum.add_post(mara, topic, "Bring boots, and a lamp for the way back.", None);
        (category, topic, forum.add_admin_key(Some(mara)))
    });
    Forum { server, category, topic, key }
}

impl Forum {
    pub(crate) fn remote(&self) -> DiscourseRemote {
        let auth = Auth::AdminKey { key: SecretString::from(self.key.clone()), username: "mara".to_owned() };
        self.connect(auth)
    }

    pub(crate) fn mara(&self) -> i64 {
        self.server.with(|state| *state.users.iter().find(|(_, user)| user.username == "mara").unwrap().0)
    }

    /// Somebody without rights, by a key that they approved.
    pub(crate) fn student(&self) -> (i64, DiscourseRemote) {
        self.student_with(|_| {})
    }

    /// The same with another connection.
    pub(crate) fn student_with(&self, change: impl FnOnce(&mut Connection)) -> (i64, DiscourseRemote) {
        let (id, key) = self.server.with(|state| {
            let id = state.add_user("lena", "member", 2);
            (id, state.add_user_key(id, "client-7", &["read", "write"]))
        });
        let auth = Auth::UserKey {
            key: SecretString::from(key),
            client_id: "client-7".to_owned(),
            scopes: Scopes::ReadAndWrite,
        };
        let mut connection = self.connection(auth);
        change(&mut connection);
        (id, DiscourseRemote::connect(connection).unwrap())
    }

    /// A user's own key.
    pub(crate) fn by_user_key(&self, user: i64) -> DiscourseRemote {
        self.by_user_key_with(user, |_| {})
    }

    /// The same with another connection.
    pub(crate) fn by_user_key_with(&self, user: i64, change: impl FnOnce(&mut Connection)) -> DiscourseRemote {
        let client_id = format!("client-of-{user}");
        let key = self.server.with(|state| state.add_user_key(user, &client_id, &["read", "write"]));
        let mut connection =
            self.connection(Auth::UserKey { key: SecretString::from(key), client_id, scopes: Scopes::ReadAndWrite });
        change(&mut connection);
        DiscourseRemote::connect(connection).unwrap()
    }

    /// A reply to the topic.
    pub(crate) fn reply(&self, body: &str, witness: &str) -> Change {
        let operation = Operation::Create { kind: Kind::Post, parent: Some(self.topic()) };
        change(operation, Content::new("", body), witness)
    }

    pub(crate) fn topic(&self) -> RemoteRef {
        RemoteRef::new(Kind::Topic, self.topic)
    }

    pub(crate) fn connect(&self, auth: Auth) -> DiscourseRemote {
        DiscourseRemote::connect(self.connection(auth)).unwrap()
    }

    fn connection(&self, auth: Auth) -> Connection {
        let base = Url::parse(&self.server.base_url()).unwrap();
        let mut connection = Connection::new(base, auth, Arc::new(now));
        connection.settle = std::time::Duration::ZERO;
        connection
    }

    pub(crate) fn space(&self) -> RemoteId {
        RemoteId::from(self.category)
    }

    pub(crate) async fn pull(&self, remote: &DiscourseRemote, known: &[Known]) -> Vec<RemoteObject> {
        self.pull_all(remote, known).await.0
    }

    pub(crate) async fn pull_all(
        &self,
        remote: &DiscourseRemote,
        known: &[Known],
    ) -> (Vec<RemoteObject>, Vec<RemoteRef>) {
        let mut unchanged = Vec::new();
        let mut waiting: Vec<Cursor> = remote.begin_pull(&self.space(), known).await.unwrap();
        let mut objects = Vec::new();
        while let Some(cursor) = waiting.pop() {
            let page = remote.pull(&self.space(), &cursor, known).await.unwrap();
            objects.extend(page.objects);
            unchanged.extend(page.unchanged);
            waiting.extend(page.more);
        }
        (objects, unchanged)
    }
}

pub(crate) fn base(object: &RemoteObject) -> Base {
    Base {
        content: object.content.clone(),
        returned_body: object.returned_body.clone(),
        token: object.token.clone(),
        facts: object.facts.clone(),
    }
}

pub(crate) fn change(operation: Operation, content: Content, witness: &str) -> Change {
    Change { operation, content, witness: witness.to_owned(), begun_at: now() }
}

pub(crate) fn new_topic(title: &str, body: &str, witness: &str) -> Change {
    let content = Content::new(title, body).with(field::TAGS, FieldValue::Set(BTreeSet::new()));
    change(Operation::Create { kind: Kind::Topic, parent: None }, content, witness)
}

/// What the engine would know after a pull.
pub(crate) fn known(objects: &[RemoteObject]) -> Vec<Known> {
    let known = |object: &RemoteObject| Known {
        remote: object.remote.clone(),
        parent: object.parent.clone(),
        token: object.token.clone(),
        verified_at: Some(now()),
        opened_at: None,
    };
    objects.iter().map(known).collect()
}
