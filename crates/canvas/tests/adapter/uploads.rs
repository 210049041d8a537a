//! Files put into a course (contract 7).

use domain::{Remote, RemoteErrorKind, Upload};
use simulators::canvas::FileState;
use simulators::fault::{Fault, On};

use crate::site::Site;

const BYTES: &[u8] = b"\x89PNG\r\n\x1a\nnot really either";

fn picture() -> Upload {
    Upload {
        name: "heron.png".to_owned(),
        content_type: "image/png".to_owned(),
        bytes: BYTES.to_vec(),
        sha256: "0f3a9c4471bd2e58".repeat(4),
    }
}

impl Site {
    fn herons(&self) -> usize {
        let course = self.server.course(self.seeded.course).unwrap();
        course.files.values().filter(|f| f.state == FileState::Available && f.display_name.starts_with("heron")).count()
    }
}

#[tokio::test]
async fn a_picture_is_put_there_once_and_can_be_fetched_again() {
    for created in [false, true] {
        let site = Site::small().await;
        site.server.configure(|settings| settings.upload_created = created);
        let first = site.remote.upload(&site.space, &picture()).await.unwrap();
        assert!(!first.was_there);
        let got = site.remote.asset(&site.space, &first.address).await.unwrap();
        assert_eq!((got.content_type.as_str(), got.bytes.as_slice()), ("image/png", BYTES));
        let again = site.remote.upload(&site.space, &picture()).await.unwrap();
        assert_eq!((again.address, again.was_there), (first.address, true));
        assert_eq!(site.herons(), 1, "201 with JSON: {created}");
    }
}

#[tokio::test]
async fn trap_20_an_upload_whose_answer_was_lost_at_any_step_leaves_one_file() {
    for part in ["/files", "/files_api", "/create_success"] {
        for fault in [Fault::LoseReply, Fault::LoseRequest] {
            let site = Site::small().await;
            let on = if part == "/create_success" { On::any().path(part) } else { On::method("POST", part) };
            site.server.faults().add(on.nth(1), fault.clone());
            let mut tries = 0;
            while site.remote.upload(&site.space, &picture()).await.is_err() {
                tries += 1;
                assert!(tries < 3, "{part} {fault:?}");
            }
            assert_eq!(site.herons(), 1, "{part} {fault:?}");
        }
    }
}

#[tokio::test]
async fn what_the_course_does_not_take_is_told_in_words() {
    let site = Site::small().await;
    let nothing = Upload { bytes: Vec::new(), ..picture() };
    let refused = site.remote.upload(&site.space, &nothing).await.unwrap_err();
    assert_eq!((refused.kind, refused.words.as_str()), (RemoteErrorKind::Refused, "heron.png is empty."));
    site.server.set_quota(site.seeded.course, 10);
    let refused = site.remote.upload(&site.space, &picture()).await.unwrap_err();
    assert_eq!((refused.kind, refused.words.as_str()), (RemoteErrorKind::Refused, "file size exceeds quota"));
    assert_eq!(site.herons(), 0);
}
