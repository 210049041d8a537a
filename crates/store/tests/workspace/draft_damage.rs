//! What happens to drafts when their file is torn, flipped or no redb file at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use domain::{Content, EntityId};
use store::{Draft, Notice, Store};

use crate::drafts::draft;
use crate::support::Folder;

/// Every text that was ever acknowledged, by entity, oldest first.
type Acknowledged = BTreeMap<EntityId, Vec<Draft>>;

/// A workspace with some drafts, as its file lies on the disk after the process died.
async fn written() -> (Folder, Acknowledged, Vec<u8>) {
    let folder = Folder::new();
    let store = folder.open().await;
    let mut all = Acknowledged::new();
    for number in 0..3 {
        let id = EntityId::new(store.seed());
        for second in 0..4 {
            let mut draft =
                draft(&format!("document {number}, pause {second} {}", "typed words ".repeat(number * 200)));
            draft.saved_at = crate::support::at(second);
            store.put_draft(id, &draft).unwrap();
            all.entry(id).or_default().push(draft);
        }
    }
    let bytes = fs::read(folder.folder.path().join("lectern.redb")).unwrap();
    drop(store);
    (folder, all, bytes)
}

fn file(folder: &Folder) -> PathBuf {
    folder.folder.path().join("lectern.redb")
}

/// Small numbers that look random and are the same in every run.
fn noise(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    }
}

fn damaged(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut below = noise(seed);
    match seed % 4 {
        // The last page torn, and the file cut anywhere.
        0 => bytes.truncate(bytes.len() - 1 - below(4096)),
        1 => bytes.truncate(1 + below(bytes.len() - 1)),
        2 => {
            let at = below(bytes.len());
            bytes[at] ^= 1 << below(8);
        }
        _ => {
            let at = below(bytes.len() - 4096);
            bytes[at..at + 4096].fill(0);
        }
    }
    bytes
}

fn kept_as(store: &Store) -> Option<&Path> {
    store.notices().iter().map(|Notice::DraftsSetAside { kept_as, .. }| kept_as.as_path()).next()
}

#[tokio::test]
async fn a_damaged_draft_file_yields_whole_texts_or_is_set_aside_with_every_byte() {
    let (folder, acknowledged, bytes) = written().await;
    let (mut set_aside, mut whole) = (0, 0);
    for seed in 0..48 {
        for left in fs::read_dir(folder.folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
            if left.to_string_lossy().contains("damaged") {
                fs::remove_file(left).unwrap();
            }
        }
        let damaged = damaged(&bytes, seed);
        fs::write(file(&folder), &damaged).unwrap();
        let store = folder.try_open().await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        for (id, draft) in store.drafts().unwrap() {
            // Where the record of what it started from is lost, the text stands on an empty base.
            let typed = acknowledged[&id].iter().find(|typed| typed.content == draft.content);
            let typed = typed.unwrap_or_else(|| panic!("seed {seed}: a text that nobody typed"));
            assert!(draft == *typed || draft.base == Content::default(), "seed {seed}: on what it never started from");
        }
        match kept_as(&store) {
            Some(kept) => {
                set_aside += 1;
                assert_eq!(fs::read(kept).unwrap(), damaged, "seed {seed}");
            }
            None => {
                whole += 1;
                // A last commit whose pages are damaged cannot be told from one that power cut short: at most that one is
                // gone, the pause before it is whole.
                let pauses = |id: &EntityId| acknowledged[id].len();
                let now: Vec<_> = store.drafts().unwrap();
                assert_eq!(now.len(), acknowledged.len(), "seed {seed}");
                let behind: usize = now
                    .iter()
                    .map(|(id, now)| pauses(id) - 1 - acknowledged[id].iter().position(|draft| draft == now).unwrap())
                    .sum();
                assert!(behind <= 1, "seed {seed}: {behind} pauses are missing and nothing was said");
            }
        }
        // The workspace goes on.
        store.put_draft(EntityId::new(store.seed()), &draft("typed afterwards")).unwrap();
    }
    assert!(set_aside > 5 && whole > 5, "both must happen for this test to show anything: {set_aside}, {whole}");
}

#[tokio::test]
async fn drafts_are_found_again_in_a_file_whose_head_is_gone() {
    let (folder, acknowledged, mut bytes) = written().await;
    bytes[..4096].fill(0xAA);
    fs::write(file(&folder), &bytes).unwrap();
    let store = folder.open().await;
    let now: BTreeMap<_, _> = store.drafts().unwrap().into_iter().collect();
    let newest: BTreeMap<_, _> =
        acknowledged.iter().map(|(id, drafts)| (*id, drafts.last().unwrap().clone())).collect();
    assert_eq!(now, newest);
    assert!(matches!(store.notices(), [Notice::DraftsSetAside { put_back: 3, .. }]), "{:?}", store.notices());
    drop(store);
    assert!(folder.open().await.notices().is_empty(), "it is said once");
}

#[tokio::test]
async fn what_the_history_has_already_is_not_brought_up_again() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = crate::support::local_space(&store).await;
    let saved = crate::support::page(&store, space, "Title", "saved long ago").await;
    let open = EntityId::new(store.seed());
    store.put_draft(saved, &draft("saved long ago")).unwrap();
    store.put_draft(open, &draft("never saved")).unwrap();
    store.remove_draft(saved).unwrap();
    drop(store);
    let mut bytes = fs::read(file(&folder)).unwrap();
    bytes[..512].fill(0);
    fs::write(file(&folder), &bytes).unwrap();
    let store = folder.open().await;
    let ids: Vec<_> = store.drafts().unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [open]);
}

#[tokio::test]
async fn drafts_of_the_form_before_are_taken_over() {
    const OLD: redb::TableDefinition<'static, &str, &str> = redb::TableDefinition::new("drafts-1");
    let folder = Folder::new();
    let id = EntityId::new(domain::IdSeed { unix_millis: 7, random: [7; 10] });
    let old = r#"{"title":"T","body":"typed","counter":4,"base_title":"T","base_body":"before","saved_at":"2026-03-02T09:00:00Z","session":"s"}"#;
    folder.open().await.close().await;
    fs::remove_file(file(&folder)).unwrap();
    let database = redb::Database::create(file(&folder)).unwrap();
    let write = database.begin_write().unwrap();
    write.open_table(OLD).unwrap().insert(id.to_string().as_str(), old).unwrap();
    write.commit().unwrap();
    drop(database);
    for _ in 0..2 {
        let store = folder.open().await;
        let draft = store.draft(id).unwrap().unwrap();
        assert_eq!((draft.content.body.as_str(), draft.base.body.as_str(), draft.counter), ("typed", "before", 4));
        drop(store);
    }
}
