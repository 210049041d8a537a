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
    Applied, Confirm, ConflictRow, ConflictSort, Descent, Error, FarSide, JournalEntry, NewEntity, PullApply,
    SentBefore, Space,
};
use sync::Guards;

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

#[test]
fn a_save_over_a_counter_that_moved_is_refused_and_the_same_text_is_no_edit() {
    on_both(|it| {
        let entity = it.agreed(1, "one");
        let before = it.counter(entity);
        it.save(entity, "two");
        let raced = now(it.desk.save(entity, &text("three"), Some(before), "save", at(4)));
        assert!(matches!(raced, Err(Error::Raced)), "{}", it.sort);
        assert!(!now(it.desk.save(entity, &text("two"), None, "save", at(4))).unwrap().changed, "{}", it.sort);
        assert!(it.body(entity).contains("two") && it.said(entity, "one") && it.is_unsent(entity), "{}", it.sort);
        now(it.desk.delete(entity, at(5))).unwrap();
        it.save(entity, "two");
        assert!(now(it.desk.get(entity)).unwrap().deleted_at.is_none(), "{}: a save brings it back", it.sort);
    });
}

#[test]
fn an_apply_is_refused_where_somebody_typed_or_the_object_is_here_already() {
    on_both(|it| {
        let entity = it.agreed(1, "one");
        let planned_on = it.counter(entity);
        it.save(entity, "typed");
        let news = object(1, &text("two"), "2");
        assert_eq!(it.apply(Some(entity), &news, Some(planned_on)), Applied::Raced, "{}", it.sort);
        assert!(it.body(entity).contains("typed") && it.is_unsent(entity), "{}", it.sort);
        assert_eq!(it.apply(None, &news, None), Applied::Raced, "{}: one object, one entity", it.sort);
        let mapping = now(it.desk.mapping(entity, it.account)).unwrap().unwrap();
        assert_eq!(mapping.base.content, text("one"), "{}", it.sort);
        assert_eq!(now(it.desk.by_remote(it.account, &news.remote)).unwrap(), Some(entity), "{}", it.sort);
        // What is replaced is in the history, and so is what came.
        it.apply(Some(entity), &news, Some(it.counter(entity)));
        assert!(it.said(entity, "typed") && it.said(entity, "two") && !it.is_unsent(entity), "{}", it.sort);
    });
}

#[test]
fn a_write_that_arrived_leaves_pending_what_was_typed_meanwhile() {
    on_both(|it| {
        for typed in [false, true] {
            let entity = it.agreed(1 + i64::from(typed), "one");
            it.save(entity, "two");
            let entry = it.entry(entity);
            now(it.desk.journal_intend(&entry)).unwrap();
            assert_eq!(now(it.desk.journal_open(it.account)).unwrap(), std::slice::from_ref(&entry), "{}", it.sort);
            if typed {
                it.save(entity, "three");
            }
            let made = object(1 + i64::from(typed), &text("two, as kept"), "2");
            it.confirm(&entry, &made, None);
            assert_eq!(now(it.desk.journal_open(it.account)).unwrap(), [], "{}", it.sort);
            assert_eq!(it.is_unsent(entity), typed, "{}", it.sort);
            assert!(it.body(entity).contains(if typed { "three" } else { "two, as kept" }), "{}", it.sort);
            assert!(it.said(entity, "two"), "{}", it.sort);
        }
    });
}

#[test]
fn what_was_thrown_away_while_it_was_sent_is_an_edit_of_its_own_afterwards() {
    on_both(|it| {
        let entity = it.agreed(1, "one");
        it.save(entity, "two");
        let entry = it.entry(entity);
        now(it.desk.discard(entity, at(4))).unwrap();
        assert!(it.body(entity).contains("one") && !it.is_unsent(entity), "{}", it.sort);
        it.confirm(&entry, &object(1, &text("two"), "2"), None);
        assert!(it.body(entity).contains("one") && it.is_unsent(entity), "{}", it.sort);
    });
}

