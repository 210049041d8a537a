//! Making and changing pages: slugs, titles, revisions, the front page (contract 3.1 and 3.2).

use super::model::{Instant, ItemContent, Page, Revision};
use super::reply::{Reply, field_error, locked_columns, not_found, typed_error};
use super::slug::slug;
use super::state::{State, take};

/// The most characters a long text may have (contract 6.6).
pub(super) const LONGEST_TEXT: usize = 511_999;

/// Changes to a page; what is none is left alone.
#[derive(Debug, Clone, Default)]
pub struct PageChange {
    /// A new title.
    pub title: Option<String>,
    /// A new body, as sent; the inner none clears it.
    pub body: Option<Option<String>>,
    /// Publish or unpublish.
    pub published: Option<bool>,
    /// Who may edit, as a comma list.
    pub editing_roles: Option<String>,
    /// Make it the front page, or stop being it.
    pub front_page: Option<bool>,
    /// The date in students' planners.
    pub todo_date: Option<Option<Instant>>,
    /// A scheduled publication, of which the recorded server shows nothing but a revision.
    pub publish_at: bool,
    /// Tell the class.
    pub notify: bool,
}

impl State {
    /// Saves a change to a page, or makes a page where `id` is none.
    pub(super) fn save_page(
        &mut self,
        course: i64,
        id: Option<i64>,
        change: &PageChange,
        editor: Option<i64>,
        base: &str,
        now: Instant,
    ) -> Result<i64, Box<Reply>> {
        let body = change.body.as_ref().map(|sent| sent.as_ref().map(|html| self.html_in(html, base)));
        if change.body.iter().flatten().any(|html| html.chars().count() > LONGEST_TEXT) {
            return Err(typed_error(400, "body", "is too long (maximum is 511,999 characters)", "too_long"));
        }
        let permanent = self.settings.permanent_page_links;
        let home = self.courses.get(&course).ok_or_else(not_found)?;
        let before = match id {
            Some(id) => Some(home.pages.get(&id).ok_or_else(not_found)?),
            None => None,
        };
        let mut page = before.cloned().unwrap_or_else(|| new_page(now));
        if let Some(title) = change.title.as_deref().or(if before.is_none() { Some("") } else { None }) {
            check_title(title)?;
        }
        if let Some(roles) = &change.editing_roles {
            let known =
                roles.split(',').all(|role| matches!(role.trim(), "teachers" | "students" | "members" | "public"));
            if !known {
                return Err(field_error(400, "editing_roles", "The provided editing roles are invalid"));
            }
            page.editing_roles.clone_from(roles);
        }
        let was_front = id.is_some() && home.front_page == id;
        let published = change.published.unwrap_or(page.published);
        if change.front_page == Some(true) && !published {
            return Err(field_error(400, "front_page", "The front page cannot be unpublished"));
        }
        if was_front && !published && change.front_page != Some(false) {
            return Err(field_error(400, "published", "The front page cannot be unpublished"));
        }
        let title_changes = change.title.as_ref().is_some_and(|title| *title != page.title);
        let body_changes =
            body.as_ref().is_some_and(|sent| sent.as_ref().map(|html| &html.linked) != page.body.as_ref());
        if page.blueprint_locked && (title_changes || body_changes) {
            let columns: Vec<&str> =
                [("body", body_changes), ("title", title_changes)].iter().filter(|c| c.1).map(|c| c.0).collect();
            return Err(locked_columns(&columns));
        }
        let mut shown_time_moves = title_changes || body_changes || published != page.published || change.publish_at;
        let mut revises = shown_time_moves;
        if let Some(todo) = change.todo_date
            && todo != page.todo_date
        {
            page.todo_date = todo;
            revises = true;
        }
        if let Some(title) = change.title.as_ref().filter(|_| title_changes) {
            page.title.clone_from(title);
        }
        if body_changes {
            page.body = body
                .flatten()
                .map(|html| html.stored)
                .filter(|stored| !stored.is_empty() || change.body == Some(Some(String::new())));
        }
        page.published = published;
        // Without permanent links each save brings the slug into line with the title again (recorded pages/82).
        if before.is_none() || title_changes || !permanent {
            let taken = |wanted: &str| home.pages.values().any(|p| Some(p.id) != id && owns_url(p, wanted, permanent));
            let url = free_url(&slug(&page.title), taken);
            if url != page.url {
                if before.is_some() {
                    let old = std::mem::replace(&mut page.url, url);
                    page.old_urls.push(old);
                } else {
                    page.url = url;
                }
                revises = true;
            }
            if !permanent && (before.is_none() || title_changes) {
                page.title = free_title(&page.title, |wanted| {
                    home.pages.values().any(|p| Some(p.id) != id && !p.deleted && p.title == wanted)
                })?;
            }
        }
        if before.is_none() {
            shown_time_moves = true;
            revises = true;
            page.id = take(&mut self.next.page);
        }
        if editor.is_some() {
            page.last_edited_by = editor;
        }
        if shown_time_moves {
            page.updated_at = now;
        }
        if revises {
            record(&mut page, editor, now);
        }
        let (page_id, title) = (page.id, page.title.clone());
        if let Some(home) = self.courses.get_mut(&course) {
            home.pages.insert(page_id, page);
            match change.front_page {
                Some(true) => home.front_page = Some(page_id),
                Some(false) if was_front => home.front_page = None,
                _ => {}
            }
        }
        if title_changes {
            self.rename_items(course, &ItemContent::Page(page_id), &title);
        }
        if change.notify {
            self.notifications.push(super::model::Notification { course, kind: "page", id: page_id });
        }
        Ok(page_id)
    }

