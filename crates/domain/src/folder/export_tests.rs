use std::collections::BTreeMap;

use proptest::prelude::*;

use super::exporting::sha256;
use super::*;
use crate::links::{Address, Attached, Own};
use crate::{IdSeed, SpaceId, field};

fn seed(number: u8) -> IdSeed {
    IdSeed { unix_millis: 1_700_000_000_000, random: [number; 10] }
}

fn entity(number: u8) -> EntityId {
    EntityId::new(seed(number))
}

fn kept(number: u8, kind: Kind, parent: Option<u8>, title: &str, body: &str) -> Kept {
    Kept { id: entity(number), kind, parent: parent.map(entity), content: Content::new(title, body) }
}

fn nothing() -> Manifest {
    Manifest::new(SpaceId::new(seed(99)), "Shore ecology")
}

/// The folder after everything that a plan says was done.
fn carried_out(plan: &ExportPlan, disk: &OnDisk) -> OnDisk {
    let mut disk = disk.clone();
    for (path, text) in &plan.texts {
        disk.insert(path.clone(), Some(sha256(text.as_bytes())));
    }
    for (path, sha) in &plan.pictures {
        disk.insert(path.clone(), Some(sha.clone()));
    }
    for line in plan.lines.iter().filter(|line| line.change == Change::Removed) {
        disk.remove(&line.path);
    }
    disk
}

fn changes(plan: &ExportPlan) -> Vec<(&str, Change)> {
    plan.lines.iter().map(|line| (line.path.as_str(), line.change)).collect()
}

#[test]
fn what_stands_under_something_lies_in_a_folder_named_as_its_file() {
    let all = [
        kept(5, Kind::Post, Some(1), "", "Second"),
        kept(1, Kind::Topic, None, "Gull Ledge", "First"),
        kept(2, Kind::Page, None, "Tide pools", ""),
        kept(3, Kind::Page, None, "TIDE POOLS!", ""),
        kept(4, Kind::Page, None, "con", ""),
        kept(6, Kind::Module, None, "Week 1", ""),
        Kept {
            content: Content::new("Tide pools", "").with(field::POSITION, FieldValue::Number(2)),
            ..kept(7, Kind::ModuleItem, Some(6), "", "")
        },
        kept(8, Kind::Reply, Some(9), "", "Its discussion is not here"),
    ];
    let plan = plan_export(&all, |_| None, &nothing(), &OnDisk::new());
    let lines: Vec<&str> = plan.lines.iter().map(|line| line.path.as_str()).collect();
    assert_eq!(
        lines,
        [
            "topics/gull-ledge/post.md",
            "topics/gull-ledge.md",
            "pages/tide-pools.html",
            "pages/tide-pools-2.html",
            "pages/untitled-con.html",
            "modules/week-1.md",
            "modules/week-1/02-tide-pools.md",
            "replies/reply.html",
        ]
    );
    assert!(plan.texts["topics/gull-ledge/post.md"].contains(&format!("\nparent: {}\n", entity(1))));
    let around =
        [Kept { parent: Some(entity(2)), ..all[1].clone() }, Kept { parent: Some(entity(1)), ..all[2].clone() }];
    assert_eq!(plan_export(&around, |_| None, &nothing(), &OnDisk::new()).lines.len(), 2, "a ring has an end");
}

