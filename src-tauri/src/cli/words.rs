//! Documents, spaces and trees as a person reads them.

use super::table::columns;
use crate::dto::{
    DeletedDto, DocumentDto, FoundDto, KindDto, LibraryItemDto, MarkedDto, SpaceDto, StateDto, TreeRowDto,
};

/// A title, or the first words where there is none.
pub(super) fn title(title: &str, body: &str) -> String {
    crate::app::title_or_words(title, body)
}

pub(super) fn kind(kind: KindDto) -> &'static str {
    match kind {
        KindDto::Page => "page",
        KindDto::Assignment => "assignment",
        KindDto::Discussion => "discussion",
        KindDto::Announcement => "announcement",
        KindDto::Quiz => "quiz",
        KindDto::Syllabus => "syllabus",
        KindDto::Module => "module",
        KindDto::ModuleItem => "module item",
        KindDto::File => "file",
        KindDto::Reply => "reply",
        KindDto::Topic => "topic",
        KindDto::Post => "post",
    }
}

pub(super) fn states(states: &[StateDto]) -> String {
    let word = |state: &StateDto| match state {
        StateDto::Conflict => "changed on both sides",
        StateDto::WaitsForYou => "needs you",
        StateDto::Syncing => "syncing",
        StateDto::DeletedHere => "deleted here",
        StateDto::DeletedThere => "deleted on the site",
        StateDto::Edited => "edited",
        StateDto::New => "new",
        StateDto::DraftKept => "draft kept",
        StateDto::ChangedOnSite => "changed on the site",
        StateDto::ReadOnly => "read only",
        StateDto::Unpublished => "unpublished",
        StateDto::InSync => "in sync",
    };
    states.iter().map(word).collect::<Vec<_>>().join(", ")
}

pub(super) fn files(count: u32) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

pub(super) fn attachments(kept: &[LibraryItemDto]) -> String {
    let used = |item: &LibraryItemDto| match (item.used_in.len(), item.removable) {
        (0, true) => "used nowhere".to_owned(),
        (0, false) => "in earlier versions only".to_owned(),
        (1, _) => "in 1 document".to_owned(),
        (many, _) => format!("in {many} documents"),
    };
    let rows: Vec<Vec<String>> = kept
        .iter()
        .map(|item| vec![item.sha256.clone(), format!("{} bytes", item.bytes), used(item), item.name.clone()])
        .collect();
    columns(&rows, "Nothing is kept for its texts.")
}

pub(super) fn deleted(deleted: &[DeletedDto]) -> String {
    let rows: Vec<Vec<String>> = deleted
        .iter()
        .map(|row| {
            let (title, space) = (row.title.clone(), row.space_name.clone());
            vec![row.id.clone(), row.deleted_at.clone(), kind(row.kind).to_owned(), space, title]
        })
        .collect();
    columns(&rows, "Nothing was deleted here.")
}

/// Each document with the passage that fits best.
pub(super) fn found(found: &[FoundDto]) -> String {
    let text = |pieces: &[MarkedDto]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|row| {
            vec![
                row.id.clone(),
                kind(row.kind).to_owned(),
                row.space_name.clone(),
                text(&row.title),
                text(&row.snippet),
            ]
        })
        .collect();
    columns(&rows, "Nothing was found.")
}

pub(super) fn spaces(spaces: &[SpaceDto]) -> String {
    let rows: Vec<Vec<String>> = spaces
        .iter()
        .map(|space| {
            let documents =
                if space.documents == 1 { "1 document".to_owned() } else { format!("{} documents", space.documents) };
            let notes = space.read_only.clone().unwrap_or_default();
            vec![space.id.clone(), space.name.clone(), place(&space.site_name), documents, notes]
        })
        .collect();
    columns(&rows, "No space is kept yet.")
}

/// `on this computer`, `on Canvas`.
pub(super) fn place(site_name: &str) -> String {
    format!("on {site_name}")
}

pub(super) fn tree(space: &SpaceDto, rows: &[TreeRowDto]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let indent = "  ".repeat(usize::try_from(row.level).unwrap_or(1));
            let count = row.count.map(|count| format!(" ({count})")).unwrap_or_default();
            let kind = row.kind.map(kind).unwrap_or_default();
            vec![
                format!("{indent}{}{count}", row.title),
                kind.to_owned(),
                row.entity.clone().unwrap_or_default(),
                states(&row.states),
            ]
        })
        .collect();
    format!("{} ({})\n{}", space.name, place(&space.site_name), columns(&rows, "  Nothing in it yet."))
}

pub(super) fn document(document: &DocumentDto) -> String {
    let mut head = vec![line("Title", &title(&document.title, &document.body)), line("What", kind(document.kind))];
    let path: Vec<&str> = document.path.iter().map(|crumb| crumb.title.as_str()).collect();
    head.push(line("Where", &format!("{}, {}", path.join(" / "), place(&document.site_name))));
    let mut optional = |label: &str, value: Option<&str>| {
        head.extend(value.filter(|value| !value.is_empty()).map(|value| line(label, value)))
    };
    optional("State", Some(&states(&document.states)));
    optional("Read only", document.read_only.as_deref());
    optional("Author", document.author.as_deref());
    optional("Changed by", document.changed_by.as_deref());
    optional("Changed there", document.changed_at.as_deref());
    optional("Last seen there", document.seen_at.as_deref());
    optional("Address", document.url.as_deref());
    if let Some(draft) = &document.draft {
        optional("Draft", Some(&format!("kept {}", draft.saved_at)));
    }
    for field in &document.fields {
        optional(
            &field.label,
            Some(&format!("{} ({})", if field.value == "null" { "not set" } else { &field.value }, field.name)),
        );
    }
    optional("Words", Some(&document.words.to_string()));
    let mut text = columns(&head, "");
    text.push('\n');
    text.push_str(&document.body);
    if !document.body.ends_with('\n') {
        text.push('\n');
    }
    for post in &document.posts {
        let number = post.number.map_or_else(|| "not sent yet".to_owned(), |number| format!("#{number}"));
        let states = states(&post.states);
        let states = if states.is_empty() { states } else { format!("  {states}") };
        let answers = post.reply_to.map_or_else(String::new, |to| format!("  answers #{to}"));
        text.push_str(&format!(
            "\n{number}  {}  {}  {}{answers}{states}\n{}\n",
            post.author,
            post.created_at,
            post.id,
            post.body.trim_end()
        ));
    }
    text
}

fn line(label: &str, value: &str) -> Vec<String> {
    vec![label.to_owned(), value.to_owned()]
}
