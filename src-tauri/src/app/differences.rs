//! What differs between two contents, as a person reads it: fields, then passages with their words marked.

use domain::diff::{BlockChange, Piece, PieceKind, html_blocks, markdown_blocks, matches, words};
use domain::{Content, Format};
#[cfg(feature = "sync-engine")]
use domain::{html, markdown};

use super::telling::Telling;
use super::tree::label;
use crate::dto::{DifferenceDto, FieldChangeDto, PassageDto, PieceDto};

/// The difference of two contents of one format; values are told as in its space.
pub(crate) fn difference(format: Format, telling: &Telling, before: &Content, after: &Content) -> DifferenceDto {
    let mut fields = Vec::new();
    if before.title != after.title {
        fields.push(change("title", &before.title, &after.title));
    }
    let names: std::collections::BTreeSet<&String> = before.fields.keys().chain(after.fields.keys()).collect();
    for name in names {
        let words =
            |content: &Content| content.fields.get(name).map(|value| telling.words(name, value)).unwrap_or_default();
        if before.fields.get(name) != after.fields.get(name) {
            fields.push(change(name, &words(before), &words(after)));
        }
    }
    let will_drop = match format {
        Format::Html => {
            domain::canonical::canvas::dropped(&after.body).into_iter().map(|dropped| dropped.what).collect()
        }
        Format::Markdown | Format::None => Vec::new(),
    };
    DifferenceDto {
        fields,
        reading: reading(format, &before.body, &after.body),
        source: source(&before.body, &after.body),
        will_drop,
    }
}

/// What changed, in a few words each: `Title`, `Text: 2 passages`, `Published`.
#[cfg(feature = "sync-engine")]
pub(crate) fn summary(format: Format, before: &Content, after: &Content) -> Vec<String> {
    let difference = difference(format, &Telling::default(), before, after);
    let mut parts: Vec<String> = difference.fields.iter().map(|field| field.label.clone()).collect();
    if before.body != after.body {
        let changed = difference.reading.iter().filter(|passage| passage.change != "same").count();
        parts.push(match changed {
            0 => "Text: markup".to_owned(),
            1 => "Text: 1 passage".to_owned(),
            count => format!("Text: {count} passages"),
        });
    }
    parts
}

/// Words of a passage as they are read, with those that `other` lacks marked. Where both read alike, the markup is what differs and is shown.
#[cfg(feature = "sync-engine")]
pub(crate) fn marked(format: Format, passage: &str, other: &str) -> Vec<PieceDto> {
    let read = |text| reading_blocks(format, text).join("\n");
    let (here, there) = match (read(passage), read(other)) {
        (here, there) if here == there => (passage.to_owned(), other.to_owned()),
        read => read,
    };
    words(&there, &here).iter().filter(|piece| piece.kind != PieceKind::Removed).map(piece_dto).collect()
}

fn change(name: &str, before: &str, after: &str) -> FieldChangeDto {
    FieldChangeDto { name: name.to_owned(), label: label(name), before: before.to_owned(), after: after.to_owned() }
}

#[cfg(feature = "sync-engine")]
fn reading_blocks(format: Format, body: &str) -> Vec<String> {
    let text = |source: &str| html::plain_text(source).split_whitespace().collect::<Vec<_>>().join(" ");
    let blocks: Vec<String> = match format {
        Format::Html => html::blocks(body).iter().map(|block| text(&body[block.start..block.end])).collect(),
        Format::Markdown | Format::None => {
            markdown::blocks(body).iter().map(|block| body[block.start..block.end].trim().to_owned()).collect()
        }
    };
    blocks.into_iter().filter(|block| !block.is_empty()).collect()
}

fn reading(format: Format, before: &str, after: &str) -> Vec<PassageDto> {
    let changes = match format {
        Format::Html => html_blocks(before, after),
        Format::Markdown | Format::None => markdown_blocks(before, after),
    };
    changes.into_iter().flat_map(passages_of).collect()
}

