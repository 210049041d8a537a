//! What contract sections 3 to 7 say that a client can get wrong, and the test that shows that this one does not. Tests of sections that had none
//! stand here too.

use domain::{Content, FieldValue, Guard, Kind, Remote, RemoteErrorKind, RemoteRef, field};
use serde_json::json;

use crate::listed::tests_of;
use crate::site::{Site, draft};

const CANVAS: &str = "crates/canvas";
const DOMAIN: &str = "crates/domain";
const REST: &str = "crates/rest";

/// Section, fact, crate and test.
const FACTS: &[(&str, &str, &str, &str)] = &[
    (
        "3.1",
        "a slug wins over an id: pages are addressed by page_id",
        CANVAS,
        "trap_23_a_page_whose_slug_is_anothers_number_is_not_taken_for_it",
    ),
    (
        "3.1",
        "fields outside the wrapper are ignored",
        CANVAS,
        "trap_03_each_write_stands_in_its_wrapper_and_one_that_is_ignored_is_named",
    ),
    ("3.1", "a PUT to what is not there makes a page", CANVAS, "trap_01_a_page_that_is_gone_is_never_put_to"),
    (
        "3.1",
        "slug and title are what the answer says",
        CANVAS,
        "trap_02_a_rename_moves_the_slug_and_a_taken_title_comes_back_as_canvas_made_it",
    ),
    ("3.1", "old slugs may keep resolving", CANVAS, "trap_29_an_item_of_a_renamed_page_is_made_by_the_slug_of_now"),
    (
        "3.1",
        "the front page cannot be unpublished",
        CANVAS,
        "trap_31_each_refused_state_is_told_in_words_and_the_text_arrives",
    ),
    (
        "3.1",
        "a new page is unpublished unless told otherwise",
        CANVAS,
        "every_part_of_something_new_that_is_dropped_is_named_and_one_that_is_taken_is_not",
    ),
    (
        "3.1",
        "bodies of the block editor are not given",
        CANVAS,
        "trap_26_a_page_of_the_block_editor_is_read_only_and_says_why",
    ),
    (
        "3.1",
        "a single page is read from a replica",
        CANVAS,
        "trap_30_a_page_that_a_replica_does_not_have_yet_is_asked_for_again_and_is_not_gone",
    ),
    (
        "3.1",
        "a date in planners has two other names on the way in",
        CANVAS,
        "each_field_of_each_kind_is_sent_alone_taken_and_read_back",
    ),
    (
        "3.2",
        "numbers are consecutive: what slipped in is found",
        CANVAS,
        "a_page_of_somebody_else_between_guard_and_write_is_handed_over",
    ),
    ("3.2", "what comes after ours is no overwrite", CANVAS, "an_edit_after_the_write_is_not_taken_for_one_before_it"),
    (
        "3.3",
        "the answer to a write has no text",
        CANVAS,
        "a_syllabus_is_read_written_and_read_back_and_neither_made_nor_deleted",
    ),
    (
        "3.4",
        "dates are the caller's unless asked otherwise",
        CANVAS,
        "trap_11_dates_are_asked_for_as_they_stand_and_not_as_they_apply_to_the_caller",
    ),
    (
        "3.4",
        "midnight becomes the end of the day",
        CANVAS,
        "trap_12_a_due_date_at_midnight_becomes_the_end_of_the_day_and_is_adopted",
    ),
    ("3.4", "dates are checked against each other", CANVAS, "the_three_dates_move_to_another_term_in_one_write"),
    ("3.4", "how it is handed in is never written", CANVAS, "every_field_of_the_panel_that_may_be_changed_is_sent"),
    (
        "3.4",
        "a graded discussion's text is the discussion's",
        CANVAS,
        "trap_13_the_assignment_of_a_graded_discussion_has_its_dates_and_points_and_names_the_owner_of_its_text",
    ),
    (
        "3.4",
        "a quiz's assignment is the quiz's",
        CANVAS,
        "trap_13_the_assignment_of_a_quiz_is_read_only_and_the_quiz_is_edited",
    ),
    ("3.4", "New Quizzes are not editable here", CANVAS, "what_may_not_be_edited_says_why"),
    ("3.4", "some saves that are no news move updated_at", CANVAS, "the_guard_sees_a_change_and_only_a_change"),
    (
        "3.5",
        "groups bring their assignments along",
        CANVAS,
        "a_first_pull_of_the_reference_course_takes_eleven_requests",
    ),
    ("3.6", "a topic has no time of change", CANVAS, "a_topics_token_moves_with_what_it_says_and_with_nothing_else"),
    (
        "3.6",
        "one with replies cannot be unpublished",
        CANVAS,
        "trap_31_each_refused_state_is_told_in_words_and_the_text_arrives",
    ),
    ("3.6", "a graded one has no dates of its own", CANVAS, "a_graded_discussion_keeps_the_dates_of_its_assignment"),
    (
        "3.6",
        "opening it clears the date at which it closes",
        CANVAS,
        "s3_6_opening_a_discussion_clears_its_closing_date_and_that_is_adopted",
    ),
    ("3.6", "replies are read a discussion at a time", CANVAS, "threads_without_news_are_not_asked_for"),
    (
        "3.7",
        "each PUT recomputes the lock",
        CANVAS,
        "trap_09_an_announcement_keeps_its_lock_and_its_closing_date_whatever_else_is_written",
    ),
    (
        "3.7",
        "a POST tells the class at once",
        CANVAS,
        "trap_10_a_delayed_announcement_tells_nobody_and_an_edit_never_does",
    ),
    (
        "3.7",
        "without the right it becomes a discussion",
        CANVAS,
        "s3_7_an_announcement_that_became_a_discussion_says_so",
    ),
    ("3.7", "it has no state of being published", CANVAS, "an_announcement_has_no_state_and_remembers_its_lock"),
    ("3.8", "a module is made unpublished", CANVAS, "a_module_is_made_renamed_moved_published_and_deleted"),
    ("3.8", "publishing it publishes what is in it", CANVAS, "trap_07_publishing_a_module_leaves_what_is_in_it_alone"),
    (
        "3.8",
        "an item's title renames what it shows",
        CANVAS,
        "trap_08_and_a_state_an_item_never_renames_or_publishes_what_it_shows",
    ),
    (
        "3.8",
        "the same content can be added twice",
        CANVAS,
        "trap_18_an_item_whose_answer_was_lost_is_found_and_not_made_twice",
    ),
    ("3.8", "prerequisites below are dropped", CANVAS, "trap_19_prerequisites_that_canvas_drops_are_named"),
    ("3.8", "over a hundred items come apart", CANVAS, "trap_21_a_module_of_more_than_a_hundred_items_is_pulled_whole"),
    ("3.8", "an item that moves needs a place", CANVAS, "items_move_within_a_module_and_to_another"),
    ("3.8", "an empty requirement removes it", CANVAS, "a_requirement_is_set_and_taken_away"),
    (
        "3.9",
        "a PUT tells the class unless told not to",
        CANVAS,
        "trap_24_a_quiz_is_made_changed_and_deleted_and_the_class_is_not_told",
    ),
    (
        "3.9",
        "settings that do not go together are dropped",
        CANVAS,
        "trap_27_a_quiz_setting_that_does_not_go_with_the_others_is_named",
    ),
    (
        "3.9",
        "the version number rises with each save",
        CANVAS,
        "s3_9_a_quiz_is_told_by_its_version_and_where_that_moved_by_what_it_says",
    ),
    ("3.10", "each column is locked by itself", CANVAS, "a_blueprint_locks_column_by_column"),
    (
        "3.10",
        "one locked part refuses the whole write",
        CANVAS,
        "trap_28_a_locked_part_is_not_sent_and_does_not_refuse_the_rest",
    ),
    (
        "4.1",
        "the last write wins for each field that is sent",
        CANVAS,
        "only_what_changed_is_sent_and_a_page_write_costs_three_requests",
    ),
    ("4.2", "only a change is a change", CANVAS, "the_guard_sees_a_change_and_only_a_change"),
    (
        "4.2",
        "what a list says of a page's number",
        CANVAS,
        "a_known_revision_number_is_kept_while_the_time_is_the_same",
    ),
    ("4.3", "the revisions are fresh where the page lags", CANVAS, "trap_30_a_lagging_replica_is_waited_for"),
    (
        "5",
        "a lost create is looked for",
        CANVAS,
        "a_create_whose_answer_was_lost_is_found_once_and_one_that_never_arrived_is_absent",
    ),
    (
        "5",
        "one that was there before is not it",
        CANVAS,
        "an_old_object_of_the_same_title_and_text_is_not_taken_for_the_new_one",
    ),
    ("5", "two that fit are a person's to tell apart", CANVAS, "what_cannot_be_told_apart_is_left_to_a_person"),
    ("5", "a file arrives once", CANVAS, "trap_20_an_upload_whose_answer_was_lost_at_any_step_leaves_one_file"),
    ("6.1", "the sanitiser's work is foreseen", DOMAIN, "what_was_sent_equals_what_came_back"),
    ("6.2", "what it will drop is named", DOMAIN, "what_will_be_dropped_is_said_in_words"),
    (
        "6.3",
        "what is read is not what is stored",
        CANVAS,
        "trap_14_what_was_read_goes_back_without_what_canvas_put_round_it",
    ),
    (
        "6.3",
        "an account's brand is put round it",
        CANVAS,
        "trap_15_the_brand_files_of_an_account_are_no_change_and_are_not_sent",
    ),
    (
        "6.3",
        "access keys change",
        CANVAS,
        "trap_16_access_keys_of_files_are_not_asked_for_and_where_they_come_they_are_not_kept",
    ),
    (
        "6.4",
        "the canonical form of what comes back is that of what is stored",
        DOMAIN,
        "what_is_stored_equals_what_comes_back",
    ),
    ("6.4", "what cannot be known counts as equal", DOMAIN, "what_cannot_be_known_counts_as_equal_and_is_named"),
    ("6.5", "links, formulas, media and frames survive", DOMAIN, "real_bodies_come_back_as_they_were_sent"),
    (
        "6.6",
        "a text that is too long is refused in words",
        CANVAS,
        "s6_6_a_text_beyond_the_limit_is_refused_in_words_and_nothing_is_written",
    ),
    (
        "7.1",
        "three steps, of which the last is not repeatable",
        CANVAS,
        "trap_20_an_upload_whose_answer_was_lost_at_any_step_leaves_one_file",
    ),
    ("7.1", "either form of the second step", CANVAS, "a_picture_is_put_there_once_and_can_be_fetched_again"),
    ("7.1", "quota and empty files are refused", CANVAS, "what_the_course_does_not_take_is_told_in_words"),
    (
        "7.3",
        "a file is fetched by whatever address a body has",
        CANVAS,
        "a_picture_is_fetched_by_each_address_that_bodies_use",
    ),
    ("7.3", "the token goes to the site alone", REST, "the_key_goes_to_the_own_origin_only"),
];

