//! How a draft stands in the file, so that it can be told whole from damaged, and found again in a file that redb cannot read.
//!
//! A draft is two records: what it started from, written once, and the text as it is now, written at each pause. Each is
//! framed: a mark, its length, the SHA-256 of what follows, and JSON. The frame names the entity, so that a search of the raw bytes of a
//! damaged file needs nothing else.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{Content, EntityId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::drafts::{Draft, Visual};
use crate::text::parse_json;
use crate::{Error, Result};

/// Begins every record; the digit rises when the form changes.
const MARK: &[u8; 8] = b"lcdraft2";
const HEAD: usize = MARK.len() + 4 + 32;

/// What a draft started from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Start {
    entity: EntityId,
    base: Content,
    counter: i64,
    /// What the visual editor was given and what it made of it; absent where no visual editor wrote it.
    given: Option<(String, String)>,
}

/// The text as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Now {
    /// Hash of the start that it belongs to.
    start: String,
    entity: EntityId,
    content: Content,
    visual_now: Option<String>,
    saved_at: DateTime<Utc>,
    session: String,
}

/// A draft as the two values that are stored.
pub(crate) struct Framed {
    /// The start, framed.
    pub(crate) start: Vec<u8>,
    /// The text now, framed.
    pub(crate) now: Vec<u8>,
}

pub(crate) fn frame_draft(entity: EntityId, draft: &Draft) -> Result<Framed> {
    let start = Start {
        entity,
        base: draft.base.clone(),
        counter: draft.counter,
        given: draft.visual.as_ref().map(|visual| (visual.source.clone(), visual.loaded.clone())),
    };
    let start = frame(&start)?;
    let now = Now {
        start: start_hash(&start),
        entity,
        content: draft.content.clone(),
        visual_now: draft.visual.as_ref().map(|visual| visual.now.clone()),
        saved_at: draft.saved_at,
        session: draft.session.clone(),
    };
    Ok(Framed { now: frame(&now)?, start })
}

/// Puts both records together again. A start that is damaged or another draft's leaves the text standing alone, on an empty base:
/// nothing of it is taken for unchanged.
pub(crate) fn read_draft(start: Option<&[u8]>, now: &[u8]) -> Result<Draft> {
    let now: Now = unframe(now)?;
    let start = start.filter(|bytes| start_hash(bytes) == now.start).and_then(|bytes| unframe::<Start>(bytes).ok());
    Ok(draft(start, now))
}

fn draft(start: Option<Start>, now: Now) -> Draft {
    let (base, counter, given) = match start {
        Some(start) => (start.base, start.counter, start.given),
        None => (Content::default(), 0, None),
    };
    let visual = given.zip(now.visual_now).map(|((source, loaded), now)| Visual { source, loaded, now });
    Draft { content: now.content, base, counter, visual, saved_at: now.saved_at, session: now.session }
}

fn frame<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(value).map_err(|error| Error::Damaged { what: "draft", why: error.to_string() })?;
    let length = u32::try_from(json.len()).map_err(|error| Error::Damaged { what: "draft", why: error.to_string() })?;
    let mut bytes = Vec::with_capacity(HEAD + json.len());
    bytes.extend_from_slice(MARK);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&Sha256::digest(&json));
    bytes.extend_from_slice(&json);
    Ok(bytes)
}

/// The JSON of the record that `bytes` begin with, if it is whole.
fn payload(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(MARK)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (hash, rest) = rest.split_first_chunk::<32>()?;
    let json = rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    (Sha256::digest(json)[..] == hash[..]).then_some(json)
}

fn unframe<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let damaged = || Error::Damaged { what: "draft", why: "its bytes are not those that were written".to_owned() };
    let json = payload(bytes).ok_or_else(damaged)?;
    parse_json("draft", std::str::from_utf8(json).map_err(|_| damaged())?)
}

fn start_hash(framed: &[u8]) -> String {
    crate::text::sha256(framed)
}

/// Every whole draft in the bytes of a file, the newest of each entity, whatever has happened to the rest of the file.
pub(crate) fn find_drafts(file: &[u8]) -> HashMap<EntityId, Draft> {
    let mut starts: HashMap<String, Start> = HashMap::new();
    let mut newest: HashMap<EntityId, Now> = HashMap::new();
    let mut at = 0;
    while let Some(found) = file[at..].windows(MARK.len()).position(|window| window == MARK) {
        at += found;
        let record = &file[at..];
        if let Some(json) = payload(record) {
            let framed = &record[..HEAD + json.len()];
            if let Ok(start) = unframe::<Start>(framed) {
                starts.insert(start_hash(framed), start);
            } else if let Ok(now) = unframe::<Now>(framed) {
                match newest.get(&now.entity) {
                    Some(known) if known.saved_at >= now.saved_at => {}
                    _ => drop(newest.insert(now.entity, now)),
                }
            }
        }
        at += MARK.len();
    }
    newest.into_iter().map(|(entity, now)| (entity, draft(starts.get(&now.start).cloned(), now))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(number: u8) -> EntityId {
        EntityId::new(domain::IdSeed { unix_millis: 1, random: [number; 10] })
    }

    fn some_draft(body: &str, second: i64) -> Draft {
        Draft {
            content: Content::new("Title", body),
            base: Content::new("Title", "before"),
            counter: 3,
            visual: Some(Visual { source: "before".into(), loaded: "<p>before</p>".into(), now: body.into() }),
            saved_at: DateTime::from_timestamp(second, 0).unwrap(),
            session: "first".into(),
        }
    }

    #[test]
    fn both_records_make_the_draft_again() {
        let framed = frame_draft(entity(1), &some_draft("text", 1)).unwrap();
        assert_eq!(read_draft(Some(&framed.start), &framed.now).unwrap(), some_draft("text", 1));
    }

    #[test]
    fn a_changed_byte_is_never_read_as_text() {
        let framed = frame_draft(entity(1), &some_draft("text", 1)).unwrap();
        for at in 0..framed.now.len() {
            let mut bytes = framed.now.clone();
            bytes[at] ^= 0x20;
            assert!(read_draft(Some(&framed.start), &bytes).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_text_without_its_start_stands_on_nothing() {
        let framed = frame_draft(entity(1), &some_draft("text", 1)).unwrap();
        let other = frame_draft(entity(2), &some_draft("text", 1)).unwrap();
        for start in [None, Some(&other.start[..])] {
            let draft = read_draft(start, &framed.now).unwrap();
            assert_eq!((draft.content.body.as_str(), draft.base, draft.visual), ("text", Content::default(), None));
        }
    }

    #[test]
    fn the_newest_whole_draft_of_each_entity_is_found_between_any_bytes() {
        let mut file = b"\0\x01lcdraft2 cut short".to_vec();
        for (number, body, second) in [(1, "old", 1), (1, "new", 5), (1, "stale page", 2), (2, "other", 1)] {
            let framed = frame_draft(entity(number), &some_draft(body, second)).unwrap();
            file.extend_from_slice(&framed.start);
            file.extend_from_slice(b"\xff\xff");
            file.extend_from_slice(&framed.now);
        }
        let torn = frame_draft(entity(3), &some_draft("torn", 9)).unwrap();
        file.extend_from_slice(&torn.now[..torn.now.len() - 3]);
        let found = find_drafts(&file);
        assert_eq!(found.len(), 2);
        assert_eq!(found[&entity(1)], some_draft("new", 5));
        assert_eq!(found[&entity(2)], some_draft("other", 1));
    }
}
