//! The lists that together are a complete pull of a course (contract 8).

use std::collections::BTreeMap;

use domain::{Cursor, Kind, Known, Page, RemoteError, RemoteErrorKind, RemoteId, RemoteObject, RemoteRef, Token};

use crate::client::{List, PER_PAGE, collection, object_path, plain};
use crate::connect::CanvasRemote;
use crate::dto;
use crate::{convert, modules, replies};

/// Names of the lists.
pub(crate) mod list {
    pub(crate) const PAGES: &str = "pages";
    /// Assignment groups with their assignments: one request for both.
    pub(crate) const GROUPS: &str = "assignment groups";
    pub(crate) const ASSIGNMENTS: &str = "assignments";
    pub(crate) const DISCUSSIONS: &str = "discussions";
    pub(crate) const ANNOUNCEMENTS: &str = "announcements";
    pub(crate) const QUIZZES: &str = "quizzes";
    pub(crate) const MODULES: &str = "modules";
    pub(crate) const ITEMS: &str = "items";
    pub(crate) const COURSE: &str = "course";
    /// The replies of one discussion, by its id.
    pub(crate) const REPLIES: &str = "replies";
    /// The comments on one announcement, by its id.
    pub(crate) const COMMENTS: &str = "comments";
}

/// With more assignments than this they are received a hundred at a time, so that no answer grows without bound; their groups' names are then unknown.
const ASSIGNMENTS_AT_ONCE: usize = 400;

/// Elements of an answer that was too heavy with a hundred (contract 8).
const LIGHTER: u32 = 50;

/// The path of a kind's list with all that a pull needs of it.
pub(crate) fn first(space: &RemoteId, kind: Kind) -> Result<String, RemoteError> {
    let wish = match kind {
        Kind::Page => "include[]=body&no_verifiers=1",
        // Without it the dates are those that apply to the caller (contract 3.4).
        Kind::Assignment => "override_assignment_dates=false&no_verifiers=1",
        Kind::Announcement => "only_announcements=true&no_verifiers=1",
        Kind::Module => "include[]=items",
        _ => "no_verifiers=1",
    };
    Ok(format!("{}?{wish}&per_page={PER_PAGE}", collection(space, kind)?))
}

fn groups(space: &RemoteId) -> Result<String, RemoteError> {
    let wish = "include[]=assignments&include[]=discussion_topic&override_assignment_dates=false&no_verifiers=1";
    Ok(format!("api/v1/courses/{}/assignment_groups?{wish}&per_page={PER_PAGE}", plain(space)?))
}

/// Where each list starts.
pub(crate) fn starts(remote: &CanvasRemote, space: &RemoteId, known: &[Known]) -> Result<Vec<Cursor>, RemoteError> {
    let many = known.iter().filter(|known| known.remote.kind == Kind::Assignment).count() > ASSIGNMENTS_AT_ONCE;
    let assignments =
        if many { (list::ASSIGNMENTS, first(space, Kind::Assignment)?) } else { (list::GROUPS, groups(space)?) };
    let mut starts = vec![
        (list::PAGES, first(space, Kind::Page)?),
        assignments,
        (list::DISCUSSIONS, first(space, Kind::Discussion)?),
        (list::ANNOUNCEMENTS, first(space, Kind::Announcement)?),
        (list::MODULES, first(space, Kind::Module)?),
        (list::COURSE, object_path(space, Kind::Syllabus, space)?),
    ];
    if asks_for_quizzes(remote, known) {
        starts.push((list::QUIZZES, first(space, Kind::Quiz)?));
    }
    Ok(starts.into_iter().map(|(name, at)| Cursor { list: name.to_owned(), at }).collect())
}

