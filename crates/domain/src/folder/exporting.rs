//! What an export would write: a value, so that it can be shown before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{Agreed, Entry, Kept, Link, MANIFEST, Manifest, Written, led_beside, outward, paths, stem, to_text};
use crate::EntityId;
use crate::links::Own;

/// What lies at a path of the folder: the SHA-256 of a file's bytes; none for a folder, a link and the like.
pub type OnDisk = BTreeMap<String, Option<String>>;

/// A picture or another file that texts use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What it is called.
    pub name: String,
}

/// What becomes of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is not there yet.
    New,
    /// It is there as it was written last, and would be another.
    Changed,
    /// It is what it would be.
    Unchanged,
    /// What it was made from is gone, and it was not touched: it goes.
    Removed,
    /// It was changed in the folder, or is not this export's: it stays.
    ChangedThere,
    /// What it was made from is gone, and it was changed in the folder: it stays.
    GoneChangedThere,
}

/// One file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportLine {
    /// Its path in the folder.
    pub path: String,
    /// The document; none for a picture or another file.
    pub id: Option<EntityId>,
    /// What becomes of it.
    pub change: Change,
}

/// What an export would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportPlan {
    /// A line for each file.
    pub lines: Vec<ExportLine>,
    /// Texts to write, by their path.
    pub texts: BTreeMap<String, String>,
    /// Pictures and other files to write, by their path: the SHA-256 of each.
    pub pictures: BTreeMap<String, String>,
    /// The note while files are being written: each may be what it was or what it will be.
    pub begun: Manifest,
    /// The note when all is written.
    pub done: Manifest,
}

/// Plans an export of `kept` into a folder that holds `disk`, of which `before` is known. `picture` gives the file behind an address
/// that is kept here.
pub fn plan_export(
    kept: &[Kept],
    picture: impl Fn(&Link) -> Option<Picture>,
    before: &Manifest,
    disk: &OnDisk,
) -> ExportPlan {
    let earlier: BTreeMap<EntityId, String> =
        before.files.iter().filter_map(|(path, entry)| Some((entry.id?, path.clone()))).collect();
    let addresses: BTreeMap<&str, &str> =
        before.files.iter().filter_map(|(path, entry)| Some((entry.address.as_deref()?, path.as_str()))).collect();
    let mut taken: BTreeSet<String> =
        disk.keys().chain(before.files.keys()).map(|path| path.to_lowercase()).chain([MANIFEST.to_owned()]).collect();
    let of_documents = paths(kept, &earlier, taken.clone());
    // What a text itself says of a file beside it leads to none of these: it could not be told from what the export led there.
    let meant: BTreeSet<String> = kept
        .iter()
        .flat_map(|one| led_beside(&one.content.body, one.kind.format(), &of_documents[&one.id]).into_values())
        .collect();
    taken.extend(meant.iter().map(|path| path.to_lowercase()));
    taken.extend(of_documents.values().map(|path| path.to_lowercase()));
    let mut pictures = Pictures { taken, by_address: BTreeMap::new(), known: addresses, meant };
    let mut plan = ExportPlan {
        lines: Vec::new(),
        texts: BTreeMap::new(),
        pictures: BTreeMap::new(),
        begun: before.clone(),
        done: Manifest { files: BTreeMap::new(), ..before.clone() },
    };
    for one in kept {
        let path = &of_documents[&one.id];
        let pictures = std::cell::RefCell::new(&mut pictures);
        let to = |link: &Link| match &link.own {
            Some(Own::Entity(id)) => of_documents.get(id).cloned(),
            _ => Some(pictures.borrow_mut().path(link, picture(link)?)),
        };
        let body = outward(&one.content.body, one.kind.format(), path, to);
        let text = to_text(&Written {
            id: Some(one.id),
            kind: Some(one.kind),
            parent: one.parent,
            content: crate::Content { body, ..one.content.clone() },
        });
        let agreed = Agreed { sha256: sha256(text.as_bytes()), content: Some(one.content.hash()) };
        if plan.file(path, Some(one.id), None, agreed, disk) {
            plan.texts.insert(path.clone(), text);
        }
    }
    for (address, (path, picture)) in pictures.by_address {
        let agreed = Agreed { sha256: picture.sha256.clone(), content: None };
        if plan.file(&path, None, Some(address), agreed, disk) {
            plan.pictures.insert(path, picture.sha256);
        }
    }
    let wanted: BTreeSet<String> = plan.lines.iter().map(|line| line.path.clone()).collect();
    for (path, entry) in before.files.iter().filter(|(path, _)| !wanted.contains(*path)) {
        let Some(lies) = disk.get(path) else {
            plan.begun.files.remove(path);
            continue;
        };
        let untouched = lies.as_ref().is_some_and(|sha256| entry.agreed_as(sha256).is_some());
        let change = if untouched { Change::Removed } else { Change::GoneChangedThere };
        if !untouched {
            plan.done.files.insert(path.clone(), entry.clone());
        }
        plan.lines.push(ExportLine { path: path.clone(), id: entry.id, change });
    }
    plan
}

impl ExportPlan {
    /// Plans one file; whether it is to be written.
    fn file(
        &mut self,
        path: &str,
        id: Option<EntityId>,
        address: Option<String>,
        agreed: Agreed,
        disk: &OnDisk,
    ) -> bool {
        let before = self.begun.files.get(path);
        let change = match disk.get(path) {
            None => Change::New,
            Some(Some(sha256)) if *sha256 == agreed.sha256 => Change::Unchanged,
            Some(Some(sha256)) if before.is_some_and(|before| before.agreed_as(sha256).is_some()) => Change::Changed,
            Some(_) => Change::ChangedThere,
        };
        self.lines.push(ExportLine { path: path.to_owned(), id, change });
        if change == Change::ChangedThere {
            self.done.files.extend(before.map(|before| (path.to_owned(), before.clone())));
            return false;
        }
        let entry = self.begun.files.entry(path.to_owned()).or_default();
        (entry.id, entry.address) = (id, address);
        if entry.agreed_as(&agreed.sha256).is_none_or(|known| *known != agreed) {
            entry.agreed.retain(|known| known.sha256 != agreed.sha256);
            entry.agreed.push(agreed.clone());
        }
        self.done.files.insert(path.to_owned(), Entry { agreed: vec![agreed], ..entry.clone() });
        change != Change::Unchanged
    }
}

/// Where pictures and other files go, by their address as texts write it.
struct Pictures<'m> {
    taken: BTreeSet<String>,
    by_address: BTreeMap<String, (String, Picture)>,
    known: BTreeMap<&'m str, &'m str>,
    meant: BTreeSet<String>,
}

impl Pictures<'_> {
    fn path(&mut self, link: &Link, picture: Picture) -> String {
        // What follows the address of a file of ours is no part of it.
        let address = match &link.own {
            Some(Own::File(file)) => file.path(),
            _ => link.raw.clone(),
        };
        if let Some((path, _)) = self.by_address.get(&address) {
            return path.clone();
        }
        let known = self.known.get(address.as_str()).map(|path| (*path).to_owned());
        let known = known.filter(|path| !self.meant.contains(path));
        let path = known.unwrap_or_else(|| {
            let (name, ending) = picture.name.rsplit_once('.').unwrap_or((&picture.name, "bin"));
            let path = |name: &str| format!("files/{name}");
            let taken = |name: &str| self.taken.contains(&path(name).to_lowercase());
            path(&super::names::free(&stem(name), &stem(ending), taken))
        });
        self.taken.insert(path.to_lowercase());
        self.by_address.insert(address, (path.clone(), picture));
        path
    }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
