//! The site itself: settings, categories, tags, the session (contract 4.1 and 4.2).

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome};
use super::guard::Actor;
use super::post_json::{avatar, basic_user};
use super::request::Request;
use super::state::{Category, Forum, Post, User};

impl Forum {
    pub(crate) fn basic_info(&self) -> Outcome {
        let logo = format!("{}/images/logo.png", self.origin);
        let small = format!("{}/images/logo-small.png", self.origin);
        let mut out = json!({
            "logo_url": logo, "logo_small_url": small, "apple_touch_icon_url": small, "favicon_url": small,
            "title": self.settings.title, "description": "", "header_primary_color": "333333", "header_background_color": "ffffff",
            "login_required": self.settings.login_required, "mobile_logo_url": logo,
        });
        if self.profile.is_2026() {
            out["locale"] = json!("en");
        }
        Ok(Answer::ok(&out))
    }

    pub(crate) fn site_json(&self, actor: &Actor) -> Outcome {
        let categories: Vec<Value> = self
            .sorted_categories(actor)
            .map(|category| {
                let mut row = self.category_json(actor, category, false);
                for key in ["allowed_tags", "allowed_tag_groups", "form_template_ids", "required_tag_groups"] {
                    row.insert(key.to_owned(), json!([]));
                }
                row.insert("allow_global_tags".to_owned(), json!(false));
                row.insert("read_only_banner".to_owned(), Value::Null);
                row.insert("can_edit".to_owned(), json!(actor.is_admin()));
                if let Some(parent) = category.parent {
                    row.insert("parent_category_id".to_owned(), json!(parent));
                }
                Value::Object(row)
            })
            .collect();
        let like = json!({ "id": 2, "name_key": "like", "name": "Like", "description": "Like this post",
            "short_description": "Like this post", "is_flag": false, "is_custom_flag": false });
        let flag = json!({ "id": 4, "name_key": "inappropriate", "name": "Inappropriate", "description": "Not fit for this forum",
            "short_description": "Not fit for this forum", "is_flag": true, "is_custom_flag": false });
        let member = actor.user.is_some();
        let may_tag = member && actor.trust() >= self.settings.min_trust_to_create_tag;
        let groups: Vec<Value> = if member {
            vec![json!({ "id": 1, "name": "admins", "flair_url": null, "flair_bg_color": null, "flair_color": null })]
        } else {
            Vec::new()
        };
        let top: Vec<&String> = self.tags.keys().take(10).collect();
        let mut out = json!({
            "default_archetype": "regular",
            "notification_types": { "mentioned": 1, "replied": 2, "quoted": 3, "edited": 4, "liked": 5, "private_message": 6 },
            "post_types": { "regular": 1, "moderator_action": 2, "small_action": 3, "whisper": 4 },
            "trust_levels": { "newuser": 0, "basic": 1, "member": 2, "regular": 3, "leader": 4 },
            "groups": groups,
            "filters": ["latest", "unread", "new", "unseen", "top", "read", "posted", "bookmarks"],
            "periods": ["all", "yearly", "quarterly", "monthly", "weekly", "daily"],
            "top_menu_items": ["latest", "unread", "new", "unseen", "top", "read", "posted", "bookmarks", "categories"],
            "anonymous_top_menu_items": ["latest", "new", "unseen", "top", "categories"],
            "uncategorized_category_id": 1, "user_field_max_length": 2048,
            "post_action_types": [like, flag], "topic_flag_types": [flag],
            "can_create_tag": may_tag, "can_tag_topics": member, "can_tag_pms": false,
            "tags_filter_regexp": "[/\\?#\\[\\]@!\\$&'\\(\\)\\*\\+,;=\\.%\\\\`^\\s|\\{\\}\"<>]+",
            "top_tags": top,
        });
        if actor.is_admin() {
            out["can_associate_groups"] = json!(false);
        }
        let scheme = json!({ "id": 1, "name": "Dark", "is_dark": true });
        let rest = json!({
            "topic_featured_link_allowed_category_ids": self.categories.keys().collect::<Vec<_>>(),
            "user_themes": [{ "theme_id": 1, "name": "Default", "default": true, "color_scheme_id": null }],
            "user_color_schemes": [scheme], "default_dark_color_scheme": { "id": 1, "name": "Dark" },
            "censored_regexp": [], "custom_emoji_translation": {}, "watched_words_replace": null, "watched_words_link": null,
            "categories": categories, "markdown_additional_options": {},
            "hashtag_configurations": { "topic-composer": ["category", "tag"] }, "hashtag_icons": ["folder", "tag"],
            "displayed_about_plugin_stat_groups": [], "show_welcome_topic_banner": false,
            "archetypes": [{ "id": "regular", "name": "Regular Topic", "options": [] }], "user_fields": [], "auth_providers": [],
        });
        if let (Value::Object(all), Value::Object(rest)) = (&mut out, rest) {
            all.extend(rest);
        }
        Ok(Answer::ok(&out))
    }

