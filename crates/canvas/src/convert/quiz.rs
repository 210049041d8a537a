//! Classic quizzes: their own text and settings. Questions are not read (contract 3.9).

use domain::canonical::canvas as form;
use domain::{Content, Kind, RemoteId, RemoteObject, RemoteRef, Token, fact};

use super::{BLUEPRINT, ROLE, access, facts, locked_facts, locks_all, own};
use crate::dto::Quiz;
use crate::wire;

/// A quiz. Its version number rises with each save and is its token; where a site does not tell it, a hash of what it says stands in.
pub(crate) fn quiz(quiz: Quiz, origin: &str) -> RemoteObject {
    let returned_body = quiz.description.unwrap_or_default();
    let content = Content {
        title: quiz.title.unwrap_or_default(),
        body: form::undecorate(&returned_body, origin),
        fields: wire::read(Kind::Quiz, &quiz.more),
    };
    let hash = || Content { body: form::canonical(&content.body, origin), ..content.clone() }.hash().0;
    let may_not = quiz.permissions.is_some_and(|permissions| permissions.update == Some(false));
    RemoteObject {
        remote: RemoteRef::new(Kind::Quiz, RemoteId(quiz.id.0)),
        parent: None,
        token: Token(quiz.version_number.map_or_else(hash, |number| format!("version:{number}"))),
        content,
        returned_body,
        access: access(&[(locks_all(&quiz.blueprint), BLUEPRINT), (quiz.locked_for_user || may_not, ROLE)]),
        changed_by: None,
        changed_at: None,
        url: quiz.html_url,
        facts: facts([
            (own::ASSIGNMENT, quiz.assignment_id.clone().map(|id| id.0)),
            (fact::TARGET, quiz.assignment_id.map(|id| format!("{}:{}", Kind::Assignment.name(), id.0))),
            locked_facts(Kind::Quiz, &quiz.blueprint, &[]),
        ]),
    }
}
