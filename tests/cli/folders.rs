//! A space written into a folder and read from one: twice is as good as once, nothing unseen is overwritten, and what cannot be taken says why.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::shell::Shell;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nthe rest of a picture";

/// A workspace with one space of its own, and a place beside it for folders.
struct Notes {
    shell: Shell,
    space: String,
    beside: tempfile::TempDir,
}

impl Notes {
    async fn new() -> Self {
        let shell = Shell::new();
        shell.json(0, &["init"]).await;
        let space = shell.json(0, &["space", "new", "Notes"]).await["id"].as_str().unwrap().to_owned();
        Self { shell, space, beside: tempfile::tempdir().unwrap() }
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.beside.path().join(name)
    }

    async fn make(&self, kind: &str, parent: Option<&str>, title: &str, body: &str) -> String {
        let mut words = vec!["new", kind, "--space", &self.space, "--title", title, "--body-file", "-"];
        words.extend(parent.iter().flat_map(|parent| ["--parent", *parent]));
        self.shell.json_of(0, &words, body).await["id"].as_str().unwrap().to_owned()
    }

    async fn export(&self, code: i32, space: &str, name: &str) -> Value {
        self.shell.json(code, &["export", space, self.folder(name).to_str().unwrap()]).await
    }

    async fn import(&self, code: i32, name: &str, space: &str) -> Value {
        self.shell.json(code, &["import", self.folder(name).to_str().unwrap(), "--space", space]).await
    }

    async fn body(&self, id: &str) -> String {
        self.shell.words(0, &["show", id, "--body"]).await
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.beside.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.beside.path().join(path)).unwrap()
    }
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn states(told: &Value) -> BTreeMap<String, String> {
    let lines = told["lines"].as_array().unwrap().iter();
    lines.map(|line| (line["path"].as_str().unwrap().to_owned(), line["state"].as_str().unwrap().to_owned())).collect()
}

