//! The engine under the text merges: two edit scripts over one base, clustered where they meet.

use std::ops::Range;

use crate::diff::matches;

/// A stretch of the base that a side replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    base: Range<usize>,
    side: Range<usize>,
}

impl Edit {
    fn inserts(&self) -> bool {
        self.base.is_empty()
    }

    fn grows(&self) -> bool {
        self.side.len() > self.base.len()
    }
}

/// What became of a stretch of the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Same,
    Local,
    Remote,
    /// Both sides changed it to the same.
    Agreed,
    /// Both sides changed it, or changed places too near to one another.
    Met,
}

/// A stretch of the base with its counterparts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) fate: Fate,
    pub(crate) base: Range<usize>,
    pub(crate) local: Range<usize>,
    pub(crate) remote: Range<usize>,
}

/// Cuts base, local and remote into regions. `near(gap)` tells whether edits of different sides with the untouched,
/// non-empty stretch `gap` of the base between them must be judged together.
pub(crate) fn regions(base: &[u32], local: &[u32], remote: &[u32], near: impl Fn(Range<usize>) -> bool) -> Vec<Region> {
    let ours = edits(base.len(), local.len(), &matches(base, local));
    let theirs = edits(base.len(), remote.len(), &matches(base, remote));
    // An edit that both made is a matter of its own: it contradicts nobody's other edits, however near.
    let twin = |edit: &Edit, others: &[Edit], side: &[u32], other_side: &[u32]| {
        let at = others.partition_point(|other| (other.base.start, other.base.end) < (edit.base.start, edit.base.end));
        others
            .get(at)
            .is_some_and(|other| other.base == edit.base && side[edit.side.clone()] == other_side[other.side.clone()])
    };
    let mut all: Vec<(bool, bool, &Edit)> = ours.iter().map(|e| (true, twin(e, &theirs, local, remote), e)).collect();
    all.extend(theirs.iter().map(|e| (false, twin(e, &ours, remote, local), e)));
    all.sort_by_key(|(_, _, edit)| (edit.base.start, edit.base.end));
    let mut out: Vec<Region> = Vec::new();
    // Offsets of the sides relative to the base after what is written so far.
    let (mut at, mut at_local, mut at_remote) = (0, 0, 0);
    let mut next = 0;
    while next < all.len() {
        let mut cluster = vec![all[next]];
        let mut end = all[next].2.base.end;
        let agreed = all[next].1;
        next += 1;
        if agreed {
            cluster.push(all[next]);
            next += 1;
        }
        while !agreed && next < all.len() {
            // Edits of one range are taken together, so that the outcome does not depend on whose comes first.
            let range = &all[next].2.base;
            let group = all[next..].iter().take_while(|(_, _, edit)| edit.base == *range).count();
            let joins = |(side, agreed, edit): &(bool, bool, &Edit)| {
                edit.base.start < end
                    || (!agreed && cluster.iter().any(|(other, _, met)| other != side && meet(met, edit, &near)))
            };
            if !all[next..next + group].iter().any(joins) {
                break;
            }
            end = end.max(range.end);
            cluster.extend_from_slice(&all[next..next + group]);
            next += group;
        }
        let start = cluster.iter().map(|(_, _, edit)| edit.base.start).min().unwrap_or(at);
        if start > at {
            let len = start - at;
            out.push(Region {
                fate: Fate::Same,
                base: at..start,
                local: at_local..at_local + len,
                remote: at_remote..at_remote + len,
            });
            at_local += len;
            at_remote += len;
        }
        let length = |ours: bool| {
            let mut len = end - start;
            for (_, _, edit) in cluster.iter().filter(|(side, _, _)| *side == ours) {
                len = len + edit.side.len() - edit.base.len();
            }
            len
        };
        let (to_local, to_remote) = (at_local + length(true), at_remote + length(false));
        let fate = match (cluster.iter().any(|(ours, ..)| *ours), cluster.iter().any(|(ours, ..)| !*ours)) {
            _ if agreed => Fate::Agreed,
            (true, false) => Fate::Local,
            (false, true) => Fate::Remote,
            _ => Fate::Met,
        };
        out.push(Region { fate, base: start..end, local: at_local..to_local, remote: at_remote..to_remote });
        (at, at_local, at_remote) = (end, to_local, to_remote);
    }
    if at < base.len() {
        out.push(Region {
            fate: Fate::Same,
            base: at..base.len(),
            local: at_local..local.len(),
            remote: at_remote..remote.len(),
        });
    }
    out
}

/// Whether two edits of different sides, `first` not after `second`, must be judged together.
fn meet(first: &Edit, second: &Edit, near: &impl Fn(Range<usize>) -> bool) -> bool {
    if second.base.start > first.base.end {
        return near(first.base.end..second.base.start);
    }
    // They touch. Two texts put into one place have no order of their own; an edit beside an insertion has.
    (first.inserts() && second.inserts())
        || (first.grows() && second.grows())
        || near(second.base.start..second.base.start)
}

fn edits(base: usize, side: usize, pairs: &[(usize, usize)]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut at, mut there) = (0, 0);
    for &(i, j) in pairs.iter().chain(std::iter::once(&(base, side))) {
        if i > at || j > there {
            edits.push(Edit { base: at..i, side: there..j });
        }
        (at, there) = (i + 1, j + 1);
    }
    edits
}
