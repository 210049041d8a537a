//! The table of `docs/conflicts.md`, row by row against the code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

use domain::plan::{Action, BaseCopy, ConflictStrategy, EntityState, LocalCopy, Moment, Observed, Question, decide};
use domain::{AccountId, Content, DeviceId, EntityId, IdSeed, Kind, RemoteRef, Replica, SpaceId, VersionVector};

const STRATEGIES: [(&str, ConflictStrategy); 6] = [
    ("Ask", ConflictStrategy::Ask),
    ("PreferCanvas", ConflictStrategy::PreferCanvas),
    ("PreferDiscourse", ConflictStrategy::PreferDiscourse),
    ("PreferMostRecent", ConflictStrategy::PreferMostRecent),
    ("MergePreferCanvas", ConflictStrategy::MergePreferCanvas),
    ("MergePreferDiscourse", ConflictStrategy::MergePreferDiscourse),
];

fn seed(number: u8) -> IdSeed {
    IdSeed { unix_millis: 1, random: [number; 10] }
}

fn body(kind: Kind, paragraphs: [&str; 3]) -> Content {
    let body = match kind {
        Kind::Page => paragraphs.map(|words| format!("<p>{words}</p>")).join("\n"),
        _ => paragraphs.join("\n\n"),
    };
    Content::new("Week 1", body)
}

/// Both sides changed the text; `same` tells whether in the same place.
fn state(strategy: ConflictStrategy, kind: Kind, times: &str, same: bool) -> EntityState {
    let account = AccountId::new(seed(1));
    let base = body(kind, ["One of them.", "Two of them.", "Three of them."]);
    let ours = body(kind, ["One of them.", "Ours of them.", "Three of them."]);
    let theirs = match same {
        true => body(kind, ["One of them.", "Theirs of them.", "Three of them."]),
        false => body(kind, ["One of them.", "Two of them.", "Three of them, theirs."]),
    };
    let at = |seconds| Some(Moment { seconds, within: 2 });
    let (edited_at, changed_at) = match times {
        "any" | "close" => (at(1000), at(1002)),
        "ours later" => (at(2000), at(1000)),
        "theirs later" => (at(1000), at(2000)),
        _ => (at(2000), None),
    };
    let agreed = VersionVector::new().bumped(Replica::Account(account));
    EntityState {
        entity: Some(EntityId::new(seed(2))),
        space: SpaceId::new(seed(3)),
        account,
        kind,
        fresh: None,
        parent: None,
        local: Some(LocalCopy {
            content: ours.clone(),
            canonical: ours,
            vector: agreed.bumped(Replica::Device(DeviceId::new(seed(4)))),
            deleted: false,
            counter: 2,
            edited_at,
        }),
        base: Some(BaseCopy {
            remote: RemoteRef::new(kind, 5),
            returned_body: base.body.clone(),
            content: base.clone(),
            canonical: base,
            vector: agreed,
        }),
        observed: Observed::Seen {
            returned_body: theirs.body.clone(),
            canonical: theirs.clone(),
            content: theirs,
            changed_at,
            restamped: false,
        },
        delete_asked: false,
        parked: None,
        read_only: None,
        strategy,
        far: false,
    }
}

fn outcome(state: &EntityState) -> &'static str {
    match decide(state) {
        Action::Conflict { .. } => "asks",
        Action::Merge { merged, .. } => {
            match (merged.body.contains("Ours"), merged.body.to_lowercase().contains("theirs")) {
                (true, true) => "both",
                (true, false) => "ours",
                (false, true) => "theirs",
                (false, false) => "neither",
            }
        }
        other => panic!("{other:?} settles no conflict"),
    }
}

#[test]
fn every_row_of_the_table_is_what_the_code_does_and_every_strategy_has_its_rows() {
    let text = include_str!("../../../docs/conflicts.md");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|row| STRATEGIES.iter().any(|(name, _)| *name == row[0]))
        .collect();
    for (name, _) in STRATEGIES {
        for site in ["Canvas", "Discourse"] {
            assert!(rows.iter().any(|row| row[0] == name && row[1] == site), "{name} on {site} has a row");
        }
    }
    for row in rows {
        let [name, site, times, apart, same] = row[..] else { panic!("five columns: {row:?}") };
        let (_, strategy) = STRATEGIES.into_iter().find(|(known, _)| *known == name).expect("a strategy");
        let kind = if site == "Canvas" { Kind::Page } else { Kind::Topic };
        assert_eq!(outcome(&state(strategy, kind, times, false)), apart, "{row:?}, apart");
        assert_eq!(outcome(&state(strategy, kind, times, true)), same, "{row:?}, same place");
    }
}

#[test]
fn no_strategy_settles_a_delete() {
    for (name, strategy) in STRATEGIES {
        for kind in [Kind::Page, Kind::Topic] {
            let mut gone = state(strategy, kind, "ours later", true);
            gone.observed = Observed::Gone;
            assert_eq!(decide(&gone), Action::Ask { question: Question::EditedHereDeletedThere }, "{name}");
            let mut deleted = state(strategy, kind, "ours later", true);
            deleted.local.as_mut().expect("ours").deleted = true;
            assert_eq!(decide(&deleted), Action::Ask { question: Question::DeletedHereEditedThere }, "{name}");
        }
    }
}