fn words_of(told: &Value, path: &str) -> String {
    let line = told["lines"].as_array().unwrap().iter().find(|line| line["path"] == path);
    line.unwrap_or_else(|| panic!("no line for {path} in {told:#}"))["words"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_goes_to_a_folder_and_back_and_twice_is_as_good_as_once() {
    let notes = Notes::new().await;
    notes.write("first/pictures/heron.png", PNG);
    notes.write(
        "first/tides.html",
        "<h2>Tides</h2>\n<p><img src='pictures/heron.png' alt='A heron'> <a href=\"boots.html#dry\">Boots</a></p>\n",
    );
    notes.write("first/boots.html", "---\ntitle: \"Boots: dry ones\"\npublished: yes\nlayout: post\n---\n<p>Dry.</p>");
    notes.write("first/topics/Gull ledge.md", "When do they nest? ![h](../pictures/heron.png)");
    notes.write("first/topics/Gull ledge/answer.md", "In May.");
    let plan =
        notes.shell.json(0, &["import", notes.folder("first").to_str().unwrap(), "--space", "Notes", "--plan"]).await;
    assert_eq!((&plan["outcome"], states(&plan).len()), (&json!("planned"), 4), "{plan:#}");
    assert_eq!(words_of(&plan, "boots.html"), "Not taken: Layout.");
    assert_eq!(notes.shell.json(0, &["tree", "Notes"]).await[0]["rows"], json!([]), "a plan changes nothing");
    let done = notes.import(0, "first", "Notes").await;
    assert!(states(&done).values().all(|state| state == "new"), "{done:#}");
    let again = notes.import(0, "first", "Notes").await;
    assert_eq!((again["lines"].as_array().unwrap().len(), &again["unchanged"]), (0, &json!(4)), "{again:#}");

    let told = notes.export(0, "Notes", "out").await;
    let written: Vec<String> = states(&told).into_keys().collect();
    assert_eq!(
        written,
        [
            "files/heron.png",
            "pages/boots-dry-ones.html",
            "pages/tides.html",
            "topics/gull-ledge.md",
            "topics/gull-ledge/post.md"
        ]
    );
    let tides = notes.read("out/pages/tides.html");
    assert!(
        tides.contains("<img src='../files/heron.png' alt='A heron'> <a href=\"boots-dry-ones.html#dry\">"),
        "{tides}"
    );
    assert!(notes.read("out/topics/gull-ledge.md").ends_with("![h](../files/heron.png)"));
    assert_eq!(fs::read(notes.folder("out/files/heron.png")).unwrap(), PNG);
    let once = files(&notes.folder("out"));
    for _ in 0..2 {
        let same = notes.export(0, "Notes", "out").await;
        assert_eq!((same["lines"].as_array().unwrap().len(), &same["unchanged"]), (0, &json!(5)), "{same:#}");
        let back = notes.import(0, "out", "Notes").await;
        assert_eq!((back["lines"].as_array().unwrap().len(), &back["undo"]), (0, &Value::Null), "{back:#}");
        assert_eq!(files(&notes.folder("out")), once);
    }

    let other = notes.shell.json(0, &["space", "new", "Copy"]).await["id"].as_str().unwrap().to_owned();
    assert_eq!(states(&notes.import(0, "out", &other).await).len(), 4);
    notes.export(0, &other, "copy").await;
    let (one, two) = (without_ids(&once), without_ids(&files(&notes.folder("copy"))));
    assert_eq!(one, two, "the same but for the ids");
}

/// The files without the lines that name ids, and without the note.
fn without_ids(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let texts = files.iter().filter(|(path, _)| *path != "lectern.json");
    texts
        .map(|(path, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            let kept: Vec<&str> =
                text.split('\n').filter(|line| !line.starts_with("id: ") && !line.starts_with("parent: ")).collect();
            (path.clone(), kept.join("\n"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_an_edit_joined_with_what_changed_here_or_left_to_the_person() {
    let notes = Notes::new().await;
    let body = "<p>The tide comes in twice a day.</p>\n<p>Bring a hand lens.</p>\n<p>The ferry leaves at nine.</p>";
    let (one, two, three) = (
        notes.make("page", None, "One", body).await,
        notes.make("page", None, "Two", body).await,
        notes.make("page", None, "Three", body).await,
    );
    notes.export(0, "Notes", "out").await;
    let here = async |id: &str, from: &str, to: &str| {
        let text = notes.body(id).await.replace(from, to);
        notes.shell.json_of(0, &["edit", id, "--body-file", "-"], &text).await
    };
    let there = |name: &str, from: &str, to: &str| {
        let path = format!("out/pages/{name}.html");
        let text = notes.read(&path);
        assert!(text.contains(from));
        notes.write(&path, text.replace(from, to));
    };
    there("one", "nine", "ten past nine");
    there("one", "\"One\"", "\"One, at noon\"");
    there("two", "nine", "ten past nine");
    here(&two, "twice a day", "twice each day").await;
    there("three", "nine", "ten past nine");
    here(&three, "nine", "eleven").await;
    // Exported before it is imported, the folder's own edits stay.
    let export = notes.export(3, "Notes", "out").await;
    assert!(states(&export).values().all(|state| state == "refused"), "{export:#}");
    assert!(notes.read("out/pages/one.html").contains("ten past nine"));

    let told = notes.import(3, "out", "Notes").await;
    let expected = [("pages/one.html", "changed"), ("pages/three.html", "waits"), ("pages/two.html", "changed")];
    assert_eq!(states(&told), expected.map(|(path, state)| (path.to_owned(), state.to_owned())).into(), "{told:#}");
    assert!(words_of(&told, "pages/two.html").starts_with("It is joined"));
    let shown = notes.shell.json(0, &["show", &one]).await;
    assert_eq!(shown["title"], "One, at noon");
    assert!(notes.body(&one).await.contains("ten past nine"));
    let joined = notes.body(&two).await;
    assert!(joined.contains("ten past nine") && joined.contains("twice each day"), "{joined}");
    assert!(notes.body(&three).await.contains("eleven"), "nothing is overwritten");
    let waits = notes.shell.json(0, &["show", &three]).await;
    assert_eq!(waits["draft"]["met"], "overlaps", "{waits:#}");
    assert!(waits["draft"]["body"].as_str().unwrap().contains("ten past nine"));
    let again = notes.import(0, "out", "Notes").await;
    assert_eq!(again["lines"], json!([]), "what was read is not read again: {again:#}");

    // What both say now is what the folder then has; what waits is not written as if it were settled.
    notes.export(0, "Notes", "out").await;
    assert!(notes.read("out/pages/two.html").contains("twice each day"));
    assert!(notes.read("out/pages/three.html").contains("eleven"));

    // Taken back: what was there before is there, the folder's text counts as changed again, and history keeps both.
    there("one", "hand lens", "rope");
    let told = notes.import(0, "out", "Notes").await;
    here(&one, "twice a day", "at noon").await;
    let undone = notes.shell.json(0, &["import", "--undo", told["undo"].as_str().unwrap()]).await;
    assert_eq!(undone[0]["done"], true, "{undone:#}");
    let back = notes.body(&one).await;
    assert!(back.contains("hand lens") && back.contains("at noon"), "{back}");
    assert_eq!(notes.shell.run(true, &["import", "--undo", told["undo"].as_str().unwrap()], "").await.0, 1);
    assert_eq!(states(&notes.import(0, "out", "Notes").await)["pages/one.html"], "changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_taken_back_but_for_what_was_written_on() {
    let notes = Notes::new().await;
    notes.write("in/a.html", "<p>A</p>");
    notes.write("in/b.html", "<p>B</p>");
    notes.write("in/topics/t.md", "T");
    notes.write("in/topics/t/p.md", "P");
    let told = notes.import(0, "in", "Notes").await;
    let rows = notes.shell.json(0, &["tree", "Notes"]).await;
    let a = rows[0]["rows"].as_array().unwrap().iter().find(|row| row["title"] == "a").unwrap()["entity"].clone();
    notes.shell.json(0, &["edit", a.as_str().unwrap(), "--title", "Aha"]).await;
    let undone = notes.shell.json(3, &["import", "--undo", told["undo"].as_str().unwrap()]).await;
    let left: Vec<_> = undone.as_array().unwrap().iter().filter(|one| one["done"] == false).collect();
    assert_eq!((left.len(), &left[0]["title"]), (1, &json!("Aha")), "{undone:#}");
    let rows = notes.shell.json(0, &["tree", "Notes"]).await;
    assert!(rows[0]["rows"].as_array().unwrap().iter().all(|row| row["entity"].is_null() || row["title"] == "Aha"));
    assert_eq!(notes.shell.json(0, &["trash", "list"]).await.as_array().unwrap().len(), 3, "and can be brought back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_deletes_nothing_and_a_gone_document_takes_its_file_along() {
    let notes = Notes::new().await;
    let one = notes.make("page", None, "One", "<p>1</p>").await;
    let two = notes.make("page", None, "Two", "<p>2</p>").await;
    notes.export(0, "Notes", "out").await;
    fs::remove_file(notes.folder("out/pages/one.html")).unwrap();
    notes.import(0, "out", "Notes").await;
    assert_eq!(notes.body(&one).await, "<p>1</p>");
    notes.shell.json(0, &["delete", &two]).await;
    let told = notes.export(0, "Notes", "out").await;
    let expected = [("pages/one.html", "new"), ("pages/two.html", "removed")];
    assert_eq!(states(&told), expected.map(|(path, state)| (path.to_owned(), state.to_owned())).into());
    assert_eq!(files(&notes.folder("out")).into_keys().collect::<Vec<_>>(), ["lectern.json", "pages/one.html"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_writes_into_no_folder_that_is_not_its_own() {
    let notes = Notes::new().await;
    notes.make("page", None, "One", "<p>1</p>").await;
    notes.write("full/x.txt", "mine");
    notes.write("file", "mine");
    let other = notes.shell.json(0, &["space", "new", "Other"]).await["id"].as_str().unwrap().to_owned();
    notes.export(0, &other, "other").await;
    notes.write("broken/lectern.json", "{}");
    let inside = notes.shell.folder().join("blobs/x");
    for place in ["full", "file", "other", "broken"].map(|name| notes.folder(name)).into_iter().chain([inside]) {
        let before = if place.is_dir() { files(&place) } else { BTreeMap::new() };
        let (code, out, err) = notes.shell.run(true, &["export", "Notes", place.to_str().unwrap()], "").await;
        let told: Value = serde_json::from_str(&err).unwrap();
        assert_eq!((code, out.as_str(), &told["code"]), (1, "", &json!("invalid")), "{}: {err}", place.display());
        assert!(told["what"].as_str().unwrap().ends_with('.'), "{told}");
        assert!(!place.is_dir() || files(&place) == before);
    }
    for words in [&["import", "/nowhere/at/all", "--space", "Notes"][..], &["import", "/", "--space", "Nothing"]] {
        assert_eq!(notes.shell.run(true, words, "").await.0, 1, "{words:?}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_folder_is_a_sentence_for_each_file_and_the_rest_goes_on() {
    use std::os::unix::ffi::OsStrExt;

    let notes = Notes::new().await;
    let known = notes.make("page", None, "Known", "<p>Known</p>").await;
    notes.write("secret.html", "<p>nobody's business</p>");
    notes.write("secret.png", PNG);
    notes.write(
        "in/good.html",
        "<p>Good <img src=\"../secret.png\"><img src='x/%2e%2e/%2e%2e/secret.png'><img src=gone.png></p>",
    );
    notes.write("in/bad-text.html", b"<p>\xff\xfe</p>");
    notes.write("in/open.html", "---\ntitle: x\n");
    notes.write("in/line.html", "---\nnonsense\n---\n");
    notes.write("in/kind.html", "---\nkind: poem\n---\n");
    notes.write("in/post.md", "---\nkind: post\n---\nTo nobody");
    notes.write("in/html-topic.html", "---\nkind: topic\n---\n");
    notes.write("in/due.html", "---\nkind: assignment\ndue_at: soon\n---\n");
    notes.write("in/twice-1.html", format!("---\nid: {known}\n---\n<p>1</p>"));
    notes.write("in/twice-2.html", format!("---\nid: {known}\n---\n<p>2</p>"));
    notes.write("in/huge.html", vec![b'x'; 9 * 1024 * 1024]);
    notes.write("in/lectern.json", "{\"lectern\":1,\"space\":\"x\",\"files\":{\"../../secret.html\":{}}}");
    std::os::unix::fs::symlink(notes.folder("secret.html"), notes.folder("in/link.html")).unwrap();
    std::os::unix::fs::symlink(notes.folder("."), notes.folder("in/up")).unwrap();
    std::os::unix::fs::symlink(notes.folder("in"), notes.folder("in/ring")).unwrap();
    fs::write(notes.folder("in").join(std::ffi::OsStr::from_bytes(b"n\xff.html")), "x").unwrap();
    notes.write("in/es\u{1b}[31mc.html", "x");
    let told = notes.import(3, "in", "Notes").await;
    let states = states(&told);
    let taken: Vec<&String> = states.iter().filter(|(_, state)| *state != "refused").map(|(path, _)| path).collect();
    assert_eq!(taken, ["good.html"], "{told:#}");
    assert_eq!(states.len(), 16, "{states:#?}");
    for line in told["lines"].as_array().unwrap().iter().filter(|line| line["state"] == "refused") {
        assert!(line["words"].as_str().unwrap().ends_with('.'), "{line}");
    }
    let words = words_of(&told, "good.html");
    assert!(words.contains("leads out of the folder") && words.contains("gone.png"), "{words}");
    assert!(words_of(&told, "twice-1.html").contains("twice-2.html"));
    assert_eq!(told["notes"].as_array().unwrap().len(), 1, "the note is not used, and that is said: {told:#}");
    assert_eq!(notes.body(&known).await, "<p>Known</p>");
    let rows = notes.shell.json(0, &["tree", "Notes"]).await.to_string();
    assert!(rows.contains("\"good\"") && !rows.contains("secret") && !rows.contains("business"), "{rows}");
    let good = notes.shell.json(0, &["tree", "Notes"]).await;
    let good = good[0]["rows"].as_array().unwrap().iter().find(|row| row["title"] == "good").unwrap();
    assert!(notes.body(good["entity"].as_str().unwrap()).await.contains("src=\"../secret.png\""), "left as it is");

    // A folder of the export that was made a link to elsewhere is not written through.
    notes.export(0, "Notes", "out").await;
    fs::create_dir(notes.folder("elsewhere")).unwrap();
    fs::remove_dir_all(notes.folder("out/pages")).unwrap();
    std::os::unix::fs::symlink(notes.folder("elsewhere"), notes.folder("out/pages")).unwrap();
    let (code, ..) = notes.shell.run(true, &["export", "Notes", notes.folder("out").to_str().unwrap()], "").await;
    assert_eq!((code, files(&notes.folder("elsewhere")).len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_written_or_deleted_here_is_left_alone() {
    let notes = Notes::new().await;
    let gone = notes.make("page", None, "Gone", "<p>1</p>").await;
    notes.export(0, "Notes", "out").await;
    notes.shell.json(0, &["delete", &gone]).await;
    assert_eq!(notes.import(0, "out", "Notes").await["lines"], json!([]), "an untouched file brings nothing back");
    let text = notes.read("out/pages/gone.html");
    notes.write("out/pages/gone.html", text.replace("<p>1", "<p>2"));
    let told = notes.import(3, "out", "Notes").await;
    assert!(words_of(&told, "pages/gone.html").contains("deleted here"), "{told:#}");
    assert_eq!(states(&notes.export(3, "Notes", "out").await)["pages/gone.html"], "refused");
    assert!(notes.read("out/pages/gone.html").contains("<p>2"));
}

fn page() -> impl Strategy<Value = (String, String)> {
    let part = prop_oneof![
        Just("<p>One.</p>\n".to_owned()),
        Just("<img src=\"../files/a.png\" alt=''>".to_owned()),
        Just("<a href='page-0.html'>first</a>".to_owned()),
        Just("---\n".to_owned()),
        "[ -~é\r\n]{0,12}",
    ];
    let title = prop_oneof![Just("Week 1".to_owned()), Just("CON".to_owned()), "[A-Za-z:/. é-]{1,10}"];
    (title, prop::collection::vec(part, 0..5).prop_map(|parts| parts.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn read_and_written_again_a_folder_has_the_same_bytes(pages in prop::collection::vec(page(), 1..5)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let app = lectern::app::App::open(&folder.path().join("workspace"), std::sync::Arc::new(|_| {})).await.unwrap();
            let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
            fs::create_dir_all(folder.path().join("in/pages")).unwrap();
            fs::create_dir_all(folder.path().join("in/files")).unwrap();
            fs::write(folder.path().join("in/files/a.png"), PNG).unwrap();
            for (number, (title, body)) in pages.iter().enumerate() {
                let text = format!("---\ntitle: {}\n---\n{body}", json!(title));
                fs::write(folder.path().join(format!("in/pages/page-{number}.html")), text).unwrap();
            }
            let notes = app.local_space_new("Notes").await.unwrap().id;
            let copy = app.local_space_new("Copy").await.unwrap().id;
            let import = async |from: &str, space: &str| {
                let plan = app.import_plan(&place(from), space).await.unwrap();
                app.folder_run(&plan.id).await.unwrap()
            };
            let export = async |space: &str, to: &str| {
                let plan = app.export_plan(space, &place(to)).await.unwrap();
                app.folder_run(&plan.id).await.unwrap()
            };
            let done = import("in", &notes).await;
            assert!(done.lines.iter().all(|line| line.outcome == "done"), "{done:#?}");
            export(&notes, "one").await;
            let once = files(&folder.path().join("one"));
            let same = import("one", &notes).await;
            assert_eq!(same.lines, [], "nothing differs");
            assert_eq!(export(&notes, "one").await.lines, []);
            assert_eq!(files(&folder.path().join("one")), once, "in the same space");
            export(&notes, "two").await;
            assert_eq!(files(&folder.path().join("two")), once, "in another folder");
            import("one", &copy).await;
            export(&copy, "three").await;
            assert_eq!(without_ids(&files(&folder.path().join("three"))), without_ids(&once), "in another space");
            app.close().await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_is_edited_in_a_folder_and_the_next_sync_sends_it_unpublished_where_it_is_new() {
    let (canvas, seeded) = super::canvas().await;
    let (shell, _) = super::synced(&canvas, &seeded).await;
    let beside = tempfile::tempdir().unwrap();
    let out = beside.path().join("out");
    let (folder, pages) = (out.to_str().unwrap(), out.join("pages"));
    shell.json(0, &["export", "Shore Ecology", folder]).await;
    let text = fs::read_to_string(pages.join("tide-pools.html")).unwrap();
    fs::write(pages.join("tide-pools.html"), text.replace("nine", "ten past nine")).unwrap();
    fs::write(
        pages.join("boots.html"),
        "---\ntitle: Boots\npublished: true\n---\n<p><img src=\"heron.png\" alt=\"A heron\"></p>",
    )
    .unwrap();
    fs::write(pages.join("heron.png"), PNG).unwrap();
    fs::write(out.join("topic.md"), "A forum's text").unwrap();
    let told = shell.json(3, &["import", folder, "--space", "Shore Ecology"]).await;
    let expected = [("pages/boots.html", "new"), ("pages/tide-pools.html", "changed"), ("topic.md", "refused")];
    assert_eq!(states(&told), expected.map(|(path, state)| (path.to_owned(), state.to_owned())).into(), "{told:#}");
    assert_eq!(words_of(&told, "pages/boots.html"), "It is not published.");
    let report = shell.json(0, &["sync"]).await;
    assert_eq!((&report["sent"], &report["outcome"]), (&json!(2), &json!("done")), "{report}");
    assert!(super::sent_body(&canvas, &seeded, 0).contains("ten past nine"));
    let boots = canvas.page_titled(seeded.course, "Boots").unwrap();
    assert!(!boots.published && boots.body.unwrap().contains("/files/"));
    assert_eq!(shell.json(0, &["sync"]).await["writes"], 0);
    // The site's own address of the picture is kept on this computer, and the folder has the picture under the name it had.
    let again = shell.json(3, &["import", folder, "--space", "Shore Ecology"]).await;
    assert_eq!(states(&again), [("topic.md".to_owned(), "refused".to_owned())].into(), "{again:#}");
    shell.json(0, &["export", "Shore Ecology", folder]).await;
    let boots = fs::read_to_string(pages.join("boots.html")).unwrap();
    assert!(boots.contains("\nid: ") && boots.contains("src=\"../files/"), "{boots}");
}
