//! Fields of a file as fields of a document.

use std::collections::BTreeMap;

use crate::fields::{Takes, field_of};
use crate::{FieldValue, Kind};

/// What a file says of a document's fields.
pub(super) struct Values {
    /// Fields that are other than they were.
    pub(super) changed: BTreeMap<String, FieldValue>,
    /// Lines that say nothing of such a document.
    pub(super) unknown: Vec<String>,
}

/// The fields of a file for a document that has `before`.
///
/// # Errors
/// Why one of them cannot be taken, as a sentence.
pub(super) fn read(
    kind: Kind,
    written: &BTreeMap<String, FieldValue>,
    before: &BTreeMap<String, FieldValue>,
) -> Result<Values, String> {
    let mut values = Values { changed: BTreeMap::new(), unknown: Vec::new() };
    for (name, value) in written {
        if before.get(name) == Some(value) {
            continue;
        }
        let Some(field) = field_of(kind, name) else {
            if before.contains_key(name) {
                return Err(format!("{} cannot be changed here.", crate::fields::label(name)));
            }
            values.unknown.push(name.clone());
            continue;
        };
        let value = match value {
            FieldValue::Text(text) => field.read(text)?,
            // A bare word where words are meant.
            FieldValue::Number(number) if !matches!(field.takes, Takes::Whole(..)) => {
                field.read(&number.to_string())?
            }
            FieldValue::Flag(flag) if !matches!(field.takes, Takes::Flag) => field.read(&flag.to_string())?,
            other => {
                let value = field.tidied(other.clone());
                match field.check(&value) {
                    Some(why) => return Err(why),
                    None => value,
                }
            }
        };
        if before.get(name) != Some(&value) {
            values.changed.insert(name.clone(), value);
        }
    }
    Ok(values)
}
