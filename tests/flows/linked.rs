//! One document on two sites: a page of a course that is a topic of a forum, too.

use domain::{Content, EntityId, FieldValue, Kind, field};
use simulators::discourse::Profile;
use simulators::fault::{Fault, On};
use store::Entity;
use sync::{Did, Report, Watch};

use crate::support::{Course, Device, Forum};

const TITLE: &str = "What the tide leaves behind";
const BODY: &str = "<div class=\"lead\">\n<p style=\"color: #333;\">One about <strong>crabs</strong> and the gulls.</p>\n<p>Two about shells on the beach.</p>\n</div>\n<p>Three about weed and sand.</p>";

/// A course, a forum, and one installation that keeps both.
struct Both {
    course: Course,
    forum: Forum,
    canvas: Device,
    discourse: Device,
}

impl Both {
    async fn new() -> Self {
        let (course, forum) = (Course::with_pages(1).await, Forum::with_topics(Profile::V2026, 1).await);
        let canvas = Device::of(&course).await;
        let discourse = canvas.beside(forum.place()).await;
        let both = Self { course, forum, canvas, discourse };
        both.sync().await;
        both
    }

    /// A page that is on both sites.
    async fn linked(body: &str) -> (Self, EntityId) {
        let both = Self::new().await;
        let page = both.canvas.create(TITLE, body).await;
        both.sync().await;
        both.link(page, Kind::Topic).await;
        both.sync().await;
        both.at_rest().await;
        (both, page)
    }

    async fn link(&self, entity: EntityId, kind: Kind) {
        let far = if kind == Kind::Topic { &self.discourse } else { &self.canvas };
        self.canvas.store().link(entity, far.account, far.space, kind).await.unwrap();
    }

    async fn sync(&self) -> Report {
        let sites = vec![self.canvas.site(), self.discourse.site()];
        sync::sync(self.canvas.store(), sites, self.canvas.options(), Watch::default()).await.unwrap()
    }

    async fn get(&self, entity: EntityId) -> Entity {
        self.canvas.store().get(entity).await.unwrap()
    }

    /// The page's body on Canvas.
    fn on_canvas(&self) -> String {
        let page = self.course.canvas.page_titled(self.course.id, TITLE).expect("the page is there");
        page.body.unwrap_or_default()
    }

    fn page_id(&self) -> i64 {
        self.course.canvas.page_titled(self.course.id, TITLE).expect("the page is there").id
    }

    /// Topic and first post of the document on the forum.
    fn topic(&self) -> (i64, i64) {
        self.forum.discourse.with(|forum| {
            let found: Vec<i64> =
                forum.live_topics().into_iter().filter(|topic| topic.title == TITLE).map(|topic| topic.id).collect();
            assert_eq!(found.len(), 1, "one topic is named so");
            (found[0], forum.live_posts(found[0])[0].id)
        })
    }

    fn on_forum(&self) -> String {
        let post = self.topic().1;
        self.forum.discourse.with(|forum| forum.post(post).unwrap().raw.clone())
    }

    async fn edit_here(&self, entity: EntityId, from: &str, to: &str) {
        let content = self.get(entity).await.content;
        assert!(content.body.contains(from), "{}", content.body);
        let body = content.body.replacen(from, to, 1);
        self.canvas.save(entity, &Content { body, ..content }).await;
    }

    fn edit_on_canvas(&self, from: &str, to: &str) {
        let someone = self.course.canvas.as_someone_else();
        crate::support::replace(&someone, self.course.id, self.page_id(), &self.on_canvas(), from, to);
    }

    fn edit_on_forum(&self, from: &str, to: &str) {
        let (raw, post, someone) = (self.on_forum(), self.topic().1, self.forum.someone);
        assert!(raw.contains(from), "{raw}");
        assert!(self.forum.discourse.with(|forum| forum.edit_post_as(someone, post, &raw.replacen(from, to, 1))));
    }

    fn writes(&self) -> Vec<String> {
        let mut writes: Vec<String> =
            self.course.canvas.log().writes().iter().map(|write| format!("{} {}", write.method, write.path)).collect();
        let forum = self.forum.discourse.log().writes();
        writes.extend(forum.iter().map(|write| format!("{} {}", write.method, write.path)));
        self.course.canvas.log().reset();
        self.forum.discourse.log().reset();
        writes
    }

    /// Promise 4, on both sites.
    async fn at_rest(&self) {
        self.writes();
        let report = self.sync().await;
        assert_eq!(self.writes(), Vec::<String>::new(), "a sync after a sync writes nothing");
        assert_eq!(told(&report), [], "and has nothing to say");
        assert!(report.left_out.is_empty());
        assert!(self.canvas.store().outbox().await.unwrap().is_empty());
    }
}

