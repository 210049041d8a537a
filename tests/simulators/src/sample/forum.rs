//! The sample's forum, read from `sample/forum`.

use serde::Deserialize;

use super::error::SampleError;
use super::files;
use super::topic_file::SampleTopic;

const MANIFEST: &str = "forum/forum.json";
const UPLOADS: &str = "forum/uploads/";

/// The forum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleForum {
    /// The name of the site.
    pub title: String,
    /// The user name of the person who opens the sample.
    pub instructor: String,
    /// The user name of somebody else who edits too.
    pub co_teacher: String,
    /// Everyone.
    pub users: Vec<SampleUser>,
    /// Categories, parents before their children.
    pub categories: Vec<SampleCategory>,
    /// Topics with their posts, in the order of the manifest.
    pub topics: Vec<SampleTopic>,
    /// The images which posts show.
    pub uploads: Vec<SampleUpload>,
}

/// Somebody on the forum.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleUser {
    /// The user name.
    pub username: String,
    /// The full name.
    pub name: String,
    /// Administrator.
    #[serde(default)]
    pub admin: bool,
    /// Moderator.
    #[serde(default)]
    pub moderator: bool,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleCategory {
    /// The slug, without that of the parent.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Six hexadecimal digits.
    pub color: String,
    /// One sentence.
    pub description: String,
    /// The slug of the parent.
    #[serde(default)]
    pub parent: Option<String>,
}

/// An uploaded image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleUpload {
    /// The name of the file; posts in the sample's files say `upload://<name>`.
    pub name: String,
    /// The content.
    pub bytes: &'static [u8],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    title: String,
    instructor: String,
    co_teacher: String,
    users: Vec<SampleUser>,
    categories: Vec<SampleCategory>,
    topics: Vec<String>,
}

impl SampleForum {
    /// Reads the forum. Images in the posts are called by their names, `upload://<name>`; a server has an address of its own for each.
    ///
    /// # Errors
    /// A file is missing or not understood.
    pub fn load() -> Result<Self, SampleError> {
        let manifest: Manifest =
            serde_json::from_slice(files::bytes(MANIFEST)?).map_err(|error| SampleError::new(MANIFEST, error))?;
        let topic = |slug: &String| {
            let path = format!("forum/topics/{slug}.md");
            SampleTopic::parse(slug, files::text(&path)?).map_err(|problem| SampleError::new(&path, problem))
        };
        let upload = |path: &'static str| {
            Ok(SampleUpload { name: path.trim_start_matches(UPLOADS).to_owned(), bytes: files::bytes(path)? })
        };
        Ok(Self {
            title: manifest.title,
            instructor: manifest.instructor,
            co_teacher: manifest.co_teacher,
            users: manifest.users,
            categories: manifest.categories,
            topics: manifest.topics.iter().map(topic).collect::<Result<_, _>>()?,
            uploads: files::below(UPLOADS).map(upload).collect::<Result<_, SampleError>>()?,
        })
    }
}
