//! Files that texts of a course link to, kept for reading without a network: fetched after the texts, within limits, and shown
//! with what keeps them out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::links::{Address, Role, Target, origin_of, references};
use domain::{EntityId, FileFacts, FileLimits, ForStudents, NotKept, Remote, RemoteErrorKind, SiteKind, SpaceId};
use store::{FileState, LinkedFile};
use sync::{SiteSpace, Watch};

use super::{App, id, now};
use crate::dto::{FileLimitsDto, FileSortDto, LinkedFileDto};
use crate::error::{Failure, Result};

/// Files asked for in one sync of a space at most, and bytes fetched; the rest follows with the next ones.
const AT_ONCE: usize = 100;
const BYTES_AT_ONCE: u64 = 200 << 20;
/// After so many that did not come, the rest waits for the next sync.
const MISSED: usize = 3;
/// What is known of a file is asked again after so long, for so many files in one sync.
const KNOWN_FOR: TimeDelta = TimeDelta::days(1);
const ASKED_AGAIN: usize = 20;

/// A link to a file, as a text says it.
struct FileLink {
    /// The file's address, without query and without what follows its id.
    address: String,
    /// The same as it is written.
    written: String,
    /// The link's words.
    words: String,
}

impl App {
    /// Fetches what texts of a space link to and limits allow. A file that does not come is tried again later; each is kept as it
    /// comes, so that a stopped sync goes on where it was.
    pub(crate) async fn fetch_files(
        &self,
        space: &SiteSpace,
        remote: &Arc<dyn Remote>,
        watch: &Watch,
    ) -> Result<usize> {
        let limits = self.limits(space.id).await?;
        if !limits.on || remote.site() != SiteKind::Canvas {
            return Ok(0);
        }
        let known: BTreeMap<String, LinkedFile> =
            self.store.linked_files(space.id).await?.into_iter().map(|file| (file.address.clone(), file)).collect();
        let wanted = self.linked_in(space.id).await?;
        self.name_kept(space.id, &known, &wanted).await?;
        let mut room: BTreeMap<&str, u64> = known
            .values()
            .filter(|file| matches!(file.state, FileState::Kept(_)) && wanted.contains_key(&file.address))
            .map(|file| (file.address.as_str(), file.facts.size.unwrap_or(0)))
            .collect();
        let (mut fetched, mut bytes, mut missed) = (0, 0_u64, 0);
        for address in due(&wanted, &known, &limits, now()) {
            if watch.is_stopping() || bytes >= BYTES_AT_ONCE || missed >= MISSED {
                break;
            }
            room.remove(address);
            let others: u64 = room.values().sum();
            let before = known.get(address);
            match self.fetch_file(space, remote, address, &limits, others, before).await? {
                Asked::Is(file, came) => {
                    bytes += came;
                    fetched += usize::from(came > 0);
                    if let FileState::Kept(sha256) = &file.state {
                        room.insert(address, file.facts.size.unwrap_or(came));
                        for written in &wanted[address] {
                            self.store.name_attachment(space.id, written, sha256).await?;
                        }
                    }
                    self.store.put_linked_file(space.id, &file).await?;
                }
                // One connection that broke says little; several say that the network is gone.
                Asked::Later => missed += 1,
                Asked::SiteIsOut => break,
            }
        }
        Ok(fetched)
    }

