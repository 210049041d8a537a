//! The sample is whole: counts, links, images, people.

use std::collections::{BTreeSet, HashSet};

use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::*;

/// Tag and attributes of one start tag.
type StartTag = (String, Vec<(String, String)>);

/// Collects start tags and counts what the tokenizer finds wrong.
#[derive(Default)]
struct Tags {
    tags: std::cell::RefCell<Vec<StartTag>>,
    errors: std::cell::RefCell<Vec<String>>,
}

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == html5ever::tokenizer::StartTag => {
                let attributes = tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                self.tags.borrow_mut().push((tag.name.to_string(), attributes));
            }
            Token::ParseError(problem) => self.errors.borrow_mut().push(problem.into_owned()),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn start_tags(html: &str) -> (Vec<StartTag>, Vec<String>) {
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() });
    let input = BufferQueue::default();
    input.push_back(html.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    (tokenizer.sink.tags.take(), tokenizer.sink.errors.take())
}

fn targets(html: &str) -> Vec<String> {
    let attributes = start_tags(html).0.into_iter().flat_map(|(_, attributes)| attributes);
    attributes.filter(|(name, _)| name == "href" || name == "src").map(|(_, value)| value).collect()
}

#[test]
fn the_course_is_as_large_as_promised() {
    let course = SampleCourse::load().unwrap();
    assert!(course.pages.len() >= 26, "{} pages", course.pages.len());
    assert!(course.assignments.len() >= 9);
    assert!(course.discussions.len() >= 6);
    assert!(course.announcements.len() >= 4);
    assert!(course.modules.len() >= 6);
    assert!(course.modules.iter().map(|module| module.items.len()).sum::<usize>() >= 30);
    assert!(course.modules.iter().any(|module| !module.published));
    assert!(course.files.iter().filter(|file| file.content_type() == "image/png").count() >= 8);
    assert!(course.pages.iter().any(|page| page.title.chars().count() >= 200), "one long title");
    assert!(course.pages.iter().all(|page| page.title.chars().count() <= 255), "Canvas refuses longer ones");
}

#[test]
fn the_forum_is_as_large_as_promised() {
    let forum = SampleForum::load().unwrap();
    let posts: usize = forum.topics.iter().map(|topic| topic.posts.len()).sum();
    assert!(forum.categories.iter().filter(|category| category.parent.is_none()).count() >= 3);
    assert!(forum.categories.iter().any(|category| category.parent.is_some()));
    assert!(forum.topics.len() >= 26 && posts >= 125, "{} topics, {posts} posts", forum.topics.len());
    assert!(forum.users.len() >= 9);
}

#[test]
fn every_module_item_shows_something_that_exists() {
    let course = SampleCourse::load().unwrap();
    for item in course.modules.iter().flat_map(|module| &module.items) {
        let exists = match &item.target {
            SampleTarget::Page(slug) => course.pages.iter().any(|page| page.slug == *slug),
            SampleTarget::Assignment(id) => course.assignments.iter().any(|it| it.id == *id),
            SampleTarget::Discussion(id) => course.discussions.iter().any(|it| it.id == *id),
            SampleTarget::SubHeader(text) => !text.is_empty(),
            SampleTarget::Url(url) => url::Url::parse(url).is_ok() && item.title.is_some(),
        };
        assert!(exists, "{item:?}");
    }
    for assignment in &course.assignments {
        assert!(course.assignment_groups.iter().any(|group| group.id == assignment.group), "{}", assignment.title);
    }
    assert!(course.pages.iter().any(|page| page.slug == course.front_page && page.published));
}

#[test]
fn no_id_or_slug_is_used_twice() {
    let course = SampleCourse::load().unwrap();
    let topics = course.discussions.iter().map(|it| it.id).chain(course.announcements.iter().map(|it| it.id));
    let items = course.modules.iter().flat_map(|module| module.items.iter().map(|item| item.id));
    for ids in [
        topics.collect::<Vec<_>>(),
        items.collect(),
        course.assignments.iter().map(|it| it.id).collect(),
        course.files.iter().map(|it| it.id).collect(),
    ] {
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{ids:?}");
    }
    let slugs: HashSet<_> = course.pages.iter().map(|page| &page.slug).collect();
    assert_eq!(slugs.len(), course.pages.len());
    let forum = SampleForum::load().unwrap();
    assert_eq!(forum.topics.iter().map(|topic| topic.id).collect::<HashSet<_>>().len(), forum.topics.len());
}