#[test]
fn a_text_that_our_write_replaced_is_joined_or_asked_about() {
    on_both(|it| {
        let base = "<p>a</p>\n<p>b</p>";
        let body = |a: &str, b: &str| Content::new("Title", format!("<p>{a}</p>\n<p>{b}</p>"));
        for (id, theirs, asks) in [(1, body("a", "theirs"), false), (2, body("theirs", "b"), true)] {
            let agreed = object(id, &Content::new("Title", base), "1");
            let Applied::Done(entity, _) = it.apply(None, &agreed, None) else { panic!("it is new") };
            now(it.desk.save(entity, &body("mine", "b"), None, "save", at(3))).unwrap();
            let entry = it.entry(entity);
            it.confirm(&entry, &object(id, &body("mine", "b"), "3"), Some(&object(id, &theirs, "2")));
            assert_eq!(now(it.desk.conflict(entity)).unwrap().is_some(), asks, "{}", it.sort);
            assert_eq!(it.body(entity).contains("theirs"), !asks, "{}: {}", it.sort, it.body(entity));
            assert!(it.body(entity).contains("mine"), "{}", it.sort);
            let kept = now(it.desk.revisions(entity)).unwrap();
            assert!(kept.iter().any(|version| version.content == theirs && version.not_chosen), "{}", it.sort);
        }
    });
}

#[test]
fn a_conflict_is_settled_with_a_choice_and_keeps_what_was_not_chosen() {
    on_both(|it| {
        for (id, chosen, overwritten, sends) in
            [(1, "mine", false, true), (2, "theirs", false, false), (3, "mine", true, true)]
        {
            let entity = it.agreed(id, "one");
            it.save(entity, "mine");
            let theirs = object(id, &text("theirs"), "2");
            let row = it.conflict(entity, &theirs, overwritten);
            now(it.desk.put_conflict(row.clone())).unwrap();
            now(it.desk.put_conflict(ConflictRow { since: at(60), ..row })).unwrap();
            assert_eq!(now(it.desk.conflict(entity)).unwrap().unwrap().since, at(6), "{}: it keeps its age", it.sort);
            let hash = theirs.content.hash();
            now(it.desk.settle_conflict(entity, &text(chosen), &hash, chosen != "theirs", at(7))).unwrap();
            assert!(it.body(entity).contains(chosen), "{}", it.sort);
            let mapping = now(it.desk.mapping(entity, it.account)).unwrap().unwrap();
            let base = if overwritten { "one" } else { "theirs" };
            assert_eq!(mapping.base.content, text(base), "{} {chosen} {overwritten}", it.sort);
            assert_eq!(it.is_unsent(entity), sends, "{} {chosen} {overwritten}", it.sort);
            assert!(it.said(entity, "mine") && it.said(entity, "theirs"), "{}", it.sort);
            assert_eq!(now(it.desk.conflicts()).unwrap(), [], "{}", it.sort);
        }
    });
}

#[test]
fn a_choice_that_does_not_fit_with_what_was_typed_since_changes_nothing() {
    on_both(|it| {
        let entity = it.agreed(1, "one");
        it.save(entity, "mine");
        let theirs = object(1, &text("theirs"), "2");
        now(it.desk.put_conflict(it.conflict(entity, &theirs, false))).unwrap();
        it.save(entity, "typed since");
        let settled = now(it.desk.settle_conflict(entity, &text("theirs"), &theirs.content.hash(), false, at(7)));
        assert!(matches!(settled, Err(Error::Raced)), "{}", it.sort);
        assert!(it.body(entity).contains("typed since"), "{}", it.sort);
        assert!(now(it.desk.conflict(entity)).unwrap().is_some(), "{}", it.sort);
    });
}

