//! The room that a token has for requests (contract 2).

use std::sync::Arc;
use std::time::Duration;

use canvas::{CanvasRemote, Connection};
use domain::{Content, Remote};
use rest::{Bucket, Limits, Url};
use simulators::canvas::Throttle;

use crate::site::{Site, TOKEN};

/// A site whose requests cost much, and whose bucket leaks a hundred times faster than a real one, so that the test is short.
fn dear(send_429: bool) -> Throttle {
    Throttle { cost: 40.0, outflow: 1_000.0, send_429, ..Throttle::default() }
}

fn connected(site: &Site, outflow: f64) -> CanvasRemote {
    let clock = site.server.clock().clone();
    let base = Url::parse(&site.server.base_url()).unwrap();
    let mut connection = Connection::new(base, TOKEN.into(), Arc::new(move || clock.now()));
    connection.limits = Limits {
        throttle_wait: Duration::from_millis(50),
        bucket: Bucket { outflow, longest: Duration::from_millis(200), ..Bucket::default() },
        ..Limits::default()
    };
    CanvasRemote::connect(connection).unwrap()
}

#[tokio::test]
async fn a_bucket_of_600_refuses_nothing_to_many_at_once() {
    for send_429 in [false, true] {
        let mut site = Site::small().await;
        site.server.configure(|settings| settings.throttle = dear(send_429));
        site.remote = connected(&site, 1_000.0);
        let site = &site;
        let page = site.page(1);
        let page = &page;
        let reads =
            futures::future::join_all((0..60).map(|_| async move { site.remote.read(&site.space, page).await }));
        assert!(reads.await.into_iter().all(|read| read.is_ok()));
        let refused = site.server.log().all().iter().filter(|r| matches!(r.status, Some(403 | 429))).count();
        assert_eq!(refused, 0, "429: {send_429}");
        assert!(site.remote.traffic().waited_millis > 0, "it waited instead");
    }
}

#[tokio::test]
async fn a_refusal_for_want_of_room_did_nothing_and_is_sent_again_in_either_form() {
    for send_429 in [false, true] {
        let mut site = Site::small().await;
        site.server.configure(|settings| {
            settings.throttle = Throttle { outflow: 2_000.0, cost: 300.0, send_429, ..Throttle::default() };
        });
        // It believes in far more room than there is, so that it is refused.
        site.remote = connected(&site, 1_000_000.0);
        let object = site.read(&site.page(1)).await;
        for n in 0..6 {
            let wanted = Content { body: format!("<p>Text {n}.</p>"), ..object.content.clone() };
            site.done(&site.update(&object, wanted)).await;
        }
        let log = site.server.log().all();
        let refused = log.iter().filter(|r| matches!(r.status, Some(403 | 429))).count();
        assert!(refused > 0, "the test has to meet a refusal");
        assert_eq!(site.server.revision_count(site.seeded.course, site.seeded.pages[1]), 7, "each write arrived once");
    }
}
