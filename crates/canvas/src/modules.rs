//! Modules and their items (contract 3.8).

use std::collections::BTreeMap;

use domain::{
    Access, Changed, Content, FieldValue, Kind, RemoteError, RemoteErrorKind, RemoteId, RemoteObject, RemoteRef, Sent,
    Token, fact, field,
};
use rest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{object_path, plain};
use crate::connect::CanvasRemote;
use crate::dto::{Item, Module};
use crate::errors::from_answer;
use crate::write::Missed;
use crate::{body, wire};

/// Why the title of an item that shows something is not its own: writing it would rename what it shows (contract 9.8).
const TITLE_OF_CONTENT: &str = "It has the title of what it shows. Rename that.";
const STATE_OF_CONTENT: &str = "It is published with what it shows.";

/// Item types whose title and state are those of what they show.
pub(crate) fn follows_content(kind: &str) -> bool {
    matches!(kind, "Page" | "Assignment" | "Discussion" | "Quiz")
}

/// A module. It has no time of change, so its token is a hash of what it says.
pub(crate) fn module(module: &Module) -> RemoteObject {
    let content =
        Content { title: module.name.clone(), body: String::new(), fields: wire::read(Kind::Module, &module.more) };
    object(RemoteRef::new(Kind::Module, RemoteId(module.id.0.clone())), None, content, None, BTreeMap::new())
}

/// An item. What it points to is `kind:id` where Canvas tells the id, and a page's slug where it does not.
pub(crate) fn item(item: Item) -> RemoteObject {
    let of = |kind: Kind| item.content_id.as_ref().map(|id| format!("{}:{}", kind.name(), id.0));
    let target = match item.kind.as_str() {
        "Assignment" => of(Kind::Assignment),
        "Discussion" => of(Kind::Discussion),
        "Quiz" => of(Kind::Quiz),
        "File" => of(Kind::File),
        _ => None,
    };
    let mut fields = wire::read(Kind::ModuleItem, &item.more);
    let address = match fields.get(field::EXTERNAL_URL) {
        Some(FieldValue::Text(address)) => Some(address.clone()),
        _ => None,
    };
    let points_to = target.clone().or_else(|| item.page_url.clone()).or(address);
    if let Some(points_to) = points_to {
        fields.insert(field::ITEM_TARGET.to_owned(), FieldValue::Text(points_to));
    }
    fields.insert(field::MODULE.to_owned(), FieldValue::Text(item.module_id.0.clone()));
    fields.extend(requirement(item.more.get("completion_requirement")));
    let locked = follows_content(&item.kind)
        .then(|| json!({"title": TITLE_OF_CONTENT, field::PUBLISHED: STATE_OF_CONTENT}).to_string());
    fields.insert(field::ITEM_TYPE.to_owned(), FieldValue::Text(item.kind));
    let content = Content { title: item.title.unwrap_or_default(), body: String::new(), fields };
    let facts = [(fact::TARGET, target), (fact::SLUG, item.page_url), (fact::LOCKED_FIELDS, locked)];
    let facts = facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    let parent = RemoteRef::new(Kind::Module, RemoteId(item.module_id.0));
    object(RemoteRef::new(Kind::ModuleItem, RemoteId(item.id.0)), Some(parent), content, item.html_url, facts)
}

fn requirement(answer: Option<&Value>) -> [(String, FieldValue); 2] {
    let part = |name: &str| answer.and_then(|answer| answer.get(name));
    let kind = part("type").and_then(Value::as_str).map(|kind| FieldValue::Text(kind.to_owned()));
    let score = part("min_score").or_else(|| part("min_percentage")).and_then(Value::as_f64);
    let score = score.map(|score| FieldValue::Text(wire::decimal(score)));
    [
        (field::COMPLETION.to_owned(), kind.unwrap_or(FieldValue::Empty)),
        (field::MIN_SCORE.to_owned(), score.unwrap_or(FieldValue::Empty)),
    ]
}

fn object(
    remote: RemoteRef,
    parent: Option<RemoteRef>,
    content: Content,
    url: Option<String>,
    facts: BTreeMap<String, String>,
) -> RemoteObject {
    RemoteObject {
        remote,
        parent,
        token: Token(content.hash().0),
        content,
        returned_body: String::new(),
        access: Access::Editable,
        changed_by: None,
        changed_at: None,
        url,
        facts,
    }
}

