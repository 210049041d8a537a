//! What others change on a forum, form by form, whether a list tells of it or nothing does: the next sync sees it, what it concerns stays the
//! same thing here, an unsent edit of ours goes all the same, and then it is no news any more.

use std::collections::BTreeMap;

use domain::{EntityId, FieldValue, Kind, RemoteRef, fact, field};
use simulators::discourse::Profile;
use sync::Did;

use crate::flows::forum::assert_rests;
use crate::support::{Device, Forum, did, topic_title};

/// Every generation of servers: what a list tells of differs.
const PROFILES: [Profile; 3] = [Profile::V3_1, Profile::V2024, Profile::V2026];

/// One way in which others change something.
struct Form {
    name: &'static str,
    /// What was there before the first sync.
    before: fn(&Forum),
    happens: fn(&Forum),
    /// What the report says of it, when nothing was edited here; nothing where it is quiet.
    told: Option<Did>,
    /// Whether what it concerns is still there to be edited.
    stays: bool,
}

const FORMS: &[Form] = &[
    Form { name: "other tags", before: nothing, happens: retagged, told: Some(Did::Pulled), stays: true },
    Form { name: "another category", before: nothing, happens: moved_away, told: Some(Did::Pulled), stays: true },
    Form {
        name: "a reply deleted",
        before: nothing,
        happens: reply_deleted,
        told: Some(Did::DeletedHere),
        stays: false,
    },
    Form { name: "a reply moved", before: nothing, happens: reply_moved, told: None, stays: true },
    Form { name: "replies split off", before: nothing, happens: split_off, told: Some(Did::CreatedHere), stays: true },
    Form { name: "topics merged", before: nothing, happens: merged, told: Some(Did::DeletedHere), stays: false },
    Form { name: "a member renamed", before: mentions, happens: renamed, told: Some(Did::Pulled), stays: true },
    Form { name: "a picture taken in", before: hot_links, happens: taken_in, told: Some(Did::Pulled), stays: true },
    Form { name: "a word rewritten", before: nothing, happens: rewritten, told: Some(Did::Pulled), stays: true },
];

fn nothing(_: &Forum) {}

fn retagged(forum: &Forum) {
    assert!(forum.discourse.with(|state| state.retag_as(forum.someone, forum.topics[0].0, &["mud", "sand"])));
}

fn moved_away(forum: &Forum) {
    forum.discourse.with(|state| {
        let elsewhere = state.add_category("Lost and found", "lost-and-found", None);
        assert!(state.recategorise_as(forum.someone, forum.topics[0].0, elsewhere));
    });
}

/// The reply that the first topic had from the start.
fn reply_there(forum: &Forum) -> i64 {
    forum.discourse.with(|state| state.live_posts(forum.topics[0].0)[1].id)
}

fn reply_deleted(forum: &Forum) {
    let reply = reply_there(forum);
    forum.discourse.with(|state| state.delete_post_as(forum.someone, reply));
}

fn reply_moved(forum: &Forum) {
    let (reply, (from, _), (to, _)) = (reply_there(forum), forum.topics[0], forum.topics[1]);
    forum.discourse.with(|state| state.move_posts_as(forum.someone, from, &[reply], to));
}

fn split_off(forum: &Forum) {
    let reply = reply_there(forum);
    forum.discourse.with(|state| {
        let title = "What was said of something else";
        let (made, _) = state.add_topic(forum.someone, forum.category, title, "This was split off.", &[]);
        state.move_posts_as(forum.someone, forum.topics[0].0, &[reply], made);
    });
}

/// All posts go to the other topic, the first one under an id of its own, and what is left is deleted.
fn merged(forum: &Forum) {
    let (reply, (from, first), (to, _)) = (reply_there(forum), forum.topics[0], forum.topics[1]);
    forum.discourse.with(|state| {
        state.move_posts_as(forum.someone, from, &[first, reply], to);
        state.delete_topic_as(forum.someone, from);
    });
}

fn mentions(forum: &Forum) {
    let raw = format!("{}\n\nAs @sam has said, the tide is late.", forum.raw(0));
    assert!(forum.discourse.with(|state| state.edit_post_as(forum.someone, forum.topics[0].1, &raw)));
}

/// A new name is put into texts that mention the old one, and moves neither version nor time (contract 6).
fn renamed(forum: &Forum) {
    let raw = forum.raw(0).replace("@sam", "@samira");
    forum.discourse.with(|state| {
        state.users.get_mut(&forum.someone).unwrap().username = "samira".to_owned();
        state.rewrite_silently(forum.topics[0].1, &raw);
    });
}

fn hot_links(forum: &Forum) {
    forum.discourse.with(|state| state.settings.download_remote_images_to_local = true);
    let raw = format!("{}\n\n![A gull](https://elsewhere.example/gull.png)", forum.raw(0));
    assert!(forum.discourse.with(|state| state.edit_post_as(forum.someone, forum.topics[0].1, &raw)));
}

/// Five minutes after it was written; by then nobody looks at the topic.
fn taken_in(forum: &Forum) {
    forum.discourse.clock().advance(chrono::TimeDelta::minutes(6));
}

