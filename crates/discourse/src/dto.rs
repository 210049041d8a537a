//! The server's JSON, read tolerantly: unknown keys are ignored, absent ones defaulted (contract 4).

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Null and absent are alike (contract 8.4).
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[derive(Deserialize)]
pub(crate) struct Session {
    pub(crate) current_user: CurrentUser,
}

#[derive(Deserialize)]
pub(crate) struct CurrentUser {
    pub(crate) id: i64,
    pub(crate) username: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) admin: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) moderator: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) trust_level: i64,
    all_unread_notifications_count: Option<u32>,
    #[serde(default, deserialize_with = "nullable")]
    unread_notifications: u32,
    #[serde(default, deserialize_with = "nullable")]
    unread_high_priority_notifications: u32,
}

impl CurrentUser {
    /// Unread notifications. An older forum counts the two sorts apart and has no sum.
    pub(crate) fn unread(&self) -> u32 {
        let apart = self.unread_notifications.saturating_add(self.unread_high_priority_notifications);
        self.all_unread_notifications_count.unwrap_or(apart)
    }
}

/// `/tags.json` (contract 4.7).
#[derive(Deserialize)]
pub(crate) struct TagList {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) tags: Vec<Value>,
}

#[derive(Deserialize)]
pub(crate) struct BasicInfo {
    pub(crate) title: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Site {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) categories: Vec<Category>,
}

#[derive(Deserialize)]
pub(crate) struct Category {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) description_text: Option<String>,
    pub(crate) parent_category_id: Option<i64>,
    /// 1: may start topics; absent: may not (contract 4.2).
    pub(crate) permission: Option<i64>,
    pub(crate) topic_count: Option<u32>,
}

#[derive(Deserialize)]
pub(crate) struct TopicPage {
    pub(crate) topic_list: TopicList,
}

#[derive(Deserialize)]
pub(crate) struct TopicList {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) topics: Vec<ListedTopic>,
    pub(crate) more_topics_url: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct ListedTopic {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) category_id: Option<i64>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) posts_count: i64,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) highest_post_number: i64,
    pub(crate) bumped_at: Option<String>,
    pub(crate) created_at: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) closed: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) archived: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) visible: Option<bool>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) pinned: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) tags: Vec<Value>,
}

#[derive(Deserialize)]
pub(crate) struct Topic {
    pub(crate) id: i64,
    pub(crate) title: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) slug: String,
    /// Absent for personal messages.
    pub(crate) category_id: Option<i64>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) tags: Vec<Value>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) closed: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) archived: bool,
    pub(crate) visible: Option<bool>,
    /// When it was pinned; `pinned` beside it is false also where the person alone unpinned it.
    pub(crate) pinned_at: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) slow_mode_seconds: i64,
    /// Staff are shown deleted topics.
    pub(crate) deleted_at: Option<String>,
    /// The person's own replies that wait for a moderator (contract 4.4).
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) pending_posts: Vec<Waiting>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) details: Details,
    pub(crate) post_stream: PostStream,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Waiting {
    #[serde(default, deserialize_with = "nullable")]
    raw: String,
    created_at: Option<String>,
}

/// What the person may do; but for `can_edit` a key is there only where it is true (contract 4.4).
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Details {
    #[serde(deserialize_with = "nullable")]
    pub(crate) can_edit: bool,
    #[serde(deserialize_with = "nullable")]
    pub(crate) can_edit_tags: bool,
    #[serde(deserialize_with = "nullable")]
    pub(crate) can_create_post: bool,
    #[serde(deserialize_with = "nullable")]
    pub(crate) can_delete: bool,
    #[serde(deserialize_with = "nullable")]
    pub(crate) can_close_topic: bool,
    #[serde(deserialize_with = "nullable")]
    pub(crate) can_archive_topic: bool,
    #[serde(deserialize_with = "nullable")]
    pub(crate) can_pin_unpin_topic: bool,
    #[serde(deserialize_with = "nullable")]
    pub(crate) can_toggle_topic_visibility: bool,
    /// Members of a personal message.
    #[serde(deserialize_with = "nullable")]
    pub(crate) allowed_users: Vec<Member>,
}

