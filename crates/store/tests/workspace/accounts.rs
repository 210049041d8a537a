use domain::{Content, RunId};
use store::Error;

use crate::support::{Folder, at, course, page, pulled};

#[tokio::test]
async fn an_account_is_kept_and_changed() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (id, _) = course(&store).await;
    let mut account = store.account(id).await.unwrap();
    (account.trouble, account.reached_at) = (Some("sign_in".to_owned()), Some(at(9)));
    store.put_account(&account).await.unwrap();
    assert_eq!(store.accounts().await.unwrap(), [account]);
}

#[tokio::test]
async fn an_account_goes_with_its_spaces_or_leaves_them_as_local_ones() {
    for keep in [true, false] {
        let folder = Folder::new();
        let store = folder.open().await;
        let (account, space) = course(&store).await;
        let id = pulled(&store, account, space, 5, "one").await;
        let new = page(&store, space, "New", "text").await;
        store.save(id, &Content::new("Week 1", "mine"), None, "save", at(2)).await.unwrap();
        store.park(new, 1, "Refused.", at(3)).await.unwrap();
        store.remove_account(account, keep).await.unwrap();
        assert!(matches!(store.account(account).await, Err(Error::NotFound("account"))));
        assert!(store.outbox().await.unwrap().is_empty());
        assert!(store.all_parked().await.unwrap().is_empty());
        match store.get(id).await {
            Ok(entity) => assert!(keep && entity.content.body == "mine"),
            Err(_) => assert!(!keep),
        }
        assert_eq!(store.spaces().await.unwrap().len(), usize::from(keep));
    }
}

#[tokio::test]
async fn reports_come_newest_first_and_by_run() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (first, second) = (RunId::new(store.seed()), RunId::new(store.seed()));
    store.put_report(first, at(1), "{\"n\":1}").await.unwrap();
    store.put_report(second, at(2), "{\"n\":2}").await.unwrap();
    assert_eq!(store.reports(10).await.unwrap(), ["{\"n\":2}", "{\"n\":1}"]);
    assert_eq!(store.reports(1).await.unwrap().len(), 1);
    assert_eq!(store.report(first).await.unwrap().as_deref(), Some("{\"n\":1}"));
}
