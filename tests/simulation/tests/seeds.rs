//! Seeds that once failed, by what they found; many more that never did; and both sorts of workspace against each other.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use simulation::{Kept, LINKED, Step, play, report, schedule, shrink};
use sync::{EngineGuard, Guards};

/// Plays a seed; a failure prints the shrunk schedule and the command that plays it again.
fn holds(seed: u64, kept: Kept) {
    let plan = schedule(seed);
    if !play(&plan, kept, Guards::all()).violations.is_empty() {
        let small = shrink(&plan, kept, Guards::all());
        let outcome = play(&small, kept, Guards::all());
        panic!("{}", report(&plan, &small, &outcome));
    }
}

#[test]
fn seeds_285_and_683_a_topic_deleted_here_whose_reply_was_edited_there_is_asked_about() {
    [285, 683].into_iter().for_each(|seed| holds(seed, Kept::InMemory));
}

#[test]
fn seed_318_a_question_about_a_delete_stays_open_until_it_is_answered() {
    holds(318, Kept::InMemory);
}

#[test]
fn seed_188_what_stood_under_a_deleted_topic_goes_in_the_same_sync() {
    holds(188, Kept::InMemory);
}

#[test]
fn seed_4740_a_title_that_changed_there_during_our_write_of_the_text_is_taken_over() {
    holds(4740, Kept::InMemory);
}

#[test]
fn seed_5731_a_question_is_asked_about_the_text_as_it_is_now() {
    holds(5731, Kept::InMemory);
}

#[test]
fn seeds_7887_8075_and_12461_what_may_be_there_already_is_sent_again_only_when_the_person_says_so() {
    [7887, 8075, 12461].into_iter().for_each(|seed| holds(seed, Kept::InMemory));
}

#[test]
fn seed_102921_a_text_that_a_choice_made_beforehand_replaces_is_kept_although_the_answer_was_lost() {
    holds(102_921, Kept::InMemory);
    holds(102_921, Kept::OnDisk);
}

#[test]
fn seeds_12708_and_13919_a_topic_is_not_deleted_over_what_was_written_under_it_since() {
    [12708, 13919].into_iter().for_each(|seed| holds(seed, Kept::InMemory));
}

/// For each guard of the engine the first seed from 100000 on that breaks a promise without it. `soak 100000..101000 --without GUARD` finds it again.
const NEEDED: [(EngineGuard, u64); 8] = [
    (EngineGuard::PreWriteCheck, 100_005),
    (EngineGuard::JournalIntent, 100_153),
    (EngineGuard::Adoption, 100_153),
    (EngineGuard::SecondWitness, 100_035),
    (EngineGuard::ReadBack, 100_011),
    (EngineGuard::ChangeCounter, 100_016),
    (EngineGuard::Standing, 100_001),
    (EngineGuard::OlderCopy, 100_914),
];

#[test]
fn without_any_one_of_its_guards_the_engine_is_caught() {
    assert_eq!(NEEDED.map(|(guard, _)| guard), EngineGuard::ALL);
    for (guard, seed) in NEEDED {
        let without = play(&schedule(seed), Kept::InMemory, Guards::without(guard)).violations;
        assert!(!without.is_empty(), "nothing is seen without {guard:?} with seed {seed}");
        println!("without {guard:?}, seed {seed}: {}", without[0]);
        holds(seed, Kept::InMemory);
    }
}

/// What is written down beside the table of `docs/sync.md` is what is tested here.
#[test]
fn the_table_of_guards_in_the_docs_names_these_seeds() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sync.md")).expect("the docs");
    for (guard, seed) in NEEDED {
        let row = format!("| `{guard:?}` |");
        let row = docs.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("no row {row}"));
        assert!(row.contains(&format!("| {seed} |")), "{row}");
    }
}

#[test]
fn seed_14588_what_was_typed_while_a_write_replaced_somebodys_text_is_joined_too() {
    holds(14588, Kept::InMemory);
}

#[test]
fn seeds_35765_41659_and_49902_an_edit_of_something_new_that_was_found_again_stays() {
    [35765, 41659, 49902].into_iter().for_each(|seed| holds(seed, Kept::InMemory));
}

#[test]
fn seed_49684_what_a_site_refuses_hides_no_token() {
    holds(49684, Kept::InMemory);
}

#[test]
fn seed_17927_an_edit_beside_a_lost_title_is_not_taken_out_by_the_next_write() {
    holds(17927, Kept::InMemory);
}

#[test]
fn seed_13664_what_a_discard_goes_back_to_is_in_the_history() {
    holds(13664, Kept::InMemory);
    holds(13664, Kept::OnDisk);
}

#[test]
fn seed_102203_an_id_that_a_restored_site_gives_to_something_new_stops_no_sync() {
    holds(102203, Kept::InMemory);
    holds(102203, Kept::OnDisk);
}

#[test]
fn seed_105681_an_edit_of_what_an_older_copy_found_again_goes() {
    holds(105_681, Kept::InMemory);
    holds(105_681, Kept::OnDisk);
}

#[test]
fn seed_109032_a_text_that_says_what_the_site_says_names_its_picture_as_the_site_does() {
    holds(109_032, Kept::InMemory);
    holds(109_032, Kept::OnDisk);
}

#[test]
fn seeds_1000021_1000053_and_1000055_a_linked_document_that_goes_leaves_its_other_copy_in_the_same_sync() {
    [1_000_021, 1_000_053, 1_000_055].into_iter().for_each(|seed| holds(seed, Kept::InMemory));
}

#[test]
fn seed_1000004_what_was_changed_there_of_a_copy_that_is_left_comes_in_the_same_sync() {
    holds(1_000_004, Kept::InMemory);
    holds(1_000_004, Kept::OnDisk);
}

#[test]
fn seeds_1000318_1000342_and_1000363_what_canvas_drops_of_a_linked_page_is_not_left_on_the_forum() {
    [1_000_318, 1_000_342, 1_000_363].into_iter().for_each(|seed| holds(seed, Kept::InMemory));
}

#[test]
fn a_seed_is_the_same_every_time() {
    for seed in [74, 434, 677, 721] {
        let plan = schedule(seed);
        let first = play(&plan, Kept::InMemory, Guards::all());
        for _ in 0..3 {
            assert_eq!(play(&plan, Kept::InMemory, Guards::all()), first, "seed {seed}");
        }
    }
}

/// An installation syncs once at a time in a process: two runs of one seed are different installations.
#[test]
fn runs_of_one_seed_beside_each_other_come_to_the_same() {
    let plan = schedule(74);
    let alone = play(&plan, Kept::InMemory, Guards::all());
    std::thread::scope(|scope| {
        let others = [(); 4].map(|()| scope.spawn(|| play(&plan, Kept::InMemory, Guards::all())));
        for other in others {
            assert_eq!(other.join().expect("a run"), alone);
        }
    });
}

#[test]
fn schedules_of_many_seeds_break_no_promise() {
    (0..200).chain(LINKED..LINKED + 60).for_each(|seed| holds(seed, Kept::InMemory));
}

#[test]
fn a_workspace_in_memory_and_one_on_disk_come_to_the_same_by_the_same_requests() {
    for seed in (2000..2012).chain(LINKED..LINKED + 6) {
        let mut plan = schedule(seed);
        // On disk nothing comes between two commits.
        for step in &mut plan.steps {
            if let Step::Sync { between, .. } = step {
                *between = None;
            }
        }
        let (memory, disk) = (play(&plan, Kept::InMemory, Guards::all()), play(&plan, Kept::OnDisk, Guards::all()));
        assert_eq!(memory, disk, "seed {seed}");
    }
}