#[test]
fn every_link_inside_the_course_leads_somewhere() {
    let course = SampleCourse::load().unwrap();
    let mut images = 0;
    for (name, body) in course.bodies() {
        for target in targets(body) {
            let Some(path) = target.strip_prefix(&format!("/courses/{}/", course.id)) else {
                assert!(!target.starts_with("/courses/"), "{name}: {target} is another course");
                continue;
            };
            let path = path.split(['?', '#']).next().unwrap_or_default();
            let parts: Vec<&str> = path.split('/').collect();
            let id = |text: &str| text.parse::<i64>().unwrap_or_default();
            let exists = match parts.as_slice() {
                ["modules"] | ["assignments", "syllabus"] | ["external_tools", "retrieve"] => true,
                ["pages", slug] => course.pages.iter().any(|page| page.slug == *slug),
                ["assignments", text] => course.assignments.iter().any(|it| it.id == id(text)),
                ["discussion_topics", text] => course.discussions.iter().any(|it| it.id == id(text)),
                ["files", text] | ["files", text, "preview" | "download"] => {
                    images += usize::from(path.ends_with("preview"));
                    course.files.iter().any(|file| file.id == id(text))
                }
                _ => false,
            };
            assert!(exists, "{name}: {target}");
        }
    }
    assert!(images >= 12, "{images} images are shown");
}

#[test]
fn every_anchor_link_has_its_anchor() {
    let course = SampleCourse::load().unwrap();
    let ids = |html: &str| -> BTreeSet<String> {
        start_tags(html)
            .0
            .into_iter()
            .flat_map(|(_, attributes)| attributes)
            .filter(|(name, _)| name == "id")
            .map(|(_, id)| id)
            .collect()
    };
    for (name, body) in course.bodies() {
        for target in targets(body) {
            let Some((path, anchor)) = target.split_once('#') else { continue };
            let slug = path.strip_prefix(&format!("/courses/{}/pages/", course.id));
            let page = match slug {
                Some(slug) => course.pages.iter().find(|page| page.slug == slug).map(|page| page.body.as_str()),
                None if path.is_empty() => Some(body),
                None => continue,
            };
            assert!(page.is_some_and(|page| ids(page).contains(anchor)), "{name}: {target}");
        }
    }
}

#[test]
fn every_body_parses_and_every_image_is_described() {
    let course = SampleCourse::load().unwrap();
    for (name, body) in course.bodies() {
        let (tags, errors) = start_tags(body);
        assert!(!tags.is_empty() && errors.is_empty(), "{name}: {errors:?}");
        for (tag, attributes) in tags.iter().filter(|(tag, _)| tag == "img") {
            assert!(attributes.iter().any(|(attribute, _)| attribute == "alt"), "{name}: {tag} without alt");
        }
    }
}

