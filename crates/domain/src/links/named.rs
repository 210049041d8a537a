//! Which addresses of courses a text says, told without parsing it: for an index that asks the parser afterwards.

use std::collections::BTreeSet;

use super::{Address, Target, references};

/// The addresses of things in courses that `body` says anywhere, as [`Address::path`] writes them; those of files without what
/// follows their ids. It may tell one more than is linked, such as one that stands in the words, and never one less.
pub fn named(body: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut odd = false;
    for (at, _) in body.match_indices("/courses/") {
        let rest = &body[at..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ')' | '`' | '\\'))
            .unwrap_or(rest.len());
        odd |= rest[..end].contains("&#");
        found.extend(Address::parse(&rest[..end].replace("&amp;", "&")).and_then(key));
    }
    if odd {
        // Letters written by their numbers: only a parser reads them.
        found.extend(references(body, "").into_iter().filter_map(|reference| key(reference.address)));
    }
    found
}

fn key(address: Address) -> Option<String> {
    address.course()?;
    Some(match address.target {
        Target::File(id, _) => Address { target: Target::File(id, String::new()), ..address }.path(),
        Target::Home | Target::List(_) | Target::Syllabus => return None,
        _ => address.path(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_an_address_gives_one_name() {
        for (body, expected) in [
            ("<a href=\"/courses/1/pages/a-b?x=1#y\">", vec!["/courses/1/pages/a-b"]),
            ("<a href='https://c.test/courses/1/wiki/a-b'>", vec!["/courses/1/pages/a-b"]),
            ("<a href=/courses/1/pages/a-b>", vec!["/courses/1/pages/a-b"]),
            ("<a href=\"/courses/1/pages/%E6%97%A5\">", vec!["/courses/1/pages/%E6%97%A5"]),
            ("<a href=\"/courses/1/pages/日\">", vec!["/courses/1/pages/%E6%97%A5"]),
            ("<a href=\"/courses/1/pages/&#97;-b\">", vec!["/courses/1/pages/%26%2397%3B-b", "/courses/1/pages/a-b"]),
            ("<a href=\"/courses/1/files/7/download?wrap=1\">", vec!["/courses/1/files/7"]),
            ("<a href=\"/courses/1/announcements/7\">", vec!["/courses/1/discussion_topics/7"]),
            ("<a href=\"/courses/1/modules#module_7\">", vec!["/courses/1/modules/7"]),
            ("<a href=\"/courses/1\"><a href=\"/courses/1/modules\"><a href=\"/courses/x/pages/a\">", vec![]),
            (
                "[a](/courses/1/quizzes/3) and /courses/1/quizzes/4",
                vec!["/courses/1/quizzes/3", "/courses/1/quizzes/4"],
            ),
            ("", vec![]),
        ] {
            assert_eq!(named(body).into_iter().collect::<Vec<_>>(), expected, "{body}");
        }
    }
}
