use domain::{Content, Guard, Reading, Remote, RemoteErrorKind};
use simulators::canvas::{Role, TokenState};
use simulators::fault::{Fault, On};

use crate::site::{Site, TOKEN, connect, outcome};

#[tokio::test]
async fn each_trouble_of_the_way_has_its_kind() {
    let not_canvas = Fault::Status {
        code: 404,
        body: "<html><body>Nothing here</body></html>".to_owned(),
        content_type: "text/html".to_owned(),
        headers: Vec::new(),
    };
    let elsewhere = Fault::Status {
        code: 302,
        body: String::new(),
        content_type: "text/html".to_owned(),
        headers: vec![("location".to_owned(), "https://login.hotel.example/".to_owned())],
    };
    for (fault, kind) in [
        (Fault::CaptivePortal, RemoteErrorKind::Portal),
        (elsewhere, RemoteErrorKind::Portal),
        (not_canvas, RemoteErrorKind::WrongSite),
        (Fault::status(404, "{\"errors\":[\"no route\"]}"), RemoteErrorKind::WrongSite),
        (Fault::TruncateJson { bytes: 10 }, RemoteErrorKind::WrongSite),
        (Fault::CutBody { bytes: 10 }, RemoteErrorKind::Unreachable),
        (Fault::LoseReply, RemoteErrorKind::Unreachable),
        (Fault::bad_gateway(), RemoteErrorKind::Down),
        (Fault::status(500, ""), RemoteErrorKind::Down),
        (Fault::too_many_requests(Some(3600)), RemoteErrorKind::Throttled),
        (Fault::canvas_rate_limit(), RemoteErrorKind::Throttled),
    ] {
        let site = Site::small().await;
        site.server.faults().add(On::any(), fault.clone());
        assert_eq!(outcome(site.remote.identify().await).unwrap_err(), (kind, false), "{fault:?}");
    }
}

#[tokio::test]
async fn trap_06_only_a_dead_token_asks_to_sign_in_again() {
    let site = Site::small().await;
    let since = site.server.clock().now();
    for state in [TokenState::Revoked, TokenState::Expired(since)] {
        site.server.set_token(TOKEN, state);
        let error = site.remote.identify().await.unwrap_err();
        assert_eq!(error.kind, RemoteErrorKind::SignIn, "{}", error.words);
        assert!(error.words.ends_with("access token."), "{}", error.words);
    }
    assert_eq!(outcome(connect(&site.server, "unknown").identify().await).unwrap_err().0, RemoteErrorKind::SignIn);
    site.server.set_token(TOKEN, TokenState::Good);
    // A course of somebody else: forbidden, in the new form and in the old.
    let theirs = domain::RemoteId::from(site.server.add_course("Theirs", "X"));
    for status in [403, 401] {
        site.server.configure(|settings| settings.forbidden_status = status);
        let first = site.remote.begin_pull(&theirs, &[]).await.unwrap().remove(0);
        let error = site.remote.pull(&theirs, &first, &[]).await.unwrap_err();
        assert_eq!(error.kind, RemoteErrorKind::Forbidden, "{status}: {}", error.words);
        assert!(!error.concerns_the_site());
    }
}

#[tokio::test]
async fn a_refused_reading_is_no_witness_of_a_delete() {
    let site = Site::small().await;
    let page = site.page(1);
    let course = site.server.course(site.seeded.course).unwrap();
    let student = site.server.add_user("Stu Dent");
    site.server.enroll(course.id, student, Role::Student);
    site.server.add_token(student, "student-token");
    let change = simulators::canvas::PageChange { published: Some(false), ..Default::default() };
    site.server.as_someone_else().edit_page(course.id, site.seeded.pages[1], &change).unwrap();
    let as_student = connect(&site.server, "student-token");
    assert!(matches!(as_student.read(&site.space, &page).await.unwrap(), Reading::Hidden(_)), "a draft, to a student");
    assert!(matches!(site.remote.read(&site.space, &page).await.unwrap(), Reading::Here(_)));
    site.server.faults().add(
        On::any().path("/pages"),
        Fault::status(403, "{\"status\":\"unauthorized\",\"errors\":[{\"message\":\"no\"}]}"),
    );
    assert!(matches!(site.remote.read(&site.space, &page).await.unwrap(), Reading::Hidden(_)));
}

#[tokio::test]
async fn trap_04_throttles_in_either_form_are_waited_out_by_reads_and_writes() {
    let site = Site::small().await;
    let page = site.read(&site.page(1)).await;
    for fault in [Fault::canvas_rate_limit(), Fault::too_many_requests(None)] {
        site.server.faults().clear();
        site.server.faults().add(On::method("GET", "/revisions").first(1), fault.clone());
        site.server.faults().add(On::writes().first(1), fault.clone());
        let now = site.read(&site.page(1)).await;
        assert_eq!(site.guard(&now).await, Guard::Unchanged);
        let text = format!("<p>{fault:?} {}</p>", page.content.title);
        let (written, _) = site.done(&site.update(&now, Content { body: text.clone(), ..now.content.clone() })).await;
        assert_eq!(written.content.body, text);
    }
    assert!(site.remote.traffic().waited_millis > 0);
}

#[tokio::test]
async fn trap_30_a_lagging_replica_is_waited_for() {
    let site = Site::small().await;
    let page = site.read(&site.page(1)).await;
    site.server.faults().add(
        On::method("GET", "/pages/page_id").path_where(|path| !path.contains("revisions")).first(1),
        Fault::StaleRead,
    );
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    site.server.as_someone_else().write_page(site.seeded.course, site.seeded.pages[1], "<p>Fresh.</p>").unwrap();
    let Guard::Changed(now) = site.guard(&page).await else { panic!("the change is overlooked") };
    assert_eq!(now.content.body, "<p>Fresh.</p>");
}
