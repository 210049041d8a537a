//! Real forum posts, where they are present: one word edited in each, and nothing else changes on the forum.

use std::path::PathBuf;

use simulators::discourse::normalize_raw;
use sync::Did;

use crate::support::{Forum, did};

/// The posts beside the repository, or none.
fn posts() -> Vec<(String, String)> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("LECTERN_SHARED").map_or(beside, PathBuf::from);
    let (mut found, mut folders) = (Vec::new(), vec![shared.join("corpus/discourse")]);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The text with its middle word of letters replaced; `None` for a text without words.
fn one_word_edited(text: &str) -> Option<String> {
    let words: Vec<(usize, &str)> = text
        .split_whitespace()
        .filter(|word| word.len() > 3 && word.chars().all(|letter| letter.is_ascii_alphabetic()))
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect();
    let (at, word) = words.get(words.len() / 2)?;
    Some(format!("{}{}{}", &text[..*at], "edited-word", &text[at + word.len()..]))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_word_edited_in_each_real_post_changes_that_word_alone_and_then_nothing_is_written() {
    let posts = posts();
    if posts.is_empty() {
        println!("skipped: no corpus beside the repository");
        return;
    }
    for profile in crate::flows::forum::PROFILES {
        let forum = Forum::with_topics(profile, 0).await;
        let topics: Vec<(i64, i64)> = forum.discourse.with(|state| {
            let made = posts.iter().enumerate();
            made.map(|(at, (_, raw))| {
                let title = format!("Post number {at} of the collection");
                state.add_topic(forum.someone, forum.category, &title, raw, &[])
            })
            .collect()
        });
        let device = forum.synced().await;
        let bumped: Vec<_> =
            forum.discourse.with(|state| topics.iter().map(|(topic, _)| state.topics[topic].bumped_at).collect());
        let mut edited = 0;
        for entity in device.entities().await {
            let Some(body) = one_word_edited(&entity.content.body) else { continue };
            device.save(entity.id, &domain::Content { body, ..entity.content }).await;
            edited += 1;
        }
        assert!(edited * 10 > posts.len() * 9, "most posts have words: {edited} of {}", posts.len());
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::Pushed), edited, "{:?}", did(&report));
        for (at, (topic, post)) in topics.iter().enumerate() {
            let before = normalize_raw(&posts[at].1);
            let (raw, bump) =
                forum.discourse.with(|state| (state.posts[post].raw.clone(), state.topics[topic].bumped_at));
            assert_eq!(raw, one_word_edited(&before).unwrap_or(before), "{}", posts[at].0);
            assert_eq!(bump, bumped[at], "{} was not brought to the top", posts[at].0);
        }
        assert_eq!(device.differences().await, Vec::<String>::new());
        for _ in 0..2 {
            forum.discourse.log().reset();
            let report = device.sync().await;
            assert_eq!((did(&report), forum.discourse.log().writes()), (Vec::new(), Vec::new()));
        }
        println!("{profile:?}: {edited} of {} posts edited by one word", posts.len());
    }
}
