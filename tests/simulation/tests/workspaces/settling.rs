//! Conflicts, and the choices that end them.

use super::*;

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
