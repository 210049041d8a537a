use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::Content;
use store::{Error, Store};

use crate::support::{Folder, at, local_space, page};

/// The process dies at the `call`th crash point from now; 0 is right before the next commit, 1 right after it.
fn die_at(store: &Store, call: u32) {
    let calls = AtomicU32::new(0);
    store.set_crash_hook(Some(Arc::new(move |_| calls.fetch_add(1, Ordering::SeqCst) == call)));
}

#[tokio::test]
async fn a_save_is_wholly_there_or_wholly_not_wherever_the_program_dies() {
    for (call, body, revisions, counter) in [(0, "old", 1, 1), (1, "new", 2, 2)] {
        let folder = Folder::new();
        let store = folder.open().await;
        let space = local_space(&store).await;
        let id = page(&store, space, "Title", "old").await;
        die_at(&store, call);
        let died = store.save(id, &Content::new("Title", "new"), None, "save", at(1)).await;
        assert!(matches!(died, Err(Error::Crashed("save"))));
        assert!(matches!(store.delete(id, at(2)).await, Err(Error::Crashed(_))), "nothing is written after death");
        drop(store);
        let store = folder.open().await;
        let entity = store.get(id).await.unwrap();
        assert_eq!((entity.content.body.as_str(), entity.counter), (body, counter));
        assert_eq!(store.revisions(id).await.unwrap().len(), revisions);
    }
}

#[tokio::test]
async fn a_draft_is_wholly_there_or_wholly_not_wherever_the_program_dies() {
    for (call, body) in [(0, "old"), (1, "new")] {
        let folder = Folder::new();
        let store = folder.open().await;
        let space = local_space(&store).await;
        let id = page(&store, space, "Title", "text").await;
        let draft = |body: &str| crate::drafts::draft(body);
        store.put_draft(id, &draft("old")).unwrap();
        die_at(&store, call);
        assert!(matches!(store.put_draft(id, &draft("new")), Err(Error::Crashed("draft"))));
        drop(store);
        assert_eq!(folder.open().await.draft(id).unwrap(), Some(draft(body)));
    }
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn a_pull_is_wholly_there_or_wholly_not_wherever_the_program_dies() {
    use domain::Kind;

    use crate::support::{course, news, object, pulled};

    for (call, body) in [(0, "one"), (1, "two")] {
        let folder = Folder::new();
        let store = folder.open().await;
        let (account, space) = course(&store).await;
        let id = pulled(&store, account, space, 5, "one").await;
        let mut apply = news(account, space, object(Kind::Page, 5, "two"));
        apply.entity = Some(id);
        die_at(&store, call);
        assert!(matches!(store.apply_pull(apply).await, Err(Error::Crashed("apply"))));
        drop(store);
        let store = folder.open().await;
        assert_eq!(store.get(id).await.unwrap().content.body, body);
        assert_eq!(store.mapping(id, account).await.unwrap().unwrap().base.content.body, body);
        assert_eq!(store.revisions(id).await.unwrap()[0].content.body, body);
    }
}