    pub(crate) fn settings_json(&self) -> Outcome {
        let s = &self.settings;
        Ok(Answer::ok(&json!({
            "title": s.title, "min_post_length": s.min_post_length, "min_first_post_length": s.min_post_length,
            "max_post_length": s.max_post_length, "min_topic_title_length": s.min_topic_title_length,
            "max_topic_title_length": s.max_topic_title_length,
            "min_personal_message_post_length": s.min_personal_message_post_length,
            "allow_uncategorized_topics": s.allow_uncategorized_topics, "max_tags_per_topic": s.max_tags_per_topic,
            "max_tag_length": s.max_tag_length, "force_lowercase_tags": true, "tagging_enabled": true,
            "authorized_extensions": s.authorized_extensions.join("|"), "authorized_extensions_for_staff": "",
            "max_image_size_kb": 4096, "max_attachment_size_kb": 4096, "newuser_max_embedded_media": 1, "newuser_max_attachments": 0,
            "enable_mentions": true, "enable_emoji": true, "emoji_set": "twitter", "enable_emoji_shortcuts": true,
            "external_emoji_url": "", "traditional_markdown_linebreaks": false, "enable_markdown_typographer": true,
            "enable_markdown_linkify": true, "markdown_linkify_tlds": "com|net|org|io|onion|co|tv|ru|cn|us|uk|me|de|fr|fi|gov",
            "markdown_typographer_quotation_marks": "“|”|‘|’", "allowed_iframes": "", "allowed_href_schemes": "",
            "unicode_usernames": false, "slug_generation_method": "ascii", "edit_history_visible_to_public": true,
            "secure_uploads": false, "min_search_term_length": 3, "poll_enabled": true, "spoiler_enabled": true,
            "discourse_math_enabled": false, "checklist_enabled": false, "enable_markdown_footnotes": true,
            "discourse_local_dates_enabled": false,
        })))
    }

    pub(crate) fn about(&self) -> Outcome {
        let row = |user: &super::state::User| {
            let mut row = basic_user(user);
            row["title"] = Value::Null;
            row["last_seen_at"] = Value::Null;
            row
        };
        let people = || self.users.values().filter(|user| user.id > 0);
        let topics = self.topics.values().filter(|topic| topic.deleted.is_none()).count();
        let posts = self.posts.values().filter(|post| post.deleted.is_none()).count();
        let mut stats = Map::new();
        for (name, value) in
            [("topic_count", topics), ("post_count", posts), ("user_count", people().count()), ("like_count", 0)]
        {
            let plural = name.trim_end_matches("_count").to_owned() + "s";
            stats.insert(name.to_owned(), json!(value));
            for span in ["last_day", "7_days", "30_days"] {
                stats.insert(format!("{plural}_{span}"), json!(value));
            }
        }
        for span in ["last_day", "7_days", "30_days"] {
            stats.insert(format!("active_users_{span}"), json!(0));
        }
        Ok(Answer::ok(&json!({ "about": {
            "stats": stats, "description": "", "title": self.settings.title, "locale": "en", "version": self.profile.version(),
            "https": false, "can_see_about_stats": true, "contact_url": "", "contact_email": "",
            "moderators": people().filter(|u| u.moderator).map(row).collect::<Vec<_>>(),
            "admins": people().filter(|u| u.admin).map(row).collect::<Vec<_>>(), "category_moderators": [],
        } })))
    }

    /// Unread notifications: of replies, in topics of one's own and to posts of one's own, and of mentions; apart from those, of messages.
    fn unread(&self, user: &User) -> (usize, usize) {
        let seen = self.seen.get(&user.id).copied().unwrap_or_default();
        let mention = format!("@{}", user.username);
        let of_others = |post: &&Post| post.id > seen && post.user_id != user.id && post.deleted.is_none();
        let mut counts = (0, 0);
        for post in self.posts.values().filter(of_others) {
            let Some(topic) = self.topics.get(&post.topic_id) else { continue };
            let answers = post.reply_to.is_some_and(|number| {
                self.topic_posts.get(&topic.id).into_iter().flatten().any(|id| {
                    self.posts.get(id).is_some_and(|post| post.post_number == number && post.user_id == user.id)
                })
            });
            if topic.members.as_ref().is_some_and(|members| members.contains(&user.id)) {
                counts.1 += 1;
            } else if topic.user_id == user.id || answers || post.raw.contains(&mention) {
                counts.0 += 1;
            }
        }
        counts
    }

