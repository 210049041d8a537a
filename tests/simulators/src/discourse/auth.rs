//! Who is asking: admin keys, user keys, browser sessions (contract 1.2).

use super::answer::Answer;
use super::guard::{Actor, By};
use super::request::Request;
use super::state::Forum;

impl Forum {
    /// Resolves the caller and charges the request limits of their key, which come before the scope check.
    pub(crate) fn identify(&mut self, request: &Request) -> Result<Actor, Answer> {
        if let Some(key) = request.header("user-api-key").map(str::to_owned) {
            return self.by_user_key(request, &key);
        }
        if let Some(key) = request.header("api-key").map(str::to_owned) {
            return self.by_admin_key(request, &key);
        }
        let user = request.cookie("_t").and_then(|token| self.sessions.get(token)).and_then(|id| self.users.get(id));
        let by = if user.is_some() { By::Cookie } else { By::Nothing };
        Ok(Actor { user: user.filter(|user| !user.suspended).cloned(), by })
    }

    fn by_user_key(&mut self, request: &Request, key: &str) -> Result<Actor, Answer> {
        let Some(found) = self.user_keys.get(key).cloned() else { return Err(Answer::forbidden()) };
        self.charge_user_key(key)?;
        if !is_in_scope(&found.scopes, request) {
            return Err(Answer::forbidden());
        }
        if let Some(client) = request.header("user-api-client-id")
            && client != found.client_id
        {
            let client = client.to_owned();
            self.user_keys.retain(|k, other| k == key || other.client_id != client || other.user_id != found.user_id);
            if let Some(mine) = self.user_keys.get_mut(key) {
                mine.client_id = client;
            }
        }
        match self.users.get(&found.user_id) {
            Some(user) if !user.suspended => Ok(Actor { user: Some(user.clone()), by: By::UserKey }),
            _ => Err(Answer::forbidden()),
        }
    }

    fn by_admin_key(&mut self, request: &Request, key: &str) -> Result<Actor, Answer> {
        let Some(found) = self.admin_keys.get(key).filter(|k| !k.revoked).cloned() else {
            return Err(Answer::bad_key());
        };
        self.charge_admin_keys()?;
        let by_name = request.header("api-username").map(|name| self.user_by_name(name).map(|user| user.id));
        let by_id =
            request.header("api-user-id").map(|id| id.parse::<i64>().ok().filter(|id| self.users.contains_key(id)));
        let named = by_name.or(by_id);
        let user = match (found.user_id, named) {
            (Some(bound), None) => bound,
            (Some(bound), Some(Some(named))) if bound == named => bound,
            (None, Some(Some(named))) => named,
            _ => return Err(Answer::bad_key()),
        };
        let topic_read = request.method == "GET" && request.path.first().is_some_and(|part| part == "t");
        if found.topics_read_only && !topic_read {
            return Err(Answer::bad_key());
        }
        match self.users.get(&user) {
            Some(user) if user.suspended => Err(Answer::forbidden()),
            Some(user) => Ok(Actor { user: Some(user.clone()), by: By::AdminKey }),
            None => Err(Answer::bad_key()),
        }
    }
}

/// `read` is every GET, `write` every verb; revoking one's own key is always allowed (contract 2.3 and 2.7).
fn is_in_scope(scopes: &[String], request: &Request) -> bool {
    let has = |name: &str| scopes.iter().any(|scope| scope == name);
    let route = request.path.join("/");
    has("write")
        || (has("read") && matches!(request.method.as_str(), "GET" | "HEAD"))
        || (has("session_info") && request.method == "GET" && route == "session/current")
        || (has("notifications") && route.starts_with("notifications"))
        || route == "user-api-key/revoke"
}
