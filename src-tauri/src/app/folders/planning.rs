//! What an import would do, file by file.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::folder::{Here, Led, Verdict, Written, decide, inward, led_beside, taken};
use domain::links::{Address, Attached, Own, with_own};
use domain::{Content, EntityId, FieldValue, Kind, field};
use store::{Entity, Space};

use super::super::App;
use super::super::fields::{json_of, refuse_invalid};
use super::super::tree::{kind_dto, title_or_words};
use super::importing::{Does, Step};
use super::reading::{File, Folder};
use super::{disk, kinds, line};
use crate::dto::{EditDto, FolderDto, FolderLineDto};
use crate::error::{Failure, Result};

/// What is done with a file, and what its text uses.
type Doing = (Does, Vec<(String, Attached)>);

/// What a file of the folder is here.
enum Known {
    Here(Box<Entity>),
    New { id: EntityId, kind: Kind, parent: Option<EntityId> },
}

pub(super) struct Planning<'a> {
    app: &'a App,
    space: &'a Space,
    folder: &'a Folder,
    /// What each text of the folder is here.
    known: HashMap<String, Known>,
    hashes: BTreeMap<String, Option<String>>,
}

impl<'a> Planning<'a> {
    pub(super) fn new(app: &'a App, space: &'a Space, folder: &'a Folder) -> Self {
        Self { app, space, folder, known: HashMap::new(), hashes: BTreeMap::new() }
    }

    pub(super) async fn plan(&mut self, shown: &mut FolderDto) -> Result<Vec<Step>> {
        let folder = self.folder;
        let mut steps = Vec::new();
        let order = self.recognise(shown).await?;
        for number in order {
            let file = &folder.files[number];
            let (step, mut line) = match self.known.get(&file.path) {
                None => continue,
                Some(Known::Here(entity)) => {
                    let entity = (**entity).clone();
                    self.existing(file, &entity).await?
                }
                Some(Known::New { id, kind, parent }) => {
                    let (id, kind, parent) = (*id, *kind, *parent);
                    self.made(file, id, kind, parent)
                }
            };
            if line.state == "unchanged" {
                shown.unchanged += 1;
                continue;
            }
            if line.title.is_empty() {
                line.title = title_or_words(&file.written.content.title, "");
            }
            if let Some((does, uses)) = step {
                steps.push(Step { line: shown.lines.len(), file: number, does, uses });
            }
            shown.lines.push(line);
        }
        let mut by_path: Vec<usize> = (0..shown.lines.len()).collect();
        by_path.sort_by(|one, other| shown.lines[*one].path.cmp(&shown.lines[*other].path));
        let mut place = vec![0; by_path.len()];
        for (now, before) in by_path.into_iter().enumerate() {
            place[before] = now;
        }
        for step in &mut steps {
            step.line = place[step.line];
        }
        shown.lines.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(steps)
    }