#[test]
fn what_was_refused_waits_until_it_changes_and_what_may_be_there_waits_for_the_person() {
    on_both(|it| {
        let entity = it.made("one");
        now(it.desk.park(entity, it.counter(entity), "too long", at(3))).unwrap();
        assert_eq!(now(it.desk.parked(entity)).unwrap().unwrap().reason, "too long", "{}", it.sort);
        it.save(entity, "two");
        assert!(now(it.desk.parked(entity)).unwrap().is_none(), "{}: edited, it may go", it.sort);
        let entry = it.entry(entity);
        now(it.desk.journal_intend(&entry)).unwrap();
        now(it.desk.journal_doubt(&entry, "look there", at(4))).unwrap();
        assert_eq!(now(it.desk.sent_before(entity)).unwrap(), Some(SentBefore::Unsure), "{}", it.sort);
        it.save(entity, "three");
        assert!(now(it.desk.parked(entity)).unwrap().unwrap().unsure, "{}: edited or not", it.sort);
        assert_eq!(now(it.desk.journal_unsure(it.account)).unwrap().len(), 1, "{}", it.sort);
        now(it.desk.unpark(entity)).unwrap();
        assert_eq!(now(it.desk.sent_before(entity)).unwrap(), None, "{}", it.sort);
        let entry = it.entry(entity);
        now(it.desk.journal_intend(&entry)).unwrap();
        now(it.desk.journal_queued(&entry, "a moderator", at(5))).unwrap();
        assert_eq!(now(it.desk.sent_before(entity)).unwrap(), Some(SentBefore::WithModerator), "{}", it.sort);
        now(it.desk.park_until(entity, it.counter(entity), "a limit", at(90), at(5))).unwrap();
        assert_eq!(now(it.desk.parked(entity)).unwrap().unwrap().until, Some(at(90)), "{}", it.sort);
    });
}

#[test]
fn what_was_found_there_is_held_back_by_no_other_attempt_to_make_it() {
    on_both(|it| {
        let entity = it.made("one");
        let [first, doubted, queued] = [(); 3].map(|()| it.entry(entity));
        for entry in [&first, &doubted, &queued] {
            now(it.desk.journal_intend(entry)).unwrap();
        }
        now(it.desk.journal_doubt(&doubted, "look there", at(4))).unwrap();
        now(it.desk.journal_queued(&queued, "a moderator", at(4))).unwrap();
        it.save(entity, "two");
        it.confirm(&first, &object(1, &text("one"), "1"), None);
        assert_eq!(now(it.desk.sent_before(entity)).unwrap(), None, "{}", it.sort);
        assert!(now(it.desk.parked(entity)).unwrap().is_none(), "{}", it.sort);
        assert!(now(it.desk.journal_unsure(it.account)).unwrap().is_empty(), "{}", it.sort);
        assert!(now(it.desk.journal_waiting(it.account)).unwrap().is_empty(), "{}", it.sort);
        assert!(it.is_unsent(entity), "{}: the edit goes", it.sort);
    });
}

#[test]
fn what_a_list_brought_stays_until_it_is_cleared_and_a_token_alone_hides_no_text() {
    on_both(|it| {
        let run = RunId::new(it.desk.seed());
        let page = object(1, &text("one"), "1");
        now(it.desk.stage(run, it.account, it.space, std::slice::from_ref(&page), &[])).unwrap();
        let other = RemoteRef::new(Kind::Page, 2);
        now(it.desk.stage(run, it.account, it.space, &[], &[page.remote.clone(), other.clone()])).unwrap();
        let staged = now(it.desk.staged(it.space)).unwrap();
        assert_eq!(staged, [(page.remote.clone(), Some(page.clone())), (other, None)], "{}", it.sort);
        assert_eq!(now(it.desk.staged_object(it.space, &page.remote)).unwrap(), Some(page), "{}", it.sort);
        let cursors = [domain::Cursor { list: "pages".to_owned(), at: "2".to_owned() }];
        now(it.desk.set_pull_state(it.space, at(1), &cursors)).unwrap();
        let state = now(it.desk.pull_state(it.space)).unwrap().unwrap();
        assert_eq!((state.begun_at, state.cursors.len()), (at(1), 1), "{}", it.sort);
        now(it.desk.end_pull(it.space)).unwrap();
        now(it.desk.clear_staging(it.space)).unwrap();
        assert!(now(it.desk.pull_state(it.space)).unwrap().is_none(), "{}", it.sort);
        assert_eq!(now(it.desk.staged(it.space)).unwrap(), [], "{}", it.sort);
    });
}

