use proptest::prelude::*;

use super::*;
use crate::{EntityId, Format, IdSeed};

const ORIGIN: &str = "https://canvas.example";

fn course(target: Target) -> Option<Address> {
    Some(Address::of_course("13", target))
}

#[test]
fn addresses_of_a_course_are_known() {
    let text = str::to_owned;
    let cases = [
        ("/courses/13/pages/other-page", course(Target::Page(text("other-page")))),
        ("/courses/13/wiki/old-style?module_item_id=4#x", course(Target::Page(text("old-style")))),
        ("/courses/13/pages/%E6%97%A5%E6%9C%AC", course(Target::Page(text("日本")))),
        ("/courses/13/assignments/20", course(Target::Assignment(text("20")))),
        ("/courses/13/assignments/syllabus", course(Target::Syllabus)),
        ("/courses/13/discussion_topics/1", course(Target::Topic(text("1")))),
        ("/courses/13/announcements/2", course(Target::Topic(text("2")))),
        ("/courses/13/quizzes/3", course(Target::Quiz(text("3")))),
        ("/courses/13/modules/5", course(Target::Module(text("5")))),
        ("/courses/13/modules#module_5", course(Target::Module(text("5")))),
        ("/courses/13/modules/items/6", course(Target::ModuleItem(text("6")))),
        ("/courses/13/modules", course(Target::List(text("modules")))),
        ("/courses/13", course(Target::Home)),
        ("/courses/13/", course(Target::Home)),
        ("/courses/13/files/10/download?wrap=1", course(Target::File(text("10"), text("/download")))),
        ("/courses/13/files/10?wrap=1", course(Target::File(text("10"), text("")))),
        ("/files/10/preview", Some(Address { context: None, target: Target::File(text("10"), text("/preview")) })),
        (
            "/media_objects_iframe/m-abc?type=video",
            Some(Address { context: None, target: Target::Media(text("m-abc"), text("media_objects_iframe")) }),
        ),
        (
            "/equation_images/%255Cfrac%257B1%257D%257B2%257D?scale=1",
            Some(Address { context: None, target: Target::Equation(text("\\frac{1}{2}")) }),
        ),
        ("/courses/13/external_tools/1", None),
        ("/courses/x/pages/a", None),
        ("/about", None),
        ("pages/rel", None),
        ("https://elsewhere.example/courses/13/files/10", None),
    ];
    for (url, expected) in cases {
        let got = Address::parse(url);
        assert_eq!(got, expected, "{url}");
        if let Some(address) = got {
            assert_eq!(Address::parse(&address.path()), Some(address), "{url} written and read again");
        }
    }
}

#[test]
fn links_are_led_elsewhere_and_every_other_byte_stays() {
    let renamed = |reference: &Reference| match &reference.address.target {
        Target::Page(slug) if slug == "old" => course(Target::Page("new name".into())),
        Target::File(id, rest) if id == "10" => course(Target::File("77".into(), rest.clone())),
        Target::Module(_) => course(Target::Module("9".into())),
        Target::Entity(_) => course(Target::Assignment("8".into())),
        _ => None,
    };
    let here = EntityId::new(IdSeed { unix_millis: 1, random: [7; 10] });
    let cases = [
        ("<A HREF='/courses/13/pages/old' class=x>old</A>".to_owned(), "<A HREF='/courses/13/pages/new%20name' class=x>old</A>".to_owned()),
        (
            "<a href=https://canvas.example/courses/13/pages/old?a=1&amp;b#c>x</a>".into(),
            "<a href=https://canvas.example/courses/13/pages/new%20name?a=1&amp;b#c>x</a>".into(),
        ),
        (
            "<a href=\"/courses/13/pages/old\" data-api-endpoint=\"https://canvas.example/api/v1/courses/13/pages/old\" data-api-returntype=Page>x</a>".into(),
            "<a href=\"/courses/13/pages/new%20name\" data-api-endpoint=\"https://canvas.example/api/v1/courses/13/pages/new%20name\" data-api-returntype=Page>x</a>".into(),
        ),
        (
            "<img src=\"/courses/13/files/10/preview\" alt=\"/courses/13/files/10\">".into(),
            "<img src=\"/courses/13/files/77/preview\" alt=\"/courses/13/files/10\">".into(),
        ),
        ("<a href=\" /courses/13/modules#module_5\">m</a>".into(), "<a href=\" /courses/13/modules/9\">m</a>".into()),
        ("<a href=\"/courses/13/pages/ol&#100;?q\">m</a>".into(), "<a href=\"/courses/13/pages/new%20name?q\">m</a>".into()),
        ("<p>/courses/13/pages/old <a href=/courses/13/pages/older>x</a>".into(), "<p>/courses/13/pages/old <a href=/courses/13/pages/older>x</a>".into()),
        ("<a href=https://x.example/courses/13/pages/old>x</a>".into(), "<a href=https://x.example/courses/13/pages/old>x</a>".into()),
        (format!("<a href=\"/lectern/entities/{here}\">new</a>"), "<a href=\"/courses/13/assignments/8\">new</a>".to_owned()),
    ];
    for (body, expected) in cases {
        assert_eq!(rewritten(&body, ORIGIN, renamed), expected);
    }
    let told = references("<p><a href=/courses/13/pages/a>A <b>page</b></a><img src=/files/1/preview alt=Map>", ORIGIN);
    let told: Vec<_> = told.iter().map(|reference| (reference.role, reference.words.as_str())).collect();
    assert_eq!(told, [(Role::Link, "A page"), (Role::Picture, "Map")]);
}