    async fn fetch_file(
        &self,
        space: &SiteSpace,
        remote: &Arc<dyn Remote>,
        address: &str,
        limits: &FileLimits,
        others: u64,
        before: Option<&LinkedFile>,
    ) -> Result<Asked> {
        let kept = before.and_then(|file| match &file.state {
            FileState::Kept(sha256) => Some((file.facts.version.clone(), sha256.clone())),
            _ => None,
        });
        let same = |facts: &FileFacts| kept.as_ref().is_some_and(|(version, _)| *version == facts.version);
        let wanted = |facts: &FileFacts| limits.judge(facts, others).is_ok() && !same(facts);
        let is = |facts, state| LinkedFile { address: address.to_owned(), facts, state, at: now() };
        let answered = remote.linked_file(&space.remote, address, limits.each, &wanted).await;
        Ok(match answered {
            Ok((facts, Some(asset))) => {
                let came = asset.bytes.len() as u64;
                let content_type =
                    if facts.content_type.is_empty() { &asset.content_type } else { &facts.content_type };
                let sha256 = self.store.keep_attachment(space.id, address, content_type, &asset.bytes).await?;
                Asked::Is(is(FileFacts { size: Some(came), ..facts }, FileState::Kept(sha256)), came)
            }
            Ok((facts, None)) => {
                // What is kept stays, also where a limit would not let it in any more.
                let state = match (limits.judge(&facts, others), kept.filter(|(version, _)| *version == facts.version))
                {
                    (_, Some((_, sha256))) => FileState::Kept(sha256),
                    (Err(why), None) => FileState::Not(why),
                    (Ok(()), None) => FileState::Not(NotKept::TooLarge),
                };
                Asked::Is(is(facts, state), 0)
            }
            Err(error) if error.concerns_the_site() && error.kind != RemoteErrorKind::Unreachable => Asked::SiteIsOut,
            Err(error) => {
                let facts = before.map_or_else(|| unknown(address), |file| file.facts.clone());
                match error.kind {
                    RemoteErrorKind::NotFound => Asked::Is(is(facts, FileState::Gone), 0),
                    RemoteErrorKind::Forbidden | RemoteErrorKind::Refused => {
                        Asked::Is(is(facts, FileState::NotGiven(error.words)), 0)
                    }
                    _ => {
                        tracing::debug!(%address, %error, "a linked file did not come");
                        Asked::Later
                    }
                }
            }
        })
    }

    /// A text that names a kept file in another way keeps it, too.
    async fn name_kept(
        &self,
        space: SpaceId,
        known: &BTreeMap<String, LinkedFile>,
        wanted: &BTreeMap<String, BTreeSet<String>>,
    ) -> Result<()> {
        let named: BTreeSet<String> =
            self.store.attachments(space).await?.into_iter().map(|(address, _)| address).collect();
        for file in known.values() {
            let (FileState::Kept(sha256), Some(written)) = (&file.state, wanted.get(&file.address)) else { continue };
            for written in written.iter().filter(|written| !named.contains(*written)) {
                self.store.name_attachment(space, written, sha256).await?;
            }
        }
        Ok(())
    }

    /// The files that texts of a space link to, each with all the ways in which it is written.
    async fn linked_in(&self, space: SpaceId) -> Result<BTreeMap<String, BTreeSet<String>>> {
        let origin = self.origin(space).await?;
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut after: Option<EntityId> = None;
        loop {
            let texts = self.store.texts_with_files(space, after).await?;
            let Some((last, _)) = texts.last() else { return Ok(found) };
            after = Some(*last);
            for link in texts.iter().flat_map(|(_, body)| file_links(body, &origin)) {
                found.entry(link.address).or_default().insert(link.written);
            }
        }
    }

    /// The files that a document links to, in its order, each once.
    pub async fn files(&self, document: &str) -> Result<Vec<LinkedFileDto>> {
        let entity = self.store.get(id(document)?).await?;
        let (origin, known) = (self.origin(entity.space).await?, self.store.linked_files(entity.space).await?);
        let limits = self.limits(entity.space).await?;
        let mut files: Vec<LinkedFileDto> = Vec::new();
        for link in file_links(&entity.content.body, &origin) {
            if files.iter().all(|file| file.address != link.address) {
                let found = known.iter().find(|file| file.address == link.address);
                files.push(file_dto(&link, found, &origin, &limits));
            }
        }
        Ok(files)
    }

    /// What is known of the file that an address of a space's site leads to; nothing where it leads to none.
    pub(crate) async fn file_at(&self, url: &str, space: SpaceId) -> Result<Option<LinkedFileDto>> {
        let origin = self.origin(space).await?;
        let Some(path) = domain::links::path_within(url, &origin) else { return Ok(None) };
        let Some(address) = Address::parse(path).and_then(file_address) else { return Ok(None) };
        let link = FileLink { address, written: path.to_owned(), words: String::new() };
        let known = self.store.linked_files(space).await?;
        let found = known.iter().find(|file| file.address == link.address);
        Ok(Some(file_dto(&link, found, &origin, &self.limits(space).await?)))
    }

