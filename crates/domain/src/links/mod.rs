//! Where the links and pictures of a Canvas body lead within the site, and leading them elsewhere without touching
//! another byte (contract 6.5).

mod address;
mod embedded;
mod equation;
mod forum;
mod named;
mod own;
mod percent;
mod upload;

pub use address::{Address, Target};
pub use embedded::{Embedded, embedded, with_addresses};
pub use equation::Equation;
pub use forum::{ForumTarget, origin_of, path_within};
pub use named::named;
pub(crate) use own::read as own_at;
pub use own::{Attached, Own, own, with_own};
pub(crate) use percent::decode as percent_decoded;
pub use upload::upload_digest;

use crate::canonical::canvas::{is_link, strip_origin};
use crate::html::{Attr, Document, Edit, Element, NodeId, Span, edited};

/// What refers to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A link that is followed.
    Link,
    /// A picture.
    Picture,
    /// What is played or framed.
    Frame,
}

/// A link, picture or frame of a body that leads within its site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Where it leads.
    pub address: Address,
    /// What it is.
    pub role: Role,
    /// The whole address as it is written in the source, between its quotes.
    pub span: Span,
    /// The text of a link as it is read, or the alternative text of a picture.
    pub words: String,
}

/// Everything in `body` that leads within the site at `origin` (scheme, host, port; "" where only root-relative addresses
/// count) or to something kept here, in the order of the page.
pub fn references(body: &str, origin: &str) -> Vec<Reference> {
    let document = Document::parse(body);
    found(&document, origin).into_iter().map(|place| place.reference).collect()
}

/// `body` with the addresses for which `new` gives another one. Query, fragment and everything else keep their bytes; the
/// address that Canvas noted for its own use beside it (`data-api-endpoint`) goes along.
pub fn rewritten(body: &str, origin: &str, new: impl Fn(&Reference) -> Option<Address>) -> String {
    if !body.contains('/') {
        return body.to_owned();
    }
    let document = Document::parse(body);
    let mut edits = Vec::new();
    for place in found(&document, origin) {
        let Some(address) = new(&place.reference).filter(|address| *address != place.reference.address) else {
            continue;
        };
        edits.push(path_edit(body, place.attr, &place.reference.address, &address, origin));
        let endpoint =
            place.element.attrs.iter().find(|attr| attr.name == "data-api-endpoint" && !attr.value_span.is_empty());
        edits.extend(endpoint.and_then(|attr| endpoint_edit(attr, &place.reference.address, &address)));
    }
    edited(body, &edits)
}

struct Place<'d> {
    reference: Reference,
    element: &'d Element,
    attr: &'d Attr,
}

fn found<'d>(document: &'d Document<'_>, origin: &str) -> Vec<Place<'d>> {
    let origin = origin.trim_end_matches('/');
    let mut found = Vec::new();
    for id in document.descendants(document.root()) {
        let Some(element) = document.element(id).filter(|element| !element.open.is_empty()) else { continue };
        for attr in
            element.attrs.iter().filter(|attr| is_link(element.name(), &attr.name) && !attr.value_span.is_empty())
        {
            let Some(address) = strip_origin(attr.value.trim(), origin).and_then(Address::parse) else { continue };
            let role = match element.name() {
                "a" | "area" => Role::Link,
                "img" => Role::Picture,
                _ => Role::Frame,
            };
            let reference = Reference { address, role, span: attr.value_span, words: words(document, id, element) };
            found.push(Place { reference, element, attr });
        }
    }
    found
}

fn words(document: &Document<'_>, id: NodeId, element: &Element) -> String {
    match element.name() {
        "img" | "area" => element.attr("alt").unwrap_or_default().to_owned(),
        "a" => crate::html::text_under(document, id),
        _ => element.attr("title").unwrap_or_default().to_owned(),
    }
}

/// The edit that leads `attr` from `old` to `new`.
fn path_edit(body: &str, attr: &Attr, old: &Address, new: &Address, origin: &str) -> Edit {
    let raw = attr.value_span.of(body);
    let lead = raw.len() - raw.trim_start().len();
    let rest = strip_origin(raw.trim(), origin.trim_end_matches('/')).unwrap_or(raw.trim());
    let start = attr.value_span.start + lead + (raw.trim().len() - rest.len());
    let len = old.length_in(rest);
    if rest[..len].contains('&') {
        // A path with a character reference in it: the whole value is written anew.
        let tail = &attr.value.trim()[old.length_in(attr.value.trim()).min(attr.value.trim().len())..];
        let value = format!("{}{tail}", new.path());
        return Edit::new(attr.value_span, value.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;"));
    }
    Edit::new(Span::new(start, start + len), new.path())
}

fn endpoint_edit(attr: &Attr, old: &Address, new: &Address) -> Option<Edit> {
    let (head, tail) = (old.api_path()?, new.api_path()?);
    let before = attr.value.strip_suffix(head.as_str())?;
    let value = format!("{before}{tail}");
    Some(Edit::new(attr.value_span, value.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;")))
}

#[cfg(test)]
mod tests;
