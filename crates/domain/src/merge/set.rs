//! Sets, such as tags: union and removal, never a conflict.

use std::collections::BTreeSet;

/// What both sides want: all that either added, nothing that either removed.
pub fn merge<T: Ord + Clone>(base: &BTreeSet<T>, local: &BTreeSet<T>, remote: &BTreeSet<T>) -> BTreeSet<T> {
    let kept = base.iter().filter(|item| local.contains(item) && remote.contains(item));
    let added = local.union(remote).filter(|item| !base.contains(item));
    kept.chain(added).cloned().collect()
}
