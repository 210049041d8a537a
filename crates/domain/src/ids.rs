//! Identities. A local id and a remote id are different types, so that mixing them does not compile.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An id text that is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id of Lectern")]
pub struct BadId(pub String);

/// Where new ids come from: time in milliseconds since 1970 and fresh randomness, both passed in.
#[derive(Debug, Clone, Copy)]
pub struct IdSeed {
    /// Milliseconds since 1970, UTC.
    pub unix_millis: u64,
    /// Ten bytes of randomness.
    pub random: [u8; 10],
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new UUIDv7 from passed time and randomness.
            #[must_use]
            pub fn new(seed: IdSeed) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(seed.unix_millis, &seed.random).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Uuid::parse_str(text).map(Self).map_err(|_| BadId(text.to_owned()))
            }
        }
    };
}

id!(
    /// Anything with an identity of its own that is kept.
    EntityId
);
impl EntityId {
    /// The id under which the reply that is being written to this document is kept until it is a document itself. It differs from
    /// the document's in the version of the UUID alone, so that it is never another's.
    #[must_use]
    pub fn reply_being_written(self) -> Self {
        let mut bytes = *self.0.as_bytes();
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        Self(Uuid::from_bytes(bytes))
    }

    /// The document to which a reply is being written under this id; nothing where it is the id of something else.
    #[must_use]
    pub fn replied_to(self) -> Option<Self> {
        let mut bytes = *self.0.as_bytes();
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        (self.0.get_version_num() == 8).then(|| Self(Uuid::from_bytes(bytes)))
    }
}
id!(
    /// What is kept offline from an account, or a local space.
    SpaceId
);
id!(
    /// A person's login on a site.
    AccountId
);
id!(
    /// This installation.
    DeviceId
);
id!(
    /// A saved or replaced version of an entity.
    RevisionId
);
id!(
    /// One run of a sync.
    RunId
);

/// An object's id on its site, opaque text (Canvas: a number, also for pages, whose slug moves: contract 3.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RemoteId(pub String);

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for RemoteId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<i64> for RemoteId {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

/// One object on one account's site: its kind and its id there. Page 5 and assignment 5 are two things.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RemoteRef {
    /// What it is there.
    pub kind: crate::Kind,
    /// Its id there.
    pub id: RemoteId,
}

impl RemoteRef {
    /// A reference to an object.
    pub fn new(kind: crate::Kind, id: impl Into<RemoteId>) -> Self {
        Self { kind, id: id.into() }
    }
}

impl fmt::Display for RemoteRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.id)
    }
}
