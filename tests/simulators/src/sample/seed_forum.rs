//! Fills a simulated Discourse with the sample's forum.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::error::SampleError;
use super::forum::SampleForum;
use super::topic_file::{SamplePost, SampleTopic};
use crate::discourse::{CategoryOptions, Forum, Profile, Settings};

/// Ids of the seeded forum.
#[derive(Debug)]
pub(super) struct SeededForum {
    pub(super) forum: Forum,
    pub(super) instructor: i64,
    pub(super) co_teacher: i64,
    /// In the manifest's order.
    pub(super) categories: Vec<i64>,
}

/// Makes the forum. Posts are added in the order in which they were written, all topics together, since a server's ids rise with time.
pub(super) fn seed_forum(sample: &SampleForum, now: DateTime<Utc>) -> Result<SeededForum, SampleError> {
    let mut posts: Vec<(&SampleTopic, &SamplePost)> =
        sample.topics.iter().flat_map(|topic| topic.posts.iter().map(move |post| (topic, post))).collect();
    posts.sort_by_key(|(topic, post)| (post.written, topic.id, post.number));
    let start = posts.first().map_or(now, |(_, post)| post.written.at(now)) - TimeDelta::days(1);
    let settings = Settings { title: sample.title.clone(), ..Settings::default() };
    let mut forum = Forum::new(Profile::V2026, settings, start);
    let users = add_users(&mut forum, sample);
    let categories = add_categories(&mut forum, sample);
    let images = add_uploads(&mut forum, sample)?;
    forum.skip_ids_to(201, 1001);
    let mut topics: HashMap<i64, i64> = HashMap::new();
    for (topic, post) in posts {
        forum.set_now(post.written.at(now));
        let author = known(&users, &post.author)?;
        let made = topics.get(&topic.id).copied();
        // A first post has no topic yet, and nothing in it can quote the topic.
        let raw = images.iter().fold(post.raw.clone(), |raw, (written, address)| raw.replace(written, address));
        let quoting = |id: i64| raw.replace(&format!(", topic:{}", topic.id), &format!(", topic:{id}"));
        let raw = made.map_or_else(|| raw.clone(), quoting);
        if let Some(id) = made {
            forum.add_post(author, id, &raw, post.reply_to.map(i64::from));
        } else {
            let category = categories.get(topic.category.as_str()).copied();
            let category = category.ok_or_else(|| SampleError::new(&topic.slug, "its category is not known"))?;
            let tags: Vec<&str> = topic.tags.iter().map(String::as_str).collect();
            let (id, first) = forum.add_topic(author, category, &topic.title, &raw, &tags);
            topics.insert(topic.id, id);
            if let Some(stored) = forum.topics.get_mut(&id) {
                stored.pinned_at = topic.pinned.then(|| post.written.at(now));
                stored.closed = topic.closed;
            }
            if let Some(stored) = forum.posts.get_mut(&first) {
                stored.wiki = topic.wiki;
            }
        }
    }
    forum.set_now(now);
    let (instructor, co_teacher) = (known(&users, &sample.instructor)?, known(&users, &sample.co_teacher)?);
    // All but the latest days were read in the browser.
    let read = forum.posts.values().filter(|post| post.created_at < now - TimeDelta::days(4)).map(|post| post.id).max();
    forum.seen.insert(instructor, read.unwrap_or_default());
    let in_order = sample.categories.iter().filter_map(|category| categories.get(category.slug.as_str()).copied());
    Ok(SeededForum { categories: in_order.collect(), forum, instructor, co_teacher })
}

fn known(users: &HashMap<&str, i64>, name: &str) -> Result<i64, SampleError> {
    users.get(name).copied().ok_or_else(|| SampleError::new("forum/forum.json", format!("{name} is not a user")))
}

fn add_users<'a>(forum: &mut Forum, sample: &'a SampleForum) -> HashMap<&'a str, i64> {
    let add = |user: &'a super::forum::SampleUser| {
        let (role, trust_level) = match (user.admin, user.moderator) {
            (true, _) => ("admin", 4),
            (false, true) => ("moderator", 4),
            (false, false) => ("", 2),
        };
        let id = forum.add_user(&user.username, role, trust_level);
        if let Some(stored) = forum.users.get_mut(&id) {
            stored.name.clone_from(&user.name);
            stored.moderator = user.moderator;
        }
        (user.username.as_str(), id)
    };
    sample.users.iter().map(add).collect()
}

fn add_categories<'a>(forum: &mut Forum, sample: &'a SampleForum) -> HashMap<&'a str, i64> {
    let mut ids: HashMap<&str, i64> = HashMap::new();
    for category in &sample.categories {
        let parent = category.parent.as_deref().and_then(|slug| ids.get(slug).copied());
        let options =
            CategoryOptions { parent, description: Some(category.description.clone()), ..CategoryOptions::default() };
        ids.insert(&category.slug, forum.add_category_with(&category.name, &category.slug, options));
    }
    ids
}

/// The images' addresses as posts have to say them, by the ones in the sample's files.
fn add_uploads(forum: &mut Forum, sample: &SampleForum) -> Result<Vec<(String, String)>, SampleError> {
    let add = |upload: &super::forum::SampleUpload| {
        let stored = forum
            .store_upload(&upload.name, upload.bytes)
            .map_err(|answer| SampleError::refused(&upload.name, answer))?;
        Ok((format!("upload://{}", upload.name), format!("upload://{}.{}", stored.base62, stored.extension)))
    };
    sample.uploads.iter().map(add).collect()
}