    /// Puts a copy of a kept file into the person's folder for downloads; answers with its path.
    pub async fn file_copy(&self, document: &str, address: &str) -> Result<String> {
        let space = self.store.get(id(document)?).await?.space;
        let known = self.store.linked_files(space).await?;
        let file = known.into_iter().find(|file| file.address == address);
        let Some(LinkedFile { facts, state: FileState::Kept(sha256), .. }) = file else {
            return Err(Failure::Invalid("This file is not kept on this computer.".to_owned()));
        };
        let blob = self.store.checked_blob(&sha256).await?;
        let place = free_place(&super::care::downloads(), &facts.name)?;
        let copied = place.clone();
        tokio::task::spawn_blocking(move || std::fs::copy(blob.path, copied))
            .await
            .map_err(|error| Failure::Invalid(error.to_string()))?
            .map_err(|error| Failure::Invalid(format!("The copy could not be written: {error}.")))?;
        Ok(place.display().to_string())
    }

    /// Which linked files of a space are kept.
    pub async fn file_limits(&self, space: &str) -> Result<FileLimitsDto> {
        Ok(limits_dto(&self.limits(id(space)?).await?))
    }

    /// Chooses that; it holds from the next sync on. What is kept stays.
    pub async fn file_limits_set(&self, space: &str, limits: FileLimitsDto) -> Result<()> {
        let space: SpaceId = id(space)?;
        let limits = FileLimits {
            on: limits.on,
            each: u64::from(limits.each_mb) << 20,
            total: u64::from(limits.total_mb) << 20,
            sorts: limits.sorts.into_iter().map(sort_of).collect(),
        };
        let text = serde_json::to_string(&limits).map_err(|error| Failure::Invalid(error.to_string()))?;
        Ok(self.store.set_setting(&setting(space), &text).await?)
    }

    async fn limits(&self, space: SpaceId) -> Result<FileLimits> {
        let text = self.store.setting(&setting(space)).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    async fn origin(&self, space: SpaceId) -> Result<String> {
        Ok(match self.store.space(space).await?.account {
            Some(account) => origin_of(&self.store.account(account).await?.url).to_owned(),
            None => String::new(),
        })
    }
}

/// What became of asking for a file.
enum Asked {
    /// What is known now, and how many bytes came.
    Is(LinkedFile, u64),
    /// Nothing; it is asked for again with the next sync.
    Later,
    /// The site answers nothing more now.
    SiteIsOut,
}

/// The files to ask for now: new ones first, then what may have changed, the longest known ones first.
fn due<'w>(
    wanted: &'w BTreeMap<String, BTreeSet<String>>,
    known: &BTreeMap<String, LinkedFile>,
    limits: &FileLimits,
    now: DateTime<Utc>,
) -> Vec<&'w str> {
    let kept: u64 = known
        .values()
        .filter(|file| matches!(file.state, FileState::Kept(_)))
        .map(|file| file.facts.size.unwrap_or(0))
        .sum();
    // A limit that was raised lets in at once what it had kept out.
    let let_in = |file: &LinkedFile| matches!(file.state, FileState::Not(_)) && limits.judge(&file.facts, kept).is_ok();
    let (mut new, mut old) = (Vec::new(), Vec::new());
    for address in wanted.keys() {
        match known.get(address) {
            None => new.push(address.as_str()),
            Some(file) if let_in(file) => new.push(address.as_str()),
            Some(file) if file.at + KNOWN_FOR <= now => old.push((file.at, address.as_str())),
            Some(_) => {}
        }
    }
    old.sort_unstable();
    new.into_iter().chain(old.into_iter().take(ASKED_AGAIN).map(|(_, address)| address)).take(AT_ONCE).collect()
}

fn file_links(body: &str, origin: &str) -> Vec<FileLink> {
    references(body, origin)
        .into_iter()
        .filter(|reference| reference.role == Role::Link)
        .filter_map(|reference| {
            let written = reference.span.of(body).trim().to_owned();
            Some(FileLink { address: file_address(reference.address)?, written, words: reference.words })
        })
        .collect()
}

fn file_address(address: Address) -> Option<String> {
    match address.target {
        Target::File(id, _) => Some(Address { target: Target::File(id, String::new()), ..address }.path()),
        _ => None,
    }
}

