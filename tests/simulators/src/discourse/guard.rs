//! Who may do what (contract 4 and 5).

use chrono::TimeDelta;

use super::state::{Access, Category, Forum, Post, Topic, User};

/// How the caller proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Nothing,
    AdminKey,
    UserKey,
    Cookie,
}

/// The caller.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) user: Option<User>,
    pub(crate) by: By,
}

impl Actor {
    pub(crate) fn id(&self) -> Option<i64> {
        self.user.as_ref().map(|user| user.id)
    }

    pub(crate) fn is_staff(&self) -> bool {
        self.user.as_ref().is_some_and(User::is_staff)
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.admin)
    }

    pub(crate) fn trust(&self) -> u8 {
        self.user.as_ref().map_or(0, |user| user.trust_level)
    }

    pub(crate) fn silenced(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.silenced)
    }
}

impl Forum {
    pub(crate) fn can_see_category(&self, actor: &Actor, category: &Category) -> bool {
        !category.read_restricted || actor.is_staff() || actor.id().is_some_and(|id| category.readers.contains(&id))
    }

    pub(crate) fn can_create_topic_in(&self, actor: &Actor, category: &Category) -> bool {
        actor.user.is_some()
            && !actor.silenced()
            && self.can_see_category(actor, category)
            && (actor.is_staff() || category.topics_by == Access::Everybody)
            && (category.id != 1 || self.settings.allow_uncategorized_topics || actor.is_admin())
    }

    /// Deleted topics are seen by staff only.
    pub(crate) fn can_see_topic(&self, actor: &Actor, topic: &Topic) -> bool {
        if topic.deleted.is_some() && !actor.is_staff() {
            return false;
        }
        match &topic.members {
            Some(members) => actor.is_admin() || actor.id().is_some_and(|id| members.contains(&id)),
            None => self.category_of(topic).is_none_or(|category| self.can_see_category(actor, category)),
        }
    }

    pub(crate) fn category_of(&self, topic: &Topic) -> Option<&Category> {
        topic.category_id.and_then(|id| self.categories.get(&id))
    }

    pub(crate) fn can_see_post(&self, actor: &Actor, post: &Post) -> bool {
        let Some(topic) = self.topics.get(&post.topic_id) else { return false };
        self.can_see_topic(actor, topic)
            && (post.deleted.is_none() || actor.is_staff())
            && (post.post_type != 4 || actor.is_staff())
    }

    pub(crate) fn can_reply(&self, actor: &Actor, topic: &Topic) -> bool {
        if actor.user.is_none() || actor.silenced() || topic.deleted.is_some() || !self.can_see_topic(actor, topic) {
            return false;
        }
        let open = !topic.closed && !topic.archived;
        let allowed = self.category_of(topic).is_none_or(|category| category.replies_by == Access::Everybody);
        actor.is_staff() || (open && allowed) || (actor.trust() == 4 && allowed)
    }

    pub(crate) fn edit_time_is_over(&self, user: &User, post: &Post) -> bool {
        let minutes = if user.trust_level >= 2 {
            self.settings.tl2_post_edit_time_limit
        } else {
            self.settings.post_edit_time_limit
        };
        minutes > 0 && self.now - post.created_at > TimeDelta::minutes(minutes)
    }

    pub(crate) fn can_edit_post(&self, actor: &Actor, post: &Post) -> bool {
        let (Some(user), Some(topic)) = (&actor.user, self.topics.get(&post.topic_id)) else { return false };
        if user.silenced || !self.can_see_post(actor, post) {
            return false;
        }
        if user.is_staff() {
            return true;
        }
        if post.locked || topic.archived || post.user_deleted_at.is_some() || post.deleted.is_some() {
            return false;
        }
        if user.trust_level == 4 || (post.wiki && user.trust_level >= 1) {
            return true;
        }
        post.user_id == user.id && post.post_type == 1 && !self.edit_time_is_over(user, post)
    }

    /// Title, category and tags.
    pub(crate) fn can_edit_topic(&self, actor: &Actor, topic: &Topic) -> bool {
        let Some(user) = &actor.user else { return false };
        if user.silenced || topic.deleted.is_some() || !self.can_see_topic(actor, topic) {
            return false;
        }
        if user.is_staff() {
            return true;
        }
        if topic.archived {
            return false;
        }
        let first_is_editable = self.first_post(topic.id).is_some_and(|post| !self.edit_time_is_over(user, post));
        (user.trust_level >= 3 && !topic.is_private()) || (topic.user_id == user.id && first_is_editable)
    }

    /// Posts but the first; staff delete really, authors leave a stub.
    pub(crate) fn can_delete_post(&self, actor: &Actor, post: &Post) -> bool {
        let (Some(user), Some(topic)) = (&actor.user, self.topics.get(&post.topic_id)) else { return false };
        if post.post_number == 1 || user.silenced || !self.can_see_post(actor, post) {
            return false;
        }
        user.is_staff()
            || (post.user_id == user.id && !topic.archived && !post.locked && post.user_deleted_at.is_none())
    }

    pub(crate) fn can_recover_post(&self, actor: &Actor, post: &Post) -> bool {
        let Some(user) = &actor.user else { return false };
        if user.is_staff() {
            return post.deleted.is_some() || post.user_deleted_at.is_some();
        }
        let limit = TimeDelta::hours(self.settings.delete_removed_posts_after);
        post.user_id == user.id
            && post.deleted.is_none()
            && post.user_deleted_at.is_some_and(|at| self.now - at < limit)
    }

    /// Staff, or the author of a young topic without replies.
    pub(crate) fn can_delete_topic(&self, actor: &Actor, topic: &Topic) -> bool {
        let Some(user) = &actor.user else { return false };
        if topic.deleted.is_some() || self.is_definition(topic.id) {
            return false;
        }
        let alone = self.posts_of(topic.id).filter(|post| post.deleted.is_none()).count() <= 1;
        user.is_staff()
            || (topic.user_id == user.id
                && alone
                && self.now - topic.created_at < TimeDelta::hours(24)
                && !topic.archived)
    }

    pub(crate) fn is_definition(&self, topic_id: i64) -> bool {
        self.categories.values().any(|category| category.definition_topic == Some(topic_id))
    }

    /// Closing, archiving, pinning, listing.
    pub(crate) fn can_moderate_topic(&self, actor: &Actor, topic: &Topic) -> bool {
        self.can_see_topic(actor, topic) && (actor.is_staff() || (actor.trust() == 4 && !actor.silenced()))
    }
}
