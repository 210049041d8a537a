//! A module made on this computer, with a heading and a web address in it, and what has to be finished before it.

use std::sync::Arc;

use lectern::app::App;
use lectern::dto::{DocumentDto, EditDto};
use simulators::canvas::{Canvas, CourseSeed, ModuleSeed};

use super::shell::TOKEN;
use super::synced;

fn field<'d>(document: &'d DocumentDto, name: &str) -> &'d lectern::dto::FieldDto {
    document.fields.iter().find(|field| field.name == name).unwrap()
}

async fn set(app: &App, id: &str, name: &str, json: &str) {
    let edit = EditDto { fields: Some(vec![(name.to_owned(), json.to_owned())]), ..EditDto::default() };
    assert!(app.document_save(id, edit).await.unwrap().changed, "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_is_made_filled_and_set_as_the_course_keeps_it() {
    let canvas = Canvas::start().await.unwrap();
    let teacher = canvas.add_user("Ada Instructor");
    canvas.add_token(teacher, TOKEN);
    let week = |name: &str| ModuleSeed { name: name.to_owned(), published: true, items: Vec::new() };
    let seed = CourseSeed {
        name: "Shore Ecology".to_owned(),
        modules: vec![week("Week 1"), week("Week 2")],
        ..CourseSeed::default()
    };
    let seeded = canvas.seed(teacher, &seed).unwrap();
    let (shell, _) = synced(&canvas, &seeded).await;

    let app = App::open(shell.folder(), Arc::new(|_| {})).await.unwrap();
    let space = app.spaces().await.unwrap()[0].id.clone();
    let module = app.module_new(&space, " Week 3 ").await.unwrap().row;
    let heading = app.item_new(&module, "Before the lab", None).await.unwrap().row;
    let link = app.item_new(&module, "Tide tables", Some("https://tides.example/".to_owned())).await.unwrap().row;
    for (title, url) in [("", None), ("Nowhere", Some("no address")), ("Script", Some("javascript:alert(1)"))] {
        assert!(app.item_new(&module, title, url.map(str::to_owned)).await.is_err(), "{title}");
    }
    assert!(app.item_new(&heading, "In a heading", None).await.is_err());
    let notes = app.local_space_new("Notes").await.unwrap().id;
    assert!(app.module_new(&notes, "In notes").await.is_err());

    // What has to be finished before is picked by name.
    let shown = app.document(&module).await.unwrap();
    let before = field(&shown, "prerequisite_module_ids");
    let names: Vec<&str> = before.choices.iter().map(|choice| choice.words.as_str()).collect();
    assert_eq!((before.kind.as_str(), names), ("set", vec!["Week 1", "Week 2"]));
    let second = before.choices[1].value.clone();
    set(&app, &module, "prerequisite_module_ids", &format!("[{second}]")).await;
    set(&app, &module, "require_sequential_progress", "true").await;
    set(&app, &heading, "indent", "1").await;
    set(&app, &link, "new_tab", "true").await;
    app.close().await;

    let report = shell.json(0, &["sync"]).await;
    assert_eq!(report["outcome"], "done", "{report}");
    let there = canvas.course(seeded.course).unwrap();
    let (id, made) = there.modules.iter().find(|(_, module)| module.name == "Week 3").unwrap();
    assert_eq!(
        (made.prerequisites.clone(), made.require_sequential_progress),
        (vec![seeded.modules[1]], true),
        "{made:?}"
    );
    let mut items: Vec<_> = there.items.values().filter(|item| item.module_id == *id && !item.deleted).collect();
    items.sort_by_key(|item| item.position);
    let told: Vec<_> = items.iter().map(|item| (item.title.as_str(), item.indent, item.published)).collect();
    assert_eq!(told, [("Before the lab", 1, false), ("Tide tables", 0, false)]);
    assert_eq!(shell.json(0, &["sync"]).await["writes"], 0);

    // And what another change of it would do is told by name, too.
    shell.json(0, &["edit", &module, "--set", "prerequisite_module_ids=[]"]).await;
    let app = App::open(shell.folder(), Arc::new(|_| {})).await.unwrap();
    let difference = app.outbox_difference(&module).await.unwrap();
    let fields: Vec<_> = difference.fields.iter().map(|field| field.before.as_str()).collect();
    assert_eq!(fields, ["Week 2"]);
    app.close().await;
}
