//! What a site shows: news, what is gone, and what was before.

use super::*;

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
fn what_a_list_brought_stays_until_it_is_cleared_and_a_token_alone_hides_no_text() {
    on_both(|it| {
        let run = RunId::new(it.desk.seed());
        let page = object(1, &text("one"), "1");
        now(it.desk.stage(run, it.account, it.space, std::slice::from_ref(&page), &[])).unwrap();
        let other = RemoteRef::new(Kind::Page, 2);
        now(it.desk.stage(run, it.account, it.space, &[], &[page.remote.clone(), other.clone()])).unwrap();
        let staged = now(it.desk.staged(it.space, it.account)).unwrap();
        let news = News::Object(Box::new(page.clone()));
        assert_eq!(staged, [(page.remote.clone(), news), (other, News::Unchanged)], "{}", it.sort);
        assert_eq!(now(it.desk.staged_object(it.space, &page.remote)).unwrap(), Some(page), "{}", it.sort);
        let cursors = [domain::Cursor { list: "pages".to_owned(), at: "2".to_owned() }];
        now(it.desk.set_pull_state(it.space, at(1), &cursors)).unwrap();
        let state = now(it.desk.pull_state(it.space)).unwrap().unwrap();
        assert_eq!((state.begun_at, state.cursors.len()), (at(1), 1), "{}", it.sort);
        now(it.desk.end_pull(it.space)).unwrap();
        now(it.desk.clear_staging(it.space)).unwrap();
        assert!(now(it.desk.pull_state(it.space)).unwrap().is_none(), "{}", it.sort);
        assert_eq!(now(it.desk.staged(it.space, it.account)).unwrap(), [], "{}", it.sort);
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

/// A reply of an object of the forum's kind, under what has this number.
fn under(id: i64, parent: i64, words: &str) -> RemoteObject {
    let reply = object(id, &Content::new("", words), "1");
    RemoteObject { remote: RemoteRef::new(Kind::Post, id), parent: Some(RemoteRef::new(Kind::Topic, parent)), ..reply }
}

#[test]
fn what_is_seen_for_the_first_time_is_taken_in_at_once_and_what_is_known_or_stands_under_nothing_known_is_not() {
    on_both(|it| {
        let topic = RemoteObject { remote: RemoteRef::new(Kind::Topic, 1), ..object(1, &text("topic"), "1") };
        let vector = VersionVector::new().bumped(Replica::Account(it.account));
        let arrival = |object: &RemoteObject| Arrival {
            space: it.space,
            account: it.account,
            object: object.clone(),
            canonical_hash: object.content.hash(),
            vector: vector.clone(),
            now: at(2),
        };
        let known = it.agreed(9, "known");
        let there = object(9, &text("edited there"), "2");
        let (reply, stray) = (under(2, 1, "a reply"), under(3, 77, "a stray"));
        // Staged whole before, with an older text: what is taken in is what the next look compares with.
        let older = RemoteObject { content: text("older"), ..topic.clone() };
        now(it.desk.stage(RunId::new(it.desk.seed()), it.account, it.space, &[older], &[])).unwrap();
        let made = now(it.desk.take_in(&[&topic, &reply, &stray, &there].map(arrival))).unwrap();
        let [Some(first), Some(second), None, None] = made[..] else { panic!("{}: {made:?}", it.sort) };
        let kept = now(it.desk.get(second)).unwrap();
        assert_eq!((kept.parent, kept.content.body.as_str()), (Some(first), "a reply"), "{}", it.sort);
        assert_eq!(it.body(known), text("known").body, "{}", it.sort);
        assert_eq!(now(it.desk.by_remote(it.account, &stray.remote)).unwrap(), None, "{}", it.sort);
        for entity in [first, second] {
            assert!(!it.is_unsent(entity), "{}", it.sort);
            let versions = now(it.desk.revisions(entity)).unwrap();
            let causes: Vec<&str> = versions.iter().map(|version| version.cause.as_str()).collect();
            assert_eq!(causes, ["pull"], "{}", it.sort);
        }
        let rows = now(it.desk.mapped(it.account, it.space)).unwrap();
        assert!(rows.iter().find(|row| row.entity == first).expect("it is mapped").is_quiet(), "{}", it.sort);
        let mut staged = now(it.desk.staged(it.space, it.account)).unwrap();
        staged.sort_by(|(one, _), (other, _)| one.cmp(other));
        assert_eq!(staged, [(topic.remote.clone(), News::Unchanged), (reply.remote, News::Unchanged)], "{}", it.sort);
        assert_eq!(now(it.desk.take_in(&[arrival(&topic)])).unwrap(), [None], "{}", it.sort);
        now(it.desk.stage(RunId::new(it.desk.seed()), it.account, it.space, std::slice::from_ref(&topic), &[]))
            .unwrap();
        let staged = now(it.desk.staged(it.space, it.account)).unwrap();
        assert!(staged.contains(&(topic.remote, News::Same)), "{}: {staged:?}", it.sort);
    });
}
