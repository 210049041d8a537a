//! One side of a pairing changed: which passages are still what they were, and what the others become on the other side.

use std::ops::Range;

use domain::Format;
use domain::diff::matches;
use domain::html::preserve;
use domain::merge::text::merge_markdown;

use crate::blocks::{APART, definitions, is_unended, is_wrapping, passages, run_together, words};
use crate::pairing::{end_last, ended};
use crate::{Border, Kept, Pairing, Part};

/// Which side changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Home,
    Far,
}

/// A part with the text that it has now on the side that changed.
struct Here {
    /// Its place among the old parts; none for what is new.
    old: Option<usize>,
    part: Part,
}

pub(crate) fn advanced(border: &Border, pairing: &Pairing, side: Side, text: &str) -> Pairing {
    let format = match side {
        Side::Home => border.home,
        Side::Far => border.far(),
    };
    let old = &pairing.parts;
    let context = Context { border, side, format, definitions: definitions(text, format) };
    let mut here: Vec<Here> = Vec::new();
    let (mut from, mut to) = (0, 0);
    for (at, span) in untouched(old, text, side, format).into_iter().chain([(old.len(), text.len()..text.len())]) {
        context.gap(old, from..at, &passages(&text[to..span.start], format), &mut here);
        if let Some(part) = old.get(at) {
            let mut part = part.clone();
            *side.own(&mut part) = text[span.clone()].to_owned();
            here.push(Here { old: Some(at), part });
        }
        (from, to) = (at + 1, span.end);
    }
    let mut parts = joined(here, old, border, side.other());
    end_last(&mut parts, border.far());
    Pairing { parts }
}

/// The pairing after the other site changed what it was sent by itself.
pub(crate) fn echo(border: &Border, pairing: &Pairing, far: &str) -> Pairing {
    let format = border.far();
    let old = &pairing.parts;
    let mut parts = old.clone();
    for part in &mut parts {
        part.far.clear();
    }
    let (mut from, mut to) = (0, 0);
    for (at, span) in untouched(old, far, Side::Far, format).into_iter().chain([(old.len(), far.len()..far.len())]) {
        let waiting: Vec<usize> = (from..at).filter(|at| !old[*at].far.trim().is_empty()).collect();
        let between = passages(&far[to..span.start], format);
        if waiting.len() == between.len() {
            for (at, text) in waiting.iter().zip(&between) {
                parts[*at].far = (*text).to_owned();
            }
        } else if !between.is_empty() {
            // What cannot be told apart stands together, with the first of its passages or with the one before.
            match waiting.first().copied().or((0..from).next_back()).or((!parts.is_empty()).then_some(0)) {
                Some(at) => parts[at].far.push_str(&between.concat()),
                None => parts.push(Part { far: between.concat(), ..Part::default() }),
            }
        }
        if let Some(part) = parts.get_mut(at) {
            part.far = far[span.clone()].to_owned();
        }
        (from, to) = (at + 1, span.end);
    }
    Pairing { parts }
}

impl Side {
    fn own(self, part: &mut Part) -> &mut String {
        match self {
            Side::Home => &mut part.home,
            Side::Far => &mut part.far,
        }
    }

    fn of(self, part: &Part) -> &str {
        match self {
            Side::Home => &part.home,
            Side::Far => &part.far,
        }
    }

    fn other(self) -> Self {
        match self {
            Side::Home => Side::Far,
            Side::Far => Side::Home,
        }
    }
}

/// Old parts that are in the new text as they were, each with the bytes that it is there, white space after it included.
fn untouched(old: &[Part], text: &str, side: Side, format: Format) -> Vec<(usize, Range<usize>)> {
    let new = pieces(text, format);
    let mut keys: Vec<&str> = Vec::new();
    let mut places: Vec<Range<usize>> = Vec::new();
    for part in old {
        let first = keys.len();
        keys.extend(pieces(side.of(part), format).into_iter().map(|span| side.of(part)[span].trim()));
        places.push(first..keys.len());
    }
    let there: Vec<&str> = new.iter().map(|span| text[span.clone()].trim()).collect();
    let mut found = vec![None; keys.len()];
    let mut taken = vec![None; there.len()];
    for (a, b) in matches(&keys, &there) {
        found[a] = Some(b);
        taken[b] = Some(a);
    }
    let blank = |at: usize| there.get(at).is_none_or(|text| text.is_empty());
    let mut same: Vec<(usize, Range<usize>)> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let words: Vec<usize> = place.clone().filter(|key| !keys[*key].is_empty()).collect();
        let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
        let (Some(begin), Some(end)) = (found[*first], found[*last]) else { continue };
        let in_a_row =
            end - begin == last - first && (*first..=*last).all(|key| found[key] == Some(begin + key - first));
        // What stands right beside it, with no blank line between, belongs to it; unless it stood there before.
        let before =
            format == Format::Html || begin == 0 || blank(begin - 1) || first.checked_sub(1) == taken[begin - 1];
        let behind =
            format == Format::Html || blank(end + 1) || taken.get(end + 1).copied().flatten() == Some(last + 1);
        if !(in_a_row && before && behind) {
            continue;
        }
        let mut stop = end + 1;
        while stop < there.len() && there[stop].is_empty() {
            stop += 1;
        }
        same.push((at, new[begin].start..new[stop - 1].end));
    }
    // Something that is begun between two of them reaches over what follows.
    let mut to = 0;
    let open = same.iter().position(|(_, span)| {
        let begun = is_unended(&text[to..span.start], format);
        to = span.end;
        begun
    });
    same.truncate(open.unwrap_or(same.len()));
    if let Some((_, first)) = same.first_mut()
        && text[..first.start].trim().is_empty()
    {
        first.start = 0;
    }
    same
}

