//! Reads the written file like a stranger and looks for what should be gone.
//!
//! It opens the bytes again, unpacks everything in them however deep, decodes
//! every piece in every way that text may be written, and searches all values
//! and their parts in every spelling. It shares no code with the stages that
//! found the values or wrote the file, apart from the doors of `unpack`.

mod decode;
mod markup;
mod needles;
mod normalize;
mod own;
mod sweep;
mod unpack;

pub use needles::Needles;
pub use sweep::Doubts;

use crate::document::Location;
use crate::error::{Error, Result};
use crate::format::{self, ReadOptions};
use needles::Reading;
use sweep::Sweep;

/// Checks a written file: opens it again, unpacks everything in it, and
/// searches every needle in every spelling. What may be chance comes back as
/// doubts; what cannot be chance is an error.
///
/// # Errors
/// `Leak` with the place if a needle is there, or whatever makes the output
/// unreadable.
pub fn check(output: &[u8], extension: &str, needles: &Needles) -> Result<Doubts> {
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
pub fn check_bytes(bytes: &[u8], needles: &Needles) -> Result<Doubts> {
    let mut sweep = Sweep::new(needles);
    sweep.bytes(bytes, Location::new("file"), 0)?;
    Ok(sweep.doubts())
}

/// Checks a name under which a file is delivered.
///
/// # Errors
/// `Leak` if a needle is in it.
pub fn check_name(name: &str, needles: &Needles) -> Result<Doubts> {
    let mut sweep = Sweep::new(needles);
    let place = Location::new("file name");
    sweep.text(name, Reading::Text, place)?;
    Ok(sweep.doubts())
}

/// The error for a file that a check outside of this module found leaking.
#[must_use]
pub fn leak(place: Location) -> Error {
    sweep::leak(place)
}
