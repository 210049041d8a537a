use store::Error;

use crate::support::{Folder, local_space};

#[tokio::test]
async fn the_same_bytes_are_kept_once_under_each_address() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let first = store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    let second = store.keep_attachment(space, "/files/2", "image/png", b"bytes").await.unwrap();
    assert_eq!(first, second);
    assert_eq!(std::fs::read_dir(folder.folder.path().join("blobs")).unwrap().count(), 1);
    let addresses: Vec<_> = store.attachments(space).await.unwrap().into_iter().map(|(address, _)| address).collect();
    assert_eq!(addresses, ["/files/1", "/files/2"]);
    assert_eq!(store.blob(&first).await.unwrap(), ("image/png".to_owned(), b"bytes".to_vec()));
}

#[tokio::test]
async fn a_damaged_blob_is_not_shown_and_the_next_download_mends_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let sha = store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    std::fs::write(folder.folder.path().join("blobs").join(&sha), b"byt").unwrap();
    assert!(matches!(store.blob(&sha).await, Err(Error::Damaged { what: "attachment", .. })));
    store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    assert_eq!(store.blob(&sha).await.unwrap().1, b"bytes");
}

#[tokio::test]
async fn a_name_that_is_no_blob_reads_no_file() {
    let folder = Folder::new();
    let store = folder.open().await;
    for name in ["../lectern.db", "", "lock"] {
        assert!(matches!(store.blob(name).await, Err(Error::NotFound("image"))), "{name}");
    }
}

/// Yields so many bytes without holding them.
struct Large(u64);

impl std::io::Read for Large {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = usize::try_from(self.0).unwrap_or(usize::MAX).min(out.len());
        out[..count].fill(7);
        self.0 -= count as u64;
        Ok(count)
    }
}

#[tokio::test]
async fn a_large_file_is_kept_piece_by_piece_and_read_back_checked() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let sha = store.keep_attachment_from(space, "/files/film", "video/mp4", Large(40_000_000)).await.unwrap();
    let blob = store.checked_blob(&sha).await.unwrap();
    assert_eq!((blob.bytes, blob.content_type.as_str()), (40_000_000, "video/mp4"));
    assert_eq!(std::fs::metadata(&blob.path).unwrap().len(), 40_000_000);
    std::fs::OpenOptions::new().write(true).open(&blob.path).unwrap().set_len(39_999_999).unwrap();
    assert!(matches!(store.checked_blob(&sha).await, Err(Error::Damaged { what: "attachment", .. })));
    std::fs::remove_file(&blob.path).unwrap();
    assert!(matches!(store.checked_blob(&sha).await, Err(Error::Missing(_))));
    assert!(matches!(store.blob(&sha).await, Err(Error::Missing(_))));
}

