//! Where in the folder each document of a space lies.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{ending, folder_of, free, stem};
use super::{format_of, is_inside};
use crate::{Content, EntityId, Kind, field};

/// A document, or another thing of a space, that is written into a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Identity.
    pub id: EntityId,
    /// What it is.
    pub kind: Kind,
    /// What it stands under.
    pub parent: Option<EntityId>,
    /// What it says.
    pub content: Content,
}

/// A path for each of `kept`, in their order: that of an earlier export where there is one, else one after its title that is not
/// among `taken` (paths in small letters). What stands under something lies in a folder that is named as its file is.
pub fn paths(
    kept: &[Kept],
    earlier: &BTreeMap<EntityId, String>,
    mut taken: BTreeSet<String>,
) -> BTreeMap<EntityId, String> {
    let ids: BTreeSet<EntityId> = kept.iter().map(|one| one.id).collect();
    let mut paths: BTreeMap<EntityId, String> = BTreeMap::new();
    let mut waiting: Vec<&Kept> = kept.iter().collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|one| {
            let above = one.parent.filter(|parent| ids.contains(parent) && *parent != one.id);
            let folder = match above {
                None => folder_of(one.kind).to_owned(),
                Some(parent) => match paths.get(&parent) {
                    Some(path) => under(path).to_owned(),
                    None => return true,
                },
            };
            let path = place(one, &folder, earlier.get(&one.id), &taken);
            taken.insert(path.to_lowercase());
            paths.insert(one.id, path);
            false
        });
        if waiting.len() == before {
            // They stand under each other: nothing that was made here does.
            for one in std::mem::take(&mut waiting) {
                let path = place(one, folder_of(one.kind), earlier.get(&one.id), &taken);
                taken.insert(path.to_lowercase());
                paths.insert(one.id, path);
            }
        }
    }
    paths
}

/// The folder of what stands under the document in this file: the path without its ending.
pub fn under(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains('/') => stem,
        _ => path,
    }
}

fn place(one: &Kept, folder: &str, earlier: Option<&String>, taken: &BTreeSet<String>) -> String {
    let ending = ending(one.kind.format());
    // A file keeps its name when its title changes, so that what leads to it stays whole.
    if let Some(path) = earlier
        && is_inside(path)
        && path.rsplit_once('/').is_some_and(|(above, _)| above == folder)
        && format_of(path).is_some()
        && path.ends_with(&format!(".{ending}"))
    {
        return path.clone();
    }
    let number = |name: &str| one.content.number(name).filter(|number| *number > 0);
    let stem = match one.kind {
        Kind::Post => number(field::POST_NUMBER).map_or("post".to_owned(), |number| format!("post-{number}")),
        Kind::Reply => "reply".to_owned(),
        Kind::ModuleItem => {
            let place = number(field::POSITION).map_or(String::new(), |place| format!("{place:02}-"));
            format!("{place}{}", stem(&one.content.title))
        }
        _ => stem(&one.content.title),
    };
    let path = |name: &str| format!("{folder}/{name}");
    path(&free(&stem, ending, |name| taken.contains(&path(name).to_lowercase())))
}
