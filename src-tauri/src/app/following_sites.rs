//! What an address on a site leads to among what is kept of that site.

use domain::links::{Address, ForumTarget, Target, path_within};
use domain::{AccountId, EntityId, Kind, RemoteId, RemoteRef, SiteKind, SpaceId};
use rest::Url;
use store::{Account, Space};

use super::App;
use super::following::Led;
use crate::error::Result;

impl App {
    /// What an address leads to that a document of a space says. Where two accounts are on one site, the space's own is asked first.
    pub(crate) async fn kept_at(&self, url: &str, space: Option<SpaceId>) -> Result<Led> {
        let spaces = self.store.spaces().await?;
        let home =
            space.and_then(|space| spaces.iter().find(|known| known.id == space)).and_then(|space| space.account);
        let mut accounts = self.store.accounts().await?;
        accounts.sort_by_key(|account| Some(account.id) != home);
        let relative = url.starts_with('/') && !url.starts_with("//");
        let mut site = None;
        for account in &accounts {
            // A relative address is of the site that says it.
            if relative && Some(account.id) != home {
                continue;
            }
            let Some(path) = path_within(url, &account.url) else {
                // Beside the folder that a site lies in there may be others of its host.
                site = site.or(Some(account).filter(|_| relative));
                continue;
            };
            let kept = match account.site {
                SiteKind::Canvas => self.kept_of_course(account.id, &spaces, path).await?.map(|entity| (entity, None)),
                SiteKind::Discourse => self.kept_of_forum(account, url).await?,
            };
            if let Some((entity, post)) = kept {
                return Ok(Led::Kept(entity, post));
            }
            site.get_or_insert(account);
        }
        if let Some(space) = space
            && let Some(file) = self.file_at(url, space).await?
        {
            return Ok(Led::File(Box::new(file)));
        }
        let whole = |account: &Account| Url::parse(&account.url).and_then(|base| base.join(url)).ok();
        Ok(match site {
            Some(account) => match whole(account) {
                Some(url) => Led::NotKept { url: url.into(), site: account.site_name.clone() },
                None => Led::Elsewhere,
            },
            None => Led::Elsewhere,
        })
    }

    async fn kept_of_course(&self, account: AccountId, spaces: &[Space], path: &str) -> Result<Option<EntityId>> {
        let Some(address) = Address::parse(path) else { return Ok(None) };
        let Some(course) = address.course() else { return Ok(None) };
        let of_course = |space: &&Space| {
            space.account == Some(account) && space.remote.as_ref().is_some_and(|remote| remote.0 == course)
        };
        let Some(space) = spaces.iter().find(of_course) else { return Ok(None) };
        let kinds: &[Kind] = match &address.target {
            Target::Page(slug) => return self.page_by_slug(account, space.id, slug).await,
            Target::Assignment(_) => &[Kind::Assignment],
            Target::Topic(_) => &[Kind::Discussion, Kind::Announcement],
            Target::Quiz(_) => &[Kind::Quiz],
            Target::Module(_) => &[Kind::Module],
            Target::ModuleItem(_) => &[Kind::ModuleItem],
            Target::Syllabus => &[Kind::Syllabus],
            _ => return Ok(None),
        };
        let id = match &address.target {
            Target::Assignment(id)
            | Target::Topic(id)
            | Target::Quiz(id)
            | Target::Module(id)
            | Target::ModuleItem(id) => id.as_str(),
            // The syllabus goes by the course's own id.
            _ => course,
        };
        self.by_one_of(account, kinds, id).await
    }

    /// The page that has this slug; else, as Canvas looks it up, the one that has it as its id (contract 3.1).
    async fn page_by_slug(&self, account: AccountId, space: SpaceId, slug: &str) -> Result<Option<EntityId>> {
        if let Some(page) = self.store.page_by_slug(account, space, slug).await? {
            return Ok(Some(page));
        }
        self.by_one_of(account, &[Kind::Page], slug.trim_start_matches("page_id:")).await
    }

    async fn by_one_of(&self, account: AccountId, kinds: &[Kind], id: &str) -> Result<Option<EntityId>> {
        for kind in kinds {
            let remote = RemoteRef { kind: *kind, id: RemoteId(id.to_owned()) };
            if let Some(entity) = self.store.by_remote(account, &remote).await? {
                return Ok(Some(entity));
            }
        }
        Ok(None)
    }