/// The pieces by which two versions of a text are compared: lines of Markdown, passages of HTML.
fn pieces(text: &str, format: Format) -> Vec<Range<usize>> {
    let texts: Vec<&str> = match format {
        Format::Html => passages(text, format),
        Format::Markdown | Format::None => text.split_inclusive('\n').collect(),
    };
    let mut at = 0;
    texts
        .into_iter()
        .map(|piece| {
            at += piece.len();
            at - piece.len()..at
        })
        .collect()
}

struct Context<'b> {
    border: &'b Border,
    side: Side,
    format: Format,
    definitions: String,
}

impl Context<'_> {
    /// Parts and passages between two that are the same: a passage that shares its words with a part is that part, changed.
    fn gap(&self, old: &[Part], range: Range<usize>, new: &[&str], here: &mut Vec<Here>) {
        let candidates: Vec<usize> = range.clone().filter(|at| self.can_change(&old[*at])).collect();
        let pairs = self.paired(old, &candidates, new);
        let mut next = range.start;
        // What has no place of its own on this side stays with what was before it; at the very beginning it goes first.
        let silent = |at: &usize| self.side.of(&old[*at]).trim().is_empty();
        if range.start == 0 && !new.is_empty() {
            while next < range.end && silent(&next) {
                here.push(Here { old: Some(next), part: old[next].clone() });
                next += 1;
            }
        }
        for (at, text) in new.iter().enumerate() {
            match pairs.iter().find(|(_, new)| *new == at) {
                Some((part, _)) => {
                    while next < *part {
                        self.left(old, next, here);
                        next += 1;
                    }
                    self.changed(old, *part, text, here);
                    next = part + 1;
                }
                None => here.push(Here { old: None, part: self.fresh(text) }),
            }
        }
        while next < range.end {
            self.left(old, next, here);
            next += 1;
        }
    }

    /// Whether an edit may make something else of a part: not of one that is nothing here, nor of what only a marker stands for.
    fn can_change(&self, part: &Part) -> bool {
        let text = self.side.of(part).trim();
        let marker_alone = self.side == Side::Far && part.kept.len() == 1 && {
            let bare = match self.format {
                Format::Html => domain::html::plain_text(text),
                Format::Markdown | Format::None => text.to_owned(),
            };
            bare.trim() == part.kept[0].marker
        };
        !text.is_empty() && !marker_alone && !is_wrapping(text, self.format)
    }

    fn paired(&self, old: &[Part], candidates: &[usize], new: &[&str]) -> Vec<(usize, usize)> {
        let texts: Vec<usize> = (0..new.len()).filter(|at| !is_wrapping(new[*at], self.format)).collect();
        if candidates.len() == texts.len() {
            return candidates.iter().copied().zip(texts).collect();
        }
        let mut pairs = Vec::new();
        let mut rest = candidates;
        for at in texts {
            let wanted = words(new[at], self.format);
            let alike = |part: &usize| {
                let known = words(self.side.of(&old[*part]), self.format);
                known.intersection(&wanted).count() * 3 >= known.len().max(wanted.len()).max(1)
            };
            if let Some(place) = rest.iter().position(alike) {
                pairs.push((rest[place], at));
                rest = &rest[place + 1..];
            }
        }
        pairs
    }

    fn fresh(&self, text: &str) -> Part {
        match self.side {
            Side::Home => self.border.part_of_home(text, &self.definitions),
            Side::Far => self.border.part_of_far(text, &self.definitions),
        }
    }

    /// A part of which nothing is left on this side.
    fn left(&self, old: &[Part], at: usize, here: &mut Vec<Here>) {
        let part = &old[at];
        if self.side.of(part).trim().is_empty() {
            here.push(Here { old: Some(at), part: part.clone() });
        } else if self.side == Side::Far {
            here.extend(self.kept_back(&part.kept, at));
        }
    }

    /// What only a marker stood for stays at home when its marker is taken out.
    fn kept_back(&self, kept: &[Kept], at: usize) -> Option<Here> {
        if kept.is_empty() {
            return None;
        }
        let home: String = kept.iter().map(|kept| ended(&kept.source, self.border.home)).collect();
        Some(Here { old: Some(at), part: Part { home, far: String::new(), kept: kept.to_vec() } })
    }

    fn changed(&self, old: &[Part], at: usize, text: &str, here: &mut Vec<Here>) {
        let part = &old[at];
        match self.side {
            Side::Home => {
                let mut new = self.fresh(text);
                let before = self.fresh(&part.home);
                new.far = carried(self.border.far(), &part.far, &before.far, &new.far);
                here.push(Here { old: Some(at), part: new });
            }
            Side::Far => {
                let (there, gone): (Vec<Kept>, Vec<Kept>) =
                    part.kept.iter().cloned().partition(|kept| text.contains(&kept.marker));
                let back = |text: &str| ended(&self.border.back(text, &self.definitions, &part.kept), self.border.home);
                let home = carried(self.border.home, &part.home, &back(&part.far), &back(text));
                let lost: Vec<Kept> = gone.into_iter().filter(|kept| !home.contains(kept.source.trim())).collect();
                here.push(Here { old: Some(at), part: Part { home, far: text.to_owned(), kept: there } });
                here.extend(self.kept_back(&lost, at));
            }
        }
    }
}

