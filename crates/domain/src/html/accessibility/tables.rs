//! Tables of data without header cells.

use super::super::document::{NodeId, Span};
use super::super::edit::{Edit, with_attribute};
use super::{Check, Finding, Fix, Page};

pub(super) fn check(page: &Page<'_, '_>, found: &mut Vec<Finding>) {
    for id in page.elements() {
        let Some(element) = page.document.element(id).filter(|_| page.document.html_name(id) == "table") else {
            continue;
        };
        if matches!(element.attr("role"), Some("presentation" | "none")) {
            continue;
        }
        let rows = rows(page, id);
        let header = rows.iter().flatten().any(|cell| page.document.html_name(*cell) == "th");
        // A single row or column is a frame around something rather than a table.
        let data = rows.len() > 1 && rows.iter().map(Vec::len).max().unwrap_or_default() > 1;
        if header || !data {
            continue;
        }
        let first_row = rows.first().into_iter().flatten().flat_map(|cell| header_cell(page, *cell, "col")).collect();
        let first_column =
            rows.iter().filter_map(|row| row.first()).flat_map(|cell| header_cell(page, *cell, "row")).collect();
        let layout = vec![with_attribute(page.source, element, "role", "presentation")];
        let words = "This table has no header cells, so that its cells are read out without saying what they are of.";
        found.push(page.finding(
            Check::TableWithoutHeaders,
            id,
            words,
            vec![
                Fix::ready("The first row is headers", first_row),
                Fix::ready("The first column is headers", first_column),
                Fix::ready("It is only for layout", layout),
            ],
        ));
    }
}

/// The cells of each row of `table`, without those of tables inside it.
fn rows(page: &Page<'_, '_>, table: NodeId) -> Vec<Vec<NodeId>> {
    let document = page.document;
    let mut rows = Vec::new();
    for part in document.children(table) {
        match document.html_name(part) {
            "tr" => rows.push(part),
            "thead" | "tbody" | "tfoot" => {
                rows.extend(document.children(part).filter(|row| document.html_name(*row) == "tr"))
            }
            _ => {}
        }
    }
    let cell = |id: &NodeId| matches!(document.html_name(*id), "td" | "th");
    rows.into_iter().map(|row| document.children(row).filter(cell).collect()).collect()
}

/// The edits that make `cell` a header of its row or column.
fn header_cell(page: &Page<'_, '_>, cell: NodeId, scope: &str) -> Vec<Edit> {
    let Some(element) = page.document.element(cell).filter(|element| !element.open.is_empty()) else {
        return Vec::new();
    };
    let name = |at: usize| Edit::new(Span::new(at, at + 2), "th");
    let mut edits = vec![name(element.open.start + 1)];
    if element.attr("scope").is_none() {
        edits.push(with_attribute(page.source, element, "scope", scope));
    }
    if !element.close.is_empty() {
        edits.push(name(element.close.start + 2));
    }
    edits
}