    async fn kept_of_forum(&self, account: &Account, url: &str) -> Result<Option<(EntityId, Option<i64>)>> {
        Ok(match ForumTarget::parse(url, &account.url) {
            Some(ForumTarget::Topic(id, post)) => {
                self.by_one_of(account.id, &[Kind::Topic], &id).await?.map(|topic| (topic, post))
            }
            Some(ForumTarget::Post(id)) => {
                self.by_one_of(account.id, &[Kind::Post], &id).await?.map(|post| (post, None))
            }
            None => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use domain::{Access, Content, ContentHash, FieldValue, RemoteObject, Token, VersionVector, fact, field};
    use store::{Applied, PullApply};

    use super::*;
    use crate::app::now;
    use crate::dto::FollowedDto;

    struct Kept {
        app: Arc<App>,
        _folder: tempfile::TempDir,
    }

    impl Kept {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
            Self { app, _folder: folder }
        }

        async fn space(&self, site: SiteKind, url: &str, remote: &str) -> (AccountId, SpaceId) {
            let store = &self.app.store;
            let (account, space) = (AccountId::new(store.seed()), SpaceId::new(store.seed()));
            let row = Account {
                id: account,
                site,
                url: url.to_owned(),
                site_name: "Shore College".to_owned(),
                user: RemoteId("1".to_owned()),
                user_name: "Ada".to_owned(),
                auth: "token".to_owned(),
                login: None,
                secret_place: "session".to_owned(),
                secret_env: None,
                reached_at: None,
                trouble: None,
            };
            store.put_account(&row).await.unwrap();
            let row = Space {
                id: space,
                name: "Shore life".to_owned(),
                account: Some(account),
                site: Some(site),
                remote: Some(RemoteId(remote.to_owned())),
                read_only: None,
                last_synced_at: None,
                time_zone: None,
            };
            store.put_space(&row).await.unwrap();
            (account, space)
        }

        async fn pulled(
            &self,
            (account, space): (AccountId, SpaceId),
            kind: Kind,
            id: &str,
            facts: &[(&str, &str)],
            parent: Option<(EntityId, i64)>,
        ) -> EntityId {
            let facts: BTreeMap<String, String> =
                facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let mut content = Content::new(format!("{id} of {kind:?}"), "");
            if let Some((_, number)) = parent {
                content = content.with(field::POST_NUMBER, FieldValue::Number(number));
            }
            let object = RemoteObject {
                remote: RemoteRef { kind, id: RemoteId(id.to_owned()) },
                parent: None,
                content,
                returned_body: String::new(),
                token: Token::default(),
                access: Access::Editable,
                changed_by: None,
                changed_at: None,
                url: None,
                facts,
            };
            let apply = PullApply {
                far: None,
                space,
                account,
                entity: None,
                expected_counter: None,
                canonical_hash: ContentHash(String::new()),
                content: None,
                parent: parent.map(|(parent, _)| parent),
                local_vector: VersionVector::new(),
                remote_vector: VersionVector::new(),
                cause: "pull",
                now: now(),
                object,
            };
            match self.app.store.apply_pull(apply).await.unwrap() {
                Applied::Done(entity, _) => entity,
                Applied::Raced => panic!("raced"),
            }
        }

        async fn led(&self, url: &str, from: EntityId) -> FollowedDto {
            self.app.link_follow(url, Some(&from.to_string())).await.unwrap()
        }
    }

    fn document(id: EntityId, post: Option<EntityId>) -> FollowedDto {
        FollowedDto::Document { id: id.to_string(), post: post.map(|post| post.to_string()) }
    }

    #[tokio::test]
    async fn links_between_things_of_a_course_lead_to_what_is_kept_of_them() {
        let kept = Kept::new().await;
        let course = kept.space(SiteKind::Canvas, "https://canvas.test/", "13").await;
        let from = kept.pulled(course, Kind::Page, "1", &[(fact::SLUG, "from")], None).await;
        let page = kept.pulled(course, Kind::Page, "2", &[(fact::SLUG, "week-日")], None).await;
        let assignment = kept.pulled(course, Kind::Assignment, "2", &[], None).await;
        let discussion = kept.pulled(course, Kind::Discussion, "3", &[], None).await;
        let announcement = kept.pulled(course, Kind::Announcement, "4", &[], None).await;
        let quiz = kept.pulled(course, Kind::Quiz, "5", &[], None).await;
        let module = kept.pulled(course, Kind::Module, "6", &[], None).await;
        let item =
            kept.pulled(course, Kind::ModuleItem, "7", &[(fact::TARGET, "assignment:2")], Some((module, 1))).await;
        let syllabus = kept.pulled(course, Kind::Syllabus, "13", &[], None).await;
        let shown = FollowedDto::Module { id: module.to_string(), title: "6 of Module".to_owned() };
        for (url, expected) in [
            ("/courses/13/pages/week-%E6%97%A5", document(page, None)),
            ("/courses/13/pages/week-日?module_item_id=7#part", document(page, None)),
            ("https://canvas.test/courses/13/wiki/week-日", document(page, None)),
            ("http://CANVAS.test/courses/13/pages/page_id:2", document(page, None)),
            ("/courses/13/pages/2", document(page, None)),
            ("/courses/13/assignments/2", document(assignment, None)),
            ("/courses/13/discussion_topics/3", document(discussion, None)),
            ("/courses/13/discussion_topics/4", document(announcement, None)),
            ("/courses/13/announcements/4", document(announcement, None)),
            ("/courses/13/quizzes/5", document(quiz, None)),
            ("/courses/13/modules/6", shown.clone()),
            ("/courses/13/modules#module_6", shown),
            ("/courses/13/modules/items/7", document(assignment, None)),
            ("/courses/13/assignments/syllabus", document(syllabus, None)),
        ] {
            assert_eq!(kept.led(url, from).await, expected, "{url}");
        }
        let _shown_by_its_assignment = item;
        // What of the site is not kept opens outside, after a sentence; everything else without one, or not at all.
        for (url, whole) in [
            ("/courses/13/pages/other", "https://canvas.test/courses/13/pages/other"),
            ("/courses/14/pages/from", "https://canvas.test/courses/14/pages/from"),
            ("/courses/13/grades", "https://canvas.test/courses/13/grades"),
            ("https://canvas.test/courses/13", "https://canvas.test/courses/13"),
        ] {
            let FollowedDto::Outside { url: opened, words } = kept.led(url, from).await else { panic!("{url}") };
            assert_eq!(opened, whole);
            assert!(words.unwrap().contains("Shore College is not kept"));
        }
        for url in ["https://elsewhere.test/courses/13/pages/from", "mailto:ada@canvas.test"] {
            assert_eq!(kept.led(url, from).await, FollowedDto::Outside { url: url.to_owned(), words: None });
        }
        for url in ["javascript:alert(1)", "file:///etc/passwd", "pages/rel", ""] {
            assert!(matches!(kept.led(url, from).await, FollowedDto::Nowhere { .. }), "{url}");
        }
        // What was deleted here says so, and so does a link of this computer to what never was.
        kept.app.store.delete(page, now()).await.unwrap();
        for url in
            [format!("/lectern/entities/{page}"), format!("/lectern/entities/{}", EntityId::new(kept.app.store.seed()))]
        {
            assert!(matches!(kept.led(&url, from).await, FollowedDto::Nowhere { .. }), "{url}");
        }
        assert_eq!(kept.led(&format!("/lectern/entities/{quiz}"), from).await, document(quiz, None));
        kept.app.close().await;
    }

    #[tokio::test]
    async fn links_to_topics_and_posts_lead_to_the_kept_forum_also_from_a_course_and_from_another_account() {
        let kept = Kept::new().await;
        let course = kept.space(SiteKind::Canvas, "https://canvas.test/", "13").await;
        let again = kept.space(SiteKind::Canvas, "https://canvas.test/", "14").await;
        let forum = kept.space(SiteKind::Discourse, "https://forum.test/talk/", "4").await;
        let page = kept.pulled(course, Kind::Page, "1", &[(fact::SLUG, "from")], None).await;
        let other = kept.pulled(again, Kind::Page, "9", &[(fact::SLUG, "other")], None).await;
        let topic = kept.pulled(forum, Kind::Topic, "12", &[], None).await;
        let post = kept.pulled(forum, Kind::Post, "77", &[], Some((topic, 3))).await;
        for (url, from, expected) in [
            ("/talk/t/tide-pools/12", topic, document(topic, None)),
            ("/talk/t/tide-pools/12/1", topic, document(topic, None)),
            ("/talk/t/tide-pools/12/3", topic, document(topic, Some(post))),
            ("https://forum.test/talk/t/12/3", page, document(topic, Some(post))),
            ("https://forum.test/talk/t/tide-pools/12/8", page, document(topic, None)),
            ("https://forum.test/talk/p/77", page, document(topic, Some(post))),
            ("https://canvas.test/courses/13/pages/from", topic, document(page, None)),
            ("/courses/14/pages/other", other, document(other, None)),
            ("https://canvas.test/courses/14/pages/other", page, document(other, None)),
        ] {
            assert_eq!(kept.led(url, from).await, expected, "{url}");
        }
        // A relative address is of the site that says it.
        assert!(matches!(kept.led("/courses/13/pages/from", topic).await, FollowedDto::Outside { .. }));
        assert!(matches!(kept.led("/talk/t/other/99", topic).await, FollowedDto::Outside { words: Some(_), .. }));
        kept.app.close().await;
    }
}
