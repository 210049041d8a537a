//! The numbered scenarios that a sync must survive, as far as they concern a forum: which test shows each, or why none does.
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

enum Shown {
    /// By a test of this name over a simulated forum.
    Forum(&'static str),
    /// By a test of this name that knows no site, or the other one: what it shows is the engine's or the store's.
    Engine(&'static str),
    /// It is none of a forum's.
    Elsewhere(&'static str),
}

use Shown::{Elsewhere, Engine, Forum};

const SCENARIOS: [(u32, Shown); 70] = [
    (1, Elsewhere("pages of Canvas")),
    (2, Forum("s02_a_topic_whose_creation_lost_its_reply_is_found_and_not_made_twice")),
    (3, Forum("two_writers_in_any_order_lose_nothing_and_make_nothing_twice")),
    (4, Engine("s04_a_crash_between_the_write_and_its_note_recognises_its_own_write")),
    (5, Engine("a_full_disk_is_said_loses_nothing_and_does_not_stop_the_next_write")),
    (6, Engine("a_second_opener_is_refused_and_told_who_has_it")),
    (7, Engine("schedules_of_many_seeds_break_no_promise")),
    (8, Engine("s08_two_pages_of_one_name_stay_two")),
    (9, Elsewhere("addresses of Canvas pages")),
    (10, Forum("s10_topics_are_taken_sent_and_merged_on_a_forum")),
    (11, Forum("s11_s13_the_same_sentence_is_a_conflict_also_when_it_changes_right_before_the_write")),
    (12, Engine("s12_the_identical_change_on_both_sides_is_no_conflict_and_no_write")),
    (13, Forum("s11_s13_the_same_sentence_is_a_conflict_also_when_it_changes_right_before_the_write")),
    (14, Forum("an_edit_that_no_feed_shows_is_found_when_the_rolling_reading_is_due")),
    (15, Engine("an_edit_against_a_deletion_is_asked_about_and_goes_as_chosen")),
    (16, Forum("what_was_deleted_is_gone_also_for_those_who_are_shown_deleted_topics")),
    (17, Engine("s17_two_installations_and_200_edits_on_both_sides_with_faults_lose_nothing_and_agree")),
    (18, Forum("s18_an_older_copy_makes_no_topic_twice")),
    (19, Forum("s19_a_forum_whose_post_versions_go_backwards_is_left_alone_until_the_person_goes_on")),
    (20, Engine("a_draft_kept_after_a_sync_joins_what_came_in_and_both_are_sent")),
    (21, Engine("what_was_written_after_the_question_was_asked_is_not_lost_by_its_answer")),
    (22, Engine("a_conflict_is_kept_whole_and_keeps_its_age")),
    (23, Engine("s11_the_same_sentence_on_both_sides_is_a_conflict_that_holds_nothing_else_back_and_does_not_return")),
    (24, Engine("an_edit_over_a_state_that_nobody_knows_any_more_is_asked_about")),
    (25, Elsewhere("a forum keeps the source and sanitises what it shows")),
    (26, Elsewhere("addresses of Canvas")),
    (27, Forum("s27_what_the_forum_trims_or_rewrites_by_itself_makes_no_loop_and_no_question")),
    (28, Elsewhere("addresses of Canvas")),
    (29, Forum("tags_go_back_in_their_shape_and_are_not_taken_for_written_when_they_were_refused")),
    (30, Forum("when_nothing_happened_a_sync_of_all_categories_is_two_requests")),
    (31, Forum("an_edit_that_no_feed_shows_is_found_when_the_rolling_reading_is_due")),
    (32, Forum("s32_letters_of_every_sort_are_the_same_to_the_byte_after_a_round")),
    (33, Forum("one_word_edited_in_each_real_post_changes_that_word_alone_and_then_nothing_is_written")),
    (34, Elsewhere("addresses of Canvas pages; a topic is addressed by its number")),
    (35, Forum("title_and_tags_are_guarded_by_what_they_were")),
    (36, Elsewhere("modules of Canvas")),
    (37, Forum("s37_titles_of_odd_letters_arrive_as_the_forum_writes_them")),
    (38, Elsewhere("kinds of Canvas")),
    (39, Forum("a_topic_that_moves_to_another_kept_category_keeps_its_identity_and_its_unsent_edit")),
    (40, Elsewhere("quizzes of Canvas")),
    (41, Elsewhere("blueprints of Canvas")),
    (42, Elsewhere("courses of Canvas")),
    (43, Forum("s43_a_cut_at_every_request_of_a_forum_comes_to_the_same_end")),
    (44, Forum("s44_a_crash_at_every_commit_of_a_forum_comes_to_the_same_end")),
    (45, Engine("a_full_disk_is_named_loses_nothing_and_all_goes_on_when_there_is_room")),
    (46, Engine("s46_a_key_that_expires_during_a_sync_keeps_the_queue_and_goes_on_afterwards")),
    (47, Forum("every_recorded_refusal_means_what_it_should_and_none_is_left_out")),
    (48, Forum("a_key_of_twenty_requests_a_minute_is_refused_once_and_every_topic_and_every_edit_arrives")),
    (49, Forum("the_newest_topic_of_a_long_list_is_read_first_and_all_come_once")),
    (50, Engine("s50_a_list_that_is_empty_partial_or_refused_deletes_nothing_here")),
    (51, Forum("a_stopped_first_pull_leaves_the_newest_topics_here_and_goes_on_with_the_others_later")),
    (52, Engine("s43_a_cut_at_every_request_boundary_comes_to_the_same_end")),
    (53, Engine("schedules_of_many_seeds_break_no_promise")),
    (54, Forum("what_the_forums_settings_forbid_is_refused_before_anything_is_sent")),
    (55, Forum("a_stopped_first_pull_leaves_the_newest_topics_here_and_goes_on_with_the_others_later")),
    (56, Forum("s56_a_picture_in_three_topics_of_which_one_is_deleted_is_on_the_forum_once_and_never_without_a_text")),
    (57, Forum("s57_a_text_that_fails_after_its_picture_arrived_goes_later_without_the_picture_being_sent_again")),
    (58, Forum("a_file_that_the_forum_takes_not_is_refused_before_it_is_sent")),
    (59, Engine("an_upload_is_found_by_the_digest_that_its_name_spells")),
    (60, Elsewhere("one document on two sites")),
    (61, Elsewhere("one document on two sites")),
    (62, Elsewhere("one document on two sites")),
    (63, Elsewhere("one document on two sites")),
    (64, Elsewhere("one document on two sites")),
    (65, Forum("an_edit_by_staff_leaves_its_topic_where_it_was_in_the_lists")),
    (66, Elsewhere("pages that students edit; the author of a post is among its facts")),
    (67, Engine("an_edit_discarded_after_it_was_sent_is_taken_back_by_the_next_sync")),
    (68, Engine("badges_say_what_the_tables_say_after_every_write")),
    (69, Engine("a_database_of_a_newer_program_is_refused_untouched")),
    (70, Engine("an_account_goes_with_its_spaces_or_leaves_them_as_local_ones")),
];

fn sources(folder: &Path, into: &mut String) {
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("adapter/scenarios.rs")
        {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_scenario_is_shown_by_a_test_that_exists_or_says_why_not() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = String::new();
    ["crates", "tests", "src-tauri/src"].iter().for_each(|folder| sources(&root.join(folder), &mut all));
    let mut elsewhere = 0;
    for (number, shown) in &SCENARIOS {
        match shown {
            Forum(name) | Engine(name) => {
                assert!(all.contains(&format!("fn {name}(")), "{number}: there is no test {name}")
            }
            Elsewhere(why) => elsewhere += usize::from(!why.is_empty()),
        }
    }
    let shown = SCENARIOS.len() - elsewhere;
    println!("of {} scenarios {shown} are shown for a forum, {elsewhere} are elsewhere's", SCENARIOS.len());
    assert!(SCENARIOS.iter().zip(1..).all(|((number, _), place)| *number == place), "in order, each once");
    let shared = std::env::var_os("LECTERN_SHARED").map_or(root.join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("scenarios.md")) else {
        println!("the list itself is not beside the repository");
        return;
    };
    let numbered: BTreeSet<u32> = text.lines().filter_map(|line| line.split_once(". ")?.0.parse().ok()).collect();
    assert_eq!(numbered, SCENARIOS.iter().map(|(number, _)| *number).collect());
}
