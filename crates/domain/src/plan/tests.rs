use super::*;
use crate::reconcile::TITLE;
use crate::{DeviceId, FieldValue, IdSeed, Replica, field};

fn seed(number: u8) -> IdSeed {
    IdSeed { unix_millis: u64::from(number), random: [number; 10] }
}

fn here() -> Replica {
    Replica::Device(DeviceId::new(seed(1)))
}

fn account() -> AccountId {
    AccountId::new(seed(2))
}

/// One entity in a small notation: base, local and remote bodies; `-` is absent or gone, `=` is as the base.
fn state(base: &str, local: &str, remote: &str) -> EntityState {
    let content = |body: &str| Content::new("Title", format!("<p>{body}</p>"));
    let base_vector = VersionVector::new().bumped(Replica::Account(account()));
    let base_copy = (base != "-").then(|| BaseCopy {
        remote: RemoteRef::new(Kind::Page, 7),
        content: content(base),
        canonical: content(base),
        vector: base_vector.clone(),
        returned_body: content(base).body,
    });
    let local_body = if local == "=" || local == "x" { base } else { local };
    let local_copy = (local != "-").then(|| LocalCopy {
        content: content(local_body),
        canonical: content(local_body),
        vector: if local == "=" { base_vector.clone() } else { base_vector.bumped(here()) },
        deleted: local == "x",
        counter: 3,
        edited_at: None,
    });
    let observed = match remote {
        "-" => Observed::Gone,
        "?" => Observed::NotRead,
        "m" => Observed::Missing,
        "=" => Observed::Unchanged,
        body => Observed::Seen {
            content: content(body),
            canonical: content(body),
            returned_body: content(body).body,
            changed_at: None,
            restamped: false,
        },
    };
    EntityState {
        entity: Some(EntityId::new(seed(3))),
        space: SpaceId::new(seed(4)),
        account: account(),
        kind: Kind::Page,
        parent: None,
        delete_asked: false,
        fresh: None,
        local: local_copy,
        base: base_copy,
        observed,
        parked: None,
        read_only: None,
        strategy: ConflictStrategy::Ask,
        far: false,
    }
}

fn name(action: &Action) -> &'static str {
    match action {
        Action::Nothing => "nothing",
        Action::Refresh => "refresh",
        Action::CreateHere => "create here",
        Action::Pull => "pull",
        Action::Join => "join",
        Action::Push { .. } => "push",
        Action::CreateThere => "create there",
        Action::Merge { .. } => "merge",
        Action::Conflict { .. } => "conflict",
        Action::DeleteThere => "delete there",
        Action::DeleteHere => "delete here",
        Action::Forget => "forget",
        Action::Unlink => "unlink",
        Action::Ask { .. } => "ask",
        Action::Hold { .. } => "hold",
    }
}

#[test]
fn every_case_of_the_table_ends_in_its_action() {
    let long = "one two three four five six seven eight nine ten";
    let long_here = "ONE two three four five six seven eight nine ten";
    let long_there = "one two three four five six seven eight nine TEN";
    let cases = [
        // base, local, remote, action
        ("a", "=", "=", "nothing"),
        ("a", "=", "a", "nothing"),
        ("a", "=", "b", "pull"),
        ("a", "b", "=", "push"),
        ("a", "b", "a", "push"),
        ("a", "b", "b", "join"),
        ("a", "b", "c", "conflict"),
        (long, long_here, long_there, "merge"),
        ("a", "x", "=", "delete there"),
        ("a", "x", "b", "ask"),
        ("a", "x", "-", "forget"),
        ("a", "=", "-", "delete here"),
        ("a", "b", "-", "ask"),
        ("a", "=", "m", "nothing"),
        ("a", "b", "?", "nothing"),
        ("-", "b", "?", "create there"),
        ("-", "x", "?", "forget"),
        ("-", "-", "b", "create here"),
        ("-", "-", "?", "nothing"),
    ];
    for (base, local, remote, expected) in cases {
        assert_eq!(name(&decide(&state(base, local, remote))), expected, "base {base}, local {local}, remote {remote}");
    }
}

#[test]
fn an_edit_taken_back_here_is_no_push() {
    assert_eq!(decide(&state("a", "a", "=")), Action::Join);
}

#[test]
fn new_decoration_alone_refreshes_the_base_and_tells_nobody() {
    let mut state = state("a", "=", "a");
    let Observed::Seen { returned_body, .. } = &mut state.observed else { panic!("seen") };
    returned_body.push_str("<script src=\"brand.js\"></script>");
    assert_eq!(decide(&state), Action::Refresh);
}

