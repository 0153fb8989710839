//! Finds personal data in documents, replaces it by pseudonyms in the same
//! format, and puts the real values back for whoever holds the key.
//!
//! The modules stand in the order in which data meets them. Three verbs carry
//! the library, all in [`pipeline`]: *scan* reads a file and finds mentions,
//! *plan* decides what each becomes (the only step that touches the mapping
//! store), *apply* writes the copy and reads it back before handing it out.
//!
//! Which module may use which is a table in `docs/architecture.md`, enforced
//! by `tests/tidy.rs`.

#![cfg_attr(test, allow(clippy::string_slice, reason = "a test may panic"))]

pub mod error;

pub mod document;
pub mod entity;
pub mod progress;
pub mod token;

pub mod detect;
pub mod format;
pub mod fs;
pub mod mapping;
pub mod policy;
pub mod resolve;

pub mod pseudonym;
pub mod restore;
pub mod verify;

pub mod pipeline;

pub mod batch;
pub mod evaluate;
pub mod leaks;
pub mod report;

#[cfg(feature = "cli")]
pub mod cli;

pub use error::{Error, Result};
