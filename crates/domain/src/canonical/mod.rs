//! What a server makes of a text, so that what we sent equals what comes back.
//!
//! Two copies are compared in canonical form only, never as raw text. A canonical form is for comparing and hashing; what
//! is kept, shown and sent are the texts themselves.

pub mod canvas;
pub mod discourse;