    /// Tells which files are documents that are here and which become new ones; those that can be neither get their line. Answers with the
    /// order in which they are taken: what something stands under comes before it.
    async fn recognise(&mut self, shown: &mut FolderDto) -> Result<Vec<usize>> {
        let folder = self.folder;
        let mut by_id: HashMap<EntityId, &str> = HashMap::new();
        let mut fresh = Vec::new();
        let mut order = Vec::new();
        for (number, file) in folder.files.iter().enumerate() {
            if let Some(id) = file.written.id {
                by_id.insert(id, &file.path);
                match self.app.store.get(id).await {
                    Ok(entity) if entity.space == self.space.id => {
                        self.known.insert(file.path.clone(), Known::Here(Box::new(entity)));
                        order.push(number);
                        continue;
                    }
                    Ok(_) | Err(store::Error::NotFound(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            fresh.push(number);
        }
        // Of files that are numbered because their titles are alike, the lower number is the older document.
        fresh.sort_by_key(|number| (folder.files[*number].path.len(), &folder.files[*number].path));
        let here = if fresh.is_empty() { HashMap::new() } else { self.everything_here().await? };
        let mut refuse = |path: &str, why: &str| shown.lines.push(line(path, "refused", why));
        let mut unchanged = 0;
        while !fresh.is_empty() {
            let before = fresh.len();
            let mut later = Vec::new();
            for number in fresh {
                let file = &folder.files[number];
                let named = file.written.parent.and_then(|parent| by_id.get(&parent).copied());
                let above = named.or_else(|| folder.above(&file.path));
                let is_later = |path: &str| {
                    let undecided =
                        folder.files.iter().any(|other| other.path == path) && !self.known.contains_key(path);
                    undecided && path != file.path
                };
                if above.is_some_and(is_later) {
                    later.push(number);
                    continue;
                }
                let (parent, stands_under) = self.parent(file, above).await?;
                self.hash_used(file);
                let kind = kinds::kind_of(&file.written, &file.path, file.format, stands_under, self.space);
                match kind.and_then(|kind| self.fresh(file, kind, parent)) {
                    Ok((kind, parent, content)) => match here.get(&signature(kind, parent, &content)) {
                        Some(id) => {
                            unchanged += 1;
                            let entity = self.app.store.get(*id).await?;
                            self.known.insert(file.path.clone(), Known::Here(Box::new(entity)));
                        }
                        None => {
                            let id = EntityId::new(self.app.store.seed());
                            self.known.insert(file.path.clone(), Known::New { id, kind, parent });
                            order.push(number);
                        }
                    },
                    Err(why) => refuse(&file.path, &why),
                }
            }
            if later.len() == before {
                for number in std::mem::take(&mut later) {
                    refuse(&folder.files[number].path, "What it belongs to was not taken.");
                }
            }
            fresh = later;
        }
        shown.unchanged += unchanged;
        Ok(order)
    }

    /// What a new document stands under, and what that is.
    async fn parent(&self, file: &File, above: Option<&str>) -> Result<(Option<EntityId>, Option<Kind>)> {
        let id = match above.and_then(|above| self.known.get(above)) {
            Some(Known::Here(entity)) => return Ok((Some(entity.id), Some(entity.kind))),
            Some(Known::New { id, kind, .. }) => return Ok((Some(*id), Some(*kind))),
            None => above.and_then(|above| self.folder.untouched.get(above).copied()),
        };
        let id = if above.is_some() { id } else { file.written.parent };
        let Some(id) = id else { return Ok((None, None)) };
        match self.app.store.get(id).await {
            Ok(entity) if entity.space == self.space.id && entity.deleted_at.is_none() => {
                Ok((Some(id), Some(entity.kind)))
            }
            Ok(_) | Err(store::Error::NotFound(_)) => Ok((None, None)),
            Err(error) => Err(error.into()),
        }
    }

    /// The content of a new document, whose links into the folder lead nowhere yet.
    fn fresh(
        &self,
        file: &File,
        kind: Kind,
        parent: Option<EntityId>,
    ) -> std::result::Result<(Kind, Option<EntityId>, Content), String> {
        let belongs = match kind {
            Kind::Post => "It does not say to which topic it belongs.",
            Kind::Reply => "It does not say to which discussion it belongs.",
            Kind::ModuleItem => "It does not say to which module it belongs.",
            _ => "",
        };
        if parent.is_none() && !belongs.is_empty() {
            return Err(belongs.to_owned());
        }
        // A folder that happens to be named as a page beside it makes nothing stand under that page.
        let says_so = file.written.parent.is_some() && self.space.site.is_none();
        let parent = parent.filter(|_| says_so || !belongs.is_empty());
        let (mut content, _) = self.content(file, kind)?;
        let (nothing, mut uses, mut words) = (Content::default(), Vec::new(), Vec::new());
        content.body = self.led_inward(file, kind, &nothing, &mut uses, &mut words, Links::Alike);
        Ok((kind, parent, content))
    }

    /// What a file says as a new document, and the names of its lines that do not go along.
    fn content(&self, file: &File, kind: Kind) -> std::result::Result<(Content, Vec<String>), String> {
        let (mut content, mut left) = taken(kind, &file.written, &Content::default())?;
        if kind.has_title() && content.title.trim().is_empty() {
            let (_, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            content.title = domain::folder::under(name).to_owned();
        }
        let space = self.space;
        let stay = content.fields.iter().filter(|(name, value)| !kinds::travels(kind, name, value, space));
        let stay: Vec<String> = stay.map(|(name, _)| name.clone()).collect();
        for name in &stay {
            content.fields.remove(name);
        }
        if kinds::begins_unpublished(kind, space) {
            content = content.with(field::PUBLISHED, FieldValue::Flag(false));
        }
        left.extend(stay.into_iter().filter(|name| name != field::PUBLISHED));
        refuse_invalid(kind, &content, &Content::default()).map_err(|failure| failure.words().what)?;
        Ok((content, left))
    }

    /// Everything that is in the space, by what a file of it would say.
    async fn everything_here(&self) -> Result<HashMap<Signature, EntityId>> {
        let mut here = HashMap::new();
        for row in self.app.store.list(self.space.id).await?.into_iter().filter(|row| !row.deleted) {
            let entity = self.app.store.get(row.id).await?;
            here.insert(signature(entity.kind, entity.parent, &entity.content), entity.id);
        }
        Ok(here)
    }

    fn made(
        &mut self,
        file: &File,
        id: EntityId,
        kind: Kind,
        parent: Option<EntityId>,
    ) -> (Option<Doing>, FolderLineDto) {
        let mut line = line(&file.path, "new", "");
        line.kind = Some(kind_dto(kind));
        let (mut content, left) = match self.content(file, kind) {
            Ok(content) => content,
            Err(why) => {
                (line.state, line.words) = ("refused".to_owned(), why);
                return (None, line);
            }
        };
        let (mut uses, mut words) = (Vec::new(), Vec::new());
        self.hash_used(file);
        content.body = self.led_inward(file, kind, &Content::default(), &mut uses, &mut words, Links::Theirs);
        if kinds::begins_unpublished(kind, self.space) && file.written.content.flag(field::PUBLISHED) == Some(true) {
            words.push("It is not published.".to_owned());
        }
        words.extend(left_behind(&left));
        line.title = title_or_words(&content.title, &content.body);
        line.words = words.join(" ");
        (Some((Does::New { id, kind, parent, content }, uses)), line)
    }

    async fn existing(&mut self, file: &File, entity: &Entity) -> Result<(Option<Doing>, FolderLineDto)> {
        let mut line = line(&file.path, "changed", "");
        line.kind = Some(kind_dto(entity.kind));
        line.entity = Some(entity.id.to_string());
        line.title = title_or_words(&entity.content.title, &entity.content.body);
        let refused = |mut line: FolderLineDto, why: &str| {
            (line.state, line.words) = ("refused".to_owned(), why.to_owned());
            Ok((None, line))
        };
        if entity.kind.is_document() && entity.format != file.format {
            return refused(line, "Its ending says that it is written in another way than the document is.");
        }
        let base = self.base(file, entity).await?;
        let (mut uses, mut words) = (Vec::new(), Vec::new());
        self.hash_used(file);
        let before = base.clone().unwrap_or_default();
        let body = self.led_inward(file, entity.kind, &before, &mut uses, &mut words, Links::Theirs);
        let written = Written { content: Content { body, ..file.written.content.clone() }, ..file.written.clone() };
        let history = if base.is_none() { self.app.store.revisions(entity.id).await? } else { Vec::new() };
        let was = |content: &Content| history.iter().any(|revision| revision.content == *content);
        let here = Here { kind: entity.kind, now: &entity.content, base: base.as_ref(), was: &was };
        let (verdict, unknown) = decide(&written, &here);
        words.extend(left_behind(&unknown));
        let (mine, whole) = match &verdict {
            Verdict::Refused(why) => return refused(line, why),
            Verdict::Same | Verdict::Older => {
                line.state = "unchanged".to_owned();
                return Ok((None, line));
            }
            Verdict::Edit { mine, whole, .. } => (mine, whole),
            Verdict::Ask { mine } => (mine, mine),
        };
        if entity.deleted_at.is_some() {
            return refused(line, "It was deleted here. Bring it back first, from what was recently deleted.");
        }
        if self.app.store.draft(entity.id)?.is_some() {
            return refused(line, "It is being written here. Save it first.");
        }
        let wanted = edit(entity, whole);
        if let Err(failure) = self.app.refuse_locked(entity, &wanted, None).await {
            let why = match failure {
                Failure::Locked(why) => why,
                other => other.words().what,
            };
            return refused(line, &why);
        }
        if let Err(failure) = refuse_invalid(entity.kind, mine, &entity.content) {
            return refused(line, &failure.words().what);
        }
        let (id, counter) = (entity.id, entity.counter);
        let does = match verdict {
            Verdict::Edit { mine, whole, joined } => {
                if joined {
                    words.insert(0, "It is joined with what was changed here since.".to_owned());
                }
                Does::Edit { entity: id, counter, mine, whole, joined }
            }
            Verdict::Ask { mine } => {
                line.state = "waits".to_owned();
                let why = match base {
                    Some(_) => "The same words were changed here. Nothing is overwritten: you decide.",
                    None => "It is not known from which version it was written. Nothing is overwritten: you decide.",
                };
                words.insert(0, why.to_owned());
                Does::Ask { entity: id, counter, base, mine }
            }
            Verdict::Same | Verdict::Older | Verdict::Refused(_) => return Ok((None, line)),
        };
        line.words = words.join(" ");
        Ok((Some((does, uses)), line))
    }

    /// What a document said when it and its file last agreed.
    async fn base(&self, file: &File, entity: &Entity) -> Result<Option<Content>> {
        let noted = self.folder.note.as_ref().and_then(|note| note.files.get(&file.path));
        let Some(entry) = noted.filter(|entry| entry.id == Some(entity.id)) else { return Ok(None) };
        let hashes: Vec<_> = entry.agreed.iter().filter_map(|agreed| agreed.content.as_ref()).collect();
        if hashes.contains(&&entity.content.hash()) {
            return Ok(Some(entity.content.clone()));
        }
        let history = self.app.store.revisions(entity.id).await?;
        Ok(history.into_iter().map(|revision| revision.content).find(|content| hashes.contains(&&content.hash())))
    }

    /// Looks at the files that a text uses, each once.
    fn hash_used(&mut self, file: &File) {
        let folder = self.folder;
        let mut used = HashSet::new();
        inward(&file.written.content.body, file.format, &file.path, |_, led| {
            if let Led::Within(path) = led {
                used.insert(path.clone());
            }
            None
        });
        for path in used {
            if folder.others.get(&path).is_some_and(|size| *size <= disk::LARGEST_FILE)
                && !self.hashes.contains_key(&path)
            {
                let hash = disk::hash(&folder.root.join(&path));
                self.hashes.insert(path, hash);
            }
        }
    }

    /// The body of a file as documents write it.
    fn led_inward(
        &self,
        file: &File,
        kind: Kind,
        before: &Content,
        uses: &mut Vec<(String, Attached)>,
        words: &mut Vec<String>,
        links: Links,
    ) -> String {
        let folder = self.folder;
        let stay = led_beside(&before.body, kind.format(), &file.path);
        let mut say = |sentence: String| {
            if !words.contains(&sentence) {
                words.push(sentence);
            }
        };
        inward(&file.written.content.body, kind.format(), &file.path, |raw, led| {
            let path = match led {
                Led::Elsewhere => return None,
                // It was written so in the document itself.
                _ if stay.contains_key(raw) => return None,
                Led::Outside => {
                    say("A link in it leads out of the folder and stays as it is.".to_owned());
                    return None;
                }
                Led::Within(path) => path,
            };
            let is_text = || folder.untouched.contains_key(path) || folder.files.iter().any(|file| file.path == *path);
            if links == Links::Alike && is_text() {
                return Some(ALIKE.to_owned());
            }
            let document = match self.known.get(path) {
                Some(Known::Here(entity)) => Some(entity.id),
                Some(Known::New { id, .. }) => Some(*id),
                None => folder.untouched.get(path).copied(),
            };
            if let Some(id) = document {
                return Some(Address::of_entity(id).path());
            }
            let hash = self.hashes.get(path).cloned().flatten();
            let noted = folder.note.as_ref().and_then(|note| note.files.get(path));
            let agreed = noted.filter(|entry| hash.as_ref().is_some_and(|hash| entry.agreed_as(hash).is_some()));
            if let Some(address) = agreed.and_then(|entry| entry.address.clone()) {
                return Some(address);
            }
            let Some(hash) = hash else {
                say(match folder.others.get(path) {
                    Some(size) if *size > disk::LARGEST_FILE => {
                        format!("{path} is larger than {} MB and is not taken.", disk::LARGEST_FILE / 1024 / 1024)
                    }
                    _ => format!("It uses {path}, which cannot be read."),
                });
                return None;
            };
            let (_, name) = path.rsplit_once('/').unwrap_or(("", path));
            let attached = Attached::new(hash, name);
            let address = attached.path();
            if !uses.iter().any(|(known, _)| known == path) {
                uses.push((path.clone(), attached));
            }
            Some(address)
        })
    }
}

/// How links to other texts of the folder are led.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    /// To the documents that these are here.
    Theirs,
    /// All to one place, for comparing.
    Alike,
}

const ALIKE: &str = "/lectern/entities/";

/// What two documents have in common that are one and the same, whatever their ids: links to other documents count as alike.
type Signature = (Kind, Option<EntityId>, String, String);

fn signature(kind: Kind, parent: Option<EntityId>, content: &Content) -> Signature {
    let blind = |own: &Own| matches!(own, Own::Entity(_)).then(|| ALIKE.to_owned());
    (kind, parent, content.title.clone(), with_own(&content.body, kind.format(), blind))
}

fn left_behind(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| {
        let labels: Vec<String> = names.iter().map(|name| domain::fields::label(name)).collect();
        format!("Not taken: {}.", labels.join(", "))
    })
}

/// The edit that makes `whole` of a document.
pub(super) fn edit(entity: &Entity, whole: &Content) -> EditDto {
    let changed = whole.changed_since(&entity.content);
    let fields: Vec<(String, String)> =
        changed.fields.iter().filter_map(|name| Some((name.clone(), json_of(whole.fields.get(name)?)))).collect();
    EditDto {
        title: changed.title.then(|| whole.title.clone()),
        body: changed.body.then(|| whole.body.clone()),
        fields: (!fields.is_empty()).then_some(fields),
        ..EditDto::default()
    }
}