#[test]
fn what_is_gone_is_dropped_in_each_way_and_its_text_stays() {
    on_both(|it| {
        let (gone, forgotten, unmapped, new) =
            (it.agreed(1, "gone"), it.agreed(2, "forgotten"), it.agreed(3, "unmapped"), it.made("new"));
        let raced = now(it.desk.delete_here(gone, it.counter(gone) + 1, at(4))).unwrap();
        assert_eq!(raced, Applied::Raced, "{}", it.sort);
        now(it.desk.delete_here(gone, it.counter(gone), at(4))).unwrap();
        now(it.desk.forget(forgotten, it.account, at(4))).unwrap();
        now(it.desk.unmap(unmapped, at(4))).unwrap();
        now(it.desk.discard(new, at(4))).unwrap();
        for (entity, words, is_there) in
            [(gone, "gone", false), (forgotten, "forgotten", false), (unmapped, "unmapped", true), (new, "new", false)]
        {
            let case = format!("{} {words}", it.sort);
            assert!(now(it.desk.mapping(entity, it.account)).unwrap().is_none(), "{case}");
            assert_eq!(now(it.desk.get(entity)).unwrap().deleted_at.is_none(), is_there, "{case}");
            assert!(it.said(entity, words), "{case}");
        }
        assert_eq!(now(it.desk.unmapped(it.space)).unwrap(), [unmapped], "{}", it.sort);
    });
}

#[test]
fn a_look_at_the_same_text_takes_over_its_token_and_another_text_nothing() {
    on_both(|it| {
        let entity = it.agreed(1, "one");
        let token = |it: &Desktop| now(it.desk.mapping(entity, it.account)).unwrap().unwrap().base.token.0;
        now(it.desk.refresh_mirror(it.account, &[(entity, object(1, &text("one"), "2"))], at(9))).unwrap();
        assert_eq!(token(it), "2", "{}", it.sort);
        now(it.desk.refresh_mirror(it.account, &[(entity, object(1, &text("two"), "3"))], at(9))).unwrap();
        assert_eq!(token(it), "2", "{}", it.sort);
        now(it.desk.note_verified(it.account, &[entity], at(11))).unwrap();
        assert_eq!(now(it.desk.mapping(entity, it.account)).unwrap().unwrap().verified_at, at(11), "{}", it.sort);
        let other = object(1, &text("two"), "3");
        now(it.desk.rebase_mirror(it.account, entity, &other, &other.content.hash(), at(12))).unwrap();
        let base: Base = now(it.desk.mapping(entity, it.account)).unwrap().unwrap().base;
        assert_eq!((base.content, base.token.0.as_str()), (text("two"), "3"), "{}", it.sort);
        assert!(it.body(entity).contains("one"), "{}", it.sort);
    });
}

#[test]
fn what_a_file_became_is_known_once_the_site_said_so() {
    on_both(|it| {
        let sha = now(it.desk.keep_picture(it.space, "a.png", &[1; 8])).unwrap();
        assert_eq!(now(it.desk.blob(&sha)).unwrap().1, vec![1; 8], "{}", it.sort);
        now(it.desk.upload_intend("here", &sha, at(1))).unwrap();
        assert!(now(it.desk.upload_of("here", &sha)).unwrap().is_none(), "{}", it.sort);
        now(it.desk.upload_done("here", it.space, &sha, "/files/1", at(2))).unwrap();
        assert_eq!(now(it.desk.upload_of("here", &sha)).unwrap().unwrap().address, "/files/1", "{}", it.sort);
        assert!(now(it.desk.upload_of("there", &sha)).unwrap().is_none(), "{}", it.sort);
        now(it.desk.forget_uploads("here")).unwrap();
        assert!(now(it.desk.upload_of("here", &sha)).unwrap().is_none(), "{}", it.sort);
    });
}

