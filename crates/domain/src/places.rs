//! Which of the things in a list have to be sent, so that the list reads there as it does here.

/// One thing of a list, in the order in which it stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The number of its place here.
    pub number: i64,
    /// The number that both sides last agreed on; absent for what both never agreed to stand in this list.
    pub base: Option<i64>,
    /// Whether it was moved just now: of two ways to tell the same, the one that names it is taken.
    pub just_moved: bool,
}

/// For each thing of a list, whether its place has to be sent. What is not sent stands there in the order in which it stands here,
/// and as few as possible are sent. What keeps its number is never among them: nothing of it differs.
#[must_use]
pub fn to_send(list: &[Standing]) -> Vec<bool> {
    // The heaviest rising run of base numbers stays. What keeps its number outweighs all else, and such things always rise.
    const KEPT: u64 = 1_000_000;
    let weight = |standing: &Standing| match (standing.base == Some(standing.number), standing.just_moved) {
        (true, _) => KEPT,
        (false, true) => 2,
        (false, false) => 3,
    };
    let mut best: Vec<(u64, Option<usize>)> = Vec::with_capacity(list.len());
    for (at, standing) in list.iter().enumerate() {
        let before = (0..at)
            .filter(|&earlier| list[earlier].base.is_some() && list[earlier].base < standing.base)
            .max_by_key(|&earlier| best[earlier].0);
        let carried = before.map_or(0, |before| best[before].0);
        best.push((if standing.base.is_some() { carried + weight(standing) } else { 0 }, before));
    }
    let mut sent = vec![true; list.len()];
    let mut next = (0..list.len()).filter(|&at| list[at].base.is_some()).max_by_key(|&at| best[at].0);
    while let Some(at) = next {
        sent[at] = false;
        next = best[at].1;
    }
    sent
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A list in which things are named by their base numbers, in the order in which they stand here; 0 is new here.
    fn list(order: &[i64], just_moved: i64) -> Vec<Standing> {
        let standing = |(number, &base): (i64, &i64)| Standing {
            number,
            base: (base > 0).then_some(base),
            just_moved: base == just_moved,
        };
        (1..).zip(order).map(standing).collect()
    }

    fn sent(order: &[i64], just_moved: i64) -> Vec<i64> {
        let list = list(order, just_moved);
        order.iter().zip(to_send(&list)).filter(|(_, sent)| *sent).map(|(base, _)| *base).collect()
    }

    #[test]
    fn as_few_as_possible_are_sent_as_the_table_says() {
        let cases: [(&str, &[i64], i64, &[i64]); 8] = [
            ("as it was", &[1, 2, 3], 0, &[]),
            ("the last to the top", &[3, 1, 2], 3, &[3]),
            ("the first to the end", &[2, 3, 1], 1, &[1]),
            ("two change places: the one that was moved", &[2, 1], 2, &[2]),
            ("and the other where that was moved", &[2, 1], 1, &[1]),
            ("new between", &[1, 0, 2], 0, &[0]),
            ("a second move", &[3, 2, 1], 2, &[3, 1]),
            ("what keeps its number tells nothing, so its neighbour is sent", &[3, 2, 4], 2, &[3]),
        ];
        for (name, order, just_moved, expected) in cases {
            assert_eq!(sent(order, just_moved), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_differs_and_what_is_not_stays_in_its_order(
            order in Just((1..9_i64).collect::<Vec<_>>()).prop_shuffle(),
            gap in 0..4_i64,
            just_moved in 1..9_i64,
        ) {
            // A list that lost its first things keeps its numbers.
            let order: Vec<i64> = order.into_iter().map(|base| base + gap).collect();
            let list = list(&order, just_moved + gap);
            let sent = to_send(&list);
            let stays: Vec<i64> = list.iter().zip(&sent).filter(|(_, sent)| !**sent).filter_map(|(one, _)| one.base).collect();
            prop_assert!(stays.windows(2).all(|pair| pair[0] < pair[1]), "{stays:?}");
            for (standing, sent) in list.iter().zip(&sent) {
                prop_assert!(!sent || standing.base != Some(standing.number), "{list:?}");
            }
        }
    }
}
