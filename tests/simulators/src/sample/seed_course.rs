//! Fills a simulated Canvas with the sample's course.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::course::{Author, SampleCourse, SampleItem, SampleTarget};
use super::error::SampleError;
use super::files;
use super::moment::Moment;
use crate::canvas::{Canvas, Editor, PageChange, Refused, Role, Zone};

/// Where the pictures of the equations lie, each named after its formula.
const EQUATIONS: &str = "course/equations/";

/// Who teaches the seeded course.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teachers {
    pub(super) teacher: i64,
    pub(super) co_teacher: i64,
}

/// Adds the course, each part at the time and by the person of the manifest, and with the manifest's ids, so that the links in the bodies hold.
/// The clock runs on in real time afterwards.
pub(super) fn seed_course(canvas: &Canvas, course: &SampleCourse, now: DateTime<Utc>) -> Result<Teachers, SampleError> {
    let earliest =
        course.pages.iter().map(|page| page.changed).chain(course.discussions.iter().map(|it| it.posted)).min();
    canvas.clock().set(earliest.map_or(now, |moment| moment.at(now)));
    let teachers = Teachers {
        teacher: canvas.add_user(&course.teacher.name),
        co_teacher: canvas.add_user(&course.co_teacher.name),
    };
    canvas.continue_ids("course", course.id - 1);
    canvas.add_course(&course.name, &course.code);
    for user in [teachers.teacher, teachers.co_teacher] {
        canvas.enroll(course.id, user, Role::Teacher);
    }
    canvas.set_zone(course.id, halifax(&course.time_zone));
    let seeding = Seeding { canvas, course, now, teachers };
    seeding.files();
    for path in files::below(EQUATIONS) {
        let name = path.trim_start_matches(EQUATIONS).trim_end_matches(".png");
        canvas.add_equation(name, files::bytes(path)?);
    }
    seeding.pages()?;
    seeding.assignments()?;
    seeding.topics()?;
    seeding.modules()?;
    seeding
        .editor(Author::Teacher)
        .write_syllabus(course.id, &course.syllabus)
        .map_err(|error| SampleError::refused("the syllabus", error))?;
    canvas.clock().thaw();
    Ok(teachers)
}

/// The zone of the course; Halifax changes to summer time on the same days as the United States.
fn halifax(name: &str) -> Zone {
    Zone { name: name.to_owned(), offset_minutes: -4 * 60, us_summer_time: true }
}

struct Seeding<'a> {
    canvas: &'a Canvas,
    course: &'a SampleCourse,
    now: DateTime<Utc>,
    teachers: Teachers,
}

