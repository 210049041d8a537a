//! A site's own state: objects with all their versions, so that a replica's old answer can be told as well as the newest.

use std::collections::BTreeMap;

use domain::{Access, Content, FieldValue, Kind, RemoteObject, RemoteRef, Token, canonical, fact, field};

use crate::world::moment;

/// One version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// When it came to be.
    pub(crate) at: i64,
    /// When the site says that it came to be: what its own jobs rewrite may say nothing.
    pub(crate) shown_at: i64,
    /// Its number, where the site counts: an edit within the forum's grace period has the number of the one before.
    pub(crate) number: u32,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) published: bool,
    /// 1 is the person whose installations these are.
    pub(crate) by: u32,
}

/// One object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) remote: RemoteRef,
    pub(crate) parent: Option<RemoteRef>,
    pub(crate) post_number: i64,
    pub(crate) created: i64,
    pub(crate) bumped: i64,
    pub(crate) versions: Vec<Version>,
    pub(crate) deleted: Option<i64>,
    pub(crate) witness: Option<String>,
    /// Whether it is published stays as it is, whatever is sent.
    pub(crate) frozen: bool,
}

/// A file on a site.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) sha256: String,
    pub(crate) address: String,
}

/// One site.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) forum: bool,
    pub(crate) objects: BTreeMap<RemoteRef, Object>,
    /// Counts up when the school's theme changes: every body comes with other decorations.
    pub(crate) theme: u32,
    pub(crate) files: Vec<File>,
    next: BTreeMap<Kind, i64>,
}

/// What is to be written; absent parts are left alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edit {
    pub(crate) title: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) published: Option<bool>,
}

/// Edits by the same person within so long make no new version of a forum's post (its `editing_grace_period`).
const GRACE: i64 = 300_000;

impl Site {
    pub(crate) fn new(forum: bool) -> Self {
        Self { forum, objects: BTreeMap::new(), theme: 1, files: Vec::new(), next: BTreeMap::new() }
    }

    /// The text as the site keeps it. `<script>` is known to go, `<blink>` goes too and nobody told us.
    fn kept(&self, body: &str) -> String {
        if self.forum {
            return canonical::discourse::normalise_raw(body);
        }
        without(&without(body, "script"), "blink")
    }

    fn kept_title(&self, title: &str) -> String {
        if self.forum { canonical::discourse::prettify_title(title) } else { title.trim().to_owned() }
    }

    pub(crate) fn create(
        &mut self,
        kind: Kind,
        parent: Option<RemoteRef>,
        edit: &Edit,
        by: u32,
        witness: Option<&str>,
        now: i64,
    ) -> RemoteRef {
        // Page 5 and assignment 5 are two things: the ids of the kinds run side by side.
        let next = self.next.entry(kind).or_insert(0);
        *next += 1;
        let remote = RemoteRef::new(kind, *next);
        let posts = self.objects.values().filter(|object| parent.is_some() && object.parent == parent).count();
        let version = Version {
            at: now,
            shown_at: now,
            number: 1,
            title: self.kept_title(edit.title.as_deref().unwrap_or_default()),
            body: self.kept(edit.body.as_deref().unwrap_or_default()),
            published: edit.published.unwrap_or(false),
            by,
        };
        if let Some(topic) = parent.as_ref().and_then(|parent| self.objects.get_mut(parent)) {
            topic.bumped = now;
        }
        let object = Object {
            remote: remote.clone(),
            parent,
            post_number: i64::try_from(posts).unwrap_or(0) + 2,
            created: now,
            bumped: now,
            versions: vec![version],
            deleted: None,
            witness: witness.map(str::to_owned),
            frozen: false,
        };
        self.objects.insert(remote.clone(), object);
        remote
    }

    /// Writes, as the site does it. The same text again is no version.
    pub(crate) fn write(&mut self, remote: &RemoteRef, edit: &Edit, by: u32, now: i64) {
        let (title, body) = (edit.title.as_ref().map(|title| self.kept_title(title)), edit.body.as_ref());
        let body = body.map(|body| self.kept(body));
        let forum = self.forum;
        let Some(object) = self.objects.get_mut(remote) else { return };
        let last = object.newest().clone();
        let mut next = Version { at: now, shown_at: now, by, ..last.clone() };
        next.title = title.unwrap_or(next.title);
        next.body = body.unwrap_or(next.body);
        if !object.frozen {
            next.published = edit.published.unwrap_or(next.published);
        }
        if (&next.title, &next.body, next.published) == (&last.title, &last.body, last.published) {
            return;
        }
        let in_grace = forum && last.by == by && now - last.at < GRACE;
        if !in_grace {
            next.number += 1;
            object.bumped = if forum { now } else { object.bumped };
        }
        object.versions.push(next);
    }

