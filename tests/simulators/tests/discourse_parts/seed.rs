//! A forum in which the ids of the recordings mean what they meant there, and what each recording needs beyond it.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{RsaPrivateKey, RsaPublicKey};
use simulators::discourse::{CategoryOptions, Forum, Profile, SYSTEM, Settings, Writable};

pub(crate) const FIRST_BODY: &str =
    "This is the first body of a test document.\n\nIt has two paragraphs, **bold** text and a list:\n\n- one\n- two";

/// The forum and the values that the recordings mask.
pub(crate) struct Seeded {
    pub(crate) forum: Forum,
    pub(crate) masks: Vec<(&'static str, String)>,
}

/// A 1024-bit key: large enough for the payload and quick to make in a debug build.
pub(crate) fn public_key() -> String {
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap();
    RsaPublicKey::from(&key).to_public_key_pem(LineEnding::LF).unwrap()
}

pub(crate) fn seeded(profile: Profile, pem: &str) -> Seeded {
    #[expect(clippy::disallowed_methods, reason = "the server under test runs on real time")]
    let now = Utc::now();
    let settings = Settings { editing_grace_period: 300, ..Settings::default() };
    let mut forum = Forum::new(profile, settings, now - TimeDelta::hours(2));
    let admin = forum.add_user("forumadmin", "admin", 4);
    let moderator = forum.add_user("mod", "moderator", 3);
    let alice = forum.add_user("alice", "", 2);
    let bob = forum.add_user("bob", "", 1);
    forum.add_user("newbie", "", 0);
    forum.add_category("Site Feedback", "site-feedback", None);
    forum.add_category_with(
        "Staff",
        "staff",
        CategoryOptions { readers: Some(BTreeSet::new()), ..CategoryOptions::default() },
    );
    forum.add_category("General", "general", None);
    let docs = forum.add_category("Documentation", "docs", None);
    let guides = forum.add_category("Guides", "guides", Some(docs));
    forum.add_category_with(
        "Reviewed",
        "reviewed",
        CategoryOptions { needs_approval: true, ..CategoryOptions::default() },
    );
    forum.add_category_with(
        "Secret",
        "secret",
        CategoryOptions { readers: Some(BTreeSet::new()), ..CategoryOptions::default() },
    );

    forum.skip_ids_to(7, 7);
    let (welcome, _) =
        forum.add_topic(SYSTEM, 4, "Welcome to our community!", "The first paragraph is shown as a welcome.", &[]);
    forum.skip_ids_to(9, 9);
    let (about, _) =
        forum.add_topic(admin, docs, "About the Documentation category", "What this category is for.", &[]);
    forum.define_category(docs, about);
    forum.skip_ids_to(13, 16);
    forum.add_topic(alice, docs, "How to install the widget on Linux", FIRST_BODY, &["howto"]);
    forum.skip_ids_to(16, 17);
    forum.add_topic(
        admin,
        docs,
        "Topic made with an external identifier",
        "Body of the topic that carries an external id.",
        &[],
    );
    forum.topics.get_mut(&16).unwrap().external_id = Some("docs-readme-0001".to_owned());
    forum.skip_ids_to(21, 20);
    forum.add_topic(admin, docs, "Topic whose raw has odd line ends", "first line\r\n\r\nsecond line", &[]);
    forum.add_topic(
        alice,
        docs,
        "How to remove the widget from Linux",
        "A body which tells how to remove the widget.",
        &["howto"],
    );
    forum.skip_ids_to(22, 23);
    forum.add_post(bob, 13, "This is the very first reply to the topic.", None);
    forum.skip_ids_to(23, 28);
    forum.add_post(alice, 13, "This answers the second post in the topic.", Some(2));
    for number in 0..41 {
        forum.set_now(now - TimeDelta::hours(2) + TimeDelta::seconds(number));
        let title = format!("Bulk topic number {number} about something");
        forum.add_topic(moderator, guides, &title, &format!("Body of bulk topic number {number} in the list."), &[]);
    }
    forum.skip_ids_to(65, 85);
    let (long, _) = forum.add_topic(
        moderator,
        guides,
        "A long topic with very many posts",
        "Post number 1 of the long topic.",
        &[],
    );
    for number in 2..=45 {
        forum.add_post(moderator, long, &format!("Post number {number} of the long topic."), None);
    }
    forum.skip_ids_to(67, 133);
    forum.add_topic(
        bob,
        7,
        "Please approve this topic of mine soon",
        "Body of a topic which must be approved by a moderator.",
        &[],
    );
    for (topic, post) in [
        (69, 135),
        (70, 136),
        (71, 137),
        (72, 138),
        (73, 139),
        (74, 140),
        (75, 141),
        (76, 142),
        (77, 143),
        (78, 144),
        (79, 145),
        (80, 146),
        (81, 147),
        (82, 148),
    ] {
        forum.skip_ids_to(topic, post);
        forum.add_topic(
            admin,
            docs,
            &format!("Raw case number {topic} for the line ends"),
            &format!("Text of the raw case {topic} in this place."),
            &[],
        );
    }
    forum.skip_ids_to(94, 154);
    forum.add_topic(
        bob,
        docs,
        "An old topic of bob for the time limit",
        "Body of an old topic of bob for the limit.",
        &[],
    );
    forum.skip_ids_to(101, 160);
    forum.add_topic(
        alice,
        docs,
        "This title is all in capitals",
        "Body text for the capital letters one, fine length.",
        &[],
    );
    forum.add_topic(
        alice,
        docs,
        "Topic of alice with an external id",
        "Body of the topic of alice that carries an external id.",
        &[],
    );
    forum.topics.get_mut(&102).unwrap().external_id = Some("alice-0001".to_owned());
    forum.add_topic(
        bob,
        docs,
        "Another topic of bob for counting",
        "Body of the other topic of bob for counting edits.",
        &[],
    );
    forum.skip_ids_to(104, 164);
    forum.add_topic(
        admin,
        docs,
        "Topic to try the newer parameters for conflict",
        "Body to try the newer conflict parameters with.",
        &["howto"],
    );
    for (topic, post) in [(106, 167), (107, 168), (108, 169)] {
        forum.skip_ids_to(topic, post);
        forum.add_topic(
            admin,
            docs,
            &format!("Tag case number {topic} of the tags"),
            &format!("Body of the tag case {topic} in this place."),
            &["howto"],
        );
    }
    forum.skip_ids_to(116, 177);
    forum.add_topic(
        alice,
        docs,
        "Topic of alice for the archive test",
        "Body of the topic of alice for the archive test.",
        &[],
    );
    forum.set_status_as(admin, welcome, "pinned_globally", true);

    let user_key = forum.add_user_key(alice, "rec-client-1", &["read", "write"]);
    let revoked = forum.add_admin_key(None);
    forum.revoke_key(&revoked);
    let masks = vec![
        ("<ADMIN_API_KEY>", forum.add_admin_key(None)),
        ("<ALICE_API_KEY>", forum.add_admin_key(Some(alice))),
        ("<USER_API_KEY>", user_key),
        ("<GRANULAR_TOPICS_READ_KEY>", forum.add_topics_read_key()),
        ("<REVOKED_API_KEY>", revoked),
        ("_t=<masked>", format!("_t={}", forum.browser_session(alice))),
        ("<CSRF>", forum.csrf_of_page()),
        ("<CSRF_2>", forum.csrf_of_page()),
        ("<PUBLIC_KEY_PEM>", pem.to_owned()),
        ("correct-horse-alice-99", "alice-password".to_owned()),
    ];
    forum.set_now(now);
    Seeded { forum, masks }
}

/// What a recording needs before it is played.
pub(crate) fn prepare(name: &str, forum: &mut Forum, masks: &[(&'static str, String)]) {
    let (group, _) = name.split_once('/').unwrap_or((name, ""));
    let key = |mask: &str| masks.iter().find(|(m, _)| *m == mask).map(|(_, v)| v.clone()).unwrap_or_default();
    match group {
        "readonly" if name != "readonly/enable" => {
            forum.settings.writable =
                if name.contains("staffwritesonly") { Writable::StaffOnly } else { Writable::Nobody };
        }
        "loginrequired" => forum.settings.login_required = true,
        "user" => {
            let bob = forum.users.get_mut(&4).unwrap();
            bob.silenced = name.contains("silenced");
            bob.suspended = name.contains("suspended");
        }
        _ => {}
    }
    match name {
        "draft/get" | "draft/list" => {
            forum.save_draft(1, "topic_13", 5, "{\"reply\": \"draft text one\", \"action\": \"reply\"}")
        }
        "draft/set_force_save" | "draft/set_right_sequence" | "draft/set_right_sequence_again" | "draft/delete" => {
            forum.save_draft(1, "topic_13", 5, "{}");
        }
        n if n.starts_with("draft/set_") && !matches!(n, "draft/set_ok" | "draft/set_bad_json") => {
            forum.save_draft(1, "topic_13", 99, "{}");
            forum.save_draft(1, "topic_16", 99, "{}");
        }
        "draft/owner_a_stale_after_b" | "draft/owner_b_same_sequence" => forum.save_draft(1, "topic_101", 99, "{}"),
        "review/show_topic_as_bob_with_pending" => {
            forum.queue_reply_as(4, 67, "A reply of bob which has to be approved first.");
        }
        "userapikey/use_session_current" | "userapikey/session_current_with_cookie" => {
            forum.save_draft(3, "new_topic", 0, "{}");
        }
        "topic/create_bom_crlf_raw"
        | "topic/create_enqueued_for_approval"
        | "topic/create_external_id"
        | "topic/create_external_id_as_alice_key"
        | "topic/create_form_encoded_ok"
        | "topic/create_ok"
        | "topic/create_title_all_caps" => {
            for (id, topic) in &mut forum.topics {
                topic.title = format!("Another title for topic number {id}");
                topic.external_id = None;
            }
        }
        "topic/create_raw_duplicate_of_recent" => {
            forum.add_topic(3, 5, "Another topic of alice just now", FIRST_BODY, &[]);
        }
        "reply/create_duplicate_raw" => {
            forum.add_post(4, 13, "This is the very first reply to the topic.", None);
        }
        "userapikey/use_create_reply_identical_repeat" => {
            forum.add_post(3, 13, "A reply written through a user API key, long enough.", None);
        }
        "userapikey/use_revoked" => forum.revoke_key(&key("<USER_API_KEY>")),
        "userapikey/read_key_create_403" | "userapikey/read_key_update_403" => {
            forum.set_scopes(&key("<USER_API_KEY>"), &["read"])
        }
        "post/update_raw_old_mismatch_409" => {
            forum.edit_post_as(3, 16, "A body by alice that came in between, of fair length.");
        }
        "post/update_locked_by_author" => forum.posts.get_mut(&16).unwrap().locked = true,
        "post/update_too_late_to_edit" | "topicupdate/title_too_late_as_author" => {
            let post = forum.posts.get_mut(&154).unwrap();
            post.created_at -= TimeDelta::days(3 * 365);
        }
        "post/revision_3"
        | "post/revision_2"
        | "post/revision_2_anon"
        | "post/revision_2_as_alice"
        | "post/revisions_latest" => {
            forum.edit_post_with_reason_as(3, 16, "The second text of the post, of fair length.", "one");
            forum.edit_post_with_reason_as(1, 16, "The third text of the post, of fair length.", "two");
        }
        "post/revisions_latest_after_many" => {
            forum.edit_post_with_reason_as(4, 162, "The second text of the post, of fair length.", "one");
        }
        "topicstatus/closed_on_again" | "topicstatus/closed_off" | "topicstatus/reply_to_closed_as_alice" => {
            forum.set_status_as(1, 16, "closed", true);
        }
        "topicstatus/archived_off" | "topicstatus/reply_to_archived_admin" | "topicstatus/update_archived_as_admin" => {
            forum.set_status_as(1, 16, "archived", true);
        }
        "topicstatus/author_edits_post_in_archived" | "topicstatus/author_retitles_archived" => {
            forum.set_status_as(1, 116, "archived", true);
        }
        "topicstatus/author_edits_post_in_closed" | "topicstatus/author_retitles_closed" => {
            forum.set_status_as(1, 116, "closed", true);
        }
        "delete/reply_again"
        | "delete/reply_recover"
        | "delete/show_deleted_post_admin"
        | "delete/show_deleted_post_alice"
        | "delete/show_topic_after_reply_delete"
        | "delete/show_topic_after_reply_delete_alice"
        | "delete/update_deleted_post" => {
            forum.delete_post_as(1, 23);
        }
        n if n.starts_with("delete/topic_")
            && !matches!(n, "delete/topic_ok" | "delete/topic_as_alice_403" | "delete/topic_own_as_alice") =>
        {
            forum.delete_topic_as(1, 16);
        }
        "review/pending_of_bob" | "review/pending_of_bob_after" => {}
        n if n.starts_with("raw/lang_attribute_dup") => {
            forum.add_topic(
                1,
                5,
                "Raw case one: leading newlines here",
                "Text for the case one of the raw cases.",
                &[],
            );
        }
        "ratelimit/user_api_key_429_default_20_per_min" => forum.settings.limits.user_key_per_minute = Some(0),
        "ratelimit/admin_api_429_default_60_per_min" => forum.settings.limits.admin_keys_per_minute = Some(0),
        n if n.starts_with("ratelimit/per_ip") && n != "ratelimit/per_ip_after_wait" => {
            forum.settings.limits.per_address_per_10_seconds = Some(0);
        }
        "backport/post_original_text_mismatch_409" | "backport/post_raw_old_mismatch_409" => {
            forum.edit_post_as(1, 164, "Body that somebody else has written in between.");
        }
        "backport/topic_original_tags_objects_match" => {
            forum.retag_as(1, 104, &["howto", "release"]);
        }
        "backport/topic_original_title_match" => {
            forum.retitle_as(1, 104, "Topic to try the newer conflict parameters");
        }
        _ => {}
    }
}
