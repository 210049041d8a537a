//! Tags that a person may pick from.

use std::collections::BTreeSet;

use domain::{AccountId, Content, FieldValue, Kind, SpaceId, field};
use store::{NewEntity, Store};

use crate::support::{Folder, at, local_space, page};

async fn topic(store: &Store, space: SpaceId, tags: &[&str]) -> domain::EntityId {
    let tags: BTreeSet<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let content = Content::new("A topic", "Words.").with(field::TAGS, FieldValue::Set(tags));
    store.create(&NewEntity { space, kind: Kind::Topic, parent: None, content }, at(0)).await.unwrap()
}

/// A space of an account, or of none.
async fn category(store: &Store, account: Option<AccountId>) -> SpaceId {
    let id = local_space(store).await;
    let mut space = store.space(id).await.unwrap();
    space.account = account;
    store.put_space(&space).await.unwrap();
    id
}

#[tokio::test]
async fn tags_in_use_are_those_of_the_topics_of_the_same_forum_the_most_used_first() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (forum, another) = (AccountId::new(store.seed()), AccountId::new(store.seed()));
    let [notes, labs] = [category(&store, Some(forum)).await, category(&store, Some(forum)).await];
    topic(&store, notes, &["tide", "boat"]).await;
    topic(&store, labs, &["boat", "\u{fc}bung"]).await;
    let deleted = topic(&store, notes, &["gone"]).await;
    store.delete(deleted, at(1)).await.unwrap();
    page(&store, notes, "No tags", "Words.").await;
    topic(&store, category(&store, Some(another)).await, &["elsewhere"]).await;
    let local = category(&store, None).await;
    topic(&store, local, &["mine"]).await;
    topic(&store, category(&store, None).await, &["another space of none"]).await;
    let used = async |space, most| store.tags_in_use(space, most).await.unwrap();
    for space in [notes, labs] {
        assert_eq!(used(space, 100).await, ["boat", "tide", "\u{fc}bung"]);
    }
    assert_eq!(used(notes, 1).await, ["boat"]);
    assert_eq!(used(local, 100).await, ["mine"]);
}