fn told(report: &Report) -> Vec<(Did, String)> {
    report.items.iter().map(|item| (item.did, item.words.clone())).collect()
}

#[tokio::test]
async fn a_page_linked_to_a_forum_is_a_topic_there_and_changes_go_both_ways() {
    let (both, page) = Both::linked(BODY).await;
    assert_eq!(
        both.on_forum(),
        "One about **crabs** and the gulls.\n\nTwo about shells on the beach.\n\nThree about weed and sand."
    );
    // From here to both.
    both.edit_here(page, "shells", "mussels").await;
    both.sync().await;
    assert!(both.on_canvas().contains("mussels") && both.on_forum().contains("mussels"));
    both.at_rest().await;
    // From the forum to the page, in one run, and only where it was changed.
    both.edit_on_forum("weed", "driftwood");
    both.sync().await;
    let canvas = both.on_canvas();
    assert!(canvas.contains("<p>Three about driftwood and sand.</p>"), "{canvas}");
    assert!(canvas.contains("style=\"color: #333;\"") && canvas.contains("class=\"lead\""), "{canvas}");
    both.at_rest().await;
    // From Canvas to the forum, in one run.
    both.edit_on_canvas("crabs", "lobsters");
    both.sync().await;
    assert!(both.on_forum().contains("**lobsters**"), "{}", both.on_forum());
    both.at_rest().await;
    // What only one of them has is no news for the other.
    let content = both.get(page).await.content;
    both.canvas.save(page, &content.with(field::PUBLISHED, FieldValue::Flag(true))).await;
    both.sync().await;
    both.at_rest().await;
    assert_eq!(both.get(page).await.kind, Kind::Page);
}

#[tokio::test]
async fn a_topic_linked_to_a_course_is_an_unpublished_page_there() {
    let both = Both::new().await;
    let topic = both.discourse.create(TITLE, "One *about* crabs and the gulls.\n\n* first\n* second").await;
    both.sync().await;
    both.link(topic, Kind::Page).await;
    both.sync().await;
    both.at_rest().await;
    let page = both.course.canvas.page_titled(both.course.id, TITLE).unwrap();
    assert!(!page.published, "nothing is shown to students unless somebody says so");
    assert!(both.on_canvas().contains("<em>about</em>"), "{}", both.on_canvas());
    both.edit_on_canvas("crabs", "lobsters");
    both.sync().await;
    assert_eq!(both.on_forum(), "One *about* lobsters and the gulls.\n\n* first\n* second");
    both.at_rest().await;
}

#[tokio::test]
async fn s24_two_documents_that_differ_are_linked_and_nothing_is_lost() {
    let both = Both::new().await;
    let page = both.canvas.create(TITLE, "<p>Canvas says this about the tide.</p>").await;
    let topic = both.discourse.create(TITLE, "The forum says that about the tide.").await;
    both.sync().await;
    let store = both.canvas.store();
    store.link_to(page, topic, both.canvas.options().now.as_ref()()).await.unwrap();
    both.writes();
    let report = both.sync().await;
    assert!(report.items.iter().any(|item| item.did == Did::Conflict), "{:?}", told(&report));
    assert_eq!(both.writes(), Vec::<String>::new(), "nothing is written before somebody decides");
    let conflict = store.conflict(page).await.unwrap().expect("a conflict");
    assert!(conflict.mine.unwrap().body.contains("Canvas says this"));
    assert!(conflict.theirs.unwrap().content.body.contains("The forum says that"));
    // Asked again, it is the same question.
    both.sync().await;
    assert_eq!(store.conflicts().await.unwrap().len(), 1);
    both.canvas.settle(page, false).await;
    both.sync().await;
    both.at_rest().await;
    assert!(both.on_canvas().contains("The forum says that about the tide."), "{}", both.on_canvas());
    assert_eq!(both.on_forum(), "The forum says that about the tide.");
    assert!(both.canvas.holds("Canvas says this").await, "what was not chosen is in the history");
    assert!(both.discourse.holds("The forum says that").await);
}

#[tokio::test]
async fn s24_two_documents_that_say_the_same_are_linked_without_a_question_and_without_a_write() {
    let both = Both::new().await;
    let page = both.canvas.create(TITLE, "<p>Both say this about the <strong>tide</strong>.</p>").await;
    let topic = both.discourse.create(TITLE, "Both say this about the **tide**.").await;
    both.sync().await;
    both.canvas.store().link_to(page, topic, both.canvas.options().now.as_ref()()).await.unwrap();
    both.writes();
    both.sync().await;
    assert_eq!(both.writes(), Vec::<String>::new());
    both.at_rest().await;
    both.edit_on_forum("Both say", "All say");
    both.sync().await;
    assert!(both.on_canvas().contains("All say this about the <strong>tide</strong>."), "{}", both.on_canvas());
    both.at_rest().await;
}

