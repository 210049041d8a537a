//! The forum the performance bars are measured on.

use chrono::{DateTime, TimeDelta, Utc};

use super::profile::{Profile, Settings};
use super::state::Forum;

/// A forum of `topics` topics with `posts` posts each (the bars use 200 and 20), by five members in two categories and a subcategory.
/// The members are `admin` (id 1), `mod`, `ada`, `ben` and `cleo`; the same arguments give the same forum.
#[must_use]
pub fn reference_forum(profile: Profile, topics: usize, posts: usize, now: DateTime<Utc>) -> Forum {
    let start = now - TimeDelta::days(60);
    let mut forum = Forum::new(profile, Settings::default(), start);
    let members = [
        forum.add_user("admin", "admin", 4),
        forum.add_user("mod", "moderator", 3),
        forum.add_user("ada", "", 2),
        forum.add_user("ben", "", 2),
        forum.add_user("cleo", "", 1),
    ];
    let notes = forum.add_category("Course notes", "notes", None);
    let questions = forum.add_category("Questions", "questions", None);
    let labs = forum.add_category("Labs", "labs", Some(questions));
    let categories = [notes, questions, labs];
    for topic in 0..topics {
        forum.set_now(start + TimeDelta::minutes(topic as i64 * 30));
        let author = members[topic % members.len()];
        let title = format!("Topic {topic} about measuring the {}", subject(topic));
        let raw = body(topic, 0);
        let (id, _) = forum.add_topic(
            author,
            categories[topic % categories.len()],
            &title,
            &raw,
            &[["howto", "lab", "week"][topic % 3]],
        );
        for post in 1..posts {
            forum.set_now(start + TimeDelta::minutes(topic as i64 * 30) + TimeDelta::seconds(post as i64 * 60));
            let reply_to = (post % 4 == 3).then_some(post as i64 - 1);
            forum.add_post(members[(topic + post) % members.len()], id, &body(topic, post), reply_to);
        }
    }
    forum.set_now(now);
    forum
}

fn subject(n: usize) -> &'static str {
    ["tide", "swell", "salinity", "current", "thermocline", "drifter", "echo sounder"][n % 7]
}

fn body(topic: usize, post: usize) -> String {
    let first = subject(topic + post);
    let second = subject(topic + post + 3);
    format!(
        "Reading {post} of series {topic}: the {first} was taken twice, **once before** and once after the {second}.\n\n\
         - depth {} m, temperature {}.{} °C\n- the [log sheet](https://example.org/sheets/{topic}/{post}) has the rest\n\n\
         > The second value is the one to keep.\n\nAsk if the table below is unclear.\n\n| cast | value |\n| --- | --- |\n| {topic} | {post} |",
        (topic * 7 + post * 13) % 400,
        (topic + post) % 20,
        post % 10,
    )
}