#[test]
fn links_lead_to_files_beside_the_text_and_everything_else_keeps_its_bytes() {
    let picture = Attached::new("ab".repeat(32), "heron.png");
    let (file, other) = (picture.path(), Address::of_entity(entity(2)).path());
    let path = |link: &Link| match (&link.own, link.address.as_str()) {
        (Some(Own::File(_)), _) => Some("files/heron.png".to_owned()),
        (Some(Own::Entity(_)), _) => Some("topics/a/post-2.md".to_owned()),
        (None, "/courses/1/files/2/preview?a=1&b=2") => Some("files/file-2.png".to_owned()),
        (None, "upload://x.png") => Some("files/x.png".to_owned()),
        _ => None,
    };
    let cases = [
        (
            Format::Html,
            format!("<p>{file}<IMG alt='{file}' src = '{file}'> <a href={other}?x#part>e</a><a href=\"https://x.example/{file}\">"),
            format!("<p>{file}<IMG alt='{file}' src = '../files/heron.png'> <a href=../topics/a/post-2.md?x#part>e</a><a href=\"https://x.example/{file}\">"),
        ),
        (
            Format::Html,
            "<img src=\" /courses/1/files/2/preview?a=1&amp;b=2 \"><a href='/courses/1/files/2'>x</a>".to_owned(),
            "<img src=\" ../files/file-2.png \"><a href='/courses/1/files/2'>x</a>".to_owned(),
        ),
        (
            Format::Markdown,
            format!("![a|1x2](upload://x.png) ![b](<{file}> \"t\") `![c](upload://x.png)`\n```\n![d](upload://x.png)\n```\n[r]: {other}#p\n<img src=\"{file}\" alt=\"\"> \\![e](upload://y.png)"),
            "![a|1x2](../files/x.png) ![b](<../files/heron.png> \"t\") `![c](upload://x.png)`\n```\n![d](upload://x.png)\n```\n[r]: ../topics/a/post-2.md#p\n<img src=\"../files/heron.png\" alt=\"\"> \\![e](upload://y.png)".to_owned(),
        ),
        (Format::None, file.clone(), file.clone()),
    ];
    for (format, source, expected) in cases {
        let there = outward(&source, format, "pages/a.html", path);
        assert_eq!(there, expected);
        let raw = |to: &str| match to {
            "files/heron.png" => Some(file.clone()),
            "topics/a/post-2.md" => Some(other.clone()),
            "files/file-2.png" => Some("/courses/1/files/2/preview?a=1&amp;b=2".to_owned()),
            "files/x.png" => Some("upload://x.png".to_owned()),
            _ => None,
        };
        let back = inward(&there, format, "pages/a.html", |_, led| match led {
            Led::Within(path) => raw(path),
            _ => None,
        });
        assert_eq!(back, source, "and back");
    }
}

#[test]
fn an_address_leads_into_the_folder_or_is_left_alone() {
    let inside = |path: &str| Led::Within(path.to_owned());
    for (address, expected) in [
        ("../files/a.png", inside("files/a.png")),
        ("b.html#part", inside("pages/b.html")),
        ("./x/../b.html?y", inside("pages/b.html")),
        ("a%20b.png", inside("pages/a b.png")),
        ("../../etc/passwd", Led::Outside),
        ("../%2e%2e/%2E%2E/etc", Led::Outside),
        ("/etc/passwd", Led::Elsewhere),
        ("//x.example/a", Led::Elsewhere),
        ("https://x.example", Led::Elsewhere),
        ("javascript:x", Led::Elsewhere),
        ("mailto:a@b.example", Led::Elsewhere),
        ("C:\\a.png", Led::Elsewhere),
        ("..\\a.png", Led::Elsewhere),
        ("a%00b", Led::Elsewhere),
        ("a%5c..%5cb", Led::Elsewhere),
        ("#part", Led::Elsewhere),
        ("", Led::Elsewhere),
        ("..", Led::Elsewhere),
    ] {
        assert_eq!(led("pages/a.html", address), expected, "{address}");
    }
    for (from, to, expected) in [
        ("pages/a.html", "files/b.png", "../files/b.png"),
        ("pages/a.html", "pages/b.html", "b.html"),
        ("topics/a/post-2.md", "topics/a.md", "../a.md"),
        ("a.md", "files/b.png", "files/b.png"),
    ] {
        assert_eq!(relative(from, to), expected);
        assert_eq!(led(from, expected), inside(to));
    }
}

