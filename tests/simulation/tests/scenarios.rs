//! Every number of the list of scenarios: covered by which test, elsewhere, not applicable with its reason, or open.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use Standing::{Covered, Elsewhere, Open};

enum Standing {
    /// Tests whose names start so.
    Covered(&'static [&'static str]),
    /// It concerns another part, by its name.
    Elsewhere(&'static str),
    /// Not shown yet, and what is missing.
    Open(&'static str),
}

const MANY: &str = "schedules_of_many_seeds_break_no_promise";

const SCENARIOS: [(u32, Standing); 70] = [
    (1, Covered(&["s01_a_page_whose_creation", "s01_a_lost_page_that_somebody"])),
    (2, Covered(&["s02_a_topic_whose_creation"])),
    (3, Covered(&["s03_an_update_that_was_saved"])),
    (4, Covered(&["s04_a_crash_between_the_write"])),
    (5, Covered(&["s44_a_crash_at_every_commit", MANY])),
    (6, Elsewhere("store: the lock of a workspace; `sync::Error::Running` within one process")),
    (7, Elsewhere("app: a second press answers with the run under way")),
    (8, Covered(&["s08_two_pages_of_one_name"])),
    (9, Covered(&["s09_an_edit_of_a_page_that_was_deleted"])),
    (10, Covered(&["s10_one_side_alone", "s10_topics_are_taken"])),
    (11, Covered(&["s11_the_same_sentence_on_both_sides"])),
    (12, Covered(&["s12_the_identical_change"])),
    (13, Covered(&["s13_an_edit_between_our_pull"])),
    (14, Covered(&[MANY])),
    (15, Covered(&["s15_a_page_deleted_here_and_edited", "seeds_285_and_683"])),
    (16, Covered(&["s16_a_page_deleted_on_both_sides"])),
    (17, Covered(&["s17_two_installations", MANY])),
    (
        18,
        Covered(&[
            "s18_an_older_copy_is_joined",
            "s18_what_is_unsent",
            "s18_a_cloned_computer",
            "s18_an_older_copy_makes",
        ]),
    ),
    (19, Covered(&["s19_a_site_that_was_restored", "s19_an_id_that_is_given_away", "s19_a_forum_whose_post_versions"])),
    (20, Elsewhere("store: a draft whose entity changed underneath")),
    (21, Open("shown by simulation only where the answer comes in the same schedule; no test of its own")),
    (22, Covered(&[MANY])),
    (23, Covered(&["s11_the_same_sentence_on_both_sides"])),
    (24, Covered(&["s24_two_documents_that_differ", "s24_two_documents_that_say_the_same"])),
    (25, Covered(&["s25_what_the_sanitiser_drops"])),
    (26, Elsewhere("domain: canonical forms, against recordings")),
    (27, Covered(&[MANY])),
    (28, Elsewhere("domain: canonical forms, against recordings")),
    (29, Covered(&["every_part_of_every_kind_that_is_dropped", "trap_27_a_field_that_canvas_drops"])),
    (30, Covered(&["new_decoration_alone_refreshes"])),
    (31, Covered(&[MANY])),
    (32, Elsewhere("domain: laws of the source-preserving save")),
    (33, Elsewhere("domain: the corpus")),
    (34, Covered(&["s34_a_new_title_moves_the_slug"])),
    (35, Covered(&["s35_swapped_names", "s35_a_page_renamed_on_both_sides"])),
    (36, Covered(&["s36_items_that_move_on_both_sides", "items_move_within_a_module_and_to_another"])),
    (37, Covered(&["s37_titles_of_every_kind"])),
    (
        38,
        Covered(&[
            "s38_a_page_that_became_the_front_page",
            "trap_31_each_refused_state",
            "trap_13_the_assignment_of_a_graded",
        ]),
    ),
    (39, Elsewhere("discourse: topics that move")),
    (40, Covered(&["what_may_not_be_edited_says_why"])),
    (41, Covered(&["s41_a_page_that_a_blueprint_locked", "a_blueprint_locks_column_by_column"])),
    (42, Open("a course copied for a new term")),
    (43, Covered(&["s43_a_cut_at_every_request_boundary", "s43_a_cut_at_every_request_of_a_forum"])),
    (44, Covered(&["s44_a_crash_at_every_commit", MANY])),
    (45, Elsewhere("store: a full disk")),
    (46, Covered(&["s46_a_key_that_expires"])),
    (47, Covered(&["s47_whatever_status_a_write"])),
    (48, Elsewhere("rest and discourse: limits")),
    (49, Covered(&["s49_pages_that_come_and_go", MANY])),
    (50, Covered(&["s50_a_list_that_is_empty", "s50_a_few_deletes"])),
    (51, Covered(&["s51_a_stopped_sync"])),
    (52, Covered(&[MANY])),
    (53, Covered(&[MANY])),
    (54, Elsewhere("ui and canvas: pasted pictures, length of a body")),
    (55, Covered(&["s55_a_course_of_five_thousand"])),
    (56, Covered(&["s56_a_picture_in_three_topics"])),
    (57, Covered(&["s57_a_text_that_fails_after_its_picture"])),
    (58, Elsewhere("the clients: uploads")),
    (59, Elsewhere("store: attachments")),
    (60, Covered(&["s60_one_side_is_down"])),
    (61, Covered(&["s61_three_edits"])),
    (62, Covered(&["s62_what_a_forum_cannot_hold"])),
    (63, Covered(&["s63_what_a_site_makes"])),
    (64, Covered(&["s64_one_copy_deleted"])),
    (65, Covered(&["s65_a_change_that_goes"])),
    (66, Covered(&["s10_one_side_alone"])),
    (67, Elsewhere("app: undo of a discard")),
    (68, Elsewhere("app and ui: badges and lists from the same rows")),
    (69, Elsewhere("store: migrations, and newer databases")),
    (70, Elsewhere("app: removing an account")),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != "node_modules" {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_scenario_is_listed_and_every_test_that_is_named_exists() {
    let numbers: BTreeSet<u32> = SCENARIOS.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=70).collect());
    let mut text = String::new();
    for folder in ["tests", "crates"] {
        sources(&root().join(folder), &mut text);
    }
    for (number, standing) in &SCENARIOS {
        match standing {
            Covered(names) => {
                for name in *names {
                    assert!(text.contains(&format!("fn {name}")), "scenario {number}: there is no test {name}");
                }
            }
            Elsewhere(whose) => assert!(!whose.is_empty()),
            Open(missing) => println!("scenario {number} is open: {missing}"),
        }
    }
}

#[test]
fn no_scenario_of_the_list_is_missing_here() {
    let shared = std::env::var_os("LECTERN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let Ok(list) = std::fs::read_to_string(shared.join("scenarios.md")) else {
        println!("skipped: the list of scenarios is not beside the repository");
        return;
    };
    let listed: BTreeSet<u32> = list.lines().filter_map(|line| line.split_once(". ")?.0.parse().ok()).collect();
    let here: BTreeSet<u32> = SCENARIOS.iter().map(|(number, _)| *number).collect();
    assert_eq!(listed, here);
}
