//! Words in columns.

/// A cell longer than this pushes its own row aside, and not all the others.
const WIDEST: usize = 60;

/// Rows under each other, columns aligned, two spaces between them. An empty table says `none`.
pub(super) fn columns(rows: &[Vec<String>], none: &str) -> String {
    if rows.is_empty() {
        return format!("{none}\n");
    }
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0).min(WIDEST)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths).filter(|(_, width)| **width > 0) {
            line.push_str(cell);
            line.push_str(&" ".repeat((width + 2).saturating_sub(cell.chars().count()).max(2)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