/// What a passage becomes where its conversion went from `before` to `after`: its own bytes wherever the two agree.
fn carried(format: Format, own: &str, before: &str, after: &str) -> String {
    if before.trim() == after.trim() {
        return own.to_owned();
    }
    if own.trim() == before.trim() {
        return after.to_owned();
    }
    match format {
        Format::Html => {
            let tail = &own[own.trim_end().len()..];
            format!("{}{tail}", preserve::save(own.trim_end(), before.trim_end(), after.trim_end()).html)
        }
        Format::Markdown | Format::None => ended(&by_line(own.trim_end(), before.trim_end(), after.trim_end()), format),
    }
}

/// The same for Markdown, line by line where the lines of both correspond: what is written in another way stays so.
fn by_line(own: &str, before: &str, after: &str) -> String {
    let merged = |before: &str, own: &str, after: &str| {
        merge_markdown(before, own, after).clean().unwrap_or_else(|| after.to_owned())
    };
    let (mine, old, new): (Vec<&str>, Vec<&str>, Vec<&str>) =
        (own.lines().collect(), before.lines().collect(), after.lines().collect());
    if mine.len() != old.len() {
        return merged(before, own, after);
    }
    let mut out: Vec<String> = Vec::with_capacity(new.len());
    let (mut from, mut to) = (0, 0);
    for (a, b) in matches(&old, &new).into_iter().chain([(old.len(), new.len())]) {
        if a - from == b - to {
            out.extend((from..a).zip(to..b).map(|(a, b)| merged(old[a], mine[a], new[b])));
        } else {
            out.extend(new[to..b].iter().map(|line| (*line).to_owned()));
        }
        out.extend(mine.get(a).map(|line| (*line).to_owned()));
        (from, to) = (a + 1, b + 1);
    }
    out.join("\n")
}

/// The parts in their new order. Where two that were not beside each other are now, Markdown needs a blank line between them, and
/// between two lists something that ends the first.
fn joined(mut here: Vec<Here>, old: &[Part], border: &Border, side: Side) -> Vec<Part> {
    let format = match side {
        Side::Home => border.home,
        Side::Far => border.far(),
    };
    if format != Format::Html {
        let seen: Vec<usize> = (0..here.len()).filter(|at| !side.of(&here[*at].part).is_empty()).collect();
        let mut apart = Vec::new();
        for pair in seen.windows(2) {
            let (first, second) = (&here[pair[0]], &here[pair[1]]);
            let beside = first.old.zip(second.old).is_some_and(|(a, b)| {
                a < b
                    && side.of(&old[a]) == side.of(&first.part)
                    && old[a + 1..b].iter().all(|part| side.of(part).is_empty())
            });
            let as_before = beside && second.old.is_some_and(|b| side.of(&old[b]) == side.of(&second.part));
            if !as_before && run_together(side.of(&first.part), side.of(&second.part)) {
                apart.push(pair[1]);
            }
            if !beside && !side.of(&first.part).ends_with("\n\n") {
                let ended = ended(side.of(&first.part), format);
                *side.own(&mut here[pair[0]].part) = ended;
            }
        }
        for at in apart.into_iter().rev() {
            let mut part = Part::default();
            *side.own(&mut part) = ended(APART, format);
            here.insert(at, Here { old: None, part });
        }
    }
    here.into_iter().map(|here| here.part).collect()
}
