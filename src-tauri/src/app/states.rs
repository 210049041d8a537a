//! Which states documents show: conflict, waits, new, edited, draft kept. Asked of a whole space for its tree, and of the documents
//! at hand for everything else: what is kept beside them must not make opening one slower.

use std::collections::{HashMap, HashSet};

use domain::EntityId;
use store::{Entity, Row};

use super::App;
use super::documents::row_of;
use super::saving::{Met, met};
use crate::dto::StateDto;
use crate::error::Result;

/// States of entities that are not in their rows.
#[derive(Default)]
pub(crate) struct States {
    pub(crate) conflicts: HashSet<EntityId>,
    pub(crate) refused: HashSet<EntityId>,
    pub(crate) unsent: HashMap<EntityId, StateDto>,
    pub(crate) drafts: HashSet<EntityId>,
    pub(crate) read_only: HashSet<EntityId>,
}

impl States {
    fn note_draft(&mut self, of: EntityId, left_behind: bool) {
        if left_behind {
            self.drafts.insert(of);
        }
    }

    /// All states that hold, strongest first.
    pub(crate) fn of(&self, row: &Row) -> Vec<StateDto> {
        let mut states = Vec::new();
        let mut hold = |holds: bool, state| {
            if holds {
                states.push(state)
            }
        };
        hold(self.conflicts.contains(&row.id), StateDto::Conflict);
        hold(self.refused.contains(&row.id), StateDto::WaitsForYou);
        let unsent = self.unsent.get(&row.id).copied();
        if let Some(state) = unsent {
            hold(true, state);
        }
        // Also where no site is to be told.
        hold(row.deleted && unsent != Some(StateDto::DeletedHere), StateDto::DeletedHere);
        hold(self.drafts.contains(&row.id), StateDto::DraftKept);
        hold(self.read_only.contains(&row.id), StateDto::ReadOnly);
        hold(row.published == Some(false), StateDto::Unpublished);
        states.sort_unstable();
        states
    }
}

impl App {
    /// The states of these documents and of no others.
    pub(crate) async fn states_of(&self, entities: &[&Entity]) -> Result<States> {
        let mut states = self.states_by_sites(entities).await?;
        for entity in entities {
            if let Some(draft) = self.store.draft(entity.id)? {
                states.note_draft(entity.id, draft.session != self.session);
                if matches!(met(entity, &draft), Met::Overlaps(_)) {
                    states.conflicts.insert(entity.id);
                }
            }
            if let Some(reply) = self.store.draft(entity.id.reply_being_written())? {
                states.note_draft(entity.id, reply.session != self.session);
            }
        }
        Ok(states)
    }

    /// All states that hold of one document, strongest first.
    pub(crate) async fn states_shown(&self, entity: &Entity) -> Result<Vec<StateDto>> {
        Ok(self.states_of(&[entity]).await?.of(&row_of(entity)))
    }

    /// Notes drafts that an earlier run of the program left, and those that overlap with what came in underneath.
    pub(crate) async fn note_drafts(&self, states: &mut States) -> Result<()> {
        for (entity, ..) in self.overlapping().await? {
            states.conflicts.insert(entity.id);
        }
        for (entity, draft) in self.store.drafts()? {
            states.note_draft(entity.replied_to().unwrap_or(entity), draft.session != self.session);
        }
        Ok(())
    }
}

