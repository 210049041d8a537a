//! Modules, and what stands in one without showing a document: headings and web addresses.

use domain::{Content, EntityId, FieldValue, Kind, SiteKind, SpaceId, field};
use store::{Entity, NewEntity};

use super::{App, fields, id, now};
use crate::dto::{ChoiceDto, FieldDto, MoveUndoDto, MovedDto};
use crate::error::{Failure, Result};

impl App {
    /// Makes a module behind the others of a course. It is not published.
    pub async fn module_new(&self, space: &str, title: &str) -> Result<MovedDto> {
        let space = self.store.space(id(space)?).await?;
        if space.site != Some(SiteKind::Canvas) {
            return Err(Failure::Invalid("Only a course has modules.".to_owned()));
        }
        let content = Content::new(titled(title)?, "").with(field::PUBLISHED, FieldValue::Flag(false));
        self.put_last(space.id, Kind::Module, None, content).await
    }

    /// Makes a heading in a module, or with `url` a link to a web address, behind what is in it. It is not published.
    pub async fn item_new(&self, module: &str, title: &str, url: Option<String>) -> Result<MovedDto> {
        let module = self.store.get(id(module)?).await?;
        if module.kind != Kind::Module || module.deleted_at.is_some() {
            return Err(Failure::Invalid("It can stand in a module and nowhere else.".to_owned()));
        }
        let shows = if url.is_some() { "ExternalUrl" } else { "SubHeader" };
        let mut content = Content::new(titled(title)?, "")
            .with(field::ITEM_TYPE, FieldValue::Text(shows.to_owned()))
            .with(field::PUBLISHED, FieldValue::Flag(false))
            .with(field::INDENT, FieldValue::Number(0));
        if let Some(url) = url {
            let address = serde_json::Value::from(url).to_string();
            content = content
                .with(field::EXTERNAL_URL, fields::value_of(Kind::ModuleItem, field::EXTERNAL_URL, &address)?)
                .with(field::NEW_TAB, FieldValue::Flag(false));
        }
        self.put_last(module.space, Kind::ModuleItem, Some(module.id), content).await
    }

    async fn put_last(
        &self,
        space: SpaceId,
        kind: Kind,
        parent: Option<EntityId>,
        content: Content,
    ) -> Result<MovedDto> {
        if let Some(why) = self.store.space(space).await?.why_not(kind, false) {
            return Err(Failure::Locked(why));
        }
        let rows = self.store.list(space).await?;
        let beside = rows.iter().filter(|row| row.kind == kind && row.parent == parent && !row.deleted);
        let last = beside.filter_map(|row| row.position).max().unwrap_or(0);
        let words = format!("\u{201c}{}\u{201d} is made. It is not published.", content.title);
        let content = content.with(field::POSITION, FieldValue::Number(last + 1));
        let made = self.store.create(&NewEntity { space, kind, parent, content }, now()).await?;
        self.tell_changed(space, made);
        let undo = MoveUndoDto { stood: Vec::new(), added: Some(made.to_string()) };
        Ok(MovedDto { words, row: made.to_string(), undo })
    }

    /// Lets the modules to finish before a module be picked by name. Canvas takes those that stand before it (contract canvas 3.8).
    pub(crate) async fn name_prerequisites(&self, module: &Entity, shown: &mut [FieldDto]) -> Result<()> {
        let Some(field) = shown.iter_mut().find(|shown| shown.name == field::PREREQUISITES) else { return Ok(()) };
        let json = |id: &str| serde_json::Value::from(id).to_string();
        field.choices = self
            .modules_before(module)
            .await?
            .into_iter()
            .map(|(id, title)| ChoiceDto { value: json(&id), words: title })
            .collect();
        if let Some(FieldValue::Set(chosen)) = module.content.fields.get(field::PREREQUISITES) {
            for id in chosen {
                if !field.choices.iter().any(|choice| choice.value == json(id)) {
                    let words = format!("A module that does not stand before it ({id})");
                    field.choices.push(ChoiceDto { value: json(id), words });
                }
            }
        }
        Ok(())
    }

    /// The modules before one, in order, by their ids on the site; those that no site has yet have none.
    #[cfg(feature = "sync-engine")]
    async fn modules_before(&self, module: &Entity) -> Result<Vec<(String, String)>> {
        let Some(account) = self.store.space(module.space).await?.account else { return Ok(Vec::new()) };
        let mapped = self.store.mapped(account, module.space).await?;
        let ids: std::collections::HashMap<EntityId, String> = mapped
            .into_iter()
            .filter(|mapped| mapped.remote.kind == Kind::Module)
            .map(|mapped| (mapped.entity, mapped.remote.id.0))
            .collect();
        let rows = self.store.list(module.space).await?;
        let modules = rows.into_iter().filter(|row| row.kind == Kind::Module && !row.deleted);
        let before = modules.take_while(|row| row.id != module.id);
        Ok(before.filter_map(|row| Some((ids.get(&row.id)?.clone(), row.title))).collect())
    }

    #[cfg(not(feature = "sync-engine"))]
    #[expect(clippy::unused_async, reason = "the same shape as with the sync engine")]
    async fn modules_before(&self, _: &Entity) -> Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }
}

fn titled(title: &str) -> Result<String> {
    match title.trim() {
        "" => Err(Failure::Invalid("It needs a title.".to_owned())),
        title => Ok(title.to_owned()),
    }
}