#[tokio::test]
async fn s60_one_side_is_down_and_the_other_goes_on() {
    let (both, page) = Both::linked(BODY).await;
    both.forum.discourse.faults().add(On::any(), Fault::status(503, "down"));
    both.edit_here(page, "shells", "mussels").await;
    let report = both.sync().await;
    assert!(both.on_canvas().contains("mussels") && !both.on_forum().contains("mussels"));
    assert_eq!(report.left_out.len(), 1);
    assert_eq!(both.canvas.store().outbox().await.unwrap().len(), 1, "it waits to be sent to the forum");
    both.forum.discourse.faults().clear();
    both.writes();
    both.sync().await;
    let writes = both.writes();
    assert!(
        !writes.is_empty() && writes.iter().all(|write| write.contains("/posts/") || write.contains("/t/")),
        "{writes:?}"
    );
    assert!(both.on_forum().contains("mussels"));
    both.at_rest().await;
    // And the other way round.
    both.course.canvas.faults().add(On::any(), Fault::status(503, "down"));
    both.edit_on_forum("weed", "driftwood");
    both.sync().await;
    assert!(both.get(page).await.content.body.contains("driftwood") && !both.on_canvas().contains("driftwood"));
    both.course.canvas.faults().clear();
    both.sync().await;
    assert!(both.on_canvas().contains("driftwood"));
    both.at_rest().await;
}

#[tokio::test]
async fn s61_three_edits_in_three_places_are_joined_in_one_run() {
    let (both, page) = Both::linked(BODY).await;
    both.edit_on_canvas("crabs", "lobsters");
    both.edit_on_forum("weed", "driftwood");
    both.edit_here(page, "shells", "mussels").await;
    let report = both.sync().await;
    assert!(report.items.iter().all(|item| !item.did.needs_person()), "{:?}", told(&report));
    for word in ["lobsters", "mussels", "driftwood"] {
        assert!(both.on_canvas().contains(word), "{word} in {}", both.on_canvas());
        assert!(both.on_forum().contains(word), "{word} in {}", both.on_forum());
        assert!(both.get(page).await.content.body.contains(word));
    }
    both.at_rest().await;
}

#[tokio::test]
async fn s61_three_edits_of_the_same_words_are_asked_about_once() {
    for mine in [true, false] {
        let (both, page) = Both::linked(BODY).await;
        both.edit_on_canvas("shells on", "stones on");
        both.edit_on_forum("shells on", "bottles on");
        both.edit_here(page, "shells on", "mussels on").await;
        both.writes();
        both.sync().await;
        assert_eq!(both.writes(), Vec::<String>::new(), "nothing is overwritten before somebody decides");
        let store = both.canvas.store();
        let conflicts = store.conflicts().await.unwrap();
        assert_eq!(conflicts.len(), 1, "one question for all three");
        let theirs = conflicts[0].theirs.as_ref().unwrap().content.body.clone();
        assert!(theirs.contains("stones") && theirs.contains("bottles"), "both are to be seen: {theirs}");
        both.canvas.settle(page, mine).await;
        both.sync().await;
        both.at_rest().await;
        assert!(store.conflicts().await.unwrap().is_empty(), "and it does not come back");
        let (canvas, forum) = (both.on_canvas(), both.on_forum());
        for word in ["mussels", "stones", "bottles"] {
            let chosen = (word == "mussels") == mine;
            assert_eq!((canvas.contains(word), forum.contains(word)), (chosen, chosen), "{word}: {canvas} | {forum}");
            assert!(both.canvas.holds(word).await, "{word} is in the history");
        }
    }
}

