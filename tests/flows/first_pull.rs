//! The first pull of a large forum: of use at once, with what is still to come, stopped at any time and gone on with later.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use simulators::discourse::Profile;
use sync::{Did, Outcome, Phase, SiteProgress, Watch};

use crate::support::{Forum, did};

const TOPICS: usize = 80;

/// A watch that stops the run when so many things are here, and what it heard.
fn stopping_at(shown: u32) -> (Watch, Arc<Mutex<Vec<SiteProgress>>>) {
    let heard: Arc<Mutex<Vec<SiteProgress>>> = Arc::default();
    let told = Arc::clone(&heard);
    let watch = Watch::new(move |watch| {
        let sites = watch.sites();
        let enough = sites.iter().any(|site| site.shown >= shown);
        told.lock().unwrap().extend(sites);
        if enough {
            watch.stop();
        }
    });
    (watch, heard)
}

#[tokio::test]
async fn a_stopped_first_pull_leaves_the_newest_topics_here_and_goes_on_with_the_others_later() {
    for (profile, later) in [
        (Profile::V3_1, TimeDelta::minutes(1)),
        (Profile::V3_1, TimeDelta::hours(9)),
        (Profile::V2026, TimeDelta::minutes(1)),
        (Profile::V2026, TimeDelta::hours(9)),
    ] {
        let forum = Forum::with_topics(profile, TOPICS).await;
        let device = forum.device().await;
        let (watch, heard) = stopping_at(40);
        let report = sync::sync(device.store(), vec![device.site()], device.options(), watch).await.unwrap();
        assert_eq!(report.outcome, Outcome::Stopped);
        let here = device.entities().await;
        assert!((40..60).contains(&here.len()), "{profile:?}: {}", here.len());
        assert_eq!(report.count(|did| did == Did::CreatedHere), here.len(), "the report tells what came");
        let newest = format!("Topic {TOPICS} about the tide");
        assert!(here.iter().any(|entity| entity.content.title == newest), "{profile:?}: the newest come first");
        assert!(!here.iter().any(|entity| entity.content.title == "Topic 1 about the tide"));
        let replies = here.iter().filter(|entity| entity.kind == domain::Kind::Post).count();
        assert!(replies * 2 >= here.len() - 1, "topics come with their replies");
        // One request for each topic, and one for each list.
        let told = heard.lock().unwrap().iter().rfind(|site| site.phase == Phase::Receiving).cloned().unwrap();
        assert!(told.total.is_some_and(|total| (80..=84).contains(&total)), "{profile:?}: {told:?}");

        forum.discourse.clock().advance(later);
        let topics_read = || {
            let all = forum.discourse.log().all();
            all.iter().filter(|record| record.path.starts_with("/t/")).count()
        };
        forum.discourse.log().reset();
        let report = device.sync().await;
        assert_eq!(report.outcome, Outcome::Done, "{:?}", did(&report));
        let rest = TOPICS - here.len() / 2;
        assert!(topics_read() <= rest + 12 + 60, "{profile:?}: {} for {rest}", topics_read());
        assert_eq!(device.entities().await.len(), TOPICS * 2);
        assert_eq!(device.differences().await, Vec::<String>::new());
        assert_eq!(did(&device.sync().await), Vec::new());
    }
}

#[tokio::test]
async fn a_plan_that_is_looked_at_takes_nothing_over() {
    let forum = Forum::with_topics(Profile::V2026, 5).await;
    let device = forum.device().await;
    let review = sync::review(device.store(), vec![device.site()], device.options(), Watch::default()).await.unwrap();
    assert_eq!((review.lines.len(), device.entities().await.len()), (10, 0));
}
