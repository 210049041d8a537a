//! From what a person typed, or a panel sent, to a field's value.

use chrono::{DateTime, Utc};

use super::{Field, Takes};
use crate::FieldValue;

/// Longest web address that is kept.
const LONGEST_ADDRESS: usize = 2_000;

impl Field {
    /// The value that a text stands for: `true` or `no`, a number, an RFC 3339 time, the members of a set between commas. Empty text is an empty value.
    ///
    /// # Errors
    /// Why the text is no value of this field, as a sentence.
    pub fn read(&self, text: &str) -> Result<FieldValue, String> {
        let text = text.trim();
        let value = match self.takes {
            Takes::SetOf(_) => {
                let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
                FieldValue::Set(members.map(str::to_owned).collect())
            }
            _ if text.is_empty() => FieldValue::Empty,
            Takes::Flag => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => FieldValue::Flag(true),
                "false" | "no" | "off" | "0" => FieldValue::Flag(false),
                _ => return Err(format!("{} is yes or no.", self.label)),
            },
            Takes::Whole(..) => FieldValue::Number(
                text.parse().map_err(|_| format!("{} is a whole number, and “{text}” is none.", self.label))?,
            ),
            Takes::Decimal(..) => FieldValue::Text(text.to_owned()),
            Takes::Time => {
                let time = DateTime::parse_from_rfc3339(text)
                    .map_err(|_| format!("{} is a date and time such as 2030-01-31T23:59:00Z.", self.label))?;
                FieldValue::Time(whole_seconds(time.with_timezone(&Utc)))
            }
            Takes::Text(_) | Takes::Address | Takes::OneOf(_) | Takes::Id => FieldValue::Text(text.to_owned()),
        };
        let value = self.tidied(value);
        self.check(&value).map_or(Ok(value), Err)
    }

    /// The value in the one spelling that it is compared by: decimals without needless zeros, times in whole seconds (contract canvas 1.2).
    #[must_use]
    pub fn tidied(&self, value: FieldValue) -> FieldValue {
        match (self.takes, value) {
            (Takes::Decimal(..), FieldValue::Text(text)) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => FieldValue::Text(decimal(number)),
                _ => FieldValue::Text(text),
            },
            (Takes::Decimal(..), FieldValue::Number(number)) => FieldValue::Text(number.to_string()),
            (_, FieldValue::Time(time)) => FieldValue::Time(whole_seconds(time)),
            (_, value) => value,
        }
    }

    /// Why a value cannot stand in this field, as a sentence.
    #[must_use]
    pub fn check(&self, value: &FieldValue) -> Option<String> {
        let Self { label, takes, may_be_empty, .. } = *self;
        if *value == FieldValue::Empty {
            return (!may_be_empty).then(|| format!("{label} cannot be empty."));
        }
        match (takes, value) {
            (Takes::Flag, FieldValue::Flag(_)) | (Takes::Time, FieldValue::Time(_)) => None,
            (Takes::Whole(least, most), FieldValue::Number(number)) => {
                (!(least..=most).contains(number)).then(|| format!("{label} is a number from {least} to {most}."))
            }
            (Takes::Decimal(least, most), FieldValue::Text(text)) => match text.trim().parse::<f64>() {
                Ok(number) if (least..=most).contains(&number) => None,
                Ok(_) => Some(format!("{label} is a number from {} to {}.", decimal(least), decimal(most))),
                Err(_) => Some(format!("{label} is a number, and “{text}” is none.")),
            },
            (Takes::Text(most), FieldValue::Text(text)) => {
                (text.chars().count() > most).then(|| format!("{label} is longer than {most} characters."))
            }
            (Takes::Address, FieldValue::Text(text)) => {
                let web = text.starts_with("https://") || text.starts_with("http://");
                let good = web && text.len() <= LONGEST_ADDRESS && !text.contains(char::is_whitespace);
                (!good).then(|| format!("{label} begins with https:// and has no spaces."))
            }
            (Takes::OneOf(choices), FieldValue::Text(text)) => {
                let known = choices.iter().any(|(value, _)| value == text);
                (!known).then(|| {
                    let values: Vec<&str> = choices.iter().map(|(value, _)| *value).collect();
                    format!("{label} is one of {}.", values.join(", "))
                })
            }
            (Takes::SetOf(choices), FieldValue::Set(members)) => members
                .iter()
                .find(|member| !choices.is_empty() && !choices.iter().any(|(value, _)| value == member))
                .map(|member| format!("{label}: “{member}” is not known.")),
            (Takes::Id, FieldValue::Text(_)) => None,
            _ => Some(format!("{label} has a value of another type.")),
        }
    }
}

/// A number as decimal text without needless zeros: `10`, `12.5`.
#[must_use]
pub(crate) fn decimal(number: f64) -> String {
    // Canvas keeps points as floats, and prints no exponent for any that it takes.
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn whole_seconds(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(time)
}
