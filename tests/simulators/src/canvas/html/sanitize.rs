//! Canvas's sanitizer: an allow list of elements, attributes, protocols and CSS (contract 6.1 b and 6.2).

use super::allow;
use super::style;
use super::tree::{Fragment, Kind, NodeId};

/// HTML as Canvas stores it.
#[must_use]
pub fn sanitize(html: &str) -> String {
    let mut fragment = Fragment::parse(html);
    let children = clean_children(&mut fragment, 0);
    fragment.nodes[0].children = children;
    fragment.serialize()
}

fn clean_children(fragment: &mut Fragment, id: NodeId) -> Vec<NodeId> {
    let children = std::mem::take(&mut fragment.nodes[id].children);
    children.into_iter().flat_map(|child| clean(fragment, child)).collect()
}

/// The nodes that stand in the place of one node.
fn clean(fragment: &mut Fragment, id: NodeId) -> Vec<NodeId> {
    let Kind::Element { name, .. } = &fragment.nodes[id].kind else {
        return if matches!(fragment.nodes[id].kind, Kind::Comment) { Vec::new() } else { vec![id] };
    };
    let name = name.clone();
    if allow::is_element(&name) {
        let children = if name == "iframe" { Vec::new() } else { clean_children(fragment, id) };
        fragment.nodes[id].children = children;
        if let Kind::Element { attributes, .. } = &mut fragment.nodes[id].kind {
            *attributes = std::mem::take(attributes)
                .into_iter()
                .filter_map(|(key, value)| clean_attribute(&name, key, value))
                .collect();
        }
        return vec![id];
    }
    if allow::GOES_WITH_CONTENT.contains(&name.as_str()) {
        return Vec::new();
    }
    let mut kept = clean_children(fragment, id);
    // A removed block element leaves a space on either side, so that words on its border do not grow together.
    if name == "hgroup" {
        kept.insert(0, space(fragment, id));
        let after = space(fragment, id);
        kept.push(after);
    }
    kept
}

fn space(fragment: &mut Fragment, like: NodeId) -> NodeId {
    let mut node = fragment.nodes[like].clone();
    node.kind = Kind::Text(" ".to_owned());
    node.children.clear();
    fragment.nodes.push(node);
    fragment.nodes.len() - 1
}

fn clean_attribute(element: &str, key: String, value: String) -> Option<(String, String)> {
    if !allow::is_attribute(element, &key) {
        return None;
    }
    if key == "style" {
        let kept = style::filter(&value);
        return (!kept.is_empty()).then_some((key, kept));
    }
    if key == "id" {
        let id = value.split_whitespace().collect();
        return Some((key, id));
    }
    match allow::protocols(element, &key) {
        Some(allowed) if protocol(&value).is_some_and(|p| !allowed.contains(&p.as_str())) => None,
        _ => Some((key, value)),
    }
}

/// The protocol of an address, in lower case; none where the address is relative.
pub(super) fn protocol(address: &str) -> Option<String> {
    let address = address.trim_start();
    let end = address.find(':')?;
    let before = &address[..end];
    (!before.contains(['/', '#'])).then(|| before.trim().to_ascii_lowercase())
}
