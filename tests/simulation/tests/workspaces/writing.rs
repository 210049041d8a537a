//! Edits, and writes that a site took or refused.

use super::*;

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
