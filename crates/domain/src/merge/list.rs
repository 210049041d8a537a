//! Ordered lists of distinct items, such as the items of a module.
//!
//! Membership merges as a set does. Order: of each two items, the order that a side gave them is kept; where these orders
//! contradict one another, the list is a conflict and carries both, each complete.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The outcome for a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Merged<T> {
    /// This is the order.
    Settled(Vec<T>),
    /// Both sides ordered the same items differently. Both lists hold the merged membership.
    Conflict {
        /// Our order.
        local: Vec<T>,
        /// The server's order.
        remote: Vec<T>,
    },
}

/// Merges three orders of distinct items; a repeated item counts where it first stands.
pub fn merge<T: Ord + Clone>(base: &[T], local: &[T], remote: &[T]) -> Merged<T> {
    let (base, local, remote) = (distinct(base), distinct(local), distinct(remote));
    if local == remote || remote == base {
        return Merged::Settled(local);
    }
    if local == base {
        return Merged::Settled(remote);
    }
    let set = |items: &[T]| items.iter().cloned().collect::<BTreeSet<T>>();
    let members = super::set::merge(&set(&base), &set(&local), &set(&remote));
    let ours = placed(&local, &remote, &members);
    let theirs = placed(&remote, &local, &members);
    if ours == theirs {
        return Merged::Settled(ours);
    }
    // Only insertions meet at one place then; their order must not depend on whose they are.
    match order(&base, &local, &remote) {
        Some(spine) => Merged::Settled(interleaved(&spine, &local, &remote, &members)),
        None => Merged::Conflict { local: ours, remote: theirs },
    }
}

/// The order of the items that all three know: of each two, the order that a side gave them, else that of the base. None
/// where these go round in a circle, as when both move the same things differently.
fn order<T: Ord + Clone>(base: &[T], local: &[T], remote: &[T]) -> Option<Vec<T>> {
    let place = |items: &[T]| -> BTreeMap<T, usize> {
        items.iter().cloned().enumerate().map(|(at, item)| (item, at)).collect()
    };
    let (here, there) = (place(local), place(remote));
    // Places of the common items on both sides, in the order of the base.
    let common: Vec<(&T, usize, usize)> =
        base.iter().filter_map(|item| Some((item, *here.get(item)?, *there.get(item)?))).collect();
    let mut before = vec![0_usize; common.len()];
    for (i, first) in common.iter().enumerate() {
        for (j, second) in common.iter().enumerate().skip(i + 1) {
            let swapped = first.1 > second.1 || first.2 > second.2;
            before[if swapped { i } else { j }] += 1;
        }
    }
    // Without a circle, the first item stands after none, the next after one, and so on.
    let mut spine: Vec<Option<T>> = vec![None; common.len()];
    for (count, (item, ..)) in before.iter().zip(&common) {
        if spine[*count].replace((*item).clone()).is_some() {
            return None;
        }
    }
    spine.into_iter().collect()
}

fn distinct<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    let mut seen = BTreeSet::new();
    items.iter().filter(|item| seen.insert((*item).clone())).cloned().collect()
}

/// The members in the order of `first`, those only in `second` each after the item it follows there.
fn placed<T: Ord + Clone>(first: &[T], second: &[T], members: &BTreeSet<T>) -> Vec<T> {
    let mut out: Vec<T> = first.iter().filter(|item| members.contains(item)).cloned().collect();
    let mut after: Option<T> = None;
    for item in second.iter().filter(|item| members.contains(item)) {
        if !out.contains(item) {
            let at = after.as_ref().and_then(|prev| out.iter().position(|o| o == prev)).map_or(0, |at| at + 1);
            out.insert(at, item.clone());
        }
        after = Some(item.clone());
    }
    out
}

/// `spine` with each side's further members after the spine item that they follow; two runs at one place are ordered by
/// their first items, so that swapping the sides gives the same list.
fn interleaved<T: Ord + Clone>(spine: &[T], local: &[T], remote: &[T], members: &BTreeSet<T>) -> Vec<T> {
    let on_spine: BTreeSet<&T> = spine.iter().collect();
    let runs = |side: &[T]| {
        let mut runs: BTreeMap<Option<T>, Vec<T>> = BTreeMap::new();
        let mut after = None;
        for item in side {
            if on_spine.contains(item) {
                after = Some(item.clone());
            } else if members.contains(item) {
                runs.entry(after.clone()).or_default().push(item.clone());
            }
        }
        runs
    };
    let (ours, theirs) = (runs(local), runs(remote));
    let mut out: Vec<T> = Vec::new();
    let mut seen: BTreeSet<T> = BTreeSet::new();
    for place in std::iter::once(None).chain(spine.iter().cloned().map(Some)) {
        if let Some(item) = &place
            && members.contains(item)
            && seen.insert(item.clone())
        {
            out.push(item.clone());
        }
        let mut both: Vec<&Vec<T>> = [ours.get(&place), theirs.get(&place)].into_iter().flatten().collect();
        both.sort();
        for item in both.into_iter().flatten() {
            if seen.insert(item.clone()) {
                out.push(item.clone());
            }
        }
    }
    out
}
