//! What was done to the sample's servers, as a file of lines: they start from their seed each time and do all of it again.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::someone_else::Site;
use crate::server::Write;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum Happened {
    /// The servers were started for the first time; all dates of the content count from here.
    Opened { at: DateTime<Utc> },
    /// The servers were started on these ports.
    Started { canvas: u16, discourse: u16 },
    /// A client wrote. Its secrets are not kept.
    Wrote { site: Site, at: DateTime<Utc>, method: String, path: String, content_type: Option<String>, body: String },
    /// The co-teacher edited.
    Edited { at: DateTime<Utc>, item: String, title: String, body: String },
}

impl Happened {
    pub(super) fn wrote(site: Site, write: &Write) -> Self {
        Self::Wrote {
            site,
            at: write.at,
            method: write.method.clone(),
            path: write.path.clone(),
            content_type: write.content_type.clone(),
            body: BASE64.encode(&write.body),
        }
    }
}

/// The bytes of a body as they were sent.
pub(super) fn body_of(kept: &str) -> Vec<u8> {
    BASE64.decode(kept).unwrap_or_default()
}

/// The file. Clones append to one.
#[derive(Debug, Clone)]
pub(super) struct Memory(Arc<Mutex<File>>);

impl Memory {
    /// Opens the file, making it where there is none, and gives what it tells. A last line that was cut off in writing is left out.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Vec<Happened>)> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let told = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        Ok((Self(Arc::new(Mutex::new(file))), told))
    }

    /// Adds a line. One that cannot be written is lost with the program, as if the servers kept nothing.
    pub(super) fn add(&self, happened: &Happened) {
        let Ok(mut line) = serde_json::to_vec(happened) else { return };
        line.push(b'\n');
        let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cut_off_in_writing_is_left_out_and_the_next_one_stands_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sample.jsonl");
        let opened = Happened::Opened { at: "2026-10-14T11:00:00Z".parse().unwrap() };
        let started = Happened::Started { canvas: 4001, discourse: 4002 };
        Memory::open(&path).unwrap().0.add(&opened);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"what\":\"wro").unwrap();
        let (memory, told) = Memory::open(&path).unwrap();
        assert_eq!(told, std::slice::from_ref(&opened));
        memory.add(&started);
        assert_eq!(Memory::open(&path).unwrap().1, [opened, started]);
    }
}
