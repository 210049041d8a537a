//! The plan of a document that stands on two sites: what one site changed goes to the other in the same run.

use super::decide::{hold, site_of};
use super::{Action, EntityState, LocalCopy, Observed, decide};
use crate::merge::Side;
use crate::reconcile::merge_contents;
use crate::{Content, Replica, SiteKind};

/// One site's part in it. All contents are the home's, in its format; only canonical forms are the site's own.
pub struct Target<'a> {
    /// The entity on this site. Its local copy is the same in all targets but for the canonical form.
    pub state: &'a EntityState,
    /// A content as this site compares it.
    pub canonical: &'a dyn Fn(&Content) -> Content,
}

/// One action for each target, in their order. What the first changed is taken over before the second is decided on, so that three
/// edits in different places are joined once and go to both sites. A site that was not read is left for another time.
#[must_use]
pub fn plan_linked(targets: &[Target<'_>]) -> Vec<Action> {
    let Some(mut local) = targets.first().and_then(|target| target.state.local.clone()) else {
        return targets.iter().map(|target| decide(target.state)).collect();
    };
    let mut actions = Vec::with_capacity(targets.len());
    let mut taken = Vec::new();
    for target in targets {
        let action = preferred(target.state, decide(&with_local(target, &local)), &local, &taken);
        take_over(target.state, &action, &mut local, &mut taken);
        actions.push(action);
    }
    targets.iter().zip(actions).map(|(target, action)| sent_on(target, action, &local)).collect()
}

fn with_local(target: &Target<'_>, local: &LocalCopy) -> EntityState {
    let mut state = target.state.clone();
    // Whether a delete here is this site's business is for the state to say.
    let deleted = target.state.local.as_ref().is_some_and(|local| local.deleted);
    state.local = Some(LocalCopy { canonical: (target.canonical)(&local.content), deleted, ..local.clone() });
    state
}

/// The action where a strategy names a site whose change was taken over just now: what another site changed gives way to that.
fn preferred(state: &EntityState, action: Action, local: &LocalCopy, taken: &[(SiteKind, Content)]) -> Action {
    let Some(theirs) = state.strategy.preferred().and_then(|site| taken.iter().find(|(of, _)| *of == site)) else {
        return action;
    };
    let (Some(base), Observed::Seen { content, .. }) = (&state.base, &state.observed) else { return action };
    let merged = match &action {
        Action::Merge { .. } | Action::Conflict { .. } if !state.strategy.merges() => Some(local.content.clone()),
        Action::Conflict { .. } => {
            let format = state.kind.format();
            let giving_way = merge_contents(format, &base.content, &theirs.1, content).with(Side::Local);
            merge_contents(format, &base.content, &local.content, &giving_way).clean()
        }
        _ => None,
    };
    merged.map_or(action, |merged| Action::Merge { merged: Box::new(merged), sends: true })
}

/// What an action makes of our copy, and what it took over of which site.
fn take_over(state: &EntityState, action: &Action, local: &mut LocalCopy, taken: &mut Vec<(SiteKind, Content)>) {
    if let (Action::Pull | Action::Merge { .. }, Observed::Seen { content, changed_at, .. }) = (action, &state.observed)
        && let Some(base) = &state.base
    {
        taken.push((site_of(base.remote.kind), content.clone()));
        if *action == Action::Pull {
            local.edited_at = *changed_at;
        }
    }
    let seen = state.base.as_ref().map(|base| base.vector.bumped(Replica::Account(state.account)));
    match (action, &state.observed) {
        (Action::Pull, Observed::Seen { content, .. }) => local.content.clone_from(content),
        (Action::Merge { merged, .. }, _) => local.content.clone_from(merged),
        (Action::Join, Observed::Seen { canonical, .. })
            if state.base.as_ref().is_some_and(|base| base.canonical != *canonical) => {}
        _ => return,
    }
    if let Some(seen) = seen {
        local.vector = local.vector.join(&seen);
    }
}

/// The action together with what the other sites' changes add to it.
fn sent_on(target: &Target<'_>, action: Action, local: &LocalCopy) -> Action {
    let state = target.state;
    let Some(base) = &state.base else { return action };
    let there = match &state.observed {
        Observed::Seen { canonical, .. } => canonical,
        Observed::Unchanged => &base.canonical,
        Observed::NotRead | Observed::Gone | Observed::Missing => return action,
    };
    if local.deleted {
        return action;
    }
    let changed = (target.canonical)(&local.content).changed_since(there);
    match action {
        Action::Nothing | Action::Refresh | Action::Join if !changed.is_empty() => {
            hold(state, local).unwrap_or(Action::Push { changed })
        }
        Action::Pull if !changed.is_empty() => {
            Action::Merge { merged: Box::new(local.content.clone()), sends: hold(state, local).is_none() }
        }
        Action::Push { .. } if !changed.is_empty() => Action::Push { changed },
        Action::Merge { sends, .. } => {
            Action::Merge { merged: Box::new(local.content.clone()), sends: sends || !changed.is_empty() }
        }
        action => action,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{BaseCopy, ConflictStrategy};
    use crate::{AccountId, DeviceId, EntityId, IdSeed, Kind, RemoteRef, SpaceId, VersionVector};

    fn seed(number: u8) -> IdSeed {
        IdSeed { unix_millis: u64::from(number), random: [number; 10] }
    }

    fn account(number: u8) -> Replica {
        Replica::Account(AccountId::new(seed(number)))
    }

    fn page(body: &str) -> Content {
        let blocks: Vec<String> = body.split(' ').map(|word| format!("<p>{word}</p>")).collect();
        Content::new("Title", blocks.concat())
    }

    /// A site of a linked document: what it last agreed on, and what is there now; `-` is gone, `=` unchanged, `?` not read, `+` not
    /// there yet.
    fn target(number: u8, far: bool, base: &str, local: &str, edited: bool, remote: &str) -> EntityState {
        let agreed = VersionVector::new().bumped(account(1)).bumped(account(2));
        let vector = if edited { agreed.bumped(Replica::Device(DeviceId::new(seed(9)))) } else { agreed.clone() };
        EntityState {
            entity: Some(EntityId::new(seed(3))),
            space: SpaceId::new(seed(4)),
            account: AccountId::new(seed(number)),
            kind: Kind::Page,
            fresh: None,
            parent: None,
            delete_asked: false,
            local: Some(LocalCopy {
                content: page(local),
                canonical: page(local),
                vector,
                deleted: false,
                counter: 1,
                edited_at: None,
            }),
            base: (remote != "+").then(|| BaseCopy {
                remote: RemoteRef::new(if far { Kind::Topic } else { Kind::Page }, 7),
                content: page(base),
                canonical: page(base),
                vector: agreed,
                returned_body: page(base).body,
            }),
            observed: match remote {
                "?" | "+" => Observed::NotRead,
                "-" => Observed::Gone,
                "=" => Observed::Unchanged,
                body => Observed::Seen {
                    content: page(body),
                    canonical: page(body),
                    returned_body: page(body).body,
                    changed_at: None,
                    restamped: false,
                },
            },
            parked: None,
            read_only: None,
            strategy: ConflictStrategy::Ask,
            far,
        }
    }

    fn told(action: &Action) -> String {
        let words = |content: &Content| content.body.replace("</p><p>", " ").replace("<p>", "").replace("</p>", "");
        match action {
            Action::Nothing => "nothing".to_owned(),
            Action::Pull => "pull".to_owned(),
            Action::Push { .. } => "push".to_owned(),
            Action::Join => "join".to_owned(),
            Action::CreateThere => "create".to_owned(),
            Action::Unlink => "unlink".to_owned(),
            Action::DeleteHere => "delete here".to_owned(),
            Action::Merge { merged, sends } => format!("{}{}", words(merged), if *sends { " >" } else { "" }),
            Action::Conflict { .. } => "conflict".to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_case_of_the_table_ends_in_its_two_actions() {
        let cases = [
            // base, here, canvas now, discourse now, canvas action, discourse action
            ("a b c", "=", "=", "=", "nothing", "nothing"),
            ("a b c", "A b c", "=", "=", "push", "push"),
            ("a b c", "=", "A b c", "=", "pull", "push"),
            ("a b c", "=", "=", "a b C", "push", "pull"),
            ("a b c", "=", "A b c", "a b C", "A b C >", "A b C >"),
            ("a b c", "a B c", "A b c", "=", "A B c >", "push"),
            ("a b c", "a B c", "A b c", "a b C", "A B C >", "A B C >"),
            ("a b c", "=", "A b c", "A b c", "pull", "join"),
            ("a b c", "A b c", "A b c", "A b c", "join", "join"),
            ("a b c", "X b c", "Y b c", "=", "conflict", "push"),
            ("a b c", "X b c", "Y b c", "Z b c", "conflict", "conflict"),
            ("a b c", "=", "Y b c", "Z b c", "pull", "conflict"),
            ("a b c", "X b c", "Y b c", "a b C", "conflict", "X b C >"),
            // One site is down, or was not read whole: the other goes on.
            ("a b c", "A b c", "?", "=", "nothing", "push"),
            ("a b c", "A b c", "=", "?", "push", "nothing"),
            ("a b c", "=", "?", "a b C", "nothing", "pull"),
            // One of them is gone: the other is left alone.
            ("a b c", "=", "=", "-", "nothing", "unlink"),
            ("a b c", "A b c", "=", "-", "push", "unlink"),
            ("a b c", "=", "A b c", "-", "pull", "unlink"),
            ("a b c", "=", "-", "=", "delete here", "nothing"),
            // Linked, and not there yet.
            ("a b c", "=", "A b c", "+", "pull", "create"),
        ];
        for (base, here, canvas, discourse, on_canvas, on_discourse) in cases {
            let local = if here == "=" { base } else { here };
            let first = target(1, false, base, local, here != "=", canvas);
            let second = target(2, true, base, local, here != "=", discourse);
            let same = |content: &Content| content.clone();
            let targets = [Target { state: &first, canonical: &same }, Target { state: &second, canonical: &same }];
            let got: Vec<String> = plan_linked(&targets).iter().map(told).collect();
            assert_eq!(got, [on_canvas, on_discourse], "{base} | {here} | {canvas} | {discourse}");
        }
    }

    #[test]
    fn a_strategy_that_names_a_site_settles_what_both_sites_changed_whichever_is_the_home() {
        use ConflictStrategy::{
            Ask, MergePreferCanvas, MergePreferDiscourse, PreferCanvas, PreferDiscourse, PreferMostRecent,
        };
        let cases = [
            // strategy, here, canvas now, discourse now, what is said in the end
            (Ask, "=", "X b c d e", "Y b c d e", "conflict"),
            (PreferMostRecent, "=", "X b c d e", "Y b c d e", "conflict"),
            (PreferCanvas, "=", "X b c d e", "Y b c d e", "X b c d e"),
            (PreferDiscourse, "=", "X b c d e", "Y b c d e", "Y b c d e"),
            (PreferCanvas, "=", "X b c d e", "a b c d Y", "X b c d e"),
            (PreferDiscourse, "=", "X b c d e", "a b c d Y", "a b c d Y"),
            (MergePreferCanvas, "=", "X b c d e", "Y b c d Z", "X b c d Z"),
            (MergePreferDiscourse, "=", "X b c d W", "Y b c d e", "Y b c d W"),
            (MergePreferCanvas, "a b H d e", "X b c d e", "Y b c d e", "X b H d e"),
            // Nobody said what is to become of what was written here.
            (MergePreferCanvas, "a b H d e", "X b c d e", "Y b T d e", "conflict"),
            (MergePreferDiscourse, "a b H d e", "X b C d e", "Y b c d e", "conflict"),
        ];
        for (strategy, here, canvas, discourse, end) in cases {
            for home in [SiteKind::Canvas, SiteKind::Discourse] {
                let local = if here == "=" { "a b c d e" } else { here };
                let mut first = target(1, home != SiteKind::Canvas, "a b c d e", local, here != "=", canvas);
                let mut second = target(2, home != SiteKind::Discourse, "a b c d e", local, here != "=", discourse);
                for (state, kind) in [(&mut first, Kind::Page), (&mut second, Kind::Topic)] {
                    state.strategy = strategy;
                    if let Some(base) = &mut state.base {
                        base.remote = RemoteRef::new(kind, 7);
                    }
                }
                let same = |content: &Content| content.clone();
                let mut targets =
                    [Target { state: &first, canonical: &same }, Target { state: &second, canonical: &same }];
                if home == SiteKind::Discourse {
                    targets.reverse();
                }
                let got: Vec<String> = plan_linked(&targets).iter().map(told).collect();
                let all = format!("{strategy:?} {here} | {canvas} | {discourse} at home on {home:?}: {got:?}");
                if end == "conflict" {
                    assert!(got.contains(&end.to_owned()), "{all}");
                } else {
                    // Each site either has it by now, or is sent it.
                    for (place, (told, there)) in got.iter().zip(targets.iter().map(|t| &t.state.observed)).enumerate()
                    {
                        let Observed::Seen { content, .. } = there else { continue };
                        let has = content.body == page(end).body;
                        let said = told == end || *told == format!("{end} >") || (told == "pull" && has);
                        assert!(said && (has || told.ends_with('>')), "{place}: {all}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_read_only_there_takes_the_other_sites_change_and_is_not_sent_to() {
        let first = target(1, false, "a b", "a b", false, "A b");
        let mut second = target(2, true, "a b", "a b", false, "=");
        second.read_only = Some("closed".to_owned());
        let same = |content: &Content| content.clone();
        let targets = [Target { state: &first, canonical: &same }, Target { state: &second, canonical: &same }];
        assert_eq!(plan_linked(&targets)[1], Action::Hold { why: "closed".to_owned() });
    }

    #[test]
    fn deleted_here_it_goes_from_its_home_alone() {
        let mut first = target(1, false, "a", "a", true, "=");
        let mut second = target(2, true, "a", "a", true, "=");
        for state in [&mut first, &mut second] {
            state.local.as_mut().unwrap().deleted = true;
        }
        let same = |content: &Content| content.clone();
        let targets = [Target { state: &first, canonical: &same }, Target { state: &second, canonical: &same }];
        assert_eq!(plan_linked(&targets), [Action::DeleteThere, Action::Unlink]);
    }
}
