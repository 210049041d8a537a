//! Canvas's fields (contract canvas 3).

use super::{Field, Takes};
use crate::field;

const ON_CANVAS: &str = "Change it on Canvas.";
const PLACED: &str = "It follows from what the item shows.";

const PUBLISHED: Field = Field::new(field::PUBLISHED, "Published", Takes::Flag);
const UNLOCK_AT: Field = Field::new(field::UNLOCK_AT, "Available from", Takes::Time).or_empty();
const LOCK_AT: Field = Field::new(field::LOCK_AT, "Until", Takes::Time).or_empty();
const DUE_AT: Field = Field::new(field::DUE_AT, "Due", Takes::Time).or_empty();
const TODO_DATE: Field = Field::new(field::TODO_DATE, "In students' to-do list", Takes::Time).or_empty();

/// Highest number of points (contract 3.4).
const POINTS: f64 = 999_999_999.0;
/// A place in a list.
const PLACES: Takes = Takes::Whole(1, 100_000);

pub(super) const PAGE: &[Field] = &[
    PUBLISHED,
    Field::new(field::FRONT_PAGE, "Front page", Takes::Flag),
    Field::new(
        field::EDITING_ROLES,
        "Who may edit",
        Takes::OneOf(&[
            ("teachers", "Teachers"),
            ("teachers,students", "Teachers and students"),
            ("teachers,students,members", "Teachers, students and group members"),
            ("teachers,students,public", "Anyone"),
        ]),
    ),
    Field::new(field::PUBLISH_AT, "Publish at", Takes::Time).or_empty(),
    TODO_DATE,
];

pub(super) const ASSIGNMENT: &[Field] = &[
    PUBLISHED,
    Field::new(field::POINTS, "Points", Takes::Decimal(0.0, POINTS)),
    DUE_AT,
    UNLOCK_AT,
    LOCK_AT,
    Field::new(
        field::GRADING_TYPE,
        "Shown as",
        Takes::OneOf(&[
            ("points", "Points"),
            ("percent", "Percentage"),
            ("pass_fail", "Complete or incomplete"),
            ("letter_grade", "Letter grade"),
            ("gpa_scale", "GPA scale"),
            ("not_graded", "Not graded"),
        ]),
    ),
    Field::new(field::GROUP, "Group", Takes::Id),
    Field::new(field::POSITION, "Place in its group", PLACES),
    Field::new(field::ALLOWED_ATTEMPTS, "Attempts (-1 is any number)", Takes::Whole(-1, 1_000)),
    Field::new(field::OMIT_FROM_GRADE, "Left out of the final grade", Takes::Flag),
    // A change between these makes or deletes a discussion or quiz (contract 3.4).
    Field::new(field::SUBMISSION_TYPES, "Handed in as", Takes::SetOf(&[])).shown(ON_CANVAS),
];

pub(super) const DISCUSSION: &[Field] = &[
    PUBLISHED,
    Field::new(field::PINNED, "Pinned", Takes::Flag),
    Field::new(field::LOCKED, "Closed for comments", Takes::Flag),
    Field::new(field::REQUIRE_INITIAL_POST, "Students post before they read", Takes::Flag),
    Field::new(field::DELAYED_POST_AT, "Available from", Takes::Time).or_empty(),
    LOCK_AT,
    TODO_DATE,
    Field::new(
        field::DISCUSSION_TYPE,
        "Replies",
        Takes::OneOf(&[
            ("threaded", "Threaded"),
            ("side_comment", "One level of replies"),
            ("not_threaded", "Not threaded"),
        ]),
    ),
    Field::new(field::ALLOW_RATING, "Replies may be liked", Takes::Flag),
];

pub(super) const ANNOUNCEMENT: &[Field] = &[
    Field::new(field::DELAYED_POST_AT, "Post at", Takes::Time).or_empty(),
    Field::new(field::LOCKED, "Closed for comments", Takes::Flag),
    LOCK_AT,
    Field::new(field::REQUIRE_INITIAL_POST, "Students post before they read", Takes::Flag),
    Field::new(field::ALLOW_RATING, "Comments may be liked", Takes::Flag),
];

