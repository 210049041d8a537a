//! Whether the TypeScript that the window was written against is what the wire types are now.
#![allow(clippy::unwrap_used, reason = "what fails here fails a test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const WRITE: &str = "TS_RS_EXPORT_DIR=$PWD/ui/src/lib/api/generated cargo test -p lectern --features full-integration,sample --lib export_bindings";

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "ts"))
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap()))
        .collect()
}

#[test]
fn the_windows_types_are_those_of_the_wire() {
    // Into a folder of its own: what a test run writes beside it must not be what it is compared with.
    let fresh = tempfile::tempdir().unwrap();
    let done = Command::new(std::env::current_exe().unwrap())
        .arg("export_bindings")
        .env("TS_RS_EXPORT_DIR", fresh.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    let fresh = files(fresh.path());
    assert!(fresh.len() > 40, "only {} types were written", fresh.len());
    let mut known = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/api/generated"));
    let stale: Vec<&String> =
        fresh.iter().filter(|(name, text)| known.get(*name) != Some(text)).map(|it| it.0).collect();
    assert!(stale.is_empty(), "stale: {stale:?}. Write them anew: {WRITE}");
    // A smaller build has fewer types; the whole one has all.
    if cfg!(feature = "sample") {
        known.retain(|name, _| !fresh.contains_key(name));
        assert!(known.is_empty(), "no type any more: {:?}", known.keys());
    }
}