    pub(crate) fn session_current(&self, actor: &Actor) -> Outcome {
        let Some(user) = &actor.user else { return Ok(Answer::text(404, "")) };
        let waiting = self.queue.values().filter(|item| item.user_id == user.id).count();
        let groups: Vec<Value> = (0..=user.trust_level)
            .map(|level| json!({ "id": 10 + i64::from(level), "name": format!("trust_level_{level}"), "has_messages": false }))
            .collect();
        let (told, urgent) = self.unread(user);
        let mut out = json!({
            "id": user.id, "username": user.username, "name": user.name, "avatar_template": avatar(user),
            "unread_notifications": told, "unread_private_messages": urgent, "unread_high_priority_notifications": urgent,
            "all_unread_notifications_count": told + urgent, "read_first_notification": true, "admin": user.admin,
            "notification_channel_position": null, "moderator": user.moderator, "staff": user.is_staff(), "whisperer": false,
            "title": null, "any_posts": self.posts.values().any(|post| post.user_id == user.id), "trust_level": user.trust_level,
            "can_send_private_email_messages": user.admin, "can_send_private_messages": user.trust_level > 0, "can_edit": true,
            "can_invite_to_forum": user.trust_level >= 2, "custom_fields": {}, "muted_category_ids": [],
            "indirectly_muted_category_ids": [], "regular_category_ids": [], "tracked_category_ids": [],
            "watched_first_post_category_ids": [], "watched_category_ids": [], "watched_tags": [], "watching_first_post_tags": [],
            "tracked_tags": [], "muted_tags": [], "regular_tags": [], "dismissed_banner_key": null, "is_anonymous": false,
            "reviewable_count": 0, "unseen_reviewable_count": 0, "new_personal_messages_notifications_count": 0, "read_faq": false,
            "previous_visit_at": null, "seen_notification_id": 0, "flair_group_id": null,
            "can_create_topic": !user.silenced,
        });
        if self.drafts.contains_key(&(user.id, "new_topic".to_owned())) {
            out["has_topic_draft"] = json!(true);
        }
        if user.admin {
            out["can_create_group"] = json!(true);
        }
        let rest = json!({
            "link_posting_access": "full", "top_category_ids": [], "groups": groups, "second_factor_enabled": false,
            "ignored_users": [], "featured_topic": null, "do_not_disturb_until": null, "can_review": user.is_staff(),
            "draft_count": self.drafts.keys().filter(|(id, _)| *id == user.id).count(), "pending_posts_count": waiting,
            "grouped_unread_notifications": {}, "redesigned_user_menu_enabled": true, "display_sidebar_tags": true,
            "sidebar_tags": [], "sidebar_category_ids": [], "sidebar_list_destination": "default", "sidebar_sections": [],
            "custom_sidebar_sections_enabled": false, "new_new_view_enabled": false,
            "user_option": {
                "mailing_list_mode": false, "external_links_in_new_tab": false, "enable_quoting": true, "dynamic_favicon": false,
                "automatically_unpin_topics": true, "likes_notifications_disabled": false, "hide_profile_and_presence": false,
                "title_count_mode": "notifications", "enable_defer": false, "timezone": null, "skip_new_user_tips": false,
                "default_calendar": "none_selected", "bookmark_auto_delete_preference": 3, "should_be_redirected_to_top": false,
                "treat_as_new_topic_start_date": super::post_json::stamp(user.created_at),
            },
        });
        if let (Value::Object(all), Value::Object(rest)) = (&mut out, rest) {
            all.extend(rest);
        }
        Ok(Answer::ok(&json!({ "current_user": out })))
    }

    pub(crate) fn tags_list(&self, actor: &Actor) -> Outcome {
        let rows: Vec<Value> = self
            .tags
            .iter()
            .filter_map(|(name, id)| {
                let count = self.topics.values().filter(|topic| topic.deleted.is_none() && topic.tags.contains(name)).count();
                let id = if self.profile.is_2026() { json!(id) } else { json!(name) };
                (count > 0 || actor.is_admin())
                    .then(|| json!({ "id": id, "text": name, "name": name, "count": count, "pm_count": 0, "target_tag": null }))
            })
            .collect();
        Ok(Answer::ok(&json!({ "tags": rows, "extras": { "categories": [] } })))
    }

    fn sorted_categories<'a>(&'a self, actor: &'a Actor) -> impl Iterator<Item = &'a Category> {
        let mut all: Vec<&Category> = self.categories.values().filter(|c| self.can_see_category(actor, c)).collect();
        all.sort_by_key(|category| (category.position, category.id));
        all.into_iter()
    }