impl Seeding<'_> {
    fn editor(&self, by: Author) -> Editor {
        self.canvas.as_user(match by {
            Author::Teacher => self.teachers.teacher,
            Author::CoTeacher => self.teachers.co_teacher,
        })
    }

    /// Moves the clock to `moment` and lets the next id of `kind` be `id`.
    fn next(&self, kind: &str, id: i64, moment: Option<Moment>) {
        self.canvas.continue_ids(kind, id - 1);
        if let Some(moment) = moment {
            self.canvas.clock().set(moment.at(self.now));
        }
    }

    fn date(&self, moment: Option<Moment>) -> Value {
        moment.map_or(Value::Null, |moment| json!(moment.at(self.now).format("%Y-%m-%dT%H:%M:%SZ").to_string()))
    }

    fn files(&self) {
        for file in &self.course.files {
            self.next("file", file.id, None);
            let folder = if file.content_type() == "image/png" { "images" } else { "data" };
            self.editor(Author::Teacher).upload(
                self.course.id,
                folder,
                &file.name,
                file.content_type(),
                file.bytes.to_vec(),
            );
        }
    }

    fn pages(&self) -> Result<(), SampleError> {
        for page in &self.course.pages {
            self.canvas.clock().set(page.changed.at(self.now));
            let change = PageChange {
                title: Some(page.title.clone()),
                body: Some(Some(page.body.clone())),
                published: Some(page.published),
                editing_roles: Some(page.roles.clone()),
                front_page: (page.slug == self.course.front_page).then_some(true),
                ..PageChange::default()
            };
            let made = self
                .editor(page.by)
                .create_page(self.course.id, &change)
                .map_err(|error| SampleError::refused(&page.slug, error))?;
            let slug = self.canvas.page(self.course.id, made).map(|page| page.url).unwrap_or_default();
            if slug != page.slug && self.is_linked(&page.slug) {
                return Err(SampleError::refused(
                    &page.slug,
                    format!("its slug becomes {slug}, and links to it break"),
                ));
            }
        }
        Ok(())
    }

    fn is_linked(&self, slug: &str) -> bool {
        let address = format!("/courses/{}/pages/{slug}", self.course.id);
        let in_modules = self
            .course
            .modules
            .iter()
            .flat_map(|module| &module.items)
            .any(|item| item.target == SampleTarget::Page(slug.to_owned()));
        in_modules || self.course.bodies().any(|(_, body)| body.contains(&address))
    }

    fn assignments(&self) -> Result<(), SampleError> {
        for group in &self.course.assignment_groups {
            self.next("group", group.id, None);
            let made = self.editor(Author::Teacher).create_group(self.course.id, &group.name, f64::from(group.weight));
            made.map_err(|error| SampleError::refused(&group.name, error))?;
        }
        for assignment in &self.course.assignments {
            self.next("assignment", assignment.id, Some(assignment.changed));
            let fields = json!({
                "name": assignment.title, "description": assignment.body, "points_possible": assignment.points,
                "grading_type": assignment.grading_type, "submission_types": assignment.submission_types,
                "allowed_extensions": assignment.allowed_extensions, "assignment_group_id": assignment.group, "published": assignment.published,
                "due_at": self.date(assignment.due), "unlock_at": self.date(assignment.unlock), "lock_at": self.date(assignment.lock),
            });
            let made = self.editor(assignment.by).create_assignment(self.course.id, &fields);
            made.map_err(|error| SampleError::refused(&assignment.title, error))?;
        }
        Ok(())
    }

    fn topics(&self) -> Result<(), SampleError> {
        for it in &self.course.discussions {
            self.next("topic", it.id, Some(it.posted));
            let fields = json!({
                "title": it.title, "message": it.body, "published": it.published, "discussion_type": it.kind, "pinned": it.pinned,
                "require_initial_post": it.require_initial_post,
            });
            self.editor(it.by)
                .create_topic(self.course.id, &fields)
                .map_err(|error| SampleError::refused(&it.title, error))?;
        }
        for it in &self.course.announcements {
            self.next("topic", it.id, Some(it.posted));
            let fields = json!({"title": it.title, "message": it.body, "published": true, "is_announcement": true});
            self.editor(it.by)
                .create_topic(self.course.id, &fields)
                .map_err(|error| SampleError::refused(&it.title, error))?;
        }
        Ok(())
    }

    fn modules(&self) -> Result<(), SampleError> {
        let editor = self.editor(Author::Teacher);
        for module in &self.course.modules {
            let refused = |error: Refused| SampleError::refused(&module.name, error);
            self.next("module", module.id, None);
            editor.create_module(self.course.id, &json!({"name": module.name})).map_err(refused)?;
            for item in &module.items {
                self.next("item", item.id, None);
                let made = editor.add_item(self.course.id, module.id, &item_fields(item)).map_err(refused)?;
                // Headings and links begin unpublished (contract 3.8); the others have the state of what they show.
                if module.published && matches!(item.target, SampleTarget::SubHeader(_) | SampleTarget::Url(_)) {
                    editor.edit_item(self.course.id, made, &json!({"published": true})).map_err(refused)?;
                }
            }
            if module.published {
                editor
                    .edit_module(self.course.id, module.id, &json!({"published": true, "skip_content_tags": true}))
                    .map_err(refused)?;
            }
        }
        Ok(())
    }
}

fn item_fields(item: &SampleItem) -> Value {
    let mut fields = match &item.target {
        SampleTarget::Page(slug) => json!({"type": "Page", "page_url": slug}),
        SampleTarget::Assignment(id) => json!({"type": "Assignment", "content_id": id}),
        SampleTarget::Discussion(id) => json!({"type": "Discussion", "content_id": id}),
        SampleTarget::SubHeader(title) => json!({"type": "SubHeader", "title": title}),
        SampleTarget::Url(url) => {
            json!({"type": "ExternalUrl", "external_url": url, "title": item.title, "new_tab": item.new_tab})
        }
    };
    fields["indent"] = json!(item.indent);
    fields
}
