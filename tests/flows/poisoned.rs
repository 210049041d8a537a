//! Items that a site refuses for good hold nothing else back.

use std::collections::BTreeSet;

use domain::{Content, EntityId};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use simulators::discourse::Profile;
use sync::{Did, Watch};

use crate::support::{Course, Device, Forum};

/// Pages or topics that are there before.
const THERE: usize = 4;

/// A title that Canvas takes for none, and a text that is too short for a forum.
const REFUSED_TITLE: &str = "!!!";
const REFUSED_TEXT: &str = "No.";

/// Makes or edits one thing on a site, so that it is taken or refused.
async fn one(device: &Device, forum: bool, number: usize, edits: bool, poisoned: bool) -> EntityId {
    let (title, body) = match (forum, poisoned) {
        (false, true) => (REFUSED_TITLE.to_owned(), format!("<p>Item {number}.</p>")),
        (false, false) => (format!("Item {number}"), format!("<p>Item {number}.</p>")),
        (true, true) => (format!("Item {number} of this property"), REFUSED_TEXT.to_owned()),
        (true, false) => {
            (format!("Item {number} of this property"), format!("The text of item {number}, with enough words."))
        }
    };
    if !edits {
        return device.create(&title, &body).await;
    }
    let title_there =
        if forum { format!("Topic {} about the tide", number + 1) } else { format!("Page {}", number + 1) };
    let entity = device.page(&title_there).await;
    device.save(entity.id, &Content { title, body, ..entity.content }).await;
    entity.id
}

/// With k of n items refused on both sites together, n - k arrive in the same run and k wait, each with its reason.
async fn k_of_n(n: usize, k: usize, dice: &mut StdRng) {
    let (course, forum) = (Course::with_pages(THERE).await, Forum::with_topics(Profile::V2026, THERE).await);
    let device = Device::of(&course).await;
    let beside = device.beside(forum.place()).await;
    let sync = async || {
        let sites = vec![device.site(), beside.site()];
        sync::sync(device.store(), sites, device.options(), Watch::default()).await.unwrap()
    };
    sync().await;
    let mut poisoned: Vec<bool> = (0..n).map(|at| at < k).collect();
    poisoned.shuffle(dice);
    let (mut good, mut bad) = (BTreeSet::new(), BTreeSet::new());
    let mut edited = [0, 0];
    for (number, is_poisoned) in poisoned.into_iter().enumerate() {
        let on_forum = dice.random_bool(0.5);
        let at = usize::from(on_forum);
        // Each thing that is there is edited once.
        let edits = edited[at] < THERE && dice.random_bool(0.4);
        let number = if edits { edited[at] } else { THERE + number };
        edited[at] += usize::from(edits);
        let device = if on_forum { &beside } else { &device };
        let id = one(device, on_forum, number, edits, is_poisoned).await;
        if is_poisoned {
            bad.insert(id)
        } else {
            good.insert(id)
        };
    }
    let report = sync().await;
    let told = |did: fn(Did) -> bool| -> BTreeSet<EntityId> {
        report.items.iter().filter(|item| did(item.did)).filter_map(|item| item.entity).collect()
    };
    let case = format!("{k} of {n}: {:?}", report.items);
    assert_eq!(told(Did::is_sent), good, "{case}");
    assert_eq!(told(|did| did == Did::Parked), bad, "{case}");
    for id in &bad {
        let parked = device.store().parked(*id).await.unwrap().expect("it waits");
        assert!(!parked.reason.is_empty() && !parked.queued, "{case}");
    }
    // They are not sent again by themselves, and what was taken is agreed on.
    let again = sync().await;
    assert!(again.items.iter().all(|item| item.did == Did::Held), "{k} of {n}: {:?}", again.items);
    assert_eq!(again.traffic.writes, 0);
    for device in [&device, &beside] {
        assert_eq!(device.differences_but(&bad).await, Vec::<String>::new(), "{k} of {n}");
    }
}

#[tokio::test]
async fn of_n_items_of_both_sites_exactly_those_that_are_refused_wait() {
    let mut dice = StdRng::seed_from_u64(7);
    for (n, k) in [(12, 1), (12, 10), (12, 11), (1, 1), (5, 0)] {
        k_of_n(n, k, &mut dice).await;
    }
    let cases = std::env::var("LECTERN_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(15);
    for _ in 0..cases {
        let n = dice.random_range(1..=16);
        let k = dice.random_range(0..=n);
        k_of_n(n, k, &mut dice).await;
    }
}