fn unknown(address: &str) -> FileFacts {
    let name = address.rsplit('/').next().unwrap_or_default();
    FileFacts {
        name: format!("File {name}"),
        content_type: String::new(),
        size: None,
        version: String::new(),
        students: None,
    }
}

/// A path below a folder that nothing is at yet, for a file of this name.
fn free_place(folder: &std::path::Path, name: &str) -> Result<PathBuf> {
    let plain: String =
        name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let plain = plain.trim().trim_start_matches('.');
    let plain: String = if plain.is_empty() { "file".to_owned() } else { plain.chars().take(120).collect() };
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem.to_owned(), format!(".{ending}")),
        _ => (plain, String::new()),
    };
    std::fs::create_dir_all(folder).map_err(|error| Failure::Invalid(format!("{}: {error}.", folder.display())))?;
    let mut names =
        std::iter::once(format!("{stem}{ending}")).chain((2..1000).map(|n| format!("{stem} ({n}){ending}")));
    names
        .find_map(|name| Some(folder.join(name)).filter(|place| !place.exists()))
        .ok_or_else(|| Failure::Invalid(format!("{} holds too many copies of it.", folder.display())))
}

fn setting(space: SpaceId) -> String {
    format!("files.{space}")
}

fn file_dto(link: &FileLink, known: Option<&LinkedFile>, origin: &str, limits: &FileLimits) -> LinkedFileDto {
    let name = match known {
        Some(file) => file.facts.name.clone(),
        None if link.words.trim().is_empty() => unknown(&link.address).name,
        None => link.words.trim().to_owned(),
    };
    let (state, words) = match known.map(|file| &file.state) {
        Some(FileState::Kept(_)) => ("kept", "Kept on this computer."),
        Some(FileState::Not(NotKept::TooLarge)) => ("too_large", "Not kept: larger than one file may be."),
        Some(FileState::Not(NotKept::OtherSort)) => ("other_sort", "Not kept: of a sort that is not kept."),
        Some(FileState::Not(NotKept::NoRoom)) => ("no_room", "Not kept: the files of this course would be too much."),
        Some(FileState::NotGiven(why)) => ("not_given", why.as_str()),
        Some(FileState::Gone) => ("gone", "It is not on the site any more."),
        None if limits.on => ("waiting", "Not kept yet. A sync fetches it."),
        None => ("off", "Not kept: files of this course are not kept."),
    };
    let shown = known.and_then(|file| match &file.state {
        FileState::Kept(sha256) if is_media(&file.facts.content_type) => Some(format!("attach://localhost/{sha256}")),
        _ => None,
    });
    LinkedFileDto {
        address: link.address.clone(),
        name,
        content_type: known.map(|file| file.facts.content_type.clone()).unwrap_or_default(),
        size: known.and_then(|file| file.facts.size),
        state: state.to_owned(),
        words: words.to_owned(),
        students: known.and_then(|file| file.facts.students).map(|students| {
            match students {
                ForStudents::Locked => "Locked: students cannot open it.",
                ForStudents::Hidden => "Hidden: students find it only by this link.",
            }
            .to_owned()
        }),
        shown,
        url: format!("{origin}{}", link.address),
    }
}

fn is_media(content_type: &str) -> bool {
    ["image/", "audio/", "video/"].iter().any(|family| content_type.starts_with(family))
}

fn limits_dto(limits: &FileLimits) -> FileLimitsDto {
    let mb = |bytes: u64| u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
    FileLimitsDto {
        on: limits.on,
        each_mb: mb(limits.each),
        total_mb: mb(limits.total),
        sorts: limits.sorts.iter().map(|sort| sort_dto(*sort)).collect(),
    }
}

fn sort_dto(sort: domain::FileSort) -> FileSortDto {
    match sort {
        domain::FileSort::Document => FileSortDto::Document,
        domain::FileSort::Picture => FileSortDto::Picture,
        domain::FileSort::Sound => FileSortDto::Sound,
        domain::FileSort::Film => FileSortDto::Film,
        domain::FileSort::Other => FileSortDto::Other,
    }
}

fn sort_of(dto: FileSortDto) -> domain::FileSort {
    domain::FileSort::ALL.into_iter().find(|sort| sort_dto(*sort) == dto).unwrap_or(domain::FileSort::Other)
}

#[cfg(test)]
mod tests;
