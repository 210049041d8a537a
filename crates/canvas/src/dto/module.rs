//! Modules and their items.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Id;

#[derive(Debug, Deserialize)]
pub(crate) struct Module {
    pub(crate) id: Id,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) items_count: Option<u64>,
    pub(crate) items_url: Option<String>,
    pub(crate) items: Option<Vec<Item>>,
    /// What `wire` reads fields out of.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: Id,
    pub(crate) module_id: Id,
    pub(crate) title: Option<String>,
    #[serde(default, rename = "type")]
    pub(crate) kind: String,
    pub(crate) content_id: Option<Id>,
    pub(crate) page_url: Option<String>,
    pub(crate) html_url: Option<String>,
    /// What `wire` reads fields out of.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}
