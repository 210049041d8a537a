//! What the window sees of a run while it lasts: that it waits, for how long, and that it stops when it is asked to.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lectern::app::{App, Key};
use lectern::dto::{EventDto, ProgressDto};
use secrecy::SecretString;
use simulators::fault::{Fault, FaultPlan, On};
use simulators::sample::RunningSample;

/// A stop may take so long, whatever a site is at.
const STOPS_WITHIN: Duration = Duration::from_secs(1);

struct Window {
    app: Arc<App>,
    sample: RunningSample,
    heard: Arc<Mutex<Vec<EventDto>>>,
    _folder: tempfile::TempDir,
}

impl Window {
    /// A window whose course and forum are here and in step.
    async fn open() -> Self {
        let sample = RunningSample::start(lectern::app::now()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let heard: Arc<Mutex<Vec<EventDto>>> = Arc::default();
        let hears = Arc::clone(&heard);
        let app = App::open(folder.path(), Arc::new(move |event| hears.lock().unwrap().push(event))).await.unwrap();
        let key = |text: &str| Key::from(SecretString::from(text.to_owned()));
        let ((url, token, course), (forum, forum_key, user, categories)) = (sample.canvas(), sample.discourse());
        let canvas = app.connect_canvas(&url, key(token)).await.unwrap();
        app.spaces_keep(&canvas.id, &[course]).await.unwrap();
        let discourse = app.connect_discourse_key(&forum, key(forum_key), user).await.unwrap();
        app.spaces_keep(&discourse.id, &categories).await.unwrap();
        app.sync_now(None).await.unwrap();
        heard.lock().unwrap().clear();
        Self { app, sample, heard, _folder: folder }
    }

    fn progress(&self) -> Vec<ProgressDto> {
        let heard = self.heard.lock().unwrap();
        let progress = |event: &EventDto| match event {
            EventDto::Progress { progress } => Some(progress.clone()),
            _ => None,
        };
        heard.iter().filter_map(progress).collect()
    }

    fn has_finished(&self) -> bool {
        self.heard.lock().unwrap().iter().any(|event| matches!(event, EventDto::Finished { .. }))
    }

    async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < Duration::from_secs(10), "{what}: {:?}", self.heard.lock().unwrap());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn sites(&self) -> [&FaultPlan; 2] {
        [self.sample.canvas_server().faults(), self.sample.discourse_server().faults()]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_for_a_limit_is_told_with_its_seconds_and_a_stop_is_told_at_once() {
    let window = Window::open().await;
    for site in window.sites() {
        site.add(On::any().nth(1), Fault::too_many_requests(Some(20)));
        window.app.sync_start(None).await.unwrap();
        let waits = |progress: &ProgressDto| {
            progress.sites.iter().any(|site| site.phase == "waiting" && site.wait_seconds.is_some_and(|wait| wait > 10))
        };
        window.until("it tells that it waits", |window| window.progress().iter().any(waits)).await;
        let running = window.app.status().await.unwrap().running.unwrap();
        assert!(waits(&running) && !running.stopping, "{running:?}");
        let asked = Instant::now();
        window.app.sync_stop();
        assert!(window.progress().last().unwrap().stopping, "it tells at once that it stops");
        window.until("it ends", Window::has_finished).await;
        assert!(asked.elapsed() < STOPS_WITHIN, "{:?}", asked.elapsed());
        let report = window.app.report(None).await.unwrap();
        assert_eq!(report.outcome, "stopped", "{report:?}");
        assert!(report.waited > 0.5, "the report tells for how long it waited: {report:?}");
        assert_eq!(window.app.status().await.unwrap().running, None);
        site.clear();
        window.heard.lock().unwrap().clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_for_a_plan_is_seen_and_stops_within_a_second_and_the_plan_before_stays() {
    let window = Window::open().await;
    let before = window.app.sync_plan(None).await.unwrap();
    for site in window.sites() {
        for fault in [Fault::Slow { millis: 20_000 }, Fault::too_many_requests(Some(20))] {
            site.add(On::any().nth(2), fault);
            window.heard.lock().unwrap().clear();
            let app = Arc::clone(&window.app);
            let reading = tokio::spawn(async move { app.sync_plan(None).await });
            window.until("it is seen", |window| !window.progress().is_empty()).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert!(!reading.is_finished(), "it waits for the site");
            let asked = Instant::now();
            window.app.sync_stop();
            let stopped = reading.await.unwrap().unwrap_err().words();
            assert!(asked.elapsed() < STOPS_WITHIN, "{:?}", asked.elapsed());
            assert_eq!(stopped.code, "stopped", "{stopped:?}");
            assert_eq!(window.app.status().await.unwrap().running, None);
            site.clear();
        }
    }
    assert!(window.app.sync_execute(&before.id, Vec::new()).await.is_ok(), "the plan that was shown still stands");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_of_a_slow_forum_or_course_stops_within_a_second() {
    let window = Window::open().await;
    for site in window.sites() {
        for at in [1, 2] {
            site.add(On::any().nth(at), Fault::Slow { millis: 20_000 });
            window.heard.lock().unwrap().clear();
            window.app.sync_start(None).await.unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert!(!window.has_finished(), "it waits for the site");
            let asked = Instant::now();
            window.app.sync_stop();
            window.until("it ends", Window::has_finished).await;
            assert!(asked.elapsed() < STOPS_WITHIN, "{:?}", asked.elapsed());
            assert_eq!(window.app.report(None).await.unwrap().outcome, "stopped");
            site.clear();
        }
    }
}
