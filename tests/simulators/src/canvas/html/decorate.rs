//! What Canvas adds to HTML that goes out (contract 6.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

use super::tree::{Fragment, Kind};
use crate::canvas::link::{FileLink, path_of_any_host, rooted};

/// The parts of the decoration that differ by site and request.
pub(in crate::canvas) struct Decoration<'a> {
    /// `http://host` of the request.
    pub(in crate::canvas) base: &'a str,
    /// Whether file links carry a verifier.
    pub(in crate::canvas) verifiers: bool,
    /// Whether the account's brand files are put round the text.
    pub(in crate::canvas) branding: bool,
    /// Course and verifier of a live file.
    pub(in crate::canvas) file: &'a dyn Fn(i64) -> Option<(i64, String)>,
}

/// Stored HTML as the API answers it.
pub(in crate::canvas) fn decorate(html: &str, decoration: &Decoration<'_>) -> String {
    let mut fragment = Fragment::parse(html);
    let snippets: Vec<Option<String>> = (0..fragment.nodes.len()).map(|id| snippet(&fragment, id)).collect();
    for (node, snippet) in fragment.nodes.iter_mut().zip(snippets) {
        let Kind::Element { name, attributes, .. } = &mut node.kind else { continue };
        match name.as_str() {
            "a" => address(attributes, "href", decoration, true),
            "img" | "iframe" => {
                address(attributes, "src", decoration, false);
                let absolute = get(attributes, "src").is_some_and(|src| path_of_any_host(src).is_some());
                if absolute {
                    set(attributes, "loading", "lazy".to_owned());
                }
                endpoint(attributes, "src", decoration);
            }
            "source" => address(attributes, "srcset", decoration, false),
            "object" => address(attributes, "data", decoration, false),
            "embed" => address(attributes, "src", decoration, false),
            _ => {}
        }
        if let Some(snippet) = snippet {
            user_content(attributes, &snippet);
        }
    }
    let body = fragment.serialize();
    if decoration.branding && !body.is_empty() {
        let base = decoration.base;
        return format!(
            "<link rel=\"stylesheet\" href=\"{base}/brand/mobile.css\">{body}<script src=\"{base}/brand/mobile.js\"></script>"
        );
    }
    body
}

fn get<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn set(attributes: &mut Vec<(String, String)>, name: &str, value: String) {
    match attributes.iter_mut().find(|(key, _)| key == name) {
        Some((_, existing)) => *existing = value,
        None => attributes.push((name.to_owned(), value)),
    }
}

fn address(attributes: &mut Vec<(String, String)>, name: &str, decoration: &Decoration<'_>, with_endpoint: bool) {
    let Some(value) = get(attributes, name) else { return };
    if let Some(changed) = absolute(value, decoration) {
        set(attributes, name, changed);
    }
    if with_endpoint {
        endpoint(attributes, name, decoration);
    }
}

/// The address with this host in front, and for a file with its verifier. A file link to a foreign host counts where the id exists here.
fn absolute(value: &str, decoration: &Decoration<'_>) -> Option<String> {
    let own = rooted(value, decoration.base);
    let path = own.or_else(|| path_of_any_host(value).filter(|path| FileLink::find(path).is_some()))?;
    if let Some(link) = FileLink::find(path)
        && let Some((course, verifier)) = (decoration.file)(link.file)
    {
        let action = link.action.map(|action| format!("/{action}")).unwrap_or_default();
        let mut query: Vec<&str> = path.split_once('?').map(|(_, q)| q.split('&').collect()).unwrap_or_default();
        query.retain(|part| !part.is_empty() && !part.starts_with("verifier="));
        let verifier = format!("verifier={verifier}");
        if decoration.verifiers {
            query.push(&verifier);
        }
        query.sort_unstable();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        return Some(format!("{}/courses/{course}/files/{}{action}{query}", decoration.base, link.file));
    }
    own.map(|path| format!("{}{path}", decoration.base))
}

fn endpoint(attributes: &mut Vec<(String, String)>, name: &str, decoration: &Decoration<'_>) {
    let Some(path) = get(attributes, name).and_then(|value| value.strip_prefix(decoration.base)) else { return };
    let Some((api, kind)) = api_of(path) else { return };
    let api = format!("{}/api/v1{api}", decoration.base);
    set(attributes, "data-api-endpoint", api);
    set(attributes, "data-api-returntype", kind);
}

/// The API path behind a page path, and the kind of what it answers; a list is written `[Kind]`.
fn api_of(path: &str) -> Option<(String, String)> {
    let plain = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = plain.trim_matches('/').split('/').collect();
    let ["courses", course, kind, rest @ ..] = parts.as_slice() else { return None };
    course.parse::<i64>().ok()?;
    let (api, one) = match *kind {
        "pages" | "wiki" => ("pages", "Page"),
        "assignments" => ("assignments", "Assignment"),
        "discussion_topics" => ("discussion_topics", "Discussion"),
        "quizzes" => ("quizzes", "Quiz"),
        "modules" => ("modules", "Module"),
        "files" => ("files", "File"),
        "external_tools" if rest == ["retrieve"] => {
            let query = path.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
            return Some((
                format!("/courses/{course}/external_tools/sessionless_launch{query}"),
                "SessionlessLaunchUrl".to_owned(),
            ));
        }
        _ => return None,
    };
    match rest {
        [] => Some((format!("/courses/{course}/{api}"), format!("[{one}]"))),
        [id] | [id, "download" | "preview"] => {
            if api != "pages" {
                id.parse::<i64>().ok()?;
            }
            Some((format!("/courses/{course}/{api}/{id}"), one.to_owned()))
        }
        _ => None,
    }
}

fn snippet(fragment: &Fragment, id: usize) -> Option<String> {
    let Kind::Element { name, .. } = &fragment.nodes[id].kind else { return None };
    matches!(name.as_str(), "object" | "embed").then(|| {
        let mut out = String::new();
        fragment.write(id, &mut out, false);
        out
    })
}

/// Plug-in content is wrapped for Canvas's own viewer. It grows at every round trip, as the recordings show.
fn user_content(attributes: &mut Vec<(String, String)>, snippet: &str) {
    let class = format!("{}instructure_user_content ", get(attributes, "class").unwrap_or_default());
    let size =
        |name: &str, otherwise: &str| get(attributes, name).map_or_else(|| otherwise.to_owned(), |n| format!("{n}1px"));
    let (width, height) = (size("width", "400px"), size("height", "300px"));
    let encoded = STANDARD.encode(snippet);
    let signature = Sha1::digest(encoded.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    set(attributes, "class", class);
    set(attributes, "data-uc_width", width);
    set(attributes, "data-uc_height", height);
    set(attributes, "data-uc_snippet", encoded);
    set(attributes, "data-uc_sig", signature);
}
