use super::*;

#[cfg(feature = "canvas-integration")]
mod with_a_course {
    use canvas::{CanvasRemote, Connection};
    use domain::plan::ConflictStrategy;
    use domain::{AccountId, RemoteId};
    use rest::Url;
    use simulators::canvas::{Canvas, CourseSeed, PageSeed};
    use simulators::fault::{Fault, On};
    use store::{Account, Space};
    use sync::{Options, Site};

    use super::*;

    struct Kept {
        app: Arc<App>,
        canvas: Canvas,
        course: i64,
        page: i64,
        account: AccountId,
        space: SiteSpace,
        _folder: tempfile::TempDir,
    }

    impl Kept {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
            let canvas = Canvas::start().await.unwrap();
            let teacher = canvas.add_user("Ada Reyes");
            canvas.add_token(teacher, "7~token");
            let page = PageSeed { title: "Week 1".into(), body: "<p>x</p>".into(), published: true, front: false };
            let seed = CourseSeed {
                name: "Shore life".into(),
                code: "BIO".into(),
                pages: vec![page],
                ..CourseSeed::default()
            };
            let seeded = canvas.seed(teacher, &seed).unwrap();
            let (account, id) = (AccountId::new(app.store.seed()), SpaceId::new(app.store.seed()));
            let row = Account {
                id: account,
                site: SiteKind::Canvas,
                url: canvas.base_url(),
                site_name: "Shore College".to_owned(),
                user: RemoteId::from(teacher),
                user_name: "Ada Reyes".to_owned(),
                auth: "token".to_owned(),
                login: None,
                secret_place: "session".to_owned(),
                secret_env: None,
                reached_at: None,
                trouble: None,
            };
            app.store.put_account(&row).await.unwrap();
            let remote = RemoteId::from(seeded.course);
            let row = Space {
                id,
                name: "Shore life".to_owned(),
                account: Some(account),
                site: Some(SiteKind::Canvas),
                remote: Some(remote.clone()),
                read_only: None,
                last_synced_at: None,
                time_zone: None,
            };
            app.store.put_space(&row).await.unwrap();
            let space = SiteSpace { id, name: "Shore life".to_owned(), remote, read_only: None };
            let (course, page) = (seeded.course, seeded.pages[0]);
            Self { app, canvas, course, page, account, space, _folder: folder }
        }

        fn remote(&self) -> Arc<dyn Remote> {
            let base = Url::parse(&self.canvas.base_url()).unwrap();
            Arc::new(CanvasRemote::connect(Connection::new(base, "7~token".into(), Arc::new(now))).unwrap())
        }

        fn upload(&self, name: &str, content_type: &str, size: usize) -> i64 {
            self.canvas.as_someone_else().upload(self.course, "", name, content_type, vec![7; size])
        }

        fn address(&self, file: i64) -> String {
            format!("/courses/{}/files/{file}", self.course)
        }

        fn write(&self, body: &str) {
            self.canvas.as_someone_else().write_page(self.course, self.page, body).unwrap();
        }

        async fn sync(&self) -> usize {
            let remote = self.remote();
            let site = Site {
                account: self.account,
                name: "Shore College".to_owned(),
                user: self.app.store.account(self.account).await.unwrap().user,
                remote: Arc::clone(&remote),
                spaces: vec![self.space.clone()],
            };
            let options = Options { only: None, strategy: ConflictStrategy::Ask, now: Arc::new(now) };
            sync::sync(&self.app.store, vec![site], options, Watch::default()).await.unwrap();
            self.app.fetch_files(&self.space, &remote, &Watch::default()).await.unwrap()
        }

        async fn page(&self) -> String {
            let rows = self.app.store.list(self.space.id).await.unwrap();
            rows.iter().find(|row| row.title == "Week 1").unwrap().id.to_string()
        }

        async fn states(&self) -> Vec<(String, String)> {
            let files = self.app.files(&self.page().await).await.unwrap();
            files.into_iter().map(|file| (file.name, file.state)).collect()
        }