    /// Keeps a file, under an address of its own.
    pub(crate) fn keep_file(&mut self, sha256: &str) -> String {
        let number = self.files.len() + 1;
        let address =
            if self.forum { format!("upload://{number}.png") } else { format!("/courses/1/files/{number}/preview") };
        self.files.push(File { sha256: sha256.to_owned(), address: address.clone() });
        address
    }

    /// By which address a content is there.
    pub(crate) fn file(&self, sha256: &str) -> Option<String> {
        self.files.iter().find(|file| file.sha256 == sha256).map(|file| file.address.clone())
    }

    /// The site's own job writes a text anew and says nothing of it.
    pub(crate) fn rewrite_silently(&mut self, remote: &RemoteRef, from: &str, to: &str, now: i64) {
        let Some(object) = self.objects.get_mut(remote) else { return };
        let last = object.newest().clone();
        if last.body.contains(from) {
            object.versions.push(Version { at: now, body: last.body.replace(from, to), by: 0, ..last });
        }
    }

    pub(crate) fn delete(&mut self, remote: &RemoteRef, now: i64) {
        for object in self.objects.values_mut() {
            if object.deleted.is_none() && (object.remote == *remote || object.parent.as_ref() == Some(remote)) {
                object.deleted = Some(now);
            }
        }
    }

    /// Objects that are there, as of a time.
    pub(crate) fn there(&self, at: i64) -> impl Iterator<Item = &Object> {
        self.objects.values().filter(move |object| object.is_there(at))
    }

    /// An object as the site tells of it. `numbered` is for what is read with its revision number beside it.
    pub(crate) fn view(&self, object: &Object, version: &Version, numbered: bool) -> RemoteObject {
        let mut content = Content::new(version.title.clone(), version.body.clone());
        let shown = if self.forum { version.shown_at } else { version.shown_at / 1000 * 1000 };
        let mut facts = BTreeMap::from([(fact::CREATED_AT.to_owned(), moment(object.created).to_rfc3339())]);
        let (returned_body, token) = if self.forum {
            facts.insert(fact::COOKED.to_owned(), format!("<p>{}</p>", version.body));
            (version.body.clone(), format!("{}|{shown}", version.number))
        } else {
            content = content.with(field::PUBLISHED, FieldValue::Flag(version.published));
            let number = if numbered { version.number.to_string() } else { String::new() };
            let returned = format!("<link href=\"theme-{}.css\">{}", self.theme, version.body);
            (returned, format!("{number}|{shown}"))
        };
        if object.remote.kind == Kind::Post {
            content.title = String::new();
            content = content.with(field::POST_NUMBER, FieldValue::Number(object.post_number));
        }
        RemoteObject {
            remote: object.remote.clone(),
            parent: object.parent.clone(),
            content,
            returned_body,
            token: Token(token),
            access: Access::Editable,
            changed_by: Some(format!("person {}", version.by)),
            changed_at: Some(moment(shown)),
            url: None,
            facts,
        }
    }

    /// A topic's sign of change, as a list tells it: nothing of grace edits, nor of edits of posts that are not last.
    pub(crate) fn list_token(&self, topic: &Object, at: i64) -> Token {
        let posts = self.there(at).filter(|object| object.parent.as_ref() == Some(&topic.remote)).count();
        let title = topic.as_of(at).map(|version| version.title.as_str()).unwrap_or_default();
        Token(format!("{posts}|{}|{title}", topic.bumped))
    }

    /// A content as it is compared.
    pub(crate) fn canonical(&self, kind: Kind, content: &Content) -> Content {
        canonical_of(self.forum, kind, content)
    }
}

/// See [`Site::canonical`].
pub(crate) fn canonical_of(forum: bool, kind: Kind, content: &Content) -> Content {
    if forum {
        let title =
            if kind == Kind::Topic { canonical::discourse::prettify_title(&content.title) } else { String::new() };
        return Content::new(title, canonical::discourse::canonical(&content.body));
    }
    let mut form = Content::new(content.title.trim(), without(&content.body, "script"));
    if let Some(flag) = content.fields.get(field::PUBLISHED) {
        form.fields.insert(field::PUBLISHED.to_owned(), flag.clone());
    }
    form
}

impl Object {
    pub(crate) fn newest(&self) -> &Version {
        self.versions.last().expect("an object has a version")
    }

    pub(crate) fn is_there(&self, at: i64) -> bool {
        self.created <= at && self.deleted.is_none_or(|deleted| deleted > at)
    }

    /// The version that a replica of this age shows.
    pub(crate) fn as_of(&self, at: i64) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.at <= at).filter(|_| self.is_there(at))
    }
}

/// A text without the elements of this name.
fn without(body: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = body.to_owned();
    while let Some(start) = rest.find(&open) {
        let end = rest[start..].find(&close).map_or(rest.len(), |at| start + at + close.len());
        rest.replace_range(start..end, "");
    }
    rest
}
