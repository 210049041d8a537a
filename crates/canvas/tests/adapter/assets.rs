use domain::{Remote, RemoteErrorKind};

use crate::site::{Site, outcome};

#[tokio::test]
async fn a_picture_is_fetched_by_each_address_that_bodies_use() {
    let site = Site::small().await;
    let (course, file) = (site.seeded.course, site.seeded.files[0]);
    let base = site.server.base_url();
    for address in [
        format!("/courses/{course}/files/{file}/preview"),
        format!("/courses/{course}/files/{file}/download?download_frd=1"),
        format!("{base}/courses/{course}/files/{file}?wrap=1"),
        format!("/files/{file}/download"),
    ] {
        let asset = site.remote.asset(&site.space, &address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
        assert_eq!(asset.content_type, "image/png", "{address}");
        assert!(asset.bytes.starts_with(b"\x89PNG"), "{address}");
    }
}

#[tokio::test]
async fn a_picture_that_is_not_there_is_no_news_about_the_site() {
    let site = Site::small().await;
    let course = site.seeded.course;
    for (address, kind) in [
        (format!("/courses/{course}/files/999/preview"), RemoteErrorKind::NotFound),
        ("http://192.168.0.1/router.png".to_owned(), RemoteErrorKind::Refused),
        ("file:///etc/passwd".to_owned(), RemoteErrorKind::Refused),
    ] {
        let error = outcome(site.remote.asset(&site.space, &address).await).unwrap_err();
        assert_eq!(error, (kind, false), "{address}");
    }
}