#[test]
fn pictures_in_the_text_itself_are_found() {
    let html = "<p>a<img alt=x src=\"data:image/PNG;base64,iVBO\nRw0K==\"> <img src='data:text/html;base64,AAAA'> <a href='data:image/png;base64,AA'>b</a>";
    let found = embedded(html, Format::Html);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].content_type.as_str(), found[0].data.of(html)), ("image/png", "iVBO\nRw0K=="));
    assert_eq!(with_addresses(html, &found, |_| None), html);
    let kept = with_addresses(html, &found, |_| Some("attach://localhost/1".into()));
    assert_eq!(kept, html.replace("data:image/PNG;base64,iVBO\nRw0K==", "attach://localhost/1"));
    let post = "x ![a](data:image/gif;base64,R0lG) y ![b](upload://c.png)";
    let found = embedded(post, Format::Markdown);
    assert_eq!(
        with_addresses(post, &found, |_| Some("upload://d.gif".into())),
        "x ![a](upload://d.gif) y ![b](upload://c.png)"
    );
}

proptest! {
    #[test]
    fn an_equation_is_read_as_it_was_written(latex in r#"[a-z\\{}^_&<>"' %+#é0-9=]{1,20}"#) {
        let equation = Equation { latex };
        let html = equation.html();
        prop_assert_eq!(Equation::all(&html), vec![equation.clone()]);
        // Also where only the address is left.
        let bare = html.replace("data-equation-content", "data-x");
        prop_assert_eq!(Equation::all(&bare), vec![equation]);
        prop_assert!(crate::canonical::canvas::dropped(&html).is_empty());
    }

    #[test]
    fn leading_nothing_elsewhere_changes_nothing(body in r#"(<a href="/courses/1/pages/|<a href=|<img src='/courses/1/files/2/|https://canvas.example|"|'|>|</a>|[a-c%&#?/; ]){0,24}"#) {
        prop_assert_eq!(&rewritten(&body, ORIGIN, |reference| Some(reference.address.clone())), &body);
        for reference in references(&body, ORIGIN) {
            prop_assert!(body.get(reference.span.start..reference.span.end).is_some());
        }
        // Another course for everything: all of it is led there, and back again.
        let moved = |to: &'static str| move |reference: &Reference| {
            reference.address.course().map(|_| Address { context: Some(format!("courses/{to}")), target: reference.address.target.clone() })
        };
        let there = rewritten(&body, ORIGIN, moved("9"));
        let led = |body: &str| references(body, ORIGIN).into_iter().map(|r| r.address.target).collect::<Vec<_>>();
        prop_assert_eq!(led(&there), led(&body));
    }
}