#[test]
fn an_older_copy_is_recognised_by_a_run_that_sent_something_since() {
    on_both(|it| {
        let (edited, new) = (it.agreed(1, "one"), it.made("new"));
        it.save(edited, "two");
        it.desk.copy_aside();
        assert!(it.desk.go_back(), "{}", it.sort);
        assert_eq!(now(it.desk.recognise(at(9))).unwrap().descent, Descent::Own, "{}: nothing was sent", it.sort);
        now(it.desk.count_run()).unwrap();
        assert!(it.desk.go_back(), "{}", it.sort);
        let found = now(it.desk.recognise(at(9))).unwrap();
        assert_eq!((found.descent, found.waiting), (Descent::Older { runs: 1 }, 2), "{}", it.sort);
        assert!(now(it.desk.parked(edited)).unwrap().unwrap().copied, "{}", it.sort);
        assert!(now(it.desk.parked(new)).unwrap().unwrap().unsure, "{}", it.sort);
        assert_eq!(now(it.desk.sent_before(new)).unwrap(), Some(SentBefore::Unsure), "{}", it.sort);
        now(it.desk.hold_copied(&[edited])).unwrap();
        assert!(!now(it.desk.parked(edited)).unwrap().unwrap().copied, "{}", it.sort);
        assert_eq!(now(it.desk.recognise(at(10))).unwrap().descent, Descent::Own, "{}: said once", it.sort);
    });
}

#[test]
fn what_is_set_apart_is_here_alone_with_its_reason() {
    on_both(|it| {
        let entity = it.agreed(1, "one");
        now(it.desk.set_apart(entity, it.account, "another has its number", at(4))).unwrap();
        assert!(now(it.desk.mapping(entity, it.account)).unwrap().is_none(), "{}", it.sort);
        assert_eq!(now(it.desk.parked(entity)).unwrap().unwrap().reason, "another has its number", "{}", it.sort);
        assert!(it.body(entity).contains("one"), "{}", it.sort);
    });
}

/// A forum beside the course, with one category.
fn forum(it: &Desktop) -> (AccountId, SpaceId) {
    let (account, space) = (AccountId::new(it.desk.seed()), SpaceId::new(it.desk.seed()));
    let course = now(it.desk.space(it.space)).unwrap();
    let site = Some(domain::SiteKind::Discourse);
    now(it.desk.put_space(&Space { id: space, account: Some(account), site, ..course })).unwrap();
    (account, space)
}

/// The forum has it by now, in its own words.
fn arrived(it: &Desktop, entity: EntityId, account: AccountId, raw: &str) -> RemoteObject {
    let there = object(7, &Content::new("Title", raw), "1");
    let there = RemoteObject { remote: RemoteRef::new(Kind::Topic, 7), ..there };
    let home = now(it.desk.get(entity)).unwrap().content;
    let entry = JournalEntry { account, home: Some(home.clone()), ..it.entry(entity) };
    let confirm = Confirm {
        far: Some(FarSide { object: there.clone(), home: "what stands at home".to_owned() }),
        entry,
        object: RemoteObject { content: home, ..there.clone() },
        canonical_hash: there.content.hash(),
        deleted: false,
        overwritten: None,
        rejoined: None,
        device: it.desk.device(),
        now: at(5),
    };
    now(it.desk.journal_confirm(confirm)).unwrap();
    there
}

