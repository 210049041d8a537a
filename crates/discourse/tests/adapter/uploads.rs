//! Files of posts: first and once, whatever the forum makes of their bytes; and what it does not take.

use domain::{Remote, RemoteErrorKind, Upload};
use simulators::discourse::Profile;
use simulators::fault::{Fault, On};

use crate::place::forum;

/// A picture of one point, with so many bytes of a comment after it.
pub(crate) fn picture(name: &str, more: u8) -> Upload {
    let mut bytes = vec![0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52];
    bytes.extend([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, more]);
    Upload { name: name.to_owned(), content_type: "image/png".to_owned(), bytes, sha256: format!("{more:064x}") }
}

#[tokio::test]
async fn a_picture_is_there_once_also_when_its_answer_was_lost() {
    for (profile, processed) in [(Profile::V3_1, false), (Profile::V2026, true)] {
        let forum = forum(profile).await;
        forum.server.with(|state| state.settings.process_images = processed);
        let (_, student) = forum.student();
        let shell = picture("shell of a whelk.png", 1);
        forum.server.faults().add(On::method("POST", "/uploads").nth(1), Fault::LoseReply);
        assert!(student.upload(&forum.space(), &shell).await.unwrap_err().maybe_done);
        let first = student.upload(&forum.space(), &shell).await.unwrap().address;
        let again = student.upload(&forum.space(), &shell).await.unwrap().address;
        let other = student.upload(&forum.space(), &picture("sand.png", 2)).await.unwrap().address;
        assert!(first.starts_with("upload://") && first.ends_with(".png"), "{first}");
        assert_eq!((first == again, first == other), (true, false));
        assert_eq!(forum.server.with(|state| state.uploads.len()), 2, "the same bytes are kept once");
        let asset = student.asset(&forum.space(), &first).await.unwrap();
        assert!(asset.bytes.starts_with(&shell.bytes));
    }
}

#[tokio::test]
async fn a_file_that_the_forum_takes_not_is_refused_before_it_is_sent() {
    let forum = forum(Profile::V2026).await;
    let (_, student) = forum.student();
    for name in ["tides.exe", "no ending"] {
        let error = student.upload(&forum.space(), &picture(name, 3)).await.unwrap_err();
        assert_eq!((error.kind, error.maybe_done), (RemoteErrorKind::Refused, false));
        assert!(error.words.contains(name), "{}", error.words);
    }
    assert_eq!(forum.server.log().writes(), []);
    let broken = Upload { bytes: b"no picture".to_vec(), ..picture("torn.png", 4) };
    assert_eq!(student.upload(&forum.space(), &broken).await.unwrap_err().kind, RemoteErrorKind::Refused);
}