#[tokio::test]
async fn a_file_received_in_pieces_is_one_file_and_one_that_does_not_end_is_none() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let files = || std::fs::read_dir(folder.folder.path().join("blobs")).unwrap().count();
    let mut cut_off = store.receive().unwrap();
    cut_off.take(b"half of").unwrap();
    assert_eq!((files(), cut_off.bytes()), (1, 7));
    drop(cut_off);
    let mut given_up = store.receive().unwrap();
    given_up.take(b"half of").unwrap();
    given_up.give_up().unwrap();
    assert_eq!(files(), 0);
    let mut addresses = Vec::new();
    for pieces in [&[&b"a pic"[..], b"", b"ture"][..], &[b"a picture"]] {
        let mut whole = store.receive().unwrap();
        pieces.iter().for_each(|piece| whole.take(piece).unwrap());
        addresses.push(store.attach_received(space, "heron.png", "image/png", whole).await.unwrap());
    }
    assert_eq!((addresses[0].clone(), files()), (addresses[1].clone(), 1));
    assert_eq!(store.blob(&addresses[0].sha256).await.unwrap(), ("image/png".to_owned(), b"a picture".to_vec()));
    assert_eq!(store.attachments(space).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_whose_reading_fails_leaves_nothing_behind() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
    }
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    assert!(store.keep_attachment_from(space, "/files/1", "image/png", Failing).await.is_err());
    assert_eq!(std::fs::read_dir(folder.folder.path().join("blobs")).unwrap().count(), 0);
    assert!(store.attachments(space).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_nothing_refers_to_goes_after_thirty_days_and_what_anything_refers_to_stays() {
    use chrono::Duration;
    use domain::Content;

    use crate::support::{at, page};

    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let keep =
        async |address: &str, bytes: &[u8]| store.keep_attachment(space, address, "image/png", bytes).await.unwrap();
    let used = keep("/files/used", b"used").await;
    let in_history = keep("/files/old", b"old").await;
    let drafted = keep("/files/drafted", b"drafted").await;
    let orphan = keep("/files/orphan", b"orphan").await;
    let shared = keep("/files/shared-a", b"shared").await;
    keep("/files/shared-b", b"shared").await;
    let id = page(&store, space, "Title", r#"<img src="/files/old">"#).await;
    let body = r#"<img src="/files/used"><img src="/files/shared-a">"#;
    store.save(id, &Content::new("Title", body), None, "save", at(1)).await.unwrap();
    store.put_draft(id, &crate::drafts::draft(r#"<img src="/files/drafted">"#)).unwrap();

    let first = store.sweep_attachments(at(2)).await.unwrap();
    assert_eq!((first.waiting, first.addresses, first.files), (2, 0, 0));
    let later = store.sweep_attachments(at(2) + Duration::days(29)).await.unwrap();
    assert_eq!((later.waiting, later.addresses), (2, 0));
    let swept = store.sweep_attachments(at(2) + Duration::days(30)).await.unwrap();
    assert_eq!((swept.waiting, swept.addresses, swept.files, swept.bytes), (0, 2, 1, 6));
    assert!(matches!(store.blob(&orphan).await, Err(Error::NotFound(_))));
    for sha in [used, in_history, drafted, shared] {
        store.blob(&sha).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_referred_to_again_in_time_stays() {
    use chrono::Duration;

    use crate::support::{at, page};

    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let sha = store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    store.sweep_attachments(at(0)).await.unwrap();
    page(&store, space, "Title", "![x](/files/1)").await;
    for days in [29, 31, 100] {
        assert_eq!(store.sweep_attachments(at(0) + Duration::days(days)).await.unwrap().addresses, 0);
    }
    store.blob(&sha).await.unwrap();
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn a_picture_that_only_the_rendering_of_a_forum_names_stays() {
    use chrono::Duration;
    use domain::{Kind, fact};

    use crate::support::{at, course, news, object};

    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let sha = store.keep_attachment(space, "/uploads/1X/ab.png?a=1&b=2", "image/png", b"bytes").await.unwrap();
    let orphan = store.keep_attachment(space, "/uploads/1X/cd.png", "image/png", b"orphan").await.unwrap();
    let mut topic = object(Kind::Topic, 5, "![x](upload://short.png)");
    topic
        .facts
        .insert(fact::COOKED.to_owned(), r#"<p><img src="/uploads/1X/ab.png?a=1&amp;b=2" alt="x"></p>"#.to_owned());
    store.apply_pull(news(account, space, topic)).await.unwrap();
    store.sweep_attachments(at(2)).await.unwrap();
    let swept = store.sweep_attachments(at(2) + Duration::days(30)).await.unwrap();
    assert_eq!((swept.waiting, swept.addresses), (0, 1));
    store.blob(&sha).await.unwrap();
    assert!(matches!(store.blob(&orphan).await, Err(Error::NotFound(_))));
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn only_what_may_show_an_image_that_is_not_kept_is_looked_at_and_again_when_it_changes_or_one_is_forgotten() {
    use domain::{Content, Kind};

    use crate::support::{at, course, object, page};

    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let waiting = async || {
        let queue = store.images_to_look_for(space).await.unwrap();
        queue.into_iter().map(|document| document.entity).collect::<Vec<_>>()
    };
    page(&store, space, "Words", "<p>words</p>").await;
    let shows = page(&store, space, "Image", r#"<p><IMG src="/files/1"></p>"#).await;
    assert_eq!(waiting().await, [shows], "markup is told in either case");

    let looked_at = store.images_to_look_for(space).await.unwrap();
    store.save(shows, &Content::new("Image", r#"<img src="/files/2">"#), None, "save", at(2)).await.unwrap();
    store.images_are_here(&looked_at).await.unwrap();
    assert_eq!(waiting().await, [shows], "it changed since it was looked at");
    store.images_are_here(&store.images_to_look_for(space).await.unwrap()).await.unwrap();
    assert!(waiting().await.is_empty());

    let mut topic = object(Kind::Topic, 7, "![a picture](upload://x.png)");
    topic.returned_body = r#"<p><img src="/uploads/x.png"></p>"#.to_owned();
    store.apply_pull(crate::support::news(account, space, topic)).await.unwrap();
    assert_eq!(waiting().await.len(), 1, "what a forum shows of a text counts");
    store.images_are_here(&store.images_to_look_for(space).await.unwrap()).await.unwrap();

    let sha = store.keep_attachment(space, "/files/2", "image/png", b"two").await.unwrap();
    std::fs::write(folder.folder.path().join("blobs").join(&sha), b"damaged").unwrap();
    store.doctor(true).await.unwrap();
    assert_eq!(waiting().await.len(), 3, "an image was forgotten: any document may show it");
    store.images_are_here(&store.images_to_look_for(space).await.unwrap()).await.unwrap();
    assert!(waiting().await.is_empty());
}
