//! The addresses of a course's things, read and written.

use super::percent::{decode, encode};
use crate::EntityId;

/// What an address leads to. Ids are as the site writes them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A page, by its slug, decoded.
    Page(String),
    /// An assignment.
    Assignment(String),
    /// A discussion or an announcement.
    Topic(String),
    /// A classic quiz.
    Quiz(String),
    /// A module, on the page of all modules.
    Module(String),
    /// A module item, which leads on to what it shows.
    ModuleItem(String),
    /// A file, and what follows its id: "", "/download", "/preview".
    File(String, String),
    /// The syllabus.
    Syllabus,
    /// The course itself.
    Home,
    /// One of the course's lists, by its name in the address: "pages", "modules", "files".
    List(String),
    /// A recording, by its id, and the frame it is shown in: "media_objects_iframe", "media_attachments_iframe", "media_objects".
    Media(String, String),
    /// An equation's picture, by its LaTeX.
    Equation(String),
    /// Something kept here that the site does not know yet; led to its real address once it does.
    Entity(EntityId),
}

/// An address within a site.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// Whose it is, as written: "courses/13", "groups/2"; none where the address names nobody.
    pub context: Option<String>,
    /// What it leads to.
    pub target: Target,
}

/// The head of addresses of what is kept here only. Relative, so that editors and sanitisers leave it alone.
const HERE: &str = "/lectern/entities/";

impl Address {
    /// The address of something in a course.
    pub fn of_course(course: &str, target: Target) -> Self {
        Self { context: Some(format!("courses/{course}")), target }
    }

    /// The address of something that only this program knows so far.
    pub fn of_entity(id: EntityId) -> Self {
        Self { context: None, target: Target::Entity(id) }
    }

    /// The id of the course, where it is one's.
    pub fn course(&self) -> Option<&str> {
        self.context.as_deref()?.strip_prefix("courses/")
    }

    /// Reads a root-relative URL, with or without query and fragment; none where it leads to nothing known.
    pub fn parse(url: &str) -> Option<Address> {
        let (path, fragment) = (path_of(url), url.split_once('#').map_or("", |(_, fragment)| fragment));
        if let Some(id) = path.strip_prefix(HERE) {
            return id.parse().ok().map(Address::of_entity);
        }
        let mut parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        while parts.len() > 1 && parts.last() == Some(&"") {
            parts.pop();
        }
        let (context, rest) = match parts.as_slice() {
            [kind @ ("courses" | "groups" | "users" | "accounts"), id, rest @ ..] if is_id(id) => {
                (Some(format!("{kind}/{id}")), rest)
            }
            rest => (None, rest),
        };
        let target = match (&context, rest) {
            (_, ["files", id, rest @ ..]) if is_id(id) => {
                let rest: String = rest.iter().map(|part| format!("/{part}")).collect();
                Target::File((*id).to_owned(), rest)
            }
            (None, [frame @ ("media_objects_iframe" | "media_attachments_iframe" | "media_objects"), id]) => {
                Target::Media(decode(id), (*frame).to_owned())
            }
            (None, ["equation_images", latex]) => Target::Equation(decode(&decode(latex))),
            (None, _) => return None,
            (Some(_), []) => Target::Home,
            (Some(_), ["pages" | "wiki", slug]) if !slug.is_empty() => Target::Page(decode(slug)),
            (Some(_), ["assignments", "syllabus"]) => Target::Syllabus,
            (Some(_), ["assignments", id]) if is_id(id) => Target::Assignment((*id).to_owned()),
            (Some(_), ["discussion_topics" | "announcements", id]) if is_id(id) => Target::Topic((*id).to_owned()),
            (Some(_), ["quizzes", id]) if is_id(id) => Target::Quiz((*id).to_owned()),
            (Some(_), ["modules", "items", id]) if is_id(id) => Target::ModuleItem((*id).to_owned()),
            (Some(_), ["modules", id]) if is_id(id) => Target::Module((*id).to_owned()),
            (Some(_), ["modules"]) if fragment.strip_prefix("module_").is_some_and(is_id) => {
                Target::Module(fragment.trim_start_matches("module_").to_owned())
            }
            (Some(_), [list]) => Target::List((*list).to_owned()),
            _ => return None,
        };
        Some(Address { context, target })
    }

    /// The address as a root-relative path.
    pub fn path(&self) -> String {
        let head = self.context.as_ref().map(|context| format!("/{context}")).unwrap_or_default();
        match &self.target {
            Target::Page(slug) => format!("{head}/pages/{}", encode(slug)),
            Target::Assignment(id) => format!("{head}/assignments/{id}"),
            Target::Topic(id) => format!("{head}/discussion_topics/{id}"),
            Target::Quiz(id) => format!("{head}/quizzes/{id}"),
            Target::Module(id) => format!("{head}/modules/{id}"),
            Target::ModuleItem(id) => format!("{head}/modules/items/{id}"),
            Target::File(id, rest) => format!("{head}/files/{id}{rest}"),
            Target::Syllabus => format!("{head}/assignments/syllabus"),
            Target::Home => head,
            Target::List(list) => format!("{head}/{list}"),
            Target::Media(id, frame) => format!("/{frame}/{}", encode(id)),
            Target::Equation(latex) => format!("/equation_images/{}", encode(&encode(latex))),
            Target::Entity(id) => format!("{HERE}{id}"),
        }
    }

    /// The path that Canvas notes in `data-api-endpoint`.
    pub(super) fn api_path(&self) -> Option<String> {
        match &self.target {
            Target::File(id, _) => Some(format!("/{}/files/{id}", self.context.as_ref()?)),
            Target::Page(_) | Target::Assignment(_) | Target::Topic(_) | Target::Quiz(_) | Target::Module(_) => {
                Some(self.path())
            }
            _ => None,
        }
    }

    /// How many bytes of `url`, from which this was read, say where it leads.
    pub(super) fn length_in(&self, url: &str) -> usize {
        let path = path_of(url).len();
        match &self.target {
            // The module is named by the fragment.
            Target::Module(id) => {
                let fragment = format!("#module_{id}");
                if url[path..].starts_with(&fragment) { path + fragment.len() } else { path }
            }
            _ => path,
        }
    }
}

/// What stands before query and fragment; a `#` of a character reference belongs to neither.
fn path_of(url: &str) -> &str {
    let end = url.char_indices().find(|(at, c)| *c == '?' || (*c == '#' && !url[..*at].ends_with('&')));
    end.map_or(url, |(at, _)| &url[..at])
}

/// Ids are numbers, with `~` where they are another shard's; the program's own exports use letters too.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'~')
}
