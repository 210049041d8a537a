//! What a blueprint course locks in its children, column by column (contract 3.10).

use std::collections::BTreeMap;

use domain::{Kind, fact, field};

use super::BLUEPRINT;
use crate::dto::{Blueprint, Restrictions};

/// The restrictions that hold; in the blueprint itself the same flags stand on what it restricts elsewhere, and there it may be edited.
fn held(blueprint: &Blueprint) -> Option<&Restrictions> {
    let child = blueprint.is_master_course_child_content == Some(true);
    let restricted = blueprint.restricted_by_master_course == Some(true);
    blueprint.master_course_restrictions.as_ref().filter(|_| child && restricted)
}

/// Whether all of it is locked. Restricted without saying how counts as that; where only columns are, the rest may be changed.
pub(super) fn locks_all(blueprint: &Blueprint) -> bool {
    let unsaid = blueprint.is_master_course_child_content == Some(true)
        && blueprint.restricted_by_master_course == Some(true)
        && blueprint.master_course_restrictions.is_none();
    unsaid || held(blueprint).is_some_and(|restrictions| restrictions.all)
}

/// The locked parts of an object as the fact that `domain::fields::locked` reads: the blueprint's, and `more`, each with its reason.
pub(super) fn locked_facts(kind: Kind, blueprint: &Blueprint, more: &[(&str, &str)]) -> (&'static str, Option<String>) {
    let mut locked: BTreeMap<&str, &str> = more.iter().copied().collect();
    if let Some(restrictions) = held(blueprint) {
        let groups = [
            (restrictions.content, &["title", "body"][..]),
            (restrictions.points, &[field::POINTS]),
            (restrictions.due_dates, &[field::DUE_AT]),
            (
                restrictions.availability_dates,
                &[field::UNLOCK_AT, field::LOCK_AT, field::DELAYED_POST_AT, field::PUBLISH_AT],
            ),
            (restrictions.state, &[field::PUBLISHED]),
            (restrictions.settings, settings(kind)),
        ];
        let names = groups.iter().filter(|(holds, _)| *holds || restrictions.all).flat_map(|(_, names)| *names);
        locked.extend(names.map(|name| (*name, BLUEPRINT)));
    }
    let text = (!locked.is_empty()).then(|| serde_json::to_string(&locked).unwrap_or_default());
    (fact::LOCKED_FIELDS, text)
}

fn settings(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Page => &[field::EDITING_ROLES],
        Kind::Assignment => {
            &[field::GROUP, field::GRADING_TYPE, field::OMIT_FROM_GRADE, field::ALLOWED_ATTEMPTS, field::POSITION]
        }
        Kind::Discussion | Kind::Announcement => &[
            field::PINNED,
            field::LOCKED,
            field::REQUIRE_INITIAL_POST,
            field::DISCUSSION_TYPE,
            field::ALLOW_RATING,
            field::TODO_DATE,
        ],
        Kind::Quiz => &[
            field::TIME_LIMIT,
            field::ALLOWED_ATTEMPTS,
            field::SCORING_POLICY,
            field::SHUFFLE_ANSWERS,
            field::SHOW_CORRECT_ANSWERS,
            field::ONE_AT_A_TIME,
            field::CANT_GO_BACK,
            field::GROUP,
            field::QUIZ_TYPE,
        ],
        _ => &[],
    }
}