fn rewritten(forum: &Forum) {
    let raw = forum.raw(0).replacen("paragraph 1", "paragraph one", 1);
    forum.discourse.with(|state| state.rewrite_silently(forum.topics[0].1, &raw));
}

/// The topics of the category, and those that were in it, with their posts; notes that the forum keeps by itself left out.
fn there(forum: &Forum) -> Vec<String> {
    forum.discourse.with(|state| {
        let ours = |id: i64| forum.topics.iter().any(|(topic, _)| *topic == id);
        let name = |user: i64| state.users[&user].username.clone();
        let mut outline = Vec::new();
        for topic in state.live_topics() {
            if topic.category_id != Some(forum.category) && !ours(topic.id) {
                continue;
            }
            let mut tags = topic.tags.clone();
            tags.sort();
            let category = topic.category_id.unwrap().to_string();
            for post in state.live_posts(topic.id).into_iter().filter(|post| post.post_type == 1) {
                let of_topic = if post.post_number == 1 { format!(" {category} {tags:?}") } else { String::new() };
                let (number, who) = (post.post_number, name(post.user_id));
                outline.push(format!("{}{of_topic} #{number} {who}: {}", topic.title, post.raw));
            }
        }
        outline.sort();
        outline
    })
}

/// The same of what is kept here.
async fn here(device: &Device) -> Vec<String> {
    let mut outline = Vec::new();
    for topic in live(device, Kind::Topic).await {
        let title = &topic.content.title;
        let FieldValue::Set(tags) = &topic.content.fields[field::TAGS] else { panic!("tags") };
        let tags: Vec<&String> = tags.iter().collect();
        let category = topic.content.text(field::CATEGORY).unwrap();
        let who = &mapped(device, topic.id).await.base.facts[fact::USERNAME];
        outline.push(format!("{title} {category} {tags:?} #1 {who}: {}", topic.content.body));
        let posts = device.store().children(topic.id).await.unwrap();
        for post in posts.into_iter().filter(|post| post.deleted_at.is_none()) {
            let mapping = mapped(device, post.id).await;
            if mapping.read_only.as_deref() != Some("The forum keeps this note by itself.") {
                let number = post.content.number(field::POST_NUMBER).unwrap();
                outline.push(format!(
                    "{title} #{number} {}: {}",
                    mapping.base.facts[fact::USERNAME],
                    post.content.body
                ));
            }
        }
    }
    outline.sort();
    outline
}

async fn live(device: &Device, kind: Kind) -> Vec<store::Entity> {
    let all = device.entities().await;
    all.into_iter().filter(|entity| entity.kind == kind && entity.deleted_at.is_none()).collect()
}

async fn mapped(device: &Device, entity: EntityId) -> store::Mapped {
    device.store().mapping(entity, device.account).await.unwrap().unwrap()
}

/// Which thing here stands for which there.
async fn identities(device: &Device) -> BTreeMap<RemoteRef, EntityId> {
    let rows = device.store().mapped(device.account, device.space).await.unwrap();
    rows.into_iter().map(|row| (row.remote, row.entity)).collect()
}

/// Edits the first topic and its reply.
async fn edit(device: &Device) {
    let topic = device.replace(&topic_title(1), "paragraph 4", "paragraph 4 from here").await;
    let reply = device.store().children(topic).await.unwrap().remove(0);
    let mut content = reply.content;
    content.body.push_str(" And some more of them.");
    device.save(reply.id, &content).await;
}

#[tokio::test]
async fn every_form_of_change_by_others_is_seen_and_leaves_the_same_things_with_our_edits() {
    for profile in PROFILES {
        for form in FORMS {
            for (edited, stays_open) in [(false, false), (true, false), (false, true)] {
                if edited && !form.stays {
                    continue;
                }
                let case = format!("{profile:?}, {}, edited: {edited}, open: {stays_open}", form.name);
                let forum = Forum::with_topics(profile, 3).await;
                (form.before)(&forum);
                let device = if stays_open { forum.kept_open().await } else { forum.synced().await };
                assert_eq!(here(&device).await, there(&forum), "{case}");
                let before = identities(&device).await;
                // An open program looks for what no list tells once that can be more than an edit of the same minutes.
                forum.discourse.clock().advance(chrono::TimeDelta::minutes(10));
                if edited {
                    edit(&device).await;
                }
                (form.happens)(&forum);
                let report = device.sync().await;
                assert_eq!(report.count(Did::needs_person), 0, "{case}: {:?}", did(&report));
                if let Some(told) = form.told.filter(|_| !edited) {
                    assert!(report.count(|did| did == told) > 0, "{case}: {:?}", did(&report));
                }
                assert_eq!(here(&device).await, there(&forum), "{case}");
                let ours = there(&forum)
                    .iter()
                    .filter(|line| line.contains("from here") || line.contains("some more"))
                    .count();
                assert_eq!(ours, if edited { 2 } else { 0 }, "{case}: {:?}", there(&forum));
                for (remote, entity) in identities(&device).await {
                    let known = before.get(&remote);
                    assert!(known.is_none_or(|known| *known == entity), "{case}: {remote} is another thing now");
                }
                assert_rests(&forum, &device).await;
                assert_eq!(here(&device).await, there(&forum), "{case}");
            }
        }
    }
}
