//! Office files from the outside: generated minimal packages go in, copies come
//! out, and every byte of a copy is read again by a reader that shares nothing
//! with the one that wrote it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking"
)]

#[path = "office/build.rs"]
mod build;
#[path = "office/container.rs"]
mod container;
#[path = "office/corpus.rs"]
mod corpus;
#[path = "office/docx.rs"]
mod docx;
#[path = "office/embedded.rs"]
mod embedded;
#[path = "office/encrypted.rs"]
mod encrypted;
#[path = "office/hostile.rs"]
mod hostile;
#[path = "office/job.rs"]
mod job;
#[path = "office/mutate.rs"]
mod mutate;
#[path = "office/needles.rs"]
mod needles;
#[path = "office/odf.rs"]
mod odf;
#[path = "office/pptx.rs"]
mod pptx;
#[path = "office/reference.rs"]
mod reference;
#[path = "office/splits.rs"]
mod splits;
#[path = "office/xlsx.rs"]
mod xlsx;
