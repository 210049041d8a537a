//! What the engine relies on in a workspace, asked of both sorts: the one in memory, on which most seeds are played, and the one on disk.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::future::Future;

use chrono::{DateTime, TimeDelta, Utc};
use domain::reconcile::merge_contents;
use domain::{
    Access, AccountId, Base, Change, Changed, Content, EntityId, Kind, Operation, RemoteObject, RemoteRef, Replica,
    RunId, SpaceId, Token, VersionVector,
};
use futures::FutureExt;
use simulation::{Desk, Ids, Memory, OnDisk};
use store::{
    Applied, Arrival, Confirm, ConflictRow, ConflictSort, Descent, Error, FarSide, JournalEntry, NewEntity, News,
    PullApply, SentBefore, Space,
};
use sync::Guards;

mod linked;
mod receiving;
mod settling;
mod writing;

/// A workspace of one sort with an account and a space.
struct Desktop {
    sort: &'static str,
    desk: Box<dyn Desk>,
    account: AccountId,
    space: SpaceId,
}

fn on_both(test: impl Fn(&Desktop)) {
    let ids = |copy| Ids::new(7, 0, copy);
    let both: [(&'static str, Box<dyn Desk>); 2] = [
        ("in memory", Box::new(Memory::new(ids(0), Guards::all()))),
        ("on disk", Box::new(OnDisk::new(ids(1), Guards::all()))),
    ];
    for (sort, desk) in both {
        let (account, space) = (AccountId::new(desk.seed()), SpaceId::new(desk.seed()));
        let row = Space {
            id: space,
            name: "The course".to_owned(),
            account: Some(account),
            site: Some(domain::SiteKind::Canvas),
            remote: Some(1.into()),
            read_only: None,
            last_synced_at: None,
            time_zone: None,
        };
        now(desk.put_space(&row)).unwrap();
        test(&Desktop { sort, desk, account, space });
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("a workspace answers at once")
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_438_400, 0).unwrap() + TimeDelta::minutes(minute)
}

fn text(words: &str) -> Content {
    Content::new("Title", format!("<p>{words}</p>"))
}

fn object(id: i64, content: &Content, token: &str) -> RemoteObject {
    RemoteObject {
        remote: RemoteRef::new(Kind::Page, id),
        parent: None,
        content: content.clone(),
        returned_body: content.body.clone(),
        token: Token(token.to_owned()),
        access: Access::Editable,
        changed_by: None,
        changed_at: Some(at(0)),
        url: None,
        facts: std::collections::BTreeMap::new(),
    }
}

impl Desktop {
    fn made(&self, words: &str) -> EntityId {
        let new = NewEntity { space: self.space, kind: Kind::Page, parent: None, content: text(words) };
        now(self.desk.create(&new, at(1))).unwrap()
    }

    fn apply(&self, entity: Option<EntityId>, object: &RemoteObject, expected: Option<i64>) -> Applied {
        let remote_vector = VersionVector::new().bumped(Replica::Account(self.account));
        let apply = PullApply {
            far: None,
            space: self.space,
            account: self.account,
            entity,
            expected_counter: expected,
            object: object.clone(),
            canonical_hash: object.content.hash(),
            content: Some(object.content.clone()),
            parent: None,
            local_vector: remote_vector.clone(),
            remote_vector,
            cause: "pull",
            now: at(2),
        };
        now(self.desk.apply_pull(apply)).unwrap()
    }

    /// A page that both sides agree on.
    fn agreed(&self, id: i64, words: &str) -> EntityId {
        match self.apply(None, &object(id, &text(words), "1"), None) {
            Applied::Done(entity, _) => entity,
            Applied::Raced => panic!("it is new"),
        }
    }

    fn save(&self, entity: EntityId, words: &str) -> i64 {
        now(self.desk.save(entity, &text(words), None, "save", at(3))).unwrap().counter
    }

    fn body(&self, entity: EntityId) -> String {
        now(self.desk.get(entity)).unwrap().content.body
    }

    fn counter(&self, entity: EntityId) -> i64 {
        now(self.desk.get(entity)).unwrap().counter
    }

    /// Whether something of it waits to be sent, by the vectors.
    fn is_unsent(&self, entity: EntityId) -> bool {
        let mapping = now(self.desk.mapping(entity, self.account)).unwrap();
        mapping.is_none_or(|mapping| now(self.desk.vector(entity)).unwrap() != mapping.remote_vector)
    }

    fn said(&self, entity: EntityId, words: &str) -> bool {
        now(self.desk.revisions(entity)).unwrap().iter().any(|version| version.content == text(words))
    }

    /// The line of the journal for what is here now.
    fn entry(&self, entity: EntityId) -> JournalEntry {
        let row = now(self.desk.get(entity)).unwrap();
        let operation = match now(self.desk.mapping(entity, self.account)).unwrap() {
            Some(mapping) => Operation::Update {
                remote: mapping.remote,
                changed: Changed { body: true, ..Changed::default() },
                base: Box::new(mapping.base),
            },
            None => Operation::Create { kind: row.kind, parent: None },
        };
        let witness = format!("lectern-{}", RunId::new(self.desk.seed()));
        JournalEntry {
            home: None,
            id: witness.clone(),
            run: RunId::new(self.desk.seed()),
            entity,
            account: self.account,
            space: self.space,
            change: Change { operation, content: row.content, witness, begun_at: at(4) },
            local_vector: now(self.desk.vector(entity)).unwrap(),
            counter: row.counter,
            at: at(4),
        }
    }

    fn confirm(&self, entry: &JournalEntry, object: &RemoteObject, overwritten: Option<&RemoteObject>) {
        let rejoined = overwritten.map(|slipped_in| {
            let Operation::Update { base, .. } = &entry.change.operation else { panic!("an update") };
            merge_contents(domain::Format::Html, &base.content, &entry.change.content, &slipped_in.content)
        });
        let confirm = Confirm {
            far: None,
            entry: entry.clone(),
            object: object.clone(),
            canonical_hash: object.content.hash(),
            deleted: false,
            overwritten: overwritten.cloned(),
            rejoined,
            device: self.desk.device(),
            now: at(5),
        };
        now(self.desk.journal_confirm(confirm)).unwrap();
    }

    fn conflict(&self, entity: EntityId, theirs: &RemoteObject, overwritten: bool) -> ConflictRow {
        let mine = now(self.desk.get(entity)).unwrap().content;
        let base = text("one");
        ConflictRow {
            parties: Vec::new(),
            entity,
            account: self.account,
            sort: ConflictSort::EditedBoth,
            merged: Some(merge_contents(domain::Format::Html, &base, &mine, &theirs.content)),
            base: Some(base),
            mine: Some(mine),
            theirs: Some(theirs.clone()),
            remote_vector: VersionVector::new()
                .bumped(Replica::Account(self.account))
                .bumped(Replica::Account(self.account)),
            overwritten,
            since: at(6),
        }
    }
}