/// Whether the list of quizzes is asked for at once. In a course that had none, a new one shows among its assignments or in a module, and the list
/// follows then; one that is neither graded nor in a module is found by asking once a day all the same. The day stands in the syllabus's token.
fn asks_for_quizzes(remote: &CanvasRemote, known: &[Known]) -> bool {
    let today = today(remote);
    let asked_today = known.iter().any(|known| {
        known.remote.kind == Kind::Syllabus && known.token.0.rsplit_once('|').is_some_and(|(_, day)| day == today)
    });
    known.iter().any(|known| known.remote.kind == Kind::Quiz) || !asked_today
}

fn today(remote: &CanvasRemote) -> String {
    remote.client.now().format("%Y-%m-%d").to_string()
}

/// One answer of a list.
pub(crate) async fn pull(
    remote: &CanvasRemote,
    space: &RemoteId,
    cursor: &Cursor,
    known: &[Known],
) -> Result<Page, RemoteError> {
    match pull_as_asked(remote, space, cursor, known).await {
        Err(error) if matches!(error.kind, RemoteErrorKind::Down | RemoteErrorKind::Malformed) => {
            match lighter(space, cursor)? {
                Some(lighter) => Ok(Page { more: vec![lighter], ..Page::default() }),
                None => Err(error),
            }
        }
        answer => answer,
    }
}

/// A lighter way to the same list, where its first answer was too much for the site or for us.
fn lighter(space: &RemoteId, cursor: &Cursor) -> Result<Option<Cursor>, RemoteError> {
    let heavy = format!("per_page={PER_PAGE}");
    Ok(match cursor.list.as_str() {
        list::GROUPS => Some(Cursor { list: list::ASSIGNMENTS.to_owned(), at: first(space, Kind::Assignment)? }),
        // Only a list's start may be asked for in other portions: places in it are counted in them.
        _ if cursor.at.ends_with(&heavy) && !cursor.at.contains("&page=") => {
            Some(Cursor { at: cursor.at.replace(&heavy, &format!("per_page={LIGHTER}")), ..cursor.clone() })
        }
        _ => None,
    })
}

async fn pull_as_asked(
    remote: &CanvasRemote,
    space: &RemoteId,
    cursor: &Cursor,
    known: &[Known],
) -> Result<Page, RemoteError> {
    let client = &remote.client;
    let origin = client.origin();
    let at = &cursor.at;
    let (mut more, mut time_zone, mut now) = (Vec::new(), None, None);
    let (objects, next) = match cursor.list.as_str() {
        list::PAGES => {
            let (mut objects, next) = each(client.list(at).await?, |page| convert::page(page, &origin, None));
            keep_revision_numbers(&mut objects, known);
            (objects, next)
        }
        list::GROUPS => {
            let found = client.list::<dto::Group>(at).await?;
            let mut objects = Vec::new();
            for group in found.items {
                let name = group.name.as_deref();
                objects.extend(group.assignments.into_iter().map(|item| convert::assignment(item, name, &origin)));
            }
            if objects.iter().any(is_of_quiz) && !asks_for_quizzes(remote, known) {
                more.push(Cursor { list: list::QUIZZES.to_owned(), at: first(space, Kind::Quiz)? });
            }
            (objects, found.next)
        }
        list::ASSIGNMENTS => each(client.list(at).await?, |item| convert::assignment(item, None, &origin)),
        list::DISCUSSIONS | list::ANNOUNCEMENTS => return pull_topics(remote, cursor, known).await,
        list::REPLIES => {
            return remote.pull_replies(space, &RemoteRef::new(Kind::Discussion, at.as_str()), known).await;
        }
        list::COMMENTS => {
            return remote.pull_replies(space, &RemoteRef::new(Kind::Announcement, at.as_str()), known).await;
        }
        list::QUIZZES => match client.list(at).await {
            Ok(found) => each(found, |item| convert::quiz(item, &origin)),
            // A course may have its quizzes switched off (contract 1.4): then there are none to keep.
            Err(error) if error.kind == RemoteErrorKind::NotFound => (Vec::new(), None),
            Err(error) => return Err(error),
        },
        list::MODULES => return pull_modules(remote, space, cursor, known).await,
        list::ITEMS => each(client.list(at).await?, modules::item),
        list::COURSE => {
            let course = client.course(space).await?;
            time_zone.clone_from(&course.time_zone);
            now = convert::space_now(&course);
            let mut syllabus = convert::syllabus(course, &origin, client.now());
            syllabus.token = Token(format!("{}|{}", syllabus.token.0, today(remote)));
            (vec![syllabus], None)
        }
        other => return Err(RemoteError::new(RemoteErrorKind::Malformed, format!("there is no list named {other}"))),
    };
    more.extend(go_on(cursor, next));
    Ok(Page { objects, more, time_zone, space: now, ..Page::default() })
}