/// The path of a module's items.
pub(crate) fn items_path(space: &RemoteId, module: &RemoteId) -> Result<String, RemoteError> {
    Ok(format!("{}/items", object_path(space, Kind::Module, module)?))
}

/// The path of an item, by the module in its content.
pub(crate) fn item_path(space: &RemoteId, item: &RemoteId, content: &Content) -> Result<String, RemoteError> {
    let module = content.text(field::MODULE).map(|id| RemoteId(id.to_owned()));
    let module = module.ok_or_else(|| RemoteError::new(RemoteErrorKind::NotFound, "the item's module is not known"))?;
    Ok(format!("{}/{}", items_path(space, &module)?, plain(item)?))
}

impl CanvasRemote {
    /// Adds an item to a module. Nothing on Canvas stops a second one of the same kind, so a lost answer is looked for first (contract 9.18).
    pub(crate) async fn create_item(
        &self,
        space: &RemoteId,
        parent: Option<&RemoteRef>,
        content: &Content,
    ) -> Result<Sent, RemoteError> {
        let module = parent.map(|parent| parent.id.clone()).or_else(|| content.text(field::MODULE).map(RemoteId::from));
        let module =
            module.ok_or_else(|| RemoteError::new(RemoteErrorKind::Refused, "An item needs a module to stand in."))?;
        let path = items_path(space, &module)?;
        let kind = content.text(field::ITEM_TYPE).unwrap_or("SubHeader").to_owned();
        let mut everything = body::whole(Kind::ModuleItem, content);
        // Which module is in the path, and a new item is published by a write of its own.
        everything.fields.remove(field::MODULE);
        let publishes = everything.fields.remove(field::PUBLISHED)
            && content.flag(field::PUBLISHED) == Some(true)
            && !follows_content(&kind);
        everything.title = !follows_content(&kind);
        let mut sent = body::of(Kind::ModuleItem, content, &everything, None);
        sent["module_item"]["type"] = json!(kind);
        if let Some((name, value)) = self.target(space, &kind, content).await? {
            sent["module_item"][name] = value;
        }
        let answer = self.client.write(Method::Post, &path, Some(&sent)).await?;
        if !answer.is_success() {
            return Err(from_answer(&answer));
        }
        let mut object = self.object_in(Kind::ModuleItem, &answer)?;
        self.ages.made(&object.remote.id, Instant::now());
        if publishes {
            object = self.publish(space, object, content).await;
            everything.fields.insert(field::PUBLISHED.to_owned());
        }
        self.note_not_taken(&mut object, content, &everything, None, Missed::new());
        Ok(Sent::Done { object: Box::new(object), overwritten: None })
    }

    /// What an item shows, as Canvas wants it named: a page by its current slug, for an old one is refused (contract 9.29); all else by id.
    async fn target(
        &self,
        space: &RemoteId,
        kind: &str,
        content: &Content,
    ) -> Result<Option<(&'static str, Value)>, RemoteError> {
        let Some(target) = content.text(field::ITEM_TARGET) else { return Ok(None) };
        Ok(match (kind, target.split_once(':')) {
            ("SubHeader" | "ExternalUrl", _) => None,
            ("Page", Some(("page", id))) => {
                let page = self.client.page(space, &RemoteId::from(id)).await?;
                Some(("page_url", json!(page.url)))
            }
            ("Page", _) => Some(("page_url", json!(target))),
            (_, Some((_, id))) => Some(("content_id", json!(id))),
            (_, None) => Some(("content_id", json!(target))),
        })
    }

    pub(crate) async fn publish_new_module(
        &self,
        space: &RemoteId,
        object: RemoteObject,
        content: &Content,
    ) -> RemoteObject {
        self.publish(space, object, content).await
    }

    /// Publishes what was made unpublished. Should that fail, the object as made is the truth, and the field is named as not taken.
    async fn publish(&self, space: &RemoteId, object: RemoteObject, content: &Content) -> RemoteObject {
        let kind = object.remote.kind;
        let path = match kind {
            Kind::ModuleItem => item_path(space, &object.remote.id, &object.content),
            _ => object_path(space, kind, &object.remote.id),
        };
        let only = Changed { fields: [field::PUBLISHED.to_owned()].into(), ..Changed::default() };
        let sent = body::of(kind, content, &only, None);
        let Ok(path) = path else { return object };
        match self.client.write(Method::Put, &path, Some(&sent)).await {
            Ok(answer) if answer.is_success() => self.object_in(kind, &answer).unwrap_or(object),
            _ => object,
        }
    }
}
