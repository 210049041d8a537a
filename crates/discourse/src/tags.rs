//! Tags in the shape that the forum takes (contract 5.1, 5.5).

use domain::{Content, FieldValue, RemoteError, RemoteErrorKind, field};
use serde_json::{Value, json};

use crate::DiscourseRemote;
use crate::dto::TagList;
use crate::memory::TagShape;

/// The tags of a content, by name.
pub(crate) fn tags_of(content: &Content) -> Vec<String> {
    match content.fields.get(field::TAGS) {
        Some(FieldValue::Set(tags)) => tags.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Tags are names, or objects with a name (contract 4.3).
pub(crate) fn tag_name(tag: &Value) -> String {
    tag.get("name").unwrap_or(tag).as_str().unwrap_or_default().to_owned()
}

/// Names as a forum of this shape takes them. What it gave an id for goes back with it.
pub(crate) fn shaped(shape: TagShape, names: &[String], id_of: impl Fn(&str) -> Option<i64>) -> Value {
    names
        .iter()
        .map(|name| match (shape, id_of(name)) {
            (TagShape::Objects, Some(id)) => json!({ "id": id, "name": name }),
            (TagShape::Objects, None) => json!({ "name": name }),
            _ => Value::from(name.as_str()),
        })
        .collect()
}

/// Whether tags were wanted and the topic has none: the forum dropped them in silence.
pub(crate) fn all_dropped(wanted: &[String], there: &Content) -> bool {
    !wanted.is_empty() && tags_of(there).is_empty()
}

impl DiscourseRemote {
    /// The shape in which this forum takes tags; asked once where nothing that was read told it.
    pub(crate) async fn tag_shape(&self) -> Result<TagShape, RemoteError> {
        let known = self.memory.with(|learnt| learnt.tag_shape);
        if known != TagShape::Unknown {
            return Ok(known);
        }
        match self.client.get::<TagList>("tags.json").await {
            Ok(list) => self.memory.note_tags(&list.tags),
            // A forum may hide its list of tags, or have none.
            Err(error) if matches!(error.kind, RemoteErrorKind::Forbidden | RemoteErrorKind::NotFound) => {}
            Err(error) => return Err(error),
        }
        Ok(self.memory.with(|learnt| learnt.tag_shape))
    }

    /// Names in the forum's shape.
    pub(crate) fn tags_to_send(&self, shape: TagShape, names: &[String]) -> Value {
        self.memory.with(|learnt| shaped(shape, names, |name| learnt.tag_ids.get(name).copied()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_out_as_names_or_as_objects_with_the_id_that_is_known() {
        let names = ["tide".to_owned(), "new one".to_owned()];
        let id_of = |name: &str| (name == "tide").then_some(7);
        assert_eq!(shaped(TagShape::Names, &names, id_of), json!(["tide", "new one"]));
        assert_eq!(shaped(TagShape::Unknown, &names, id_of), json!(["tide", "new one"]));
        assert_eq!(
            shaped(TagShape::Objects, &names, id_of),
            json!([{ "id": 7, "name": "tide" }, { "name": "new one" }])
        );
    }

    #[test]
    fn only_a_topic_without_any_tag_lost_them_all() {
        let there = |tags: &[&str]| {
            let set = tags.iter().map(|tag| (*tag).to_owned()).collect();
            Content::new("", "").with(field::TAGS, FieldValue::Set(set))
        };
        let wanted = ["Rock Pools".to_owned()];
        assert!(all_dropped(&wanted, &there(&[])));
        assert!(!all_dropped(&wanted, &there(&["rock-pools"])));
        assert!(!all_dropped(&[], &there(&[])));
    }
}
