//! What a pull costs in requests.

use std::sync::Arc;

use discourse::{Auth, Connection, DiscourseRemote, Memory};
use domain::{Known, Remote, RemoteId};
use rest::Url;
use simulators::clock::Clock;
use simulators::discourse::{Discourse, Profile, reference_forum};
use simulators::fault::FaultPlan;

use crate::place::{known, now};

fn connect(server: &Discourse, key: &str, memory: &Memory, reread: usize) -> DiscourseRemote {
    let auth = Auth::AdminKey { key: key.to_owned().into(), username: "admin".to_owned() };
    let mut connection = Connection::new(Url::parse(&server.base_url()).unwrap(), auth, Arc::new(now));
    connection.memory = memory.clone();
    connection.reread = reread;
    DiscourseRemote::connect(connection).unwrap()
}

async fn pull(remote: &DiscourseRemote, space: &RemoteId, known: &[Known]) -> Vec<domain::RemoteObject> {
    let mut waiting = remote.begin_pull(space, known).await.unwrap();
    let mut objects = Vec::new();
    while let Some(cursor) = waiting.pop() {
        let page = remote.pull(space, &cursor, known).await.unwrap();
        objects.extend(page.objects);
        waiting.extend(page.more);
    }
    objects
}

#[tokio::test]
async fn two_hundred_topics_of_twenty_posts_take_at_most_210_requests_and_no_news_two_for_each_category() {
    for profile in [Profile::V3_1, Profile::V2026] {
        let mut forum = reference_forum(profile, 200, 20, now());
        let key = forum.add_admin_key(Some(1));
        let server = Discourse::serve(forum, FaultPlan::new(), Clock::default()).await.unwrap();
        let memory = Memory::titled("Simulated Forum");
        let remote = connect(&server, &key, &memory, 60);
        // The person has chosen the categories before.
        remote.spaces().await.unwrap();
        server.log().reset();
        remote.identify().await.unwrap();
        let categories: Vec<RemoteId> = server.with(|state| {
            state.categories.values().filter(|one| one.id > 1).map(|one| RemoteId::from(one.id)).collect()
        });
        let mut all = Vec::new();
        for space in &categories {
            all.push(pull(&remote, space, &[]).await);
        }
        let first = server.log().total();
        assert_eq!(all.iter().map(Vec::len).sum::<usize>(), 4000, "every post arrives");
        assert!(first <= 210, "{profile:?}: {first} requests");
        // The next sync of the same program; what lists do not tell is left out of the count.
        server.log().reset();
        let remote = connect(&server, &key, &memory, 0);
        remote.identify().await.unwrap();
        let mut lists = 0;
        for (space, objects) in categories.iter().zip(&all) {
            assert_eq!(pull(&remote, space, &known(objects)).await, []);
            lists += if profile == Profile::V3_1 { 3 } else { 1 };
        }
        assert_eq!(
            server.log().total(),
            1 + lists,
            "{profile:?}: who it is, and one list for each thirty or hundred topics"
        );
        println!("{profile:?}: first pull {first} requests, no news {}", server.log().total());
    }
}
