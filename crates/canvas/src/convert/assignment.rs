//! Assignments.

use domain::canonical::canvas as form;
use domain::{Content, FieldValue, Kind, RemoteId, RemoteObject, RemoteRef, Token, fact, field};

use super::{BLUEPRINT, OTHER_EDITOR, ROLE, access, facts, locked_facts, locks_all, time_text};
use crate::dto::Assignment;
use crate::wire;

/// Why parts of the assignment of a graded discussion are not its own. Its dates and points are, and nowhere else.
const OF_DISCUSSION: &str = "It belongs to a graded discussion. Edit the discussion.";

/// What is the discussion's, or says nothing of one.
const DISCUSSIONS: &[(&str, &str)] = &[
    ("title", OF_DISCUSSION),
    ("body", OF_DISCUSSION),
    (field::PUBLISHED, OF_DISCUSSION),
    (field::ALLOWED_ATTEMPTS, OF_DISCUSSION),
];

/// An assignment. The owner's text is copied to the assignment of a graded discussion or quiz and back, so only one of them may be edited (contract 3.4).
pub(crate) fn assignment(assignment: Assignment, group: Option<&str>, origin: &str) -> RemoteObject {
    let returned_body = assignment.description.unwrap_or_default();
    let fields = wire::read(Kind::Assignment, &assignment.more);
    let handed_in = |how: &str| matches!(fields.get(field::SUBMISSION_TYPES), Some(FieldValue::Set(types)) if types.iter().any(|kind| kind == how));
    let quiz = assignment.quiz_id.is_some() || assignment.is_quiz_assignment == Some(true) || handed_in("online_quiz");
    let new_quiz =
        assignment.is_quiz_lti_assignment == Some(true) || handed_in("external_tool") && returned_body.is_empty();
    let graded_topic = assignment.discussion_topic.is_some() || handed_in("discussion_topic");
    let owner = (assignment.discussion_topic.map(|topic| (Kind::Discussion, topic.id)))
        .or_else(|| assignment.quiz_id.map(|id| (Kind::Quiz, id)));
    RemoteObject {
        remote: RemoteRef::new(Kind::Assignment, RemoteId(assignment.id.0)),
        parent: None,
        access: access(&[
            (quiz, "It belongs to a quiz. Edit the quiz."),
            (new_quiz, OTHER_EDITOR),
            (locks_all(&assignment.blueprint), BLUEPRINT),
            (assignment.locked_for_user, ROLE),
        ]),
        content: Content {
            title: assignment.name.unwrap_or_default(),
            body: form::undecorate(&returned_body, origin),
            fields,
        },
        returned_body,
        token: Token(assignment.updated_at.map(time_text).unwrap_or_default()),
        changed_by: None,
        changed_at: assignment.updated_at,
        url: assignment.html_url,
        facts: facts([
            (fact::CREATED_AT, assignment.created_at.map(time_text)),
            (fact::TARGET, owner.map(|(kind, id)| format!("{}:{}", kind.name(), id.0))),
            (fact::GROUP_NAME, group.map(str::to_owned)),
            locked_facts(Kind::Assignment, &assignment.blueprint, if graded_topic { DISCUSSIONS } else { &[] }),
        ]),
    }
}
