//! One topic in one Markdown file.
//!
//! ```text
//! id: 212
//! title: Tide pools at Gull Ledge
//! category: field-trips
//! tags: tide-pools, week-6
//! pinned: yes
//!
//! === 1 mara.lindqvist -6d 12:41
//! The first post.
//!
//! === 2 dana.kelp -6d 13:20 reply:1
//! An answer to it.
//! ```

use super::moment::Moment;

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleTopic {
    /// The id used in quotes.
    pub id: i64,
    /// The name of its file.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The slug of the category.
    pub category: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Whether it stays on top.
    pub pinned: bool,
    /// Whether nobody can answer.
    pub closed: bool,
    /// Whether the first post is a wiki.
    pub wiki: bool,
    /// The posts, numbered from 1 in order.
    pub posts: Vec<SamplePost>,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplePost {
    /// From 1, without gaps.
    pub number: u32,
    /// The user name of the author.
    pub author: String,
    /// When it was written.
    pub written: Moment,
    /// The number of the post it answers.
    pub reply_to: Option<u32>,
    /// Markdown.
    pub raw: String,
}

const MARK: &str = "\n=== ";

impl SampleTopic {
    /// Understands one file. The error says what is wrong and where.
    pub(super) fn parse(slug: &str, text: &str) -> Result<Self, String> {
        let mut topic = Self {
            id: 0,
            slug: slug.to_owned(),
            title: String::new(),
            category: String::new(),
            tags: Vec::new(),
            pinned: false,
            closed: false,
            wiki: false,
            posts: Vec::new(),
        };
        let mut sections = text.split(MARK);
        for line in sections.next().unwrap_or_default().lines().filter(|line| !line.is_empty()) {
            topic.read_head(line)?;
        }
        for section in sections {
            let (head, raw) = section.split_once('\n').ok_or_else(|| format!("the post {section:?} has no text"))?;
            let post = SamplePost::parse(head, raw.trim_end_matches('\n'))?;
            if usize::try_from(post.number).ok() != Some(topic.posts.len() + 1) {
                return Err(format!("post {} is not in its place", post.number));
            }
            if post.reply_to.is_some_and(|number| number == 0 || number >= post.number) {
                return Err(format!("post {} answers one that is not before it", post.number));
            }
            topic.posts.push(post);
        }
        let complete = topic.id > 0 && !topic.title.is_empty() && !topic.category.is_empty() && !topic.posts.is_empty();
        if complete { Ok(topic) } else { Err("it lacks an id, a title, a category or posts".to_owned()) }
    }

    fn read_head(&mut self, line: &str) -> Result<(), String> {
        let (key, value) = line.split_once(": ").ok_or_else(|| format!("{line:?} is not \"key: value\""))?;
        match key {
            "id" => self.id = value.parse().map_err(|_| format!("{value:?} is not an id"))?,
            "title" => value.clone_into(&mut self.title),
            "category" => value.clone_into(&mut self.category),
            "tags" => self.tags = value.split(", ").map(str::to_owned).collect(),
            "pinned" => self.pinned = value == "yes",
            "closed" => self.closed = value == "yes",
            "wiki" => self.wiki = value == "yes",
            _ => return Err(format!("the key {key:?} is not known")),
        }
        Ok(())
    }
}

impl SamplePost {
    fn parse(head: &str, raw: &str) -> Result<Self, String> {
        let wrong = || format!("{head:?} is not \"number author day time [reply:number]\"");
        let words: Vec<&str> = head.split(' ').collect();
        let (number, author, day, time, rest) = match words.as_slice() {
            [number, author, day, time, rest @ ..] => (number, author, day, time, rest),
            _ => return Err(wrong()),
        };
        let reply_to = match rest {
            [] => None,
            [reply] => Some(reply.strip_prefix("reply:").and_then(|number| number.parse().ok()).ok_or_else(wrong)?),
            _ => return Err(wrong()),
        };
        Ok(Self {
            number: number.parse().map_err(|_| wrong())?,
            author: (*author).to_owned(),
            written: format!("{day} {time}").parse()?,
            reply_to,
            raw: raw.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id: 7\ntitle: A title\ncategory: c\ntags: a, b\nwiki: yes\n";

    #[test]
    fn a_topic_file_gives_its_posts_with_their_text_as_written() {
        let topic = SampleTopic::parse(
            "s",
            &format!("{HEAD}\n=== 1 ann -2d 10:00\n  one\n\n=\n\n=== 2 bob -1d 11:00 reply:1\ntwo\n"),
        )
        .unwrap();
        assert_eq!((topic.id, topic.tags.len(), topic.wiki, topic.pinned), (7, 2, true, false));
        assert_eq!(topic.posts.iter().map(|post| post.raw.as_str()).collect::<Vec<_>>(), ["  one\n\n=", "two"]);
        assert_eq!(topic.posts.iter().map(|post| post.reply_to).collect::<Vec<_>>(), [None, Some(1)]);
    }

    #[test]
    fn a_topic_file_with_a_slip_is_refused() {
        for rest in [
            "",
            "\n=== 1 ann -2d 10:00",
            "\n=== 2 ann -2d 10:00\nx",
            "\n=== 1 ann -2d 10:00 reply:1\nx",
            "\n=== 1 ann\nx",
            "kind: x\n\n=== 1 ann -2d 10:00\nx",
        ] {
            assert!(SampleTopic::parse("s", &format!("{HEAD}{rest}")).is_err(), "{rest:?}");
        }
    }
}