#[test]
fn what_was_refused_is_held_until_it_changes() {
    let mut state = state("a", "b", "=");
    state.parked = Some(ParkedCopy { counter: 3 });
    assert_eq!(name(&decide(&state)), "hold");
    state.parked = Some(ParkedCopy { counter: 2 });
    assert_eq!(name(&decide(&state)), "push");
}

#[test]
fn only_changed_parts_are_sent() {
    let mut state = state("a", "b", "=");
    let local = state.local.as_mut().expect("local");
    for content in [&mut local.content, &mut local.canonical] {
        content.body = "<p>a</p>".to_owned();
        content.fields.insert(field::PUBLISHED.to_owned(), FieldValue::Flag(true));
    }
    let Action::Push { changed } = decide(&state) else { panic!("push") };
    assert!(!changed.body && !changed.title && changed.fields.contains(field::PUBLISHED));
}

#[test]
fn strategies_settle_what_ask_would_ask() {
    let cases = [
        (ConflictStrategy::Ask, None),
        (ConflictStrategy::PreferCanvas, Some("c")),
        (ConflictStrategy::PreferDiscourse, None),
        (ConflictStrategy::MergePreferCanvas, Some("c")),
        (ConflictStrategy::MergePreferDiscourse, None),
    ];
    for (strategy, expected) in cases {
        let mut state = state("a", "b", "c");
        state.strategy = strategy;
        let body = match decide(&state) {
            Action::Merge { merged, .. } => Some(merged.body),
            Action::Conflict { .. } => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(body, expected.map(|body| format!("<p>{body}</p>")), "{strategy:?}");
    }
}

#[test]
fn the_most_recent_wins_only_where_that_is_sure() {
    let moment = |seconds, within| Some(Moment { seconds, within });
    for (local, remote, expected) in [
        (moment(100, 2), moment(90, 2), Some("b")),
        (moment(90, 2), moment(100, 2), Some("c")),
        (moment(100, 2), moment(97, 2), None),
        (None, moment(97, 2), None),
    ] {
        let mut state = state("a", "b", "c");
        state.strategy = ConflictStrategy::PreferMostRecent;
        state.local.as_mut().expect("local").edited_at = local;
        let Observed::Seen { changed_at, .. } = &mut state.observed else { panic!("seen") };
        *changed_at = remote;
        let body = match decide(&state) {
            Action::Merge { merged, .. } => Some(merged.body),
            _ => None,
        };
        assert_eq!(body, expected.map(|body| format!("<p>{body}</p>")), "{local:?} {remote:?}");
    }
}

#[test]
fn many_deletes_at_once_are_asked_about_and_a_single_one_is_not() {
    let many = |gone: usize, all: usize| -> Vec<EntityState> {
        (0..all)
            .map(|index| {
                let mut state = state("a", "=", if index < gone { "-" } else { "=" });
                state.entity = Some(EntityId::new(IdSeed { unix_millis: index as u64, random: [9; 10] }));
                state
            })
            .collect()
    };
    for (gone, all, asks) in [(1, 2, false), (2, 20, false), (5, 20, true), (11, 1000, true), (10, 1000, false)] {
        let plan = plan(&many(gone, all), DeleteLimit::default());
        assert_eq!(plan.lines.len(), gone);
        assert_eq!(plan.lines.iter().all(|line| name(&line.action) == "ask"), asks, "{gone} of {all}");
    }
}

#[test]
fn a_plan_does_not_depend_on_the_order_of_its_states() {
    let mut states = vec![state("a", "b", "="), state("a", "=", "b"), state("-", "b", "?"), state("a", "x", "=")];
    for (index, state) in states.iter_mut().enumerate() {
        state.entity = Some(EntityId::new(seed(10 + index as u8)));
    }
    let forward = plan(&states, DeleteLimit::default());
    states.reverse();
    assert_eq!(plan(&states, DeleteLimit::default()), forward);
    assert_eq!(
        forward.lines.iter().map(|line| name(&line.action)).collect::<Vec<_>>(),
        ["pull", "push", "create there", "delete there"]
    );
}

#[test]
fn a_conflict_of_titles_names_the_title() {
    let mut state = state("a", "b", "c");
    state.local.as_mut().expect("local").content.title = "Mine".to_owned();
    let Observed::Seen { content, .. } = &mut state.observed else { panic!("seen") };
    content.title = "Theirs".to_owned();
    let Action::Conflict { merged } = decide(&state) else { panic!("conflict") };
    assert_eq!(merged.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), [TITLE]);
}
