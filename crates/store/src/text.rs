//! How values stand in the database: ids, times and JSON as text.

use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::Kind;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Result};

pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(crate) fn parse_time(text: &str) -> Result<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|error| Error::Damaged { what: "time", why: error.to_string() })
}

pub(crate) fn parse<T: FromStr>(what: &'static str, text: &str) -> Result<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Error::Damaged { what, why: error.to_string() })
}

pub(crate) fn json<T: Serialize>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Damaged { what, why: error.to_string() })
}

pub(crate) fn parse_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Damaged { what, why: error.to_string() })
}

pub(crate) fn kind(name: &str) -> Result<Kind> {
    Kind::from_name(name).ok_or_else(|| Error::Damaged { what: "kind", why: name.to_owned() })
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hexadecimal(&Sha256::digest(bytes))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