#[test]
fn an_export_brings_an_earlier_one_up_to_date_and_writes_over_nothing_unseen() {
    let picture = |link: &Link| {
        let found = link.address.contains("/files/").then(|| "cd".repeat(32))?;
        Some(Picture { sha256: found, name: "Heron.PNG".to_owned() })
    };
    let mut all = vec![
        kept(1, Kind::Page, None, "Tide pools", "<img src=\"/courses/1/files/2/preview\">"),
        kept(2, Kind::Page, None, "Boots", "Dry"),
        kept(3, Kind::Page, None, "Hats", "Warm"),
        kept(4, Kind::Page, None, "Rope", "Long"),
    ];
    let disk = OnDisk::from([("pages/boots.html".to_owned(), None), ("files".to_owned(), None)]);
    let first = plan_export(&all, picture, &nothing(), &disk);
    assert_eq!(
        changes(&first),
        [
            ("pages/tide-pools.html", Change::New),
            ("pages/boots-2.html", Change::New),
            ("pages/hats.html", Change::New),
            ("pages/rope.html", Change::New),
            ("files/heron.png", Change::New),
        ],
        "what is there already is not taken"
    );
    assert!(first.texts["pages/tide-pools.html"].ends_with("<img src=\"../files/heron.png\">"));
    let disk = carried_out(&first, &disk);
    let again = plan_export(&all, picture, &first.done, &disk);
    assert!(changes(&again).iter().all(|(_, change)| *change == Change::Unchanged), "{:?}", changes(&again));
    assert_eq!((again.texts.len(), &again.done), (0, &first.done));
    assert_eq!(Manifest::read(&first.done.written()), Ok(first.done.clone()));

    // A new title keeps the file's name; what is edited in the folder stays; what is gone goes, if nobody touched it.
    all[0].content.title = "Rock pools".to_owned();
    all.truncate(2);
    let mut edited = disk;
    edited.insert("pages/boots-2.html".to_owned(), Some("edited there".to_owned()));
    edited.insert("pages/rope.html".to_owned(), Some("edited there".to_owned()));
    all[1].content.body = "Dry ones".to_owned();
    let second = plan_export(&all, picture, &first.done, &edited);
    let expected = [
        ("pages/tide-pools.html", Change::Changed),
        ("pages/boots-2.html", Change::ChangedThere),
        ("files/heron.png", Change::Unchanged),
        ("pages/hats.html", Change::Removed),
        ("pages/rope.html", Change::GoneChangedThere),
    ];
    assert_eq!(changes(&second), expected);
    assert_eq!(second.texts.len(), 1);
    for path in ["pages/boots-2.html", "pages/rope.html"] {
        assert_eq!(second.done.files[path], first.done.files[path], "what was agreed on still is");
    }
    // Ended in the middle: what was written and what was not are both known.
    for disk in [edited.clone(), carried_out(&second, &edited)] {
        let third = plan_export(&all, picture, &second.begun, &disk);
        let there: Vec<_> = changes(&third).into_iter().filter(|(_, change)| *change == Change::ChangedThere).collect();
        assert_eq!(there, [("pages/boots-2.html", Change::ChangedThere)]);
    }
}

#[test]
fn a_note_that_leads_out_of_the_folder_is_not_used() {
    let mut note = nothing();
    assert!(Manifest::read(&note.written()).is_ok());
    note.files.insert("../x".to_owned(), Entry::default());
    assert!(Manifest::read(&note.written()).is_err());
    assert!(Manifest::read("{}").is_err() && Manifest::read("").is_err());
    let newer = nothing().written().replace("\"lectern\": 1", "\"lectern\": 2");
    assert!(Manifest::read(&newer).is_err());
    for path in ["", "/a", "a//b", "a/./b", "../a", "a/..", "a\\b", "c:/a", "a\u{1b}b"] {
        assert!(!is_inside(path), "{path:?}");
    }
    assert!(is_inside("a/b..c/ d.md"));
}

fn body() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("<p>x</p>".to_owned()),
        Just("<img src='/courses/1/files/2/preview?a=1&amp;b'>".to_owned()),
        Just("<a href=\"/lectern/entities/018bcfe5-6800-7101-8101-010101010101#p\">e</a>".to_owned()),
        Just("<img src=/courses/1/files/3/preview>".to_owned()),
        Just("<a href='../files/heron.png'>".to_owned()),
        "[<>\"'&/a-c. =]{0,6}",
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_text_comes_back_from_its_file_byte_for_byte(body in body()) {
        let all = [kept(1, Kind::Page, None, "A", &body), kept(2, Kind::Page, None, "B", "")];
        let picture = |link: &Link| link.raw.starts_with("/courses/").then(|| Picture { sha256: sha256(link.raw.as_bytes()), name: "heron.png".to_owned() });
        let plan = plan_export(&all, picture, &nothing(), &OnDisk::new());
        let addresses: BTreeMap<&String, &Entry> = plan.done.files.iter().collect();
        let stay = led_beside(&body, Format::Html, "pages/a.html");
        let written = from_text(&plan.texts["pages/a.html"]).unwrap();
        let back = inward(&written.content.body, Format::Html, "pages/a.html", |raw, led| match led {
            Led::Within(path) if !stay.contains_key(raw) => {
                let entry = addresses.get(path)?;
                entry.address.clone().or_else(|| Some(Address::of_entity(entry.id?).path()))
            }
            _ => None,
        });
        prop_assert_eq!(back, body);
    }
}