fn each<T>(found: List<T>, object: impl Fn(T) -> RemoteObject) -> (Vec<RemoteObject>, Option<String>) {
    (found.items.into_iter().map(object).collect(), found.next)
}

fn is_of_quiz(assignment: &RemoteObject) -> bool {
    assignment.facts.get(domain::fact::TARGET).is_some_and(|target| target.starts_with("quiz:"))
}

async fn pull_topics(remote: &CanvasRemote, cursor: &Cursor, known: &[Known]) -> Result<Page, RemoteError> {
    let announcements = cursor.list == list::ANNOUNCEMENTS;
    let found = remote.client.list::<dto::Topic>(&cursor.at).await?;
    let mut page = Page { more: go_on(cursor, found.next), ..Page::default() };
    let news: Vec<_> = found.items.iter().map(|topic| replies::news(topic, announcements)).collect();
    let origin = remote.client.origin();
    page.objects = found.items.into_iter().map(|topic| convert::topic(topic, &origin, announcements)).collect();
    replies::follow(&news, known, remote.client.now(), &mut page);
    Ok(page)
}

async fn pull_modules(
    remote: &CanvasRemote,
    space: &RemoteId,
    cursor: &Cursor,
    known: &[Known],
) -> Result<Page, RemoteError> {
    let found = remote.client.list::<dto::Module>(&cursor.at).await?;
    let mut page = Page { more: go_on(cursor, found.next), ..Page::default() };
    for module in found.items {
        page.objects.push(modules::module(&module));
        match module.items {
            Some(items) => page.objects.extend(items.into_iter().map(modules::item)),
            // Modules of more than 100 items come without them (contract 3.8).
            None if module.items_count != Some(0) => {
                let own = modules::items_path(space, &RemoteId(module.id.0))?;
                let address = module.items_url.unwrap_or(own);
                let join = if address.contains('?') { '&' } else { '?' };
                page.more
                    .push(Cursor { list: list::ITEMS.to_owned(), at: format!("{address}{join}per_page={PER_PAGE}") });
            }
            None => {}
        }
    }
    let ungraded = page.objects.iter().any(|object| object.content.text(domain::field::ITEM_TYPE) == Some("Quiz"));
    if ungraded && !asks_for_quizzes(remote, known) {
        page.more.push(Cursor { list: list::QUIZZES.to_owned(), at: first(space, Kind::Quiz)? });
    }
    Ok(page)
}

fn go_on(cursor: &Cursor, next: Option<String>) -> Vec<Cursor> {
    next.into_iter().map(|at| Cursor { list: cursor.list.clone(), at }).collect()
}

/// A list gives no revision numbers. Where the time is the known one, the known number is kept: should two saves share a second, the number is
/// too low, and the guard then compares contents.
fn keep_revision_numbers(objects: &mut [RemoteObject], known: &[Known]) {
    let numbered: BTreeMap<&RemoteRef, &Token> = known
        .iter()
        .filter(|known| convert::read_page_token(&known.token).0.is_some())
        .map(|known| (&known.remote, &known.token))
        .collect();
    for object in objects {
        if let Some(token) = numbered.get(&object.remote)
            && convert::read_page_token(token).1 == object.token.0
        {
            object.token = (*token).clone();
        }
    }
}
