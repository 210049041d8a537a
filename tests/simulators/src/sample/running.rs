//! The sample's two servers while they run.

use std::path::Path;

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

use super::again::{Again, send};
use super::course::SampleCourse;
use super::error::SampleError;
use super::forum::SampleForum;
use super::memory::{Happened, Memory, body_of};
use super::seed_course::{Teachers, seed_course};
use super::seed_forum::{SeededForum, seed_forum};
use super::someone_else::Site;
use crate::canvas::{Canvas, Settings};
use crate::clock::Clock;
use crate::discourse::Discourse;
use crate::fault::FaultPlan;

/// The token which the sample's Canvas accepts. It opens nothing but a server on loopback whose content is public.
const CANVAS_TOKEN: &str = "sample-token-of-mara-lindqvist";

/// Both servers, seeded and answering on loopback. They close when this is dropped; what was done to them is in the file they were opened with,
/// if there is one.
#[derive(Debug)]
pub struct RunningSample {
    pub(super) canvas: Canvas,
    pub(super) discourse: Discourse,
    pub(super) course: i64,
    pub(super) teachers: Teachers,
    pub(super) forum_co_teacher: i64,
    pub(super) memory: Option<Memory>,
    username: String,
    key: String,
    categories: Vec<i64>,
}

impl RunningSample {
    /// Starts both servers on free ports of 127.0.0.1, on the tokio runtime it is called from. Dates are counted from the day of `now`; from
    /// then on the servers' clocks show the real time. They forget everything when they are dropped.
    ///
    /// # Errors
    /// A port cannot be bound, or the content is damaged.
    pub async fn start(now: DateTime<Utc>) -> Result<Self, SampleError> {
        Self::seeded(now, (0, 0)).await
    }

    /// As [`RunningSample::start`], with a file that remembers what is done to the servers: opened again, they are as they were, on the same
    /// ports where those are free.
    ///
    /// # Errors
    /// A port cannot be bound, the file cannot be read or made, or the content is damaged.
    pub async fn open(file: &Path, now: DateTime<Utc>) -> Result<Self, SampleError> {
        let (memory, told) = Memory::open(file)?;
        let opened = told.iter().find_map(|it| if let Happened::Opened { at } = it { Some(*at) } else { None });
        let ports = told.iter().rev().find_map(|it| match it {
            Happened::Started { canvas, discourse } => Some((*canvas, *discourse)),
            _ => None,
        });
        let mut sample = Self::seeded(opened.unwrap_or(now), ports.unwrap_or_default()).await?;
        for happened in &told {
            sample.do_again(happened).await?;
        }
        for clock in [sample.canvas.clock(), sample.discourse.clock()] {
            clock.thaw();
        }
        if opened.is_none() {
            memory.add(&Happened::Opened { at: now });
        }
        let (canvas, discourse) = (sample.canvas.address(), sample.discourse.server().address());
        memory.add(&Happened::Started { canvas: canvas.port(), discourse: discourse.port() });
        for (site, log) in [(Site::Canvas, sample.canvas.log()), (Site::Discourse, sample.discourse.log())] {
            log.reset();
            let memory = memory.clone();
            log.on_write(move |write| memory.add(&Happened::wrote(site, write)));
        }
        sample.memory = Some(memory);
        Ok(sample)
    }

    async fn seeded(now: DateTime<Utc>, ports: (u16, u16)) -> Result<Self, SampleError> {
        let (course, forum) = (SampleCourse::load()?, SampleForum::load()?);
        let canvas = Canvas::start_on(listener(ports.0).await?, Settings::default(), Clock::default())?;
        let teachers = seed_course(&canvas, &course, now)?;
        canvas.add_token(teachers.teacher, CANVAS_TOKEN);
        let SeededForum { forum: mut seeded, instructor, co_teacher, categories } = seed_forum(&forum, now)?;
        let key = seeded.add_admin_key(Some(instructor));
        let discourse = Discourse::serve_on(listener(ports.1).await?, seeded, FaultPlan::new(), Clock::default())?;
        Ok(Self {
            canvas,
            discourse,
            course: course.id,
            teachers,
            forum_co_teacher: co_teacher,
            memory: None,
            username: forum.instructor,
            key,
            categories,
        })
    }

    async fn do_again(&self, happened: &Happened) -> Result<(), SampleError> {
        match happened {
            Happened::Opened { .. } | Happened::Started { .. } => {}
            Happened::Wrote { site, at, method, path, content_type, body } => {
                let (clock, address, signed) = match site {
                    Site::Canvas => (
                        self.canvas.clock(),
                        self.canvas.address(),
                        format!("Authorization: Bearer {CANVAS_TOKEN}\r\n"),
                    ),
                    Site::Discourse => (
                        self.discourse.clock(),
                        self.discourse.server().address(),
                        format!("Api-Key: {}\r\nApi-Username: {}\r\n", self.key, self.username),
                    ),
                };
                clock.set(*at);
                let (signed, body) = (signed.as_str(), &body_of(body));
                send(address, &Again { method, path, signed, content_type: content_type.as_deref(), body }).await?;
            }
            Happened::Edited { at, item, title, body } => {
                self.canvas.clock().set(*at);
                self.discourse.clock().set(*at);
                // What succeeded the first time does again; an item that is gone since is no reason to open nothing.
                let _ = self.edit(item, title, body);
            }
        }
        Ok(())
    }

    /// The Canvas: its address, the instructor's access token, and the id of the course.
    #[must_use]
    pub fn canvas(&self) -> (String, &'static str, String) {
        (self.canvas.base_url(), CANVAS_TOKEN, self.course.to_string())
    }

    /// The forum: its address, an admin-issued key bound to the instructor, the instructor's user name, and the ids of the sample's categories,
    /// parents before their children.
    #[must_use]
    pub fn discourse(&self) -> (String, &str, &str, Vec<String>) {
        let categories = self.categories.iter().map(ToString::to_string).collect();
        (self.discourse.base_url(), &self.key, &self.username, categories)
    }

    /// The simulated Canvas itself, for its log and faults.
    #[must_use]
    pub fn canvas_server(&self) -> &Canvas {
        &self.canvas
    }

    /// The simulated Discourse itself, for its log and faults.
    #[must_use]
    pub fn discourse_server(&self) -> &Discourse {
        &self.discourse
    }
}

/// Listens on this port of loopback, or on a free one where it is taken.
async fn listener(port: u16) -> std::io::Result<TcpListener> {
    match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await,
    }
}
