//! Filling a course at once.

use serde_json::json;

use super::control::Canvas;
use super::editor::Refused;
use super::model::{Revision, Role};
use super::page_save::PageChange;
use super::zone::Zone;

/// What a course has in it. HTML counts as sent by a teacher, unless `stored_html` says that it is in the stored form already.
#[derive(Debug, Clone, Default)]
pub struct CourseSeed {
    /// The name.
    pub name: String,
    /// The short code.
    pub code: String,
    /// The syllabus.
    pub syllabus: Option<String>,
    /// The time zone; that of the recorded courses where none is given.
    pub zone: Option<Zone>,
    /// Files come first, so that bodies may link to them by their order: the first file of an empty server has id 1.
    pub files: Vec<FileSeed>,
    /// Pages.
    pub pages: Vec<PageSeed>,
    /// Assignments.
    pub assignments: Vec<AssignmentSeed>,
    /// Topics and announcements.
    pub topics: Vec<TopicSeed>,
    /// Modules.
    pub modules: Vec<ModuleSeed>,
    /// Whether page bodies, descriptions and messages are stored as they stand.
    pub stored_html: bool,
}

/// A page of a seed.
#[derive(Debug, Clone, Default)]
pub struct PageSeed {
    /// The title.
    pub title: String,
    /// The body.
    pub body: String,
    /// Whether students see it.
    pub published: bool,
    /// Whether it is the front page.
    pub front: bool,
}

/// An assignment of a seed.
#[derive(Debug, Clone, Default)]
pub struct AssignmentSeed {
    /// The name.
    pub name: String,
    /// The description.
    pub description: String,
    /// Points.
    pub points: f64,
    /// Due, as the API takes it.
    pub due_at: Option<String>,
    /// Whether students see it.
    pub published: bool,
}

/// A topic of a seed.
#[derive(Debug, Clone, Default)]
pub struct TopicSeed {
    /// The title.
    pub title: String,
    /// The message.
    pub message: String,
    /// Whether students see it.
    pub published: bool,
    /// Whether it is an announcement.
    pub announcement: bool,
    /// Whether it is pinned.
    pub pinned: bool,
}

/// A module of a seed.
#[derive(Debug, Clone, Default)]
pub struct ModuleSeed {
    /// The name.
    pub name: String,
    /// Whether students see it. Its items keep their own state.
    pub published: bool,
    /// Its items in order.
    pub items: Vec<ItemSeed>,
}

/// A module item of a seed; numbers are places in the seed's own lists, from 0.
#[derive(Debug, Clone)]
pub enum ItemSeed {
    /// A page.
    Page(usize),
    /// An assignment.
    Assignment(usize),
    /// A topic.
    Topic(usize),
    /// A file.
    File(usize),
    /// A heading.
    Header(String),
    /// A title and an address elsewhere.
    Link(String, String),
}

