//! The sidebar: spaces, and the tree of one space.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use domain::{EntityId, Kind, SiteKind, SpaceId, field};
use store::{Row, Space};

use super::moving::moves;
use super::states::States;
use super::{App, id, text_of};
use crate::dto::{KindDto, SiteKindDto, SpaceDto, TreeRowDto};
use crate::error::Result;

/// Groups of a space in reading order: name, heading, kinds.
const GROUPS: [(&str, &str, &[Kind]); 5] = [
    ("pages", "Pages", &[Kind::Page, Kind::Syllabus]),
    ("assignments", "Assignments", &[Kind::Assignment, Kind::Quiz]),
    ("discussions", "Discussions", &[Kind::Discussion]),
    ("announcements", "Announcements", &[Kind::Announcement]),
    ("topics", "Topics", &[Kind::Topic]),
];

impl App {
    /// Spaces for the sidebar.
    pub async fn spaces(&self) -> Result<Vec<SpaceDto>> {
        let mut spaces = Vec::new();
        for space in self.store.spaces().await? {
            spaces.push(self.space_dto(&space).await?);
        }
        Ok(spaces)
    }

    pub(crate) async fn space_dto(&self, space: &Space) -> Result<SpaceDto> {
        let documents = self
            .store
            .list(space.id)
            .await?
            .iter()
            .filter(|row| row.kind.is_document() && !row.deleted && row.kind.has_title())
            .count();
        Ok(SpaceDto {
            id: space.id.to_string(),
            name: space.name.clone(),
            site: site_dto(space.site),
            site_name: self.site_name(space).await?,
            account: space.account.map(|account| account.to_string()),
            last_synced_at: space.last_synced_at.map(text_of),
            documents: u32::try_from(documents).unwrap_or(u32::MAX),
            read_only: space.read_only.clone(),
        })
    }

    /// Makes a space on no site.
    pub async fn local_space_new(&self, name: &str) -> Result<SpaceDto> {
        let space = Space {
            id: SpaceId::new(self.store.seed()),
            name: name.to_owned(),
            account: None,
            site: None,
            remote: None,
            read_only: None,
            last_synced_at: None,
            time_zone: None,
        };
        self.store.put_space(&space).await?;
        self.space_dto(&space).await
    }

    /// The tree of one space, in reading order.
    pub async fn tree(&self, space: &str) -> Result<Vec<TreeRowDto>> {
        let of = self.store.space(id(space)?).await?;
        let space = of.id;
        let rows: Vec<Row> = self.store.list(space).await?;
        let states = self.states(space).await?;
        let targets = self.item_targets(space).await?;
        let mut tree = Vec::new();
        modules(&of, &rows, &states, &targets, &mut tree);
        for (name, heading, kinds) in GROUPS {
            let members: Vec<&Row> =
                rows.iter().filter(|row| kinds.contains(&row.kind) && is_shown(row, &states)).collect();
            if members.is_empty() {
                continue;
            }
            tree.push(group(space, name, heading, members.len()));
            let by_parent = under(&members);
            for row in by_parent.get(&None).into_iter().flatten() {
                branch(row, group_id(space, name), 2, &by_parent, &states, &of, &mut tree);
            }
        }
        Ok(tree)
    }
}

type ByParent<'a> = HashMap<Option<EntityId>, Vec<&'a Row>>;

/// The members of a group by what they stand under; what stands under nothing of the group is at its top.
fn under<'a>(members: &[&'a Row]) -> ByParent<'a> {
    let here: HashSet<EntityId> = members.iter().map(|row| row.id).collect();
    let mut by_parent = ByParent::new();
    for row in members {
        by_parent.entry(row.parent.filter(|parent| here.contains(parent))).or_default().push(row);
    }
    by_parent
}

/// A row with everything that stands under it.
fn branch(
    row: &Row,
    parent: String,
    level: u32,
    by_parent: &ByParent<'_>,
    states: &States,
    space: &Space,
    tree: &mut Vec<TreeRowDto>,
) {
    let children = by_parent.get(&Some(row.id)).map(Vec::as_slice).unwrap_or_default();
    let mut of_row = leaf(row, row.id.to_string(), Some(row.id), parent, level, states);
    of_row.moves = moves_of(row, space);
    of_row.count = u32::try_from(children.len()).ok().filter(|count| *count > 0);
    tree.push(of_row);
    for child in children {
        branch(child, row.id.to_string(), level + 1, by_parent, states, space, tree);
    }
}

fn moves_of(row: &Row, space: &Space) -> Option<String> {
    moves(row.kind, space).filter(|_| !row.deleted).map(|moves| moves.name().to_owned())
}

/// What is deleted here stays in sight, struck, until a sync has deleted it there.
fn is_shown(row: &Row, states: &States) -> bool {
    !row.deleted || states.unsent.contains_key(&row.id) || states.conflicts.contains(&row.id)
}