    pub(crate) fn categories_json(&self, actor: &Actor, request: &Request) -> Outcome {
        let parent = request.int("parent_category_id");
        let nested = request.flag("include_subcategories");
        let wanted = |category: &&Category| {
            category.parent == parent
                && (category.id != 1
                    || self.settings.allow_uncategorized_topics
                    || actor.is_admin() && parent.is_none())
        };
        let rows: Vec<Value> = self
            .sorted_categories(actor)
            .filter(wanted)
            .map(|category| {
                let mut row = self.category_json(actor, category, true);
                if let Some(parent) = category.parent {
                    row.insert("parent_category_id".to_owned(), json!(parent));
                }
                let children: Vec<&Category> =
                    self.sorted_categories(actor).filter(|c| c.parent == Some(category.id)).collect();
                row.insert("subcategory_ids".to_owned(), json!(children.iter().map(|c| c.id).collect::<Vec<_>>()));
                if nested && !children.is_empty() {
                    let list: Vec<Value> =
                        children.iter().map(|c| Value::Object(self.category_json(actor, c, true))).collect();
                    row.insert("subcategory_list".to_owned(), json!(list));
                }
                Value::Object(row)
            })
            .collect();
        let can_create = self.categories.values().any(|category| self.can_create_topic_in(actor, category));
        Ok(Answer::ok(&json!({ "category_list": {
            "can_create_category": actor.is_admin(), "can_create_topic": can_create, "categories": rows,
        } })))
    }

    pub(crate) fn category_show(&self, actor: &Actor, id: i64) -> Outcome {
        let category = self.visible_category(actor, id)?;
        let mut row = self.category_json(actor, category, false);
        row.insert("custom_fields".to_owned(), json!({}));
        for key in ["allowed_tags", "allowed_tag_groups", "form_template_ids", "required_tag_groups"] {
            row.insert(key.to_owned(), json!([]));
        }
        for (key, value) in [("allow_global_tags", json!(false)), ("read_only_banner", Value::Null)] {
            row.insert(key.to_owned(), value);
        }
        if actor.is_admin() {
            let more = json!({
                "available_groups": ["admins", "everyone", "moderators", "staff"], "auto_close_hours": null,
                "auto_close_based_on_last_post": false,
                "group_permissions": [{ "permission_type": 1, "group_name": if category.read_restricted { "staff" } else { "everyone" } }],
                "email_in": null, "email_in_allow_strangers": false, "mailinglist_mirror": false, "all_topics_wiki": false,
                "allow_unlimited_owner_edits_on_first_post": false, "cannot_delete_reason": null, "allow_badges": true,
                "topic_featured_link_allowed": true, "search_priority": 0, "default_slow_mode_seconds": null,
            });
            if let Value::Object(more) = more {
                row.extend(more);
            }
        }
        Ok(Answer::ok(&json!({ "category": row })))
    }

    pub(crate) fn visible_category(&self, actor: &Actor, id: i64) -> Result<&Category, Answer> {
        self.categories.get(&id).filter(|category| self.can_see_category(actor, category)).ok_or_else(Answer::not_found)
    }

    fn category_json(&self, actor: &Actor, category: &Category, counts: bool) -> Map<String, Value> {
        let own = |topic: &&super::state::Topic| topic.category_id == Some(category.id) && topic.deleted.is_none();
        let topics = self.topics.values().filter(own).filter(|topic| !self.is_definition(topic.id)).count();
        let posts: usize = self.topics.values().filter(own).map(|topic| self.posts_count(topic.id)).sum();
        let html = category.description.as_ref().map(|text| format!("<p>{}</p>", super::cook::escape(text)));
        let about = category.definition_topic.and_then(|id| self.topics.get(&id));
        let url = about.map_or_else(|| "/t/".to_owned(), |topic| format!("/t/{}/{}", topic.slug, topic.id));
        let mut out = json!({
            "id": category.id, "name": category.name, "color": "0088CC", "text_color": "FFFFFF", "slug": category.slug,
            "topic_count": topics, "post_count": posts, "position": category.position, "description": html,
            "description_text": category.description, "description_excerpt": category.description, "topic_url": url,
            "read_restricted": category.read_restricted,
            "permission": self.can_create_topic_in(actor, category).then_some(1), "notification_level": 1,
        });
        if actor.is_admin() {
            out["can_edit"] = json!(true);
        }
        let children = self.categories.values().any(|c| c.parent == Some(category.id));
        let rest = json!({
            "topic_template": null, "has_children": children, "sort_order": null, "sort_ascending": null,
            "show_subcategory_list": false, "num_featured_topics": 3, "default_view": null,
            "subcategory_list_style": "rows_with_featured_topics", "default_top_period": "all", "default_list_filter": "all",
            "minimum_required_tags": 0, "navigate_to_first_post_after_read": false,
            "uploaded_logo": null, "uploaded_logo_dark": null, "uploaded_background": null,
        });
        let (Value::Object(mut all), Value::Object(rest)) = (out, rest) else { return Map::new() };
        all.extend(rest);
        if counts {
            for span in ["topics_day", "topics_week", "topics_month", "topics_year", "topics_all_time"] {
                all.insert(span.to_owned(), json!(topics));
            }
        }
        all
    }
}
