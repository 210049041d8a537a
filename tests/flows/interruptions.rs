//! Cuts, crashes, and lists that do not come whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use simulators::fault::{Cut, Fault, FaultPlan, On};
use sync::Did;

use crate::support::{Course, Device, did};

/// One of everything that a sync does: taken, sent, merged, asked, made here, made there, deleted here, deleted there.
async fn both_sides_edited(course: &Course, device: &Device) {
    let someone = course.canvas.as_someone_else();
    course.someone_replaces(0, "paragraph 1", "paragraph 1 token-there-0");
    device.replace("Page 2", "paragraph 1", "paragraph 1 token-here-1").await;
    course.someone_replaces(2, "paragraph 1", "paragraph 1 token-there-2");
    device.replace("Page 3", "paragraph 4", "paragraph 4 token-here-2").await;
    course.someone_replaces(3, "paragraph 2", "paragraph 2 token-there-3");
    device.replace("Page 4", "paragraph 2", "paragraph 2 token-here-3").await;
    let new = simulators::canvas::PageChange {
        title: Some("From there".to_owned()),
        body: Some(Some("<p>token-there-new</p>".to_owned())),
        ..Default::default()
    };
    someone.create_page(course.id, &new).unwrap();
    device.create("From here", "<p>token-here-new</p>").await;
    someone.delete_page(course.id, course.pages[4]).unwrap();
    device.delete("Page 6").await;
}

const TOKENS: [&str; 8] = [
    "token-there-0",
    "token-here-1",
    "token-there-2",
    "token-here-2",
    "token-there-3",
    "token-here-3",
    "token-there-new",
    "token-here-new",
];

/// Both sides agree after clean syncs, nothing is there twice and nothing is lost.
async fn assert_end(course: &Course, device: &Device, case: &str) {
    device.sync().await;
    device.sync().await;
    assert_eq!(device.differences().await, Vec::<String>::new(), "{case}");
    assert_eq!(course.titles(), ["From here", "From there", "Page 1", "Page 2", "Page 3", "Page 4"], "{case}");
    let conflicts = device.store().conflicts().await.unwrap();
    assert_eq!(conflicts.len(), 1, "{case}: only the same sentence waits: {conflicts:?}");
    for token in TOKENS {
        assert!(device.holds(token).await, "{case}: {token}");
    }
    for (place, words) in [(1, "token-here-1"), (2, "token-there-2"), (2, "token-here-2"), (3, "token-there-3")] {
        assert_eq!(course.body(place).matches(words).count(), 1, "{case}: {words} in {}", course.body(place));
    }
    course.canvas.log().reset();
    let report = device.sync().await;
    assert_eq!(course.canvas.log().writes(), [], "{case}");
    assert_eq!(did(&report), [("Page 4".to_owned(), Did::Conflict)], "{case}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s43_a_cut_at_every_request_boundary_comes_to_the_same_end() {
    let course = Course::with_pages(6).await;
    let device = Device::synced(&course).await;
    both_sides_edited(&course, &device).await;
    course.canvas.log().reset();
    device.sync().await;
    let total = u64::try_from(course.canvas.log().total()).unwrap();
    assert_end(&course, &device, "no cut").await;
    println!("requests of the run that is cut: {total}");
    for n in 1..=total {
        for cut in [Cut::BeforeApplying, Cut::AfterApplying] {
            let course = Course::with_pages(6).await;
            let device = Device::synced(&course).await;
            both_sides_edited(&course, &device).await;
            course.canvas.faults().cut_at(n, cut);
            device.sync().await;
            course.canvas.faults().clear();
            assert_end(&course, &device, &format!("cut at {n}, {cut:?}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_a_crash_at_every_commit_comes_to_the_same_end() {
    let calls = Arc::new(AtomicUsize::new(0));
    let course = Course::with_pages(6).await;
    let device = Device::synced(&course).await;
    both_sides_edited(&course, &device).await;
    let counted = Arc::clone(&calls);
    device.store().set_crash_hook(Some(Arc::new(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        false
    })));
    device.sync().await;
    let total = calls.load(Ordering::SeqCst);
    println!("crash points of one run, before and after each commit: {total}");
    for k in 1..=total {
        let course = Course::with_pages(6).await;
        let mut device = Device::synced(&course).await;
        both_sides_edited(&course, &device).await;
        let seen = AtomicUsize::new(0);
        device.store().set_crash_hook(Some(Arc::new(move |_| seen.fetch_add(1, Ordering::SeqCst) + 1 == k)));
        let died = device.try_sync().await;
        device.reopen().await;
        assert_end(&course, &device, &format!("crash at {k}: {:?}", died.err().map(|error| error.to_string()))).await;
    }
}

#[tokio::test]
async fn s50_a_list_that_is_empty_partial_or_refused_deletes_nothing_here() {
    let json = |body: &str| Fault::Status {
        code: 200,
        body: body.to_owned(),
        content_type: "application/json; charset=utf-8".to_owned(),
        headers: Vec::new(),
    };
    type Add = fn(&FaultPlan, Fault);
    let cases: [(&str, Add, Fault); 8] = [
        ("empty", list, json("[]")),
        ("refused", list, Fault::status(403, "{\"status\":\"unauthorized\"}")),
        ("not found", list, Fault::status(404, "{}")),
        ("cut", list, Fault::CutBody { bytes: 40 }),
        ("partial", list, Fault::TruncateJson { bytes: 40 }),
        ("down", list, Fault::bad_gateway()),
        ("portal", list, Fault::CaptivePortal),
        ("everything refused", everything, Fault::status(403, "{\"status\":\"unauthorized\"}")),
    ];
    for (case, add, fault) in cases {
        let course = Course::with_pages(12).await;
        let device = Device::synced(&course).await;
        add(course.canvas.faults(), fault);
        let report = device.sync().await;
        course.canvas.faults().clear();
        assert_eq!(report.count(|did| did == Did::DeletedHere), 0, "{case}");
        let gone = device.entities().await.iter().filter(|entity| entity.deleted_at.is_some()).count();
        assert_eq!(gone, 0, "{case}");
        device.sync().await;
        assert_eq!(device.differences().await, Vec::<String>::new(), "{case}");
        assert_eq!(device.store().conflicts().await.unwrap(), [], "{case}");
        device.assert_quiet(&course).await;
    }
}

fn list(plan: &FaultPlan, fault: Fault) {
    plan.add(On::method("GET", "/pages?"), fault);
}

fn everything(plan: &FaultPlan, fault: Fault) {
    plan.add(On::method("GET", "/courses/"), fault);
}

#[tokio::test]
async fn s50_a_few_deletes_there_are_followed_and_many_at_once_are_asked_about() {
    for (gone, expected) in [(1, Did::DeletedHere), (2, Did::DeletedHere), (8, Did::Asked)] {
        let course = Course::with_pages(12).await;
        let device = Device::synced(&course).await;
        for page in &course.pages[..gone] {
            course.canvas.as_someone_else().delete_page(course.id, *page).unwrap();
        }
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == expected), gone, "{gone}: {:?}", did(&report));
        assert_eq!(report.items.len(), gone);
    }
}