/// A file of a seed.
#[derive(Debug, Clone, Default)]
pub struct FileSeed {
    /// The folder below the root.
    pub folder: String,
    /// The name.
    pub name: String,
    /// The media type.
    pub content_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Where the parts of a seed went.
#[derive(Debug, Clone, Default)]
pub struct Seeded {
    /// The course.
    pub course: i64,
    /// The ids of the seed's files, in its order; likewise the others.
    pub files: Vec<i64>,
    /// Pages.
    pub pages: Vec<i64>,
    /// Assignments.
    pub assignments: Vec<i64>,
    /// Topics and announcements.
    pub topics: Vec<i64>,
    /// Modules.
    pub modules: Vec<i64>,
}

impl Canvas {
    /// Adds a course with all that the seed has, taught and written by `teacher`. Nobody is notified.
    ///
    /// # Errors
    /// The API would refuse a part of the seed, for instance a page without a title.
    pub fn seed(&self, teacher: i64, seed: &CourseSeed) -> Result<Seeded, Refused> {
        let course = self.add_course(&seed.name, &seed.code);
        self.enroll(course, teacher, Role::Teacher);
        if let Some(zone) = &seed.zone {
            self.set_zone(course, zone.clone());
        }
        let editor = self.as_user(teacher);
        let mut out = Seeded { course, ..Seeded::default() };
        for file in &seed.files {
            out.files.push(editor.upload(course, &file.folder, &file.name, &file.content_type, file.bytes.clone()));
        }
        let sent = |html: &str| if seed.stored_html { String::new() } else { html.to_owned() };
        for page in &seed.pages {
            let change = PageChange {
                title: Some(page.title.clone()),
                body: Some(Some(sent(&page.body))),
                published: Some(page.published),
                front_page: page.front.then_some(true),
                ..PageChange::default()
            };
            out.pages.push(editor.create_page(course, &change)?);
        }
        for a in &seed.assignments {
            let fields = json!({
                "name": a.name, "description": sent(&a.description), "points_possible": a.points, "due_at": a.due_at, "published": a.published,
                "submission_types": ["online_text_entry"],
            });
            out.assignments.push(editor.create_assignment(course, &fields)?);
        }
        let told = self.notifications().len();
        for t in &seed.topics {
            let mut fields =
                json!({"title": t.title, "message": t.message, "published": t.published || t.announcement});
            if t.announcement {
                fields["is_announcement"] = json!(true);
            }
            if t.pinned {
                fields["pinned"] = json!(true);
            }
            out.topics.push(editor.create_topic(course, &fields)?);
        }
        self.site().lock().notifications.truncate(told);
        if seed.stored_html {
            self.store_as_it_stands(seed, &out);
        }
        for module in &seed.modules {
            let id = editor.create_module(course, &json!({"name": module.name}))?;
            for item in &module.items {
                editor.add_item(course, id, &self.item_fields(&out, item))?;
            }
            if module.published {
                editor.edit_module(course, id, &json!({"published": true, "skip_content_tags": true}))?;
            }
            out.modules.push(id);
        }
        if let Some(syllabus) = &seed.syllabus {
            editor.write_syllabus(course, syllabus)?;
        }
        Ok(out)
    }

    fn item_fields(&self, seeded: &Seeded, item: &ItemSeed) -> serde_json::Value {
        let id = |ids: &[i64], at: usize| ids.get(at).copied().unwrap_or(0);
        match item {
            ItemSeed::Page(at) => {
                let url = self.page(seeded.course, id(&seeded.pages, *at)).map(|p| p.url);
                json!({"type": "Page", "page_url": url})
            }
            ItemSeed::Assignment(at) => json!({"type": "Assignment", "content_id": id(&seeded.assignments, *at)}),
            ItemSeed::Topic(at) => json!({"type": "Discussion", "content_id": id(&seeded.topics, *at)}),
            ItemSeed::File(at) => json!({"type": "File", "content_id": id(&seeded.files, *at)}),
            ItemSeed::Header(title) => json!({"type": "SubHeader", "title": title}),
            ItemSeed::Link(title, url) => json!({"type": "ExternalUrl", "title": title, "external_url": url}),
        }
    }

    fn store_as_it_stands(&self, seed: &CourseSeed, out: &Seeded) {
        let mut state = self.site().lock();
        let Some(home) = state.courses.get_mut(&out.course) else { return };
        for (page, id) in seed.pages.iter().zip(&out.pages) {
            if let Some(stored) = home.pages.get_mut(id) {
                stored.body = Some(page.body.clone());
                for Revision { body, .. } in &mut stored.revisions {
                    *body = Some(page.body.clone());
                }
            }
        }
        for (assignment, id) in seed.assignments.iter().zip(&out.assignments) {
            if let Some(stored) = home.assignments.get_mut(id) {
                stored.description = Some(assignment.description.clone());
            }
        }
        for (topic, id) in seed.topics.iter().zip(&out.topics) {
            if let Some(stored) = home.topics.get_mut(id) {
                stored.message = Some(topic.message.clone());
            }
        }
    }
}