    /// Deletes a page and its module items.
    pub(super) fn delete_page(&mut self, course: i64, id: i64) -> Result<(), Box<Reply>> {
        let home = self.courses.get_mut(&course).ok_or_else(not_found)?;
        if home.front_page == Some(id) {
            return Err(field_error(400, "front_page", "The front page cannot be deleted"));
        }
        let page = home.pages.get_mut(&id).ok_or_else(not_found)?;
        page.deleted = true;
        page.published = false;
        self.delete_items(course, &ItemContent::Page(id));
        Ok(())
    }

    /// Brings url, title and body of an earlier revision back, as a new revision.
    pub(super) fn revert_page(
        &mut self,
        course: i64,
        id: i64,
        number: i64,
        editor: i64,
        now: Instant,
    ) -> Result<(), Box<Reply>> {
        let permanent = self.settings.permanent_page_links;
        let home = self.courses.get(&course).ok_or_else(not_found)?;
        let mut page = home.pages.get(&id).ok_or_else(not_found)?.clone();
        let old = page.revisions.iter().find(|r| r.number == number).ok_or_else(not_found)?.clone();
        let taken = |wanted: &str| home.pages.values().any(|p| p.id != id && owns_url(p, wanted, permanent));
        let url = free_url(&old.url, taken);
        if url != page.url {
            let left = std::mem::replace(&mut page.url, url);
            page.old_urls.push(left);
        }
        page.title = old.title;
        if !permanent {
            let title = page.title.clone();
            page.title = free_title(&title, |wanted| {
                home.pages.values().any(|p| p.id != id && !p.deleted && p.title == wanted)
            })?;
        }
        page.body = old.body;
        page.last_edited_by = Some(editor);
        page.updated_at = now;
        record(&mut page, Some(editor), now);
        let title = page.title.clone();
        if let Some(home) = self.courses.get_mut(&course) {
            home.pages.insert(id, page);
        }
        self.rename_items(course, &ItemContent::Page(id), &title);
        Ok(())
    }
}

fn new_page(now: Instant) -> Page {
    Page {
        id: 0,
        url: String::new(),
        title: String::new(),
        body: None,
        published: false,
        editing_roles: "teachers".to_owned(),
        created_at: now,
        updated_at: now,
        last_edited_by: None,
        todo_date: None,
        revisions: Vec::new(),
        deleted: false,
        blueprint_locked: false,
        block_editor: false,
        old_urls: Vec::new(),
    }
}

fn record(page: &mut Page, editor: Option<i64>, now: Instant) {
    let number = page.revisions.last().map_or(1, |last| last.number + 1);
    page.revisions.push(Revision {
        number,
        updated_at: now,
        edited_by: editor,
        title: page.title.clone(),
        url: page.url.clone(),
        body: page.body.clone(),
    });
}

fn check_title(title: &str) -> Result<(), Box<Reply>> {
    if title.trim().is_empty() {
        return Err(field_error(400, "title", "Title can't be blank"));
    }
    if title.chars().count() > 255 {
        return Err(field_error(400, "title", "Title can't exceed 255 characters"));
    }
    if slug(title).is_empty() {
        return Err(field_error(400, "title", "Title must contain at least one letter or number"));
    }
    Ok(())
}

/// Slugs stay with a page that lives; with permanent links they stay with a deleted one as well.
fn owns_url(page: &Page, url: &str, permanent: bool) -> bool {
    (permanent || !page.deleted) && (page.url == url || page.old_urls.iter().any(|old| old == url))
}

fn free_url(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) {
        return wanted.to_owned();
    }
    (2_u32..).map(|n| format!("{wanted}-{n}")).find(|url| !taken(url)).unwrap_or_else(|| wanted.to_owned())
}

fn free_title(wanted: &str, taken: impl Fn(&str) -> bool) -> Result<String, Box<Reply>> {
    if !taken(wanted) {
        return Ok(wanted.to_owned());
    }
    let ends_in_number =
        wanted.rsplit_once('-').is_some_and(|(_, n)| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
    if ends_in_number {
        return Err(field_error(
            400,
            "title",
            "A page with this title already exists. Please choose a different title.",
        ));
    }
    Ok((2_u32..).map(|n| format!("{wanted}-{n}")).find(|title| !taken(title)).unwrap_or_else(|| wanted.to_owned()))
}