fn modules(
    of: &Space,
    rows: &[Row],
    states: &States,
    targets: &HashMap<EntityId, EntityId>,
    tree: &mut Vec<TreeRowDto>,
) {
    let space = of.id;
    let modules: Vec<&Row> = rows.iter().filter(|row| row.kind == Kind::Module && !row.deleted).collect();
    if modules.is_empty() {
        return;
    }
    let by_id: HashMap<EntityId, &Row> = rows.iter().map(|row| (row.id, row)).collect();
    tree.push(group(space, "modules", "Modules", modules.len()));
    for module in modules {
        let items: Vec<&Row> = rows
            .iter()
            .filter(|row| row.kind == Kind::ModuleItem && row.parent == Some(module.id) && !row.deleted)
            .collect();
        let mut branch = leaf(module, module.id.to_string(), None, group_id(space, "modules"), 2, states);
        branch.count = u32::try_from(items.len()).ok();
        branch.moves = moves_of(module, of);
        tree.push(branch);
        for item in items {
            let target = targets.get(&item.id).and_then(|target| by_id.get(target));
            let shown = target.copied().unwrap_or(item);
            let mut row =
                leaf(shown, item.id.to_string(), target.map(|target| target.id), module.id.to_string(), 3, states);
            row.title.clone_from(&item.title);
            row.moves = moves_of(item, of);
            // The row is the item and what it shows: it tells of both.
            row.states.extend(states.of(item));
            row.states.sort_unstable();
            row.states.dedup();
            tree.push(row);
        }
    }
}

/// A heading's id: every category has its topics, and the window shows all spaces in one tree.
fn group_id(space: SpaceId, name: &str) -> String {
    format!("{name}:{space}")
}

fn group(space: SpaceId, name: &str, heading: &str, count: usize) -> TreeRowDto {
    TreeRowDto {
        id: group_id(space, name),
        entity: None,
        parent: None,
        level: 1,
        kind: None,
        group: Some(name.to_owned()),
        title: heading.to_owned(),
        states: Vec::new(),
        count: u32::try_from(count).ok(),
        moves: None,
    }
}

fn leaf(
    row: &Row,
    row_id: String,
    entity: Option<EntityId>,
    parent: String,
    level: u32,
    states: &States,
) -> TreeRowDto {
    TreeRowDto {
        id: row_id,
        entity: entity.map(|entity| entity.to_string()),
        parent: Some(parent),
        level,
        kind: Some(kind_dto(row.kind)),
        group: None,
        title: if row.title.is_empty() { "Untitled".to_owned() } else { row.title.clone() },
        states: states.of(row),
        count: None,
        moves: None,
    }
}

/// What a module item's fields say that it points to, as kind and remote id.
#[cfg(feature = "sync-engine")]
pub(crate) fn target_of(target: &str) -> Option<domain::RemoteRef> {
    let (kind, remote) = target.split_once(':')?;
    Some(domain::RemoteRef::new(Kind::from_name(kind)?, remote))
}

/// A title, or the first words where there is none.
pub(crate) fn title_or_words(title: &str, body: &str) -> String {
    if !title.is_empty() {
        return title.to_owned();
    }
    let is_markup = body.trim_start().starts_with('<');
    let words = if is_markup { Cow::Owned(domain::html::plain_text(body)) } else { Cow::Borrowed(body) };
    words.split_whitespace().take(8).collect::<Vec<_>>().join(" ")
}

pub(crate) fn site_dto(site: Option<SiteKind>) -> SiteKindDto {
    match site {
        Some(SiteKind::Canvas) => SiteKindDto::Canvas,
        Some(SiteKind::Discourse) => SiteKindDto::Discourse,
        None => SiteKindDto::Local,
    }
}

pub(crate) fn kind_dto(kind: Kind) -> KindDto {
    match kind {
        Kind::Page => KindDto::Page,
        Kind::Assignment => KindDto::Assignment,
        Kind::Discussion => KindDto::Discussion,
        Kind::Announcement => KindDto::Announcement,
        Kind::Quiz => KindDto::Quiz,
        Kind::Syllabus => KindDto::Syllabus,
        Kind::Module => KindDto::Module,
        Kind::ModuleItem => KindDto::ModuleItem,
        Kind::File => KindDto::File,
        Kind::Reply => KindDto::Reply,
        Kind::Topic => KindDto::Topic,
        Kind::Post => KindDto::Post,
    }
}

pub(crate) fn kind_of(kind: KindDto) -> Kind {
    Kind::ALL.into_iter().find(|candidate| kind_dto(*candidate) == kind).unwrap_or(Kind::Page)
}

/// Label of a field on the screen.
pub(crate) fn label(name: &str) -> String {
    match name {
        field::PUBLISHED => "Published".to_owned(),
        field::POINTS => "Points".to_owned(),
        field::DUE_AT => "Due".to_owned(),
        field::UNLOCK_AT => "Available from".to_owned(),
        field::LOCK_AT => "Until".to_owned(),
        domain::reconcile::TITLE => "Title".to_owned(),
        other => {
            let words = other.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::title_or_words;

    #[test]
    fn what_has_no_title_is_named_by_its_first_words_and_never_by_markup() {
        for (title, body, shown) in [
            ("Tides", "<p>Low</p>", "Tides"),
            (
                "",
                "<p>Low water is at <b>six</b>.</p><p>Bring boots and a lamp.</p>",
                "Low water is at six. Bring boots and",
            ),
            ("", "Low water is at **six**.", "Low water is at **six**."),
            ("", "<img src='a.png'>", ""),
        ] {
            assert_eq!(title_or_words(title, body), shown);
        }
    }
}
