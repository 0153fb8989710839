//! Reads the written file like a stranger and looks for what should be gone.
//!
//! It opens the bytes again, unpacks everything in them however deep, decodes
//! every piece in every way that text may be written, and searches all values
//! and their parts in every spelling. It shares no code with the stages that
//! found the values or wrote the file, apart from the doors of `unpack`.

pub mod channels;

pub mod audit;
pub mod fidelity;

mod decode;
mod judge;
mod markup;
mod needles;
mod normalize;
mod sweep;
mod unpack;

pub use needles::Needles;

use std::fmt;

use crate::document::{Document, Location};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{self, OpenFile, ReadOptions};
use crate::token::Language;
use judge::Reading;
use sweep::Sweep;

/// Checks a written file: opens it again, unpacks everything in it, searches
/// every needle in every spelling, and looks for data beside the text that no
/// copy needs. What cannot be chance is an error; what may be comes back.
///
/// # Errors
/// `Leak` with the place if a needle is there, or a channel is open that
/// cleaning closes; or whatever makes the output unreadable.
pub fn check(output: &[u8], extension: &str, needles: &Needles) -> Result<Vec<Location>> {
    read_back(output, extension, needles).map(|read| read.doubts)
}

/// A written file that was read back: no needle is in it.
pub struct ReadBack {
    file: Box<dyn OpenFile>,
    /// Where an ordinary word or a short number may be a part of a value.
    pub doubts: Vec<Location>,
}

/// Like [`check`], and hands out the text of the copy for further looks.
///
/// # Errors
/// As [`check`].
pub fn read_back(output: &[u8], extension: &str, needles: &Needles) -> Result<ReadBack> {
    let mut sweep = Sweep::new(needles);
    let file = format::open(output.to_vec(), extension, &ReadOptions::default())?;
    for segment in file.document().segments() {
        sweep.text(segment.text(), Reading::Text, segment.location())?;
    }
    sweep.again();
    sweep.bytes(output, Location::new("file"), 0)?;
    structure(output, extension, sweep.pages())?;
    Ok(ReadBack {
        doubts: sweep.doubts(),
        file,
    })
}

impl ReadBack {
    /// The text of the copy, as its format reads it.
    #[must_use]
    pub fn document(&self) -> &Document {
        self.file.document()
    }
}

impl fmt::Debug for ReadBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadBack")
            .field("document", self.document())
            .field("doubts", &self.doubts)
            .finish()
    }
}

/// Refuses a copy that carries data beside its text: whatever the reader behind
/// `deckname verify` calls a leftover no writer leaves. Links, bookmarks and
/// comments a copy may have, with stand-ins in them.
fn structure(output: &[u8], extension: &str, pages: Option<&str>) -> Result<()> {
    let audit = audit::audit_own(output, extension, pages)?;
    let Some(trace) = audit.leftovers().next() else {
        return Ok(());
    };
    let channel = channels::code(trace.channel);
    let title = channels::title(trace.channel, Language::En);
    let what = format!("the written copy still carries {title} ({channel})");
    Err(Error::new(ErrorKind::Leak, what).at(trace.place))
}

/// What a sweep over a file of unknown origin found.
#[derive(Clone, Debug, Default)]
pub struct Swept {
    /// Where a value is, each place once.
    pub leaks: Vec<Location>,
    /// Where an ordinary word or a short number may be a part of a value.
    pub doubts: Vec<Location>,
}

/// Searches a file that anybody may have written, to the end.
///
/// # Errors
/// Whatever makes it unreadable.
pub fn sweep(bytes: &[u8], needles: &Needles) -> Result<Swept> {
    let mut sweep = Sweep::to_the_end(needles);
    sweep.bytes(bytes, Location::new("file"), 0)?;
    Ok(sweep.into_swept())
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

/// Whether bytes are text and nothing else.
#[must_use]
pub fn is_text(bytes: &[u8]) -> bool {
    matches!(decode::decode(bytes), decode::Decoded::Text(_))
}
