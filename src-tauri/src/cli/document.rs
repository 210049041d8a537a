//! One document: shown, changed, made.

use std::io::Read;
use std::path::Path;

use super::args::{EditArguments, MoveArguments, NewArguments, NewKind, SearchArguments};
use super::named::{source, space};
use super::told::{DONE, Told};
use super::words;
use crate::app::App;
use crate::dto::{EditDto, KindDto, NewDocumentDto, PlaceDto, SearchDto, StateDto};
use crate::error::{Failure, Result};

pub(super) async fn show(app: &App, id: &str, body: bool) -> Result<Told> {
    let document = app.document(id).await?;
    if body {
        // The same bytes with `--json`: a script that asks for the source wants the source.
        return Ok(Told::bytes(document.body));
    }
    #[cfg(feature = "sync-engine")]
    {
        /// A document, and the sites that it stands on.
        #[derive(serde::Serialize)]
        struct Shown<'d> {
            #[serde(flatten)]
            document: &'d crate::dto::DocumentDto,
            targets: &'d [crate::dto::TargetDto],
        }
        let targets = app.document_targets(id).await?;
        let text = format!("{}{}", super::words_of_sync::targets(&targets), words::document(&document));
        Told::new(&Shown { document: &document, targets: &targets }, text)
    }
    #[cfg(not(feature = "sync-engine"))]
    Told::new(&document, words::document(&document))
}

pub(super) async fn search(app: &App, search: SearchArguments) -> Result<Told> {
    let within = match &search.space {
        Some(wanted) => Some(space(app, wanted).await?.id),
        None => None,
    };
    let asked = SearchDto {
        text: search.query,
        space: within,
        unpublished: search.unpublished.then_some(true),
        limit: Some(search.limit),
        ..SearchDto::default()
    };
    app.index_whole().await?;
    let found = app.search(asked).await?;
    Told::new(&found, words::found(&found))
}

pub(super) async fn edit(app: &App, edit: EditArguments, input: &mut (dyn Read + Send)) -> Result<Told> {
    let document = app.document(&edit.id).await?;
    let body = edit.body_file.as_deref().map(|file| source(file, input)).transpose()?;
    let fields = (!edit.set.is_empty()).then_some(edit.set);
    let change = EditDto { title: edit.title, body, visual: None, fields, counter: None };
    let saved = app.document_save(&edit.id, change).await?;
    let was_deleted = document.states.contains(&StateDto::DeletedHere);
    let mut words = match (saved.changed, was_deleted) {
        (true, true) => "Saved on this computer. It had been deleted here, and is back.\n",
        (true, false) => "Saved on this computer.\n",
        (false, _) => "Nothing was changed: it reads like that already.\n",
    }
    .to_owned();
    if document.draft.is_some() {
        words.push_str("A draft is kept for this document; it was left as it is.\n");
    }
    Told::new(&saved, words)
}

pub(super) async fn make(app: &App, new: NewArguments, input: &mut (dyn Read + Send)) -> Result<Told> {
    let kind = match new.kind {
        NewKind::Page => KindDto::Page,
        NewKind::Assignment => KindDto::Assignment,
        NewKind::Discussion => KindDto::Discussion,
        NewKind::Announcement => KindDto::Announcement,
        NewKind::Topic => KindDto::Topic,
        NewKind::Post => KindDto::Post,
        NewKind::Reply => KindDto::Reply,
    };
    let space = space(app, &new.space).await?;
    let answers = matches!(kind, KindDto::Post | KindDto::Reply);
    // In a category where the person may start no topics, replies can be written; what is answered says itself whether it can be.
    if let Some(reason) = space.read_only.filter(|_| !answers) {
        return Err(Failure::Invalid(format!("Nothing can be made there. {reason}")));
    }
    let (parent, reply_to) = match new.parent {
        Some(parent) if answers => app.answered(&parent).await?,
        parent => (parent, None),
    };
    let body = source(&new.body_file, input)?;
    let title = if answers { String::new() } else { new.title.unwrap_or_default() };
    let made = app.document_new(NewDocumentDto { space: space.id, kind, parent, reply_to, title, body }).await?;
    Told::new(&made, format!("Made on this computer: {}\nId: {}\n", words::title(&made.title, &made.body), made.id))
}

pub(super) async fn delete(app: &App, id: &str) -> Result<Told> {
    if app.document(id).await?.states.contains(&StateDto::DeletedHere) {
        return Err(Failure::Invalid("It was deleted here before.".to_owned()));
    }
    let deleted = app.document_delete(id).await?;
    let title = words::title(&deleted.title, &deleted.body);
    Told::new(&deleted, format!("Deleted on this computer: {title}. It stays in the history.\n"))
}

pub(super) async fn attach(app: &App, file: &Path, within: &str) -> Result<Told> {
    let kept = app.picture_file(&space(app, within).await?.id, file).await?;
    let words = format!(
        "Kept: {}\nIn HTML: <img src=\"{address}\" alt=\"\">\nIn Markdown: ![]({address})\nSay in it what the picture shows.\n",
        kept.name,
        address = kept.address
    );
    Told::new(&kept, words)
}

pub(super) async fn place(app: &App, to: MoveArguments) -> Result<Told> {
    let MoveArguments { id, before, after, into } = to;
    let place = match (before, after, into) {
        (Some(there), ..) => PlaceDto::Before(there),
        (_, Some(there), _) => PlaceDto::After(there),
        (_, _, into) => PlaceDto::Into(into.unwrap_or_default()),
    };
    let moved = app.place_move(&id, &place).await?;
    let words = format!("{}\n", moved.words);
    Told::new(&moved, words)
}

impl Told {
    fn bytes(text: String) -> Self {
        Self { json: None, words: text, code: DONE }
    }
}