#[tokio::test]
async fn s62_what_a_forum_cannot_hold_stays_in_the_page_whatever_is_edited_there() {
    let body = "<p>One about crabs and the gulls.</p>\n<p><iframe src=\"https://video.test/e/1\" title=\"The gauge\"></iframe></p>\n<p>Three about weed. <iframe src=\"https://video.test/e/2\"></iframe> And sand.</p>";
    let (both, page) = Both::linked(body).await;
    let frames = both.on_canvas().matches("<iframe").count();
    assert_eq!(frames, 2);
    let raw = both.on_forum();
    assert!(
        !raw.contains("iframe")
            && raw.contains("\u{27e6}Kept in Canvas: embedded page \u{201c}The gauge\u{201d}\u{27e7}"),
        "{raw}"
    );
    // Beside a marker, and with a marker taken out.
    both.edit_on_forum("about weed", "about driftwood");
    both.edit_on_forum("\u{27e6}Kept in Canvas: embedded page \u{201c}The gauge\u{201d}\u{27e7}\n\n", "");
    both.sync().await;
    let canvas = both.on_canvas();
    assert_eq!(canvas.matches("<iframe").count(), 2, "{canvas}");
    assert!(canvas.contains("about driftwood") && !canvas.contains('\u{27e6}'), "{canvas}");
    both.at_rest().await;
    let link = both.canvas.store().links_of(page).await.unwrap().remove(0);
    let kept: Vec<String> =
        sync::kept_at_home(&link.home.unwrap()).iter().map(|kept| kept.words().to_owned()).collect();
    assert_eq!(kept, ["embedded page \u{201c}The gauge\u{201d}", "embedded page from video.test"]);
}

#[tokio::test]
async fn s62_what_canvas_cannot_hold_stays_in_the_topic_whatever_is_edited_there() {
    let both = Both::new().await;
    let raw = "One about crabs and the gulls.\n\n[poll name=best]\n* crabs\n* gulls\n[/poll]\n\n[quote=\"sam, post:1, topic:1\"]\nsaid\n[/quote]\n\nLast about sand.";
    let topic = both.discourse.create(TITLE, raw).await;
    both.sync().await;
    both.link(topic, Kind::Page).await;
    both.sync().await;
    both.at_rest().await;
    let canvas = both.on_canvas();
    assert!(
        canvas.contains("\u{27e6}Kept on the forum: poll \u{201c}best\u{201d}\u{27e7}") && !canvas.contains("[poll"),
        "{canvas}"
    );
    both.edit_on_canvas("Last about sand.", "Last about stones.");
    both.sync().await;
    assert_eq!(both.on_forum(), raw.replace("about sand", "about stones"));
    both.at_rest().await;
}

#[tokio::test]
async fn s63_what_a_site_makes_of_its_copy_does_not_travel_to_the_other_and_back() {
    // Canvas drops the script, the forum the white space at the end.
    let (both, page) = Both::linked(
        "<p onclick=\"x()\">One about crabs and the gulls.</p><script>x()</script><p>Two &amp; more.&nbsp;</p>\n\n",
    )
    .await;
    for _ in 0..3 {
        both.at_rest().await;
    }
    // The forum rewrites a text without saying so: it arrives once, and comes to rest.
    let raw = both.on_forum();
    let post = both.topic().1;
    both.forum.discourse.with(|forum| forum.rewrite_silently(post, &format!("{raw}  ")));
    both.sync().await;
    both.at_rest().await;
    assert!(both.get(page).await.content.body.contains("Two &amp; more"));
}

#[tokio::test]
async fn s64_one_copy_deleted_or_unlinked_leaves_the_other_alone() {
    // Deleted on the forum.
    let (both, page) = Both::linked(BODY).await;
    let (topic, _) = both.topic();
    both.forum.discourse.with(|forum| forum.delete_topic_as(both.forum.someone, topic));
    let before = both.on_canvas();
    both.writes();
    for _ in 0..3 {
        both.sync().await;
    }
    assert_eq!(both.writes(), Vec::<String>::new());
    assert_eq!(both.on_canvas(), before);
    assert!(both.get(page).await.deleted_at.is_none());
    assert!(both.canvas.store().links_of(page).await.unwrap().is_empty(), "the link is gone, and nothing else");

    // Deleted on Canvas: the topic stays, as a document of its own.
    let (both, page) = Both::linked(BODY).await;
    let raw = both.on_forum();
    both.course.canvas.as_someone_else().delete_page(both.course.id, both.page_id()).unwrap();
    both.writes();
    for _ in 0..3 {
        both.sync().await;
    }
    assert_eq!(both.writes(), Vec::<String>::new());
    assert_eq!(both.on_forum(), raw);
    assert!(both.get(page).await.deleted_at.is_some(), "in the trash here, its text in the history");
    assert_eq!(both.discourse.page(TITLE).await.kind, Kind::Topic);

    // Deleted here: it goes from its home alone.
    let (both, page) = Both::linked(BODY).await;
    both.canvas.store().delete(page, both.canvas.options().now.as_ref()()).await.unwrap();
    for _ in 0..3 {
        both.sync().await;
    }
    assert!(both.course.canvas.page_titled(both.course.id, TITLE).is_none_or(|page| page.deleted));
    assert_eq!(both.on_forum(), raw);

    // Unlinked.
    let (both, page) = Both::linked(BODY).await;
    both.canvas.store().unlink(page, both.discourse.account, both.canvas.options().now.as_ref()()).await.unwrap();
    both.edit_here(page, "shells", "mussels").await;
    both.sync().await;
    both.sync().await;
    assert!(both.on_canvas().contains("mussels") && !both.on_forum().contains("mussels"));
    assert_eq!(both.discourse.page(TITLE).await.kind, Kind::Topic, "the topic is a document of its own");
}

