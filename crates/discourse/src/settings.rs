//! What a forum would refuse, told before it is sent, from the settings that it shows everybody (contract 4.1, 5.2).
//!
//! Entropy, repeats and rates are not among them: those answers come from the forum alone.

use domain::{Content, Kind, canonical};
use serde::Deserialize;

use crate::memory::Me;
use crate::tags::tags_of;

/// The settings that decide about a text; where a forum leaves one out, Discourse's default holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct SiteSettings {
    min_post_length: usize,
    min_first_post_length: usize,
    max_post_length: usize,
    min_personal_message_post_length: usize,
    min_topic_title_length: usize,
    min_personal_message_title_length: usize,
    max_topic_title_length: usize,
    max_tags_per_topic: usize,
    max_tag_length: usize,
    pub(crate) authorized_extensions: String,
    pub(crate) authorized_extensions_for_staff: String,
    pub(crate) max_image_size_kb: u64,
    pub(crate) max_attachment_size_kb: u64,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            min_post_length: 20,
            min_first_post_length: 20,
            max_post_length: 32_000,
            min_personal_message_post_length: 10,
            min_topic_title_length: 15,
            min_personal_message_title_length: 2,
            max_topic_title_length: 255,
            max_tags_per_topic: 5,
            max_tag_length: 20,
            authorized_extensions: "jpg|jpeg|png|gif|heic|heif|webp".to_owned(),
            authorized_extensions_for_staff: String::new(),
            max_image_size_kb: 4096,
            max_attachment_size_kb: 4096,
        }
    }
}

/// What of a content is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sending {
    pub(crate) title: bool,
    pub(crate) body: bool,
    pub(crate) tags: bool,
    /// A personal message.
    pub(crate) private: bool,
}

impl SiteSettings {
    /// Everything that the forum would refuse or cut off, each as a sentence.
    pub(crate) fn problems(&self, kind: Kind, content: &Content, sending: Sending, me: &Me) -> Vec<String> {
        let mut problems = Vec::new();
        if sending.title && kind == Kind::Topic {
            let length = canonical::discourse::prettify_title(&content.title).chars().count();
            let least = match (sending.private, me.staff) {
                (_, true) => 1,
                (true, _) => self.min_personal_message_title_length,
                _ => self.min_topic_title_length,
            };
            bounds(&mut problems, "title", length, least, self.max_topic_title_length);
        }
        if sending.body {
            let length = stripped_length(&content.body);
            let least = match (sending.private, kind) {
                (true, _) => self.min_personal_message_post_length,
                (_, Kind::Topic) => self.min_first_post_length,
                _ => self.min_post_length,
            };
            bounds(&mut problems, "text", length, least, self.max_post_length);
        }
        if sending.tags {
            let tags = tags_of(content);
            if tags.len() > self.max_tags_per_topic {
                problems.push(format!(
                    "It has {} tags; this forum keeps {} and drops the rest.",
                    tags.len(),
                    self.max_tags_per_topic
                ));
            }
            for tag in tags.iter().filter(|tag| tag.chars().count() > self.max_tag_length) {
                problems.push(format!(
                    "The tag \u{201c}{tag}\u{201d} is longer than the {} characters that this forum keeps.",
                    self.max_tag_length
                ));
            }
        }
        problems
    }
}

fn bounds(problems: &mut Vec<String>, what: &str, length: usize, least: usize, most: usize) {
    if length < least {
        problems
            .push(format!("The {what} is too short for this forum: it has {length} characters of at least {least}."));
    } else if length > most {
        problems.push(format!("The {what} is too long for this forum: it has {length} characters of at most {most}."));
    }
}

/// The length that the forum counts: without comments, an emoji, a run of dots and a run of commas as one (contract 5.2).
pub(crate) fn stripped_length(raw: &str) -> usize {
    let mut text = String::new();
    let mut rest = raw;
    while let Some(start) = rest.find("<!--") {
        text.push_str(&rest[..start]);
        rest = rest[start + 4..].find("-->").map_or("", |end| &rest[start + 4 + end + 3..]);
    }
    text.push_str(rest);
    let text = text.trim();
    let (mut count, mut last) = (0, ' ');
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == ':'
            && let Some(length) = emoji_name(&text[at + 1..])
        {
            // The name and its closing colon are part of the one character.
            letters.nth(length);
        } else if matches!(letter, '.' | ',') && letter == last {
            continue;
        }
        count += 1;
        last = letter;
    }
    count
}

/// Letters of an emoji's name up to its closing colon; `None` where a colon begins none.
fn emoji_name(text: &str) -> Option<usize> {
    let length = text.find(':')?;
    let name = &text[..length];
    let named = name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '+'));
    (named && !name.is_empty()).then_some(length)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::{FieldValue, field};

    use super::*;

    fn member() -> Me {
        Me { id: 1, username: "lena".to_owned(), staff: false, trust_level: 1 }
    }

    #[test]
    fn the_length_is_counted_as_the_forum_counts_it() {
        for (raw, length) in [
            ("  twenty letters here  ", 19),
            ("a<!-- not counted -->b", 2),
            (":wave: hi", 4),
            ("wait.......", 5),
            ("a,,,,b", 3),
            ("12:30 and 14:45", 15),
            ("<!-- open", 0),
        ] {
            assert_eq!(stripped_length(raw), length, "{raw}");
        }
    }

    #[test]
    fn what_the_forum_would_refuse_or_cut_is_told_before() {
        let settings = SiteSettings::default();
        let tags: BTreeSet<String> = (0..6).map(|n| format!("tag-{n}")).collect();
        let content = Content::new("Short", "Hm.").with(field::TAGS, FieldValue::Set(tags));
        let all = Sending { title: true, body: true, tags: true, private: false };
        let problems = settings.problems(Kind::Topic, &content, all, &member());
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(
            problems[0].contains("at least 15")
                && problems[1].contains("at least 20")
                && problems[2].contains("6 tags")
        );
        let staff = Me { staff: true, ..member() };
        assert_eq!(settings.problems(Kind::Topic, &content, all, &staff).len(), 2, "staff may have short titles");
        let private = Sending { private: true, tags: false, ..all };
        assert_eq!(settings.problems(Kind::Topic, &Content::new("Hi", "Ten letters"), private, &member()), [""; 0]);
        let long = Content::new("", "x".repeat(32_001));
        assert!(settings.problems(Kind::Post, &long, all, &member())[0].contains("at most 32000"));
    }
}