#[derive(Deserialize)]
pub(crate) struct Member {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) username: String,
}

#[derive(Deserialize)]
pub(crate) struct PostStream {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) posts: Vec<Post>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) stream: Vec<i64>,
}

#[derive(Deserialize)]
pub(crate) struct Posts {
    pub(crate) post_stream: PostStream,
}

#[derive(Deserialize, Clone)]
pub(crate) struct Post {
    pub(crate) id: i64,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) topic_id: i64,
    pub(crate) post_number: i64,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) post_type: i64,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) user_id: Option<i64>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) cooked: String,
    pub(crate) raw: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) version: i64,
    pub(crate) reply_to_post_number: Option<i64>,
    pub(crate) avatar_template: Option<String>,
    /// What a small action says (contract 5.6).
    pub(crate) action_code: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) yours: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) can_edit: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) can_delete: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) can_recover: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) can_wiki: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) wiki: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) locked: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) hidden: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) user_deleted: bool,
    pub(crate) deleted_at: Option<String>,
}

/// One revision of a post (contract 4.5): numbered by the version that it made. Of texts it has marked columns only.
#[derive(Deserialize)]
pub(crate) struct Revision {
    pub(crate) current_revision: i64,
    pub(crate) previous_revision: Option<i64>,
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) username: String,
    pub(crate) display_username: Option<String>,
    title_changes: Option<Columns>,
    /// There only where they changed, as the category.
    pub(crate) tags_changes: Option<Both>,
    pub(crate) category_id_changes: Option<Both>,
}

#[derive(Deserialize)]
struct Columns {
    #[serde(default, deserialize_with = "nullable")]
    side_by_side: String,
}

/// What something was before a revision and is since.
#[derive(Deserialize)]
pub(crate) struct Both {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) current: Value,
}

impl Revision {
    /// The title that it left, out of the second of the two columns that show it.
    pub(crate) fn title_since(&self) -> Option<String> {
        let columns = &self.title_changes.as_ref()?.side_by_side;
        let column = "<div class=\"revision-content\">";
        let second = columns.rfind(column).filter(|at| *at > 0)?;
        Some(domain::html::plain_text(&columns[second..]).trim().to_owned())
    }
}

#[derive(Deserialize)]
pub(crate) struct DraftWitness {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) draft_sequence: i64,
}

/// A person's own posts that wait for a moderator (contract 4.7).
#[derive(Deserialize)]
pub(crate) struct Pending {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) pending_posts: Vec<PendingPost>,
}

#[derive(Deserialize)]
pub(crate) struct PendingPost {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) raw_text: String,
    pub(crate) topic_id: Option<i64>,
    pub(crate) title: Option<String>,
}

/// The newest posts of the whole forum (contract 4.6).
#[derive(Deserialize)]
pub(crate) struct LatestPosts {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) latest_posts: Vec<Post>,
}

/// The newest posts of the person's messages (contract 4.6).
#[derive(Deserialize)]
pub(crate) struct PrivatePosts {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) private_posts: Vec<Post>,
}

#[derive(Deserialize)]
pub(crate) struct Created {
    #[serde(default, deserialize_with = "nullable")]
    pub(crate) action: String,
    pub(crate) post: Option<Post>,
}

#[cfg(test)]
mod tests {
    use super::Session;

    #[test]
    fn unread_notifications_are_the_forums_own_sum_or_the_two_sorts_together_where_it_has_none() {
        let cases = [
            (
                r#"{"unread_notifications": 1, "unread_high_priority_notifications": 1, "all_unread_notifications_count": 3}"#,
                3,
            ),
            (r#"{"unread_notifications": 1, "unread_high_priority_notifications": 2}"#, 3),
            (r#"{"unread_notifications": null}"#, 0),
            ("{}", 0),
        ];
        for (counts, expected) in cases {
            let user = counts.replacen('{', r#"{"id": 3, "username": "alice","#, 1).replace(",}", "}");
            let session: Session = serde_json::from_str(&format!(r#"{{"current_user": {user}}}"#)).expect(counts);
            assert_eq!(session.current_user.unread(), expected, "{counts}");
        }
    }
}