        async fn limit(&self, change: impl FnOnce(&mut FileLimitsDto)) {
            let space = self.space.id.to_string();
            let mut limits = self.app.file_limits(&space).await.unwrap();
            change(&mut limits);
            self.app.file_limits_set(&space, limits).await.unwrap();
        }
    }

    fn states(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, state)| ((*name).to_owned(), (*state).to_owned())).collect()
    }

    #[tokio::test]
    async fn linked_files_are_kept_within_limits_and_each_says_what_keeps_it_out() {
        let kept = Kept::new().await;
        let pdf = kept.upload("handout.pdf", "application/pdf", 1000);
        let large = kept.upload("atlas.pdf", "application/pdf", 2 << 20);
        let film = kept.upload("film.mp4", "video/mp4", 10);
        let gone = kept.upload("gone.pdf", "application/pdf", 10);
        let links: String = [pdf, large, film, gone]
            .iter()
            .map(|file| format!("<p><a href=\"{}?wrap=1\">file {file}</a></p>", kept.address(*file)))
            .collect();
        kept.write(&format!("{links}<p><a href=\"{}/download\">again</a></p>", kept.address(pdf)));
        kept.canvas.as_someone_else().delete_file(kept.course, gone);
        kept.canvas.as_someone_else().lock_file(kept.course, pdf, true);
        kept.limit(|limits| limits.each_mb = 1).await;

        assert_eq!(kept.sync().await, 1);
        let all = states(&[
            ("handout.pdf", "kept"),
            ("atlas.pdf", "too_large"),
            ("film.mp4", "other_sort"),
            (&format!("File {gone}"), "gone"),
        ]);
        assert_eq!(kept.states().await, all);
        let files = kept.app.files(&kept.page().await).await.unwrap();
        assert_eq!(files[0].students.as_deref(), Some("Locked: students cannot open it."));
        assert_eq!(files[0].size, Some(1000));
        // Each way of writing the address keeps the bytes; a sweep takes none of them.
        let attached = kept.app.store.attachments(kept.space.id).await.unwrap();
        let written = |end: &str| format!("{}{end}", kept.address(pdf));
        for address in [written("?wrap=1"), written("/download")] {
            assert!(attached.iter().any(|(known, _)| *known == address), "{address} in {attached:?}");
        }

        // Nothing is asked for twice within a day.
        kept.canvas.log().reset();
        assert_eq!(kept.sync().await, 0);
        assert_eq!(kept.canvas.log().count("GET", "/files/"), 0);

        // A limit that is raised lets in what it kept out; what is kept stays when all is switched off.
        kept.limit(|limits| limits.each_mb = 5).await;
        assert_eq!(kept.sync().await, 1);
        assert_eq!(kept.states().await[1].1, "kept");
        kept.limit(|limits| limits.on = false).await;
        let other = kept.upload("other.pdf", "application/pdf", 10);
        kept.write(&format!("{links}<p><a href=\"{}\">other</a></p>", kept.address(other)));
        assert_eq!(kept.sync().await, 0);
        let last = kept.states().await;
        assert_eq!((last[0].1.as_str(), last[4].1.as_str()), ("kept", "off"));
        kept.app.close().await;
    }

    #[tokio::test]
    async fn a_file_that_is_cut_or_refused_is_never_kept_and_comes_with_a_later_sync() {
        let kept = Kept::new().await;
        let (one, two) =
            (kept.upload("one.pdf", "application/pdf", 5000), kept.upload("two.pdf", "application/pdf", 10));
        let link = |file| format!("<p><a href=\"{}\">x</a></p>", kept.address(file));
        kept.write(&(link(one) + &link(two)));
        kept.canvas.faults().add(On::any().path("/download").nth(1), Fault::CutBody { bytes: 100 });
        assert_eq!(kept.sync().await, 1);
        kept.canvas.faults().clear();
        assert_eq!(kept.states().await, states(&[("x", "waiting"), ("two.pdf", "kept")]));
        assert_eq!(kept.sync().await, 1);
        assert_eq!(kept.states().await[0], ("one.pdf".to_owned(), "kept".to_owned()));
        // All together are too much.
        kept.limit(|limits| limits.total_mb = 0).await;
        let three = kept.upload("three.pdf", "application/pdf", 10);
        kept.write(&(link(one) + &link(two) + &link(three)));
        assert_eq!(kept.sync().await, 0);
        assert_eq!(kept.states().await[2], ("three.pdf".to_owned(), "no_room".to_owned()));
        kept.app.close().await;
    }
}

fn file(address: &str, state: FileState, size: u64, hours: i64) -> (String, LinkedFile) {
    let facts = FileFacts { name: "a.pdf".to_owned(), size: Some(size), ..unknown(address) };
    let at = now() - TimeDelta::hours(hours);
    (address.to_owned(), LinkedFile { address: address.to_owned(), facts, state, at })
}

#[test]
fn new_files_are_asked_for_first_and_known_ones_once_a_day() {
    let wanted: BTreeMap<String, BTreeSet<String>> = ["/new", "/fresh", "/old", "/older", "/large", "/let-in"]
        .iter()
        .map(|a| ((*a).to_owned(), BTreeSet::new()))
        .collect();
    let kept = || FileState::Kept("ab".to_owned());
    let known: BTreeMap<String, LinkedFile> = [
        file("/fresh", kept(), 1, 1),
        file("/old", kept(), 1, 30),
        file("/older", FileState::Gone, 1, 60),
        file("/large", FileState::Not(NotKept::TooLarge), 11 << 20, 1),
        file("/let-in", FileState::Not(NotKept::TooLarge), 9 << 20, 1),
        file("/unlinked", kept(), 1, 90),
    ]
    .into();
    assert_eq!(due(&wanted, &known, &FileLimits::default(), now()), ["/let-in", "/new", "/older", "/old"]);
}

#[test]
fn links_to_files_are_told_from_pictures_and_by_one_address() {
    let body = "<a href=\"/courses/7/files/12?wrap=1&amp;x=2\">Handout</a><a href='https://c.test/courses/7/files/12/download'>again</a>\
                <img src=\"/courses/7/files/13/preview\"><a href=\"/files/14/preview\">own</a><a href=\"https://other.test/files/15\">no</a>";
    let found: Vec<_> =
        file_links(body, "https://c.test").into_iter().map(|link| (link.address, link.written, link.words)).collect();
    let link = |address: &str, written: &str, words: &str| (address.to_owned(), written.to_owned(), words.to_owned());
    assert_eq!(
        found,
        [
            link("/courses/7/files/12", "/courses/7/files/12?wrap=1&amp;x=2", "Handout"),
            link("/courses/7/files/12", "https://c.test/courses/7/files/12/download", "again"),
            link("/files/14", "/files/14/preview", "own"),
        ]
    );
}

#[test]
fn a_copy_overwrites_nothing_and_leaves_its_folder_by_no_name() {
    let folder = tempfile::tempdir().unwrap();
    for (name, expected) in [
        ("a.pdf", "a.pdf"),
        ("a.pdf", "a (2).pdf"),
        ("a.pdf", "a (3).pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("", "file"),
        ("..", "file (2)"),
        (".bashrc", "bashrc"),
    ] {
        let place = free_place(folder.path(), name).unwrap();
        assert_eq!(place, folder.path().join(expected), "{name}");
        std::fs::write(&place, "x").unwrap();
    }
}