#[test]
fn a_linked_document_has_a_base_and_refusals_of_its_own_on_each_site() {
    on_both(|it| {
        let (account, space) = forum(it);
        let entity = it.agreed(1, "one");
        now(it.desk.link(entity, account, space, Kind::Topic)).unwrap();
        for taken in [account, it.account] {
            let again = now(it.desk.link(entity, taken, space, Kind::Topic));
            assert!(matches!(again, Err(Error::Taken)), "{}", it.sort);
        }
        assert_eq!(now(it.desk.unmapped(space)).unwrap(), [entity], "{}: it is to be made there", it.sort);
        assert!(!now(it.desk.link_of(entity, account)).unwrap().unwrap().is_there, "{}", it.sort);
        let there = arrived(it, entity, account, "one in other words");
        assert!(now(it.desk.unmapped(space)).unwrap().is_empty(), "{}", it.sort);
        let base = |of| now(it.desk.mapping(entity, of)).unwrap().unwrap().base.content;
        assert_eq!((base(account), base(it.account)), (there.content, text("one")), "{}", it.sort);
        assert!(it.body(entity).contains("<p>one"), "{}: its home's words stay", it.sort);
        let rows = |account, space| now(it.desk.mapped(account, space)).unwrap().len();
        assert_eq!((rows(account, space), rows(it.account, it.space)), (1, 1), "{}", it.sort);
        let link = now(it.desk.links()).unwrap().remove(0);
        assert_eq!((link.is_there, link.home.as_deref()), (true, Some("what stands at home")), "{}", it.sort);

        let counter = it.counter(entity);
        now(it.desk.park_on(account, entity, counter, "the forum's", at(6))).unwrap();
        now(it.desk.park_on(it.account, entity, counter, "the course's", at(6))).unwrap();
        for (of, reason) in [(account, "the forum's"), (it.account, "the course's")] {
            assert_eq!(now(it.desk.parked_on(entity, of)).unwrap().unwrap().reason, reason, "{}", it.sort);
        }
        now(it.desk.unlink(entity, account, at(7))).unwrap();
        assert_eq!(now(it.desk.links()).unwrap(), [], "{}", it.sort);
        assert!(now(it.desk.mapping(entity, account)).unwrap().is_none(), "{}", it.sort);
        assert!(now(it.desk.mapping(entity, it.account)).unwrap().is_some(), "{}", it.sort);
        assert_eq!(now(it.desk.parked(entity)).unwrap().unwrap().reason, "the course's", "{}", it.sort);
        let own = now(it.desk.by_remote(account, &RemoteRef::new(Kind::Topic, 7))).unwrap().unwrap();
        let row = now(it.desk.get(own)).unwrap();
        assert_eq!((row.content.body.as_str(), row.kind, row.space), ("one in other words", Kind::Topic, space));
        let agreed = now(it.desk.mapping(own, account)).unwrap().unwrap().remote_vector;
        assert_eq!(
            now(it.desk.vector(own)).unwrap(),
            agreed,
            "{}: a document of its own, and nothing to send",
            it.sort
        );
    });
}

#[test]
fn a_discard_goes_back_to_what_the_home_said_and_never_to_the_other_sites_words() {
    on_both(|it| {
        let (account, space) = forum(it);
        let (agreed, new) = (it.agreed(1, "one"), it.made("new"));
        now(it.desk.link(agreed, account, space, Kind::Topic)).unwrap();
        arrived(it, agreed, account, "one in other words");
        it.save(agreed, "two");
        now(it.desk.discard(agreed, at(8))).unwrap();
        assert!(it.body(agreed).contains("<p>one"), "{}", it.sort);
        now(it.desk.drop_link(agreed, account)).unwrap();
        // On the forum already, and not in its own course.
        now(it.desk.link(new, account, space, Kind::Topic)).unwrap();
        arrived(it, new, account, "new in other words");
        now(it.desk.discard(new, at(8))).unwrap();
        let row = now(it.desk.get(new)).unwrap();
        assert!(row.deleted_at.is_some() && row.content == text("new"), "{}: {row:?}", it.sort);
    });
}

#[test]
fn in_an_older_copy_a_linked_edit_waits_on_each_site_that_lacks_it_and_a_link_without_an_end_is_gone() {
    on_both(|it| {
        let (account, space) = forum(it);
        let (linked, begun) = (it.agreed(1, "one"), it.agreed(2, "begun"));
        for entity in [linked, begun] {
            now(it.desk.link(entity, account, space, Kind::Topic)).unwrap();
        }
        arrived(it, linked, account, "one in other words");
        it.save(linked, "two");
        it.desk.copy_aside();
        now(it.desk.count_run()).unwrap();
        assert!(it.desk.go_back(), "{}", it.sort);
        now(it.desk.recognise(at(9))).unwrap();
        for of in [account, it.account] {
            assert!(now(it.desk.parked_on(linked, of)).unwrap().unwrap().copied, "{}", it.sort);
        }
        assert!(now(it.desk.link_of(begun, account)).unwrap().is_none(), "{}: it may be there already", it.sort);
        assert!(now(it.desk.parked(begun)).unwrap().is_none(), "{}", it.sort);
    });
}
