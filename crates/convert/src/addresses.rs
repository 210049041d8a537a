//! Addresses within a site, made whole for readers on another one.

use domain::html::{Attr, Document, Edit, Element, edited};

/// `html` with the addresses that lead within the site at `origin` made whole. What lies on this computer keeps its own.
pub(crate) fn made_whole(html: &str, origin: &str) -> String {
    if origin.is_empty() || !(html.contains('/')) {
        return html.to_owned();
    }
    let document = Document::parse(html);
    let mut edits = Vec::new();
    for id in document.descendants(document.root()) {
        let Some(element) = document.element(id).filter(|element| !element.open.is_empty()) else { continue };
        for attr in element.attrs.iter().filter(|attr| leads(element, attr)) {
            if let Some(address) = whole(attr.value.trim(), origin) {
                edits.push(Edit::new(attr.value_span, address.replace('&', "&amp;").replace('"', "&quot;")));
            }
        }
    }
    edited(html, &edits)
}

fn leads(element: &Element, attr: &Attr) -> bool {
    let names: &[&str] = match element.name() {
        "a" | "area" => &["href"],
        "img" | "source" | "track" => &["src"],
        _ => &[],
    };
    names.contains(&attr.name.as_str()) && !attr.value_span.is_empty()
}

/// The whole address; nothing where it is whole already, or leads within the page or this computer.
fn whole(address: &str, origin: &str) -> Option<String> {
    let origin = origin.trim_end_matches('/');
    if let Some(upload) = address.strip_prefix("upload://") {
        return Some(format!("{origin}/uploads/short-url/{upload}"));
    }
    let within = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/lectern/");
    within.then(|| format!("{origin}{address}"))
}
