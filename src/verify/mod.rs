//! Reads the written file like a stranger and looks for what should be gone.
//!
//! It opens the bytes again, unpacks everything in them however deep, decodes
//! every piece in every way that text may be written, and searches all values
//! and their parts in every spelling. It shares no code with the stages that
//! found the values or wrote the file, apart from the doors of `unpack`.

pub mod channels;

mod decode;
mod judge;
mod markup;
mod needles;
mod normalize;
mod sweep;
mod unpack;

pub use needles::Needles;

use crate::document::Location;
use crate::error::Result;
use crate::format::{self, ReadOptions};
use judge::Reading;
use sweep::Sweep;

/// Checks a written file: opens it again, unpacks everything in it, and
/// searches every needle in every spelling. What cannot be chance is an error;
/// what may be comes back: places (each once, the first hundred) where an
/// ordinary word or a short number is also a part of a value.
///
/// # Errors
/// `Leak` with the place if a needle is there, or whatever makes the output
/// unreadable.
pub fn check(output: &[u8], extension: &str, needles: &Needles) -> Result<Vec<Location>> {
    let mut sweep = Sweep::new(needles);
    let file = format::open(output.to_vec(), extension, &ReadOptions::default())?;
    for segment in file.document().segments() {
        sweep.text(segment.text(), Reading::Text, segment.location())?;
    }
    sweep.bytes(output, Location::new("file"), 0)?;
    Ok(sweep.doubts())
}

/// Checks bytes of no known format: a report, a journal, a sidecar file.
///
/// # Errors
/// `Leak` if a needle is there, or whatever makes the bytes unreadable.
pub fn check_bytes(bytes: &[u8], needles: &Needles) -> Result<Vec<Location>> {
    let mut sweep = Sweep::new(needles);
    sweep.bytes(bytes, Location::new("file"), 0)?;
    Ok(sweep.doubts())
}
