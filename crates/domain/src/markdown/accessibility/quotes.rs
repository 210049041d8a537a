//! Where a text repeats what somebody else wrote: `[quote]` to `[/quote]`.

use super::runs::Run;
use crate::html::Span;

/// The outermost quotes; one that is never ended is none.
pub(super) fn quotes(source: &str, runs: &[Run]) -> Vec<Span> {
    let mut quotes = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for run in runs {
        let words = run.span.of(source).to_ascii_lowercase();
        for (at, _) in words.match_indices('[') {
            let here = run.span.start + at;
            let rest = &words[at..];
            if rest.starts_with("[quote]") || rest.starts_with("[quote=") {
                open.push(here);
            } else if rest.starts_with("[/quote]")
                && let Some(start) = open.pop()
                && open.is_empty()
            {
                quotes.push(Span::new(start, here));
            }
        }
    }
    quotes
}