#[cfg(all(test, feature = "sync-engine"))]
#[allow(clippy::unwrap_used, reason = "clippy's own exception does not see that this is for tests alone")]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use domain::{
        Access, AccountId, Content, FieldValue, Kind, RemoteId, RemoteObject, RemoteRef, Replica, SiteKind, SpaceId,
        Token, VersionVector, field,
    };
    use store::{Account, Applied, ConflictRow, ConflictSort, Draft, NewEntity, PullApply, Space};

    use super::*;
    use crate::app::now;
    use crate::dto::{EditDto, SearchDto};

    struct Course {
        app: Arc<App>,
        account: AccountId,
        space: SpaceId,
        _folder: tempfile::TempDir,
    }

    impl Course {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
            let (account, space) = (AccountId::new(app.store.seed()), SpaceId::new(app.store.seed()));
            let of_account = Account {
                id: account,
                site: SiteKind::Canvas,
                url: "https://canvas.example.edu".to_owned(),
                site_name: "Canvas".to_owned(),
                user: RemoteId::from(7),
                user_name: "Ada".to_owned(),
                auth: "token".to_owned(),
                login: None,
                secret_place: "keychain".to_owned(),
                secret_env: None,
                reached_at: None,
                trouble: None,
            };
            let of_space = Space {
                id: space,
                name: "Biology".to_owned(),
                account: Some(account),
                site: Some(SiteKind::Canvas),
                remote: Some(RemoteId::from(101)),
                read_only: None,
                last_synced_at: None,
                time_zone: None,
            };
            app.store.put_account(&of_account).await.unwrap();
            app.store.put_space(&of_space).await.unwrap();
            Self { app, account, space, _folder: folder }
        }

        fn object(&self, number: i64, published: bool) -> RemoteObject {
            let body = format!("<p>Page {number} of the tide.</p>");
            RemoteObject {
                remote: RemoteRef::new(Kind::Page, number),
                parent: None,
                content: Content::new(format!("Page {number}"), body.clone())
                    .with(field::PUBLISHED, FieldValue::Flag(published)),
                returned_body: body,
                token: Token("t".to_owned()),
                access: Access::Editable,
                changed_by: None,
                changed_at: None,
                url: None,
                facts: BTreeMap::new(),
            }
        }

        /// A page as a pull brought it.
        async fn pulled(&self, number: i64, published: bool) -> EntityId {
            let object = self.object(number, published);
            let vector = VersionVector::new().bumped(Replica::Account(self.account));
            let apply = PullApply {
                space: self.space,
                account: self.account,
                entity: None,
                expected_counter: None,
                canonical_hash: object.content.hash(),
                content: Some(object.content.clone()),
                object,
                far: None,
                parent: None,
                local_vector: vector.clone(),
                remote_vector: vector,
                cause: "pull",
                now: now(),
            };
            match self.app.store.apply_pull(apply).await.unwrap() {
                Applied::Done(entity, _) => entity,
                Applied::Raced => panic!("a first pull has nobody to race with"),
            }
        }

        async fn edited(&self, number: i64) -> EntityId {
            let id = self.pulled(number, true).await;
            let content = Content::new("Edited", "<p>here</p>");
            self.app.store.save(id, &content, None, "save", now()).await.unwrap();
            id
        }

        fn drafted(&self, id: EntityId, base: Content, text: &str, session: &str) {
            let content = Content { body: text.to_owned(), ..base.clone() };
            let session = session.to_owned();
            let draft = Draft { content, base, counter: 1, visual: None, saved_at: now(), session };
            self.app.store.put_draft(id, &draft).unwrap();
        }

        async fn times(&self, operation: &str) -> u64 {
            let operations = self.app.stats().await.unwrap().operations;
            operations.iter().find(|one| one.name == operation).map_or(0, |one| one.count)
        }
    }

    #[tokio::test]
    async fn asked_for_one_document_or_for_all_the_states_are_the_same() {
        let course = Course::new().await;
        let store = &course.app.store;
        course.pulled(1, true).await;
        course.pulled(2, false).await;
        course.edited(3).await;
        let deleted = course.pulled(4, true).await;
        store.delete(deleted, now()).await.unwrap();
        let refused = course.edited(5).await;
        store.park(refused, store.get(refused).await.unwrap().counter, "Too long.", now()).await.unwrap();
        let mended = course.edited(6).await;
        store.park(mended, 1, "Too long.", now()).await.unwrap();
        let both = course.edited(7).await;
        let conflict = ConflictRow {
            entity: both,
            account: course.account,
            sort: ConflictSort::EditedBoth,
            base: None,
            mine: None,
            theirs: None,
            merged: None,
            remote_vector: VersionVector::new(),
            overwritten: false,
            parties: Vec::new(),
            since: now(),
        };
        store.put_conflict(conflict).await.unwrap();
        let written = course.pulled(8, true).await;
        course.drafted(written, store.get(written).await.unwrap().content, "<p>left behind</p>", "an earlier run");
        let now_written = course.pulled(9, true).await;
        let content = store.get(now_written).await.unwrap().content;
        course.drafted(now_written, content, "<p>being typed</p>", &course.app.session);
        let overtaken = course.pulled(10, true).await;
        course.drafted(overtaken, Content::new("Page 10", "<p>Once it said this.</p>"), "<p>Mine says that.</p>", "x");
        let replied = course.pulled(11, true).await;
        course.drafted(replied.reply_being_written(), Content::default(), "A reply", "an earlier run");
        let new = NewEntity { space: course.space, kind: Kind::Page, parent: None, content: Content::new("New", "n") };
        store.create(&new, now()).await.unwrap();
        let elsewhere: SpaceId = course.app.local_space_new("Notes").await.unwrap().id.parse().unwrap();
        store.create(&NewEntity { space: elsewhere, ..new }, now()).await.unwrap();

        let mut seen = Vec::new();
        for space in [course.space, elsewhere] {
            let all = course.app.states(space).await.unwrap();
            let mut entities = Vec::new();
            for row in store.list(space).await.unwrap() {
                entities.push(store.get(row.id).await.unwrap());
            }
            let together = course.app.states_of(&entities.iter().collect::<Vec<_>>()).await.unwrap();
            for entity in &entities {
                let expected = all.of(&row_of(entity));
                let title = &entity.content.title;
                assert_eq!(course.app.states_shown(entity).await.unwrap(), expected, "{title} by itself");
                assert_eq!(together.of(&row_of(entity)), expected, "{title} among others");
                seen.extend(expected);
            }
        }
        for state in [
            StateDto::Conflict,
            StateDto::WaitsForYou,
            StateDto::Edited,
            StateDto::New,
            StateDto::DeletedHere,
            StateDto::DraftKept,
            StateDto::Unpublished,
        ] {
            assert!(seen.contains(&state), "{state:?} was not among what was compared");
        }
        course.app.close().await;
    }

    #[tokio::test]
    async fn neither_opening_nor_saving_nor_searching_asks_for_what_is_kept_beside_it() {
        let course = Course::new().await;
        let app = &course.app;
        let pages = [course.edited(1).await, course.edited(2).await];
        let shown = app.store.keep_attachment(course.space, "/files/1", "image/png", b"a heron").await.unwrap();
        let in_reply = app.store.keep_attachment(course.space, "/files/2", "image/png", b"a bay").await.unwrap();
        app.store.keep_attachment(course.space, "/files/3", "image/png", b"a cliff").await.unwrap();
        let reply = EditDto { body: Some("<p><img src='/files/2'></p>".to_owned()), ..EditDto::default() };
        app.reply_draft_save(&pages[0].to_string(), None, reply).await.unwrap();
        let edit = EditDto { body: Some("<img src='/files/1'> and the tide".to_owned()), ..EditDto::default() };
        app.document_save(&pages[0].to_string(), edit).await.unwrap();
        let document = app.document(&pages[0].to_string()).await.unwrap();
        assert!(document.reading.unwrap().contains(&format!("attach://localhost/{shown}")));
        assert_eq!(document.states, [StateDto::Edited]);
        assert!(document.reply.unwrap().editing.unwrap().contains(&in_reply.to_string()), "a reply shows its pictures");
        app.index_whole().await.unwrap();
        let asked = SearchDto { text: "tide".to_owned(), ..SearchDto::default() };
        assert_eq!(app.search(asked).await.unwrap()[0].states, [StateDto::Edited]);
        for whole in ["outbox", "list attachments", "list conflicts", "list space"] {
            assert_eq!(course.times(whole).await, 0, "{whole}");
        }
        assert!(course.times("unsent among").await > 0);
        course.app.close().await;
    }
}