#[test]
fn each_fact_of_sections_3_to_7_has_a_test_that_exists() {
    let missing: Vec<_> =
        FACTS.iter().filter(|(.., place, test)| !tests_of(place).iter().any(|name| name == test)).collect();
    assert_eq!(missing, Vec::<&(&str, &str, &str, &str)>::new());
    let sections = "3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 4.1 4.2 4.3 5 6.1 6.2 6.3 6.4 6.5 6.6 7.1 7.3";
    for section in sections.split(' ') {
        assert!(FACTS.iter().any(|(named, ..)| *named == section), "{section}");
    }
}

#[tokio::test]
async fn s3_6_opening_a_discussion_clears_its_closing_date_and_that_is_adopted() {
    let site = Site::small().await;
    let remote = RemoteRef::new(Kind::Discussion, site.seeded.topics[0]);
    let closed = json!({"locked": true, "lock_at": "2031-01-01T00:00:00Z"});
    site.server.as_someone_else().edit_topic(site.seeded.course, site.seeded.topics[0], &closed).unwrap();
    let talk = site.read(&remote).await;
    let opened = talk.content.clone().with(field::LOCKED, FieldValue::Flag(false));
    let (written, _) = site.done(&site.update(&talk, opened)).await;
    assert_eq!(written.content.flag(field::LOCKED), Some(false));
    assert_eq!(written.facts.get("not_taken"), None);
    let there = site.read(&remote).await;
    assert_eq!(there.content, written.content, "what the site made of it is the new base");
    assert_eq!(site.guard(&written).await, Guard::Unchanged);
}

