//! The clean-up of links in HTML that comes in, before the sanitizer (contract 6.1 a).

use super::tree::{Fragment, Kind};
use crate::canvas::link::{FileLink, rooted};

/// Rewrites the links of `html`, sent to the host of `base`. `course_of_file` says to which course a file belongs.
///
/// Text without any of Canvas's own addresses in it is handed on as it stands, not even serialised anew.
pub(in crate::canvas) fn clean_links(html: &str, base: &str, course_of_file: impl Fn(i64) -> Option<i64>) -> String {
    let host = base.split("://").nth(1).unwrap_or(base);
    let concerned = ["verifier=", "\"/files", "'/files", "instructure_inline_media_comment", host];
    if !concerned.iter().any(|mark| html.contains(mark)) {
        return html.to_owned();
    }
    let mut fragment = Fragment::parse(html);
    for node in &mut fragment.nodes {
        let Kind::Element { name, attributes, .. } = &mut node.kind else { continue };
        if matches!(name.as_str(), "video" | "audio") && media_comment(name, attributes) {
            node.children.clear();
            continue;
        }
        for (key, value) in attributes.iter_mut().filter(|(key, _)| matches!(key.as_str(), "href" | "src")) {
            debug_assert!(!key.is_empty());
            *value = clean_link(value, base, &course_of_file);
        }
    }
    fragment.serialize()
}

fn clean_link(address: &str, base: &str, course_of_file: &impl Fn(i64) -> Option<i64>) -> String {
    let Some(path) = rooted(address, base) else { return address.to_owned() };
    let Some(link) = FileLink::find(path) else { return path.to_owned() };
    let mut out = path.to_owned();
    if link.action.is_some()
        && let Some((before, query)) = path.split_once('?')
    {
        let kept: Vec<&str> = query.split('&').filter(|part| !part.starts_with("verifier=")).collect();
        // The question mark stays even where nothing is left behind it.
        out = format!("{before}?{}", kept.join("&"));
    }
    match (link.course, course_of_file(link.file)) {
        (None, Some(course)) => format!("/courses/{course}{out}"),
        _ => out,
    }
}

/// Turns an inline player back into the anchor that Canvas stores. The element keeps its text away from players: it has none.
fn media_comment(name: &mut String, attributes: &mut Vec<(String, String)>) -> bool {
    let get = |wanted: &str| attributes.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.clone());
    if !get("class").is_some_and(|class| class.split_whitespace().any(|c| c == "instructure_inline_media_comment")) {
        return false;
    }
    let Some(media) = get("data-media_comment_id") else { return false };
    let kind = if name == "video" { "video_comment" } else { "audio_comment" };
    *name = "a".to_owned();
    *attributes = vec![
        ("class".to_owned(), format!("instructure_inline_media_comment {kind}")),
        ("id".to_owned(), format!("media_comment_{media}")),
        ("href".to_owned(), format!("/media_objects/{media}")),
    ];
    true
}