#[test]
fn equation_images_carry_their_formula_twice_encoded() {
    let course = SampleCourse::load().unwrap();
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let (mut seen, mut pictures) = (0, BTreeSet::new());
    for (name, body) in course.bodies() {
        for (_, attributes) in start_tags(body).0 {
            let value =
                |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
            let Some(formula) = value("data-equation-content") else { continue };
            let src = value("src").unwrap_or_default();
            let path =
                src.strip_prefix("/equation_images/").and_then(|rest| rest.split('?').next()).unwrap_or_default();
            assert_eq!(decode(&decode(path)), formula, "{name}");
            assert_eq!(value("alt"), Some(format!("LaTeX: {formula}")), "{name}");
            let picture = format!("course/equations/{}.png", crate::canvas::equation_name(&formula));
            assert!(files::bytes(&picture).is_ok_and(|png| png.starts_with(b"\x89PNG")), "{name}: no {picture}");
            pictures.insert(picture);
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen} equations");
    assert_eq!(files::below("course/equations/").count(), pictures.len(), "a picture of no equation");
}

#[test]
fn the_sample_shows_what_real_courses_have() {
    let course = SampleCourse::load().unwrap();
    let all: String = course.bodies().map(|(_, body)| body).collect();
    for part in [
        "rowspan=",
        "colspan=",
        "style=\"border-collapse",
        "<iframe",
        "external_tools/retrieve?",
        "media_objects_iframe",
        "<math",
        "<dl>",
        "<details>",
        "<H2>",
        "<FONT",
        "MsoNormal",
        "<p>&nbsp;</p>",
        "&nbsp;&nbsp;&nbsp;",
        "font-size: 10pt",
        "<ruby>",
        "dir=\"rtl\"",
        "mailto:",
        "θάλασσα",
        "море",
        "海",
        "البحر",
        "👩‍👩‍👧‍👦",
        "role=\"presentation\"",
        "<blockquote",
        "<figure",
        "<pre",
        "instructure_file_link",
        "<caption>",
        "<del>",
        "<colgroup>",
    ] {
        assert!(all.contains(part), "{part}");
    }
    let lengths: Vec<usize> = course.pages.iter().map(|page| page.body.len()).collect();
    assert!(lengths.iter().any(|length| *length < 200) && lengths.iter().any(|length| *length > 12_000), "{lengths:?}");
}

#[test]
fn every_image_of_the_forum_exists_and_every_upload_is_shown() {
    let forum = SampleForum::load().unwrap();
    let mut shown = BTreeSet::new();
    for post in forum.topics.iter().flat_map(|topic| &topic.posts) {
        for rest in post.raw.split("(upload://").skip(1) {
            shown.insert(rest.split(')').next().unwrap_or_default().to_owned());
        }
    }
    assert_eq!(shown, forum.uploads.iter().map(|upload| upload.name.clone()).collect());
}

#[test]
fn people_categories_and_quotes_of_the_forum_exist() {
    let forum = SampleForum::load().unwrap();
    let known = |name: &str| forum.users.iter().any(|user| user.username == name);
    assert!(known(&forum.instructor) && known(&forum.co_teacher));
    for topic in &forum.topics {
        assert!(forum.categories.iter().any(|category| category.slug == topic.category), "{}", topic.slug);
        let mut earlier = None;
        for post in &topic.posts {
            assert!(known(&post.author), "{}: {}", topic.slug, post.author);
            assert!(earlier < Some(post.written), "{} post {} is out of order", topic.slug, post.number);
            earlier = Some(post.written);
            for quote in post.raw.split("[quote=\"").skip(1) {
                let head: Vec<&str> = quote.split('"').next().unwrap_or_default().split(", ").collect();
                let [author, number, id, ..] = head.as_slice() else { panic!("{}: {head:?}", topic.slug) };
                let quoted = topic.posts.iter().find(|it| *number == format!("post:{}", it.number));
                assert!(quoted.is_some_and(|it| it.author == **author), "{}: {head:?}", topic.slug);
                assert_eq!(*id, format!("topic:{}", topic.id), "{}", topic.slug);
            }
        }
    }
}

#[test]
fn a_discourse_would_accept_every_title_tag_and_post() {
    let forum = SampleForum::load().unwrap();
    for topic in &forum.topics {
        assert!((15..=255).contains(&topic.title.chars().count()), "{}", topic.title);
        assert!(topic.tags.len() <= 5 && topic.tags.iter().all(|tag| tag.len() <= 20), "{:?}", topic.tags);
        for post in &topic.posts {
            // An emoji's name counts as one character (contract 5.2); leaving out every word in colons is stricter than that.
            let counted = post
                .raw
                .split_whitespace()
                .filter(|word| !(word.starts_with(':') && word.ends_with(':')))
                .collect::<Vec<_>>()
                .join(" ");
            assert!(counted.chars().count() >= 20, "{} post {}: {}", topic.slug, post.number, post.raw);
            assert!(
                !post.raw.contains(['\u{a0}', '\r']) && post.raw == post.raw.trim_end(),
                "{} post {} would be changed on save",
                topic.slug,
                post.number
            );
        }
    }
}

#[test]
fn the_images_are_small_and_are_images() {
    let (course, forum) = (SampleCourse::load().unwrap(), SampleForum::load().unwrap());
    let course_files =
        course.files.iter().filter(|file| file.content_type() == "image/png").map(|file| (&file.name, file.bytes));
    let mut total = 0;
    for (name, bytes) in course_files.chain(forum.uploads.iter().map(|upload| (&upload.name, upload.bytes))) {
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() <= 60 * 1024, "{name}: {} bytes", bytes.len());
        total += bytes.len();
    }
    assert!(total <= 1_500_000, "{total} bytes");
}