#[tokio::test]
async fn s65_a_change_that_goes_to_the_other_site_notifies_nobody_and_bumps_nothing() {
    let (both, page) = Both::linked("<p>One about crabs. Ask @sam or @here.</p>\n<p>Two about shells.</p>").await;
    assert!(!both.on_forum().contains("@sam"), "a name on a page calls nobody: {}", both.on_forum());
    let told = both.course.canvas.notifications().len();
    let (topic, _) = both.topic();
    let bumped = || both.forum.discourse.with(|forum| forum.topic(topic).unwrap().bumped_at);
    let before = bumped();
    both.course.canvas.clock().advance(chrono::TimeDelta::hours(1));
    both.forum.discourse.clock().advance(chrono::TimeDelta::hours(1));
    both.edit_here(page, "shells", "mussels and many other things that lie on the beach").await;
    both.sync().await;
    both.edit_on_canvas("crabs", "lobsters");
    both.sync().await;
    assert!(both.on_forum().contains("lobsters") && both.on_forum().contains("mussels"));
    assert_eq!(bumped(), before);
    both.edit_on_forum("lobsters", "crayfish");
    both.sync().await;
    assert!(both.on_canvas().contains("crayfish") && both.on_canvas().contains("@sam"), "{}", both.on_canvas());
    assert_eq!(both.course.canvas.notifications().len(), told);
}

#[tokio::test]
async fn a_lost_answer_of_the_other_site_makes_no_second_topic() {
    let both = Both::new().await;
    let page = both.canvas.create(TITLE, BODY).await;
    both.sync().await;
    both.link(page, Kind::Topic).await;
    both.forum.discourse.faults().add(On::method("POST", "/posts").first(1), Fault::LoseReply);
    both.sync().await;
    both.forum.discourse.faults().clear();
    both.sync().await;
    both.sync().await;
    both.topic();
    both.at_rest().await;
    both.edit_on_forum("weed", "driftwood");
    both.sync().await;
    assert!(both.on_canvas().contains("driftwood"));
    both.at_rest().await;
}

#[tokio::test]
async fn a_refusal_of_one_site_keeps_nothing_from_the_other() {
    let both = Both::new().await;
    // Too short a title for the forum.
    let page = both.canvas.create("Tide", "<p>Some words about the tide.</p>").await;
    both.sync().await;
    both.link(page, Kind::Topic).await;
    both.sync().await;
    let parked = both.canvas.store().all_parked().await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].account, Some(both.discourse.account));
    both.edit_here(page, "Some words", "More words").await;
    both.sync().await;
    let there = both.course.canvas.page_titled(both.course.id, "Tide").unwrap();
    assert!(there.body.unwrap().contains("More words"));
    // With a longer one it goes.
    let content = both.get(page).await.content;
    both.canvas.save(page, &Content { title: TITLE.to_owned(), ..content }).await;
    both.sync().await;
    assert!(both.on_forum().contains("More words"));
    both.at_rest().await;
}

#[tokio::test]
async fn what_is_planned_for_both_sites_is_shown_and_a_ticked_line_alone_is_carried_out() {
    let (both, _) = Both::linked(BODY).await;
    both.edit_on_forum("weed", "driftwood");
    let sites = || vec![both.canvas.site(), both.discourse.site()];
    let store = both.canvas.store();
    let review = sync::review(store, sites(), both.canvas.options(), Watch::default()).await.unwrap();
    let accounts: Vec<_> = review.lines.iter().map(|line| line.line.account).collect();
    assert!(
        accounts.contains(&both.canvas.account) && accounts.contains(&both.discourse.account),
        "{:?}",
        review.lines
    );
    let without = review
        .lines
        .iter()
        .filter(|line| line.line.account == both.canvas.account)
        .map(|line| line.id.clone())
        .collect();
    let done = sync::execute(store, sites(), both.canvas.options(), Watch::default(), &review, &without).await.unwrap();
    assert!(matches!(done, sync::Executed::Done(_)), "{done:?}");
    assert!(!both.on_canvas().contains("driftwood"));
    both.sync().await;
    assert!(both.on_canvas().contains("driftwood"));
    both.at_rest().await;
}
