//! Cuts at every request and crashes at every commit, on a forum.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{Content, Kind};
use simulators::discourse::Profile;
use simulators::fault::Cut;
use store::NewEntity;

use super::forum::assert_rests;
use crate::support::{Device, Forum, topic_title};

async fn start() -> (Forum, Device) {
    let forum = Forum::with_topics(Profile::V2026, 6).await;
    let device = forum.synced().await;
    both_sides_edited(&forum, &device).await;
    forum.discourse.log().reset();
    (forum, device)
}

/// One of everything that a sync does: taken, sent, merged, asked, made here (topic and reply), made there, deleted here, deleted there.
async fn both_sides_edited(forum: &Forum, device: &Device) {
    forum.someone_replaces(0, "paragraph 1", "paragraph 1 token-there-0");
    let answered = device.replace("Topic 2 about the tide", "paragraph 1", "paragraph 1 token-here-1").await;
    forum.someone_replaces(2, "paragraph 1", "paragraph 1 token-there-2");
    device.replace("Topic 3 about the tide", "paragraph 4", "paragraph 4 token-here-2").await;
    forum.someone_replaces(3, "paragraph 2", "paragraph 2 token-there-3");
    device.replace("Topic 4 about the tide", "paragraph 2", "paragraph 2 token-here-3").await;
    let (someone, category, gone) = (forum.someone, forum.category, forum.topics[4].0);
    forum.discourse.with(|state| {
        state.add_topic(someone, category, "A topic from there", "What the tide left: token-there-new", &[]);
        state.delete_topic_as(someone, gone);
    });
    device.create("A topic from here", "What the tide took: token-here-new").await;
    let reply = Content::new("", "An answer from here: token-here-reply");
    let reply = NewEntity { space: device.space, kind: Kind::Post, parent: Some(answered), content: reply };
    device.make(reply).await;
    device.delete("Topic 6 about the tide").await;
}

const TOKENS: [&str; 9] = [
    "token-there-0",
    "token-here-1",
    "token-there-2",
    "token-here-2",
    "token-there-3",
    "token-here-3",
    "token-there-new",
    "token-here-new",
    "token-here-reply",
];

/// Both sides agree after clean syncs, nothing is there twice and nothing is lost.
async fn assert_end(forum: &Forum, device: &Device, case: &str) {
    for _ in 0..2 {
        device.sync().await;
    }
    let conflicts = device.store().conflicts().await.unwrap();
    assert_eq!(conflicts.len(), 1, "{case}: only the same sentence waits: {conflicts:?}");
    assert_eq!(device.store().all_parked().await.unwrap(), [], "{case}");
    let mut titles = vec!["A topic from here".to_owned(), "A topic from there".to_owned()];
    titles.extend((1..=4).map(topic_title));
    assert_eq!(forum.titles(), titles, "{case}");
    for token in TOKENS {
        assert!(device.holds(token).await, "{case}: {token}");
        let times = forum.discourse.with(|state| state.posts.values().filter(|post| post.raw.contains(token)).count());
        assert_eq!(times, usize::from(token != "token-here-3"), "{case}: {token} on the site");
    }
    device.settle(conflicts[0].entity, true).await;
    device.sync().await;
    assert!(forum.raw(3).contains("token-here-3") && device.holds("token-there-3").await, "{case}");
    assert_eq!(device.differences().await, Vec::<String>::new(), "{case}");
    assert_rests(forum, device).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s43_a_cut_at_every_request_of_a_forum_comes_to_the_same_end() {
    let (forum, device) = start().await;
    device.sync().await;
    let total = u64::try_from(forum.discourse.log().total()).unwrap();
    assert_end(&forum, &device, "no cut").await;
    println!("requests of the run that is cut: {total}");
    for n in 1..=total {
        for cut in [Cut::BeforeApplying, Cut::AfterApplying] {
            let (forum, device) = start().await;
            forum.discourse.faults().cut_at(n, cut);
            device.sync().await;
            forum.discourse.faults().clear();
            assert_end(&forum, &device, &format!("cut at {n}, {cut:?}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_a_crash_at_every_commit_of_a_forum_comes_to_the_same_end() {
    let calls = Arc::new(AtomicUsize::new(0));
    let (_forum, device) = start().await;
    let counted = Arc::clone(&calls);
    device.store().set_crash_hook(Some(Arc::new(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        false
    })));
    device.sync().await;
    let total = calls.load(Ordering::SeqCst);
    println!("crash points of one run, before and after each commit: {total}");
    for k in 1..=total {
        let (forum, mut device) = start().await;
        let seen = AtomicUsize::new(0);
        device.store().set_crash_hook(Some(Arc::new(move |_| seen.fetch_add(1, Ordering::SeqCst) + 1 == k)));
        let died = device.try_sync().await;
        device.reopen().await;
        assert_end(&forum, &device, &format!("crash at {k}: {:?}", died.err().map(|error| error.to_string()))).await;
    }
}