pub(super) const QUIZ: &[Field] = &[
    PUBLISHED,
    DUE_AT,
    UNLOCK_AT,
    LOCK_AT,
    Field::new(field::TIME_LIMIT, "Minutes allowed", Takes::Whole(1, 100_000)).or_empty(),
    Field::new(field::ALLOWED_ATTEMPTS, "Attempts (-1 is any number)", Takes::Whole(-1, 1_000)),
    Field::new(
        field::SCORING_POLICY,
        "Score kept",
        Takes::OneOf(&[("keep_highest", "Highest"), ("keep_latest", "Latest"), ("keep_average", "Average")]),
    ),
    Field::new(field::SHUFFLE_ANSWERS, "Answers shuffled", Takes::Flag),
    Field::new(field::SHOW_CORRECT_ANSWERS, "Correct answers shown", Takes::Flag),
    Field::new(field::ONE_AT_A_TIME, "One question at a time", Takes::Flag),
    Field::new(field::CANT_GO_BACK, "No way back to a question", Takes::Flag),
    Field::new(field::GROUP, "Group", Takes::Id).or_empty(),
    Field::new(
        field::QUIZ_TYPE,
        "Type",
        Takes::OneOf(&[
            ("practice_quiz", "Practice quiz"),
            ("assignment", "Graded quiz"),
            ("graded_survey", "Graded survey"),
            ("survey", "Survey"),
        ]),
    )
    .while_new("Its type cannot be changed here once it is on Canvas."),
    Field::new(field::POINTS, "Points", Takes::Decimal(0.0, POINTS)).shown("They follow from its questions."),
    Field::new(field::QUESTION_COUNT, "Questions", Takes::Whole(0, 100_000)).shown(ON_CANVAS),
];

pub(super) const MODULE: &[Field] = &[
    PUBLISHED,
    Field::new(field::POSITION, "Place", PLACES),
    UNLOCK_AT,
    Field::new(field::SEQUENTIAL, "Items in order", Takes::Flag),
    Field::new(field::PREREQUISITES, "Modules to finish before", Takes::SetOf(&[])),
];

pub(super) const MODULE_ITEM: &[Field] = &[
    PUBLISHED,
    Field::new(field::POSITION, "Place", PLACES),
    Field::new(field::INDENT, "Indent", Takes::Whole(0, 5)),
    Field::new(field::MODULE, "Module", Takes::Id),
    Field::new(
        field::ITEM_TYPE,
        "Shows",
        Takes::OneOf(&[
            ("Page", "Page"),
            ("Assignment", "Assignment"),
            ("Discussion", "Discussion"),
            ("Quiz", "Quiz"),
            ("File", "File"),
            ("SubHeader", "Heading"),
            ("ExternalUrl", "Web address"),
            ("ExternalTool", "External tool"),
        ]),
    )
    .while_new(PLACED),
    Field::new(field::ITEM_TARGET, "Leads to", Takes::Text(2_000)).or_empty().while_new(PLACED),
    Field::new(field::EXTERNAL_URL, "Web address", Takes::Address),
    Field::new(field::NEW_TAB, "Opens a new tab", Takes::Flag),
    Field::new(
        field::COMPLETION,
        "To finish it, students",
        Takes::OneOf(&[
            ("must_view", "view it"),
            ("must_mark_done", "mark it as done"),
            ("must_contribute", "contribute"),
            ("must_submit", "hand something in"),
            ("min_score", "score at least"),
            ("min_percentage", "score at least (per cent)"),
        ]),
    )
    .or_empty(),
    Field::new(field::MIN_SCORE, "Least score", Takes::Decimal(0.0, POINTS)).or_empty(),
];

/// A reply is told by the id of the reply that it answers.
pub(super) const REPLY: &[Field] =
    &[Field::new(field::REPLY_TO, "Answers", Takes::Whole(1, i64::MAX)).or_empty().while_new(ON_CANVAS)];

pub(super) const FILE: &[Field] = &[
    Field::new(field::LOCKED, "Hidden from students", Takes::Flag),
    Field::new(field::UNLOCK_AT, "Available from", Takes::Time).or_empty().shown(ON_CANVAS),
    Field::new(field::LOCK_AT, "Until", Takes::Time).or_empty().shown(ON_CANVAS),
    Field::new(field::FOLDER, "Folder", Takes::Text(255)).shown(ON_CANVAS),
    Field::new(field::SIZE, "Bytes", Takes::Whole(0, i64::MAX)).shown("It follows from the file."),
];
