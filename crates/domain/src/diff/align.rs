//! Which items of one sequence are which of another: the longest common subsequence, kept affordable.

use std::collections::HashMap;
use std::hash::Hash;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Up to this many items on both sides together, the exact search is affordable even where nothing is alike.
const EXACT: usize = 6_000;

/// Pairs `(index in a, index in b)` of items that correspond, increasing in both.
///
/// Myers within affordable stretches; a longer stretch is first cut at items that occur once on each side. A longer
/// stretch without such an item is walked in step, as far as both go on alike; the rest of it counts as replaced.
pub fn matches<T: Eq + Hash + Ord>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut work = vec![(0..a.len(), 0..b.len())];
    while let Some((mut in_a, mut in_b)) = work.pop() {
        while !in_a.is_empty() && !in_b.is_empty() && a[in_a.start] == b[in_b.start] {
            found.push((in_a.start, in_b.start));
            in_a.start += 1;
            in_b.start += 1;
        }
        while !in_a.is_empty() && !in_b.is_empty() && a[in_a.end - 1] == b[in_b.end - 1] {
            in_a.end -= 1;
            in_b.end -= 1;
            found.push((in_a.end, in_b.end));
        }
        if in_a.is_empty() || in_b.is_empty() {
            continue;
        }
        if in_a.len() + in_b.len() <= EXACT {
            for op in capture_diff_slices(Algorithm::Myers, &a[in_a.clone()], &b[in_b.clone()]) {
                if let DiffOp::Equal { old_index, new_index, len } = op {
                    found.extend((0..len).map(|i| (in_a.start + old_index + i, in_b.start + new_index + i)));
                }
            }
            continue;
        }
        let anchors = unique_anchors(&a[in_a.clone()], &b[in_b.clone()]);
        if anchors.is_empty() {
            let pairs = in_step(&a[in_a.clone()], &b[in_b.clone()]);
            found.extend(pairs.into_iter().map(|(x, y)| (in_a.start + x, in_b.start + y)));
            continue;
        }
        let (mut from_a, mut from_b) = (in_a.start, in_b.start);
        for (x, y) in anchors {
            let (x, y) = (in_a.start + x, in_b.start + y);
            work.push((from_a..x, from_b..y));
            found.push((x, y));
            (from_a, from_b) = (x + 1, y + 1);
        }
        work.push((from_a..in_a.end, from_b..in_b.end));
    }
    found.sort_unstable();
    found
}

/// Pairs found by walking both in step, past small differences: for long texts that repeat themselves.
fn in_step<T: Eq>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    /// Items that must be alike for the walk to go on.
    const RUN: usize = 6;
    /// Items on both sides together that a difference may have.
    const SKIP: usize = 200;
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let alike = |x: usize, y: usize| match (a.get(i + x..i + x + RUN), b.get(j + y..j + y + RUN)) {
            (Some(left), Some(right)) => left == right,
            _ => false,
        };
        let next = (1..=SKIP).find_map(|skip| (0..=skip).map(|x| (x, skip - x)).find(|(x, y)| alike(*x, *y)));
        let Some((x, y)) = next else { break };
        (i, j) = (i + x, j + y);
    }
    pairs
}

/// The longest increasing chain of items that occur exactly once in each.
fn unique_anchors<T: Eq + Hash>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    let mut seen: HashMap<&T, (usize, usize, usize)> = HashMap::new();
    for (i, item) in a.iter().enumerate() {
        let entry = seen.entry(item).or_insert((0, i, 0));
        entry.0 += 1;
    }
    let mut pairs = Vec::new();
    for item in b {
        if let Some(entry) = seen.get_mut(item) {
            entry.2 += 1;
        }
    }
    for (j, item) in b.iter().enumerate() {
        if let Some(&(1, i, 1)) = seen.get(item) {
            pairs.push((i, j));
        }
    }
    // `pairs` is in order of b; the chain must also increase in a.
    let mut tails: Vec<usize> = Vec::new();
    let mut back: Vec<Option<usize>> = vec![None; pairs.len()];
    for (k, &(i, _)) in pairs.iter().enumerate() {
        let at = tails.partition_point(|&t| pairs[t].0 < i);
        back[k] = at.checked_sub(1).map(|p| tails[p]);
        if at == tails.len() {
            tails.push(k);
        } else {
            tails[at] = k;
        }
    }
    let mut chain = Vec::new();
    let mut next = tails.last().copied();
    while let Some(k) = next {
        chain.push(pairs[k]);
        next = back[k];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_increasing_and_equal() {
        let a: Vec<u32> = (0..20_000).collect();
        let mut b = a.clone();
        b.splice(100..110, [900_001, 900_002]);
        b.swap(15_000, 15_001);
        let found = matches(&a, &b);
        assert!(found.len() >= 19_988, "{}", found.len());
        assert!(found.iter().all(|&(i, j)| a[i] == b[j]));
        assert!(found.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1));
    }

    #[test]
    fn long_sequences_that_repeat_themselves_are_walked_in_step() {
        let a: Vec<u32> = (0..300_u32).cycle().take(30_000).collect();
        let mut b = a.clone();
        for at in (0..90).rev() {
            b.insert(at * 300 + 7, 1_000);
        }
        let found = matches(&a, &b);
        assert_eq!(found.len(), a.len());
        assert!(found.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1));
    }

    #[test]
    fn long_sequences_with_nothing_in_common_are_quick_and_unmatched() {
        let a: Vec<u32> = (0..50_000).collect();
        let b: Vec<u32> = (100_000..150_000).collect();
        assert!(matches(&a, &b).is_empty());
    }
}