fn passages_of(change: BlockChange) -> Vec<PassageDto> {
    match change {
        BlockChange::Same { texts } => {
            texts.iter().map(|text| passage("same", "", vec![piece("same", text)])).collect()
        }
        BlockChange::Changed { role, pieces } => {
            vec![passage("changed", &role, pieces.iter().map(piece_dto).collect())]
        }
        BlockChange::Added { role, text } => vec![passage("added", &role, vec![piece("added", &text)])],
        BlockChange::Removed { role, text } => vec![passage("removed", &role, vec![piece("removed", &text)])],
        // Only the source shows what it is.
        BlockChange::Markup => Vec::new(),
    }
}

/// The source line by line.
fn source(before: &str, after: &str) -> Vec<PassageDto> {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut passages = Vec::new();
    let (mut old, mut new) = (0, 0);
    for (a, b) in matches(&before, &after).into_iter().chain([(before.len(), after.len())]) {
        let (removed, added) = (&before[old..a], &after[new..b]);
        let both = removed.len().min(added.len());
        for (removed, added) in removed.iter().zip(added) {
            passages.push(passage("changed", "", words(removed, added).iter().map(piece_dto).collect()));
        }
        passages.extend(removed[both..].iter().map(|text| passage("removed", "", vec![piece("removed", text)])));
        passages.extend(added[both..].iter().map(|text| passage("added", "", vec![piece("added", text)])));
        passages.extend(before.get(a).map(|text| passage("same", "", vec![piece("same", text)])));
        (old, new) = (a + 1, b + 1);
    }
    passages
}

/// `role` is the element that the passage stands in; empty for plain text.
fn passage(change: &str, role: &str, pieces: Vec<PieceDto>) -> PassageDto {
    let block = match role {
        "" => "text",
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "heading",
        "li" | "ul" | "ol" | "dt" | "dd" => "list",
        "td" | "th" | "tr" | "table" | "caption" => "table",
        "figure" | "figcaption" => "image",
        _ => "paragraph",
    };
    PassageDto { change: change.to_owned(), block: block.to_owned(), pieces }
}

fn piece(change: &str, text: &str) -> PieceDto {
    PieceDto { change: change.to_owned(), text: text.to_owned() }
}

fn piece_dto(of: &Piece) -> PieceDto {
    let change = match of.kind {
        PieceKind::Same => "same",
        PieceKind::Added => "added",
        PieceKind::Removed => "removed",
    };
    piece(change, &of.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_passage_is_folded_and_a_changed_one_shown() {
        let before = Content::new("T", "<p>One</p><p>Two</p>");
        let after = Content::new("T", "<p>One</p><p>Two more</p>");
        let difference = difference(Format::Html, &Telling::default(), &before, &after);
        let changes: Vec<_> = difference.reading.iter().map(|passage| passage.change.as_str()).collect();
        assert_eq!(changes, ["same", "changed"]);
    }

    #[cfg(feature = "sync-engine")]
    #[test]
    fn a_passage_is_marked_as_it_is_read_unless_its_markup_alone_differs() {
        let text = |mine: &str, theirs: &str| -> String {
            marked(Format::Html, mine, theirs).iter().map(|piece| piece.text.as_str()).collect()
        };
        assert_eq!(text("<p>Ours at <b>noon</b>.</p>", "<p>Theirs at one.</p>"), "Ours at noon.");
        assert_eq!(text("<p>Same <b>words</b></p>", "<p>Same words</p>"), "<p>Same <b>words</b></p>");
    }

    #[cfg(feature = "sync-engine")]
    #[test]
    fn a_change_of_one_passage_is_summed_up_as_one() {
        let before = Content::new("T", "<p>One</p><p>Two</p>");
        let after = Content::new("T", "<p>One</p><p>Two more</p>");
        assert_eq!(summary(Format::Html, &before, &after), ["Text: 1 passage"]);
    }
}