#[tokio::test]
async fn s3_7_an_announcement_that_became_a_discussion_says_so() {
    let site = Site::small().await;
    site.server.configure(|settings| settings.drops = vec!["is_announcement".to_owned()]);
    let (made, _) = site.done(&site.create(Kind::Announcement, Content::new("News", "<p>Boots.</p>"))).await;
    assert_eq!(made.remote.kind, Kind::Discussion);
    assert!(made.facts["not_taken"].contains("Canvas made a discussion of it"), "{:?}", made.facts);
    assert_eq!(site.server.notifications(), []);
}

#[tokio::test]
async fn s3_9_a_quiz_is_told_by_its_version_and_where_that_moved_by_what_it_says() {
    let site = Site::small().await;
    let (quiz, _) = site.done(&site.create(Kind::Quiz, draft("Tides", "<p>Ten.</p>"))).await;
    assert!(quiz.token.0.starts_with("version:"), "{:?}", quiz.token);
    let (course, id) = (site.seeded.course, quiz.remote.id.0.parse().unwrap());
    let other = site.server.as_someone_else();
    // A save of something that is not kept here moves the number and says nothing new.
    other.edit_quiz(course, id, &json!({"hide_results": "always"})).unwrap();
    assert_eq!(site.guard(&quiz).await, Guard::Unchanged);
    other.edit_quiz(course, id, &json!({"time_limit": 20})).unwrap();
    assert!(matches!(site.guard(&quiz).await, Guard::Changed(_)));
}

#[tokio::test]
async fn s6_6_a_text_beyond_the_limit_is_refused_in_words_and_nothing_is_written() {
    let site = Site::small().await;
    let long = format!("<p>{}</p>", "x".repeat(512_000));
    for remote in [
        site.page(1),
        RemoteRef::new(Kind::Assignment, site.seeded.assignments[0]),
        RemoteRef::new(Kind::Discussion, site.seeded.topics[0]),
    ] {
        let object = site.read(&remote).await;
        let wanted = Content { body: long.clone(), ..object.content.clone() };
        let refused = site.remote.send(&site.space, &site.update(&object, wanted)).await.unwrap_err();
        assert_eq!(
            (refused.kind, refused.maybe_done),
            (RemoteErrorKind::Refused, false),
            "{remote}: {}",
            refused.words
        );
        assert_eq!(site.read(&remote).await.content, object.content, "{remote}");
    }
}
