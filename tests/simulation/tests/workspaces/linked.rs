//! Documents that stand on two sites.

use super::*;

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
