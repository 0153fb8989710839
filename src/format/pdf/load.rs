//! Opens bytes as objects: repairs, decrypts, and refuses what would need a
//! password or too much memory.

use lopdf::{Document, LoadOptions};

use super::geometry::small;
use super::interpret::{self, Analysis};
use super::pages::Clean;
use crate::error::{Error, ErrorKind, Result};
use crate::format::ReadOptions;

/// More than this in memory no PDF of letters, forms or reports needs.
const MOST: u64 = 1 << 30;

/// A loaded file.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) doc: Document,
    /// Damage that was repaired on the way.
    pub(super) n_repairs: u32,
}

/// How much a file may unpack to.
pub(super) fn budget(options: &ReadOptions) -> usize {
    usize::try_from(options.max_unpacked.min(MOST)).unwrap_or(usize::MAX)
}

/// Reads all objects.
pub(super) fn load(input: &[u8], password: Option<&str>, budget: usize) -> Result<Loaded> {
    let mut doc = read(input, None, budget)?;
    if is_locked(&doc)
        && let Some(password) = password
    {
        doc = read(input, Some(password), budget)?;
    }
    if is_locked(&doc) {
        return Err(locked());
    }
    let n_repairs = small(usize::from(doc.xref_recovery.is_some()));
    Ok(Loaded { doc, n_repairs })
}

fn read(input: &[u8], password: Option<&str>, budget: usize) -> Result<Document> {
    let options = LoadOptions {
        password: password.map(str::to_owned),
        max_decompressed_size: Some(budget.min(256 << 20)),
        ..LoadOptions::default()
    };
    Document::load_mem_with_options(input, options).map_err(|error| match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => locked(),
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => {
            super::copy::too_large()
        }
        _ => Error::new(ErrorKind::Broken, "the PDF is damaged beyond repair"),
    })
}

/// A file that needs a password loads without an error, but empty.
fn is_locked(doc: &Document) -> bool {
    doc.trailer.has(b"Encrypt") && !doc.was_encrypted()
}

fn locked() -> Error {
    Error::new(ErrorKind::Encrypted, "the PDF needs a password")
}

/// Interprets a clean file and checks that both parsers see the same pages.
pub(super) fn analyze(clean: &mut Clean) -> Result<Analysis> {
    let bytes = super::write::save(&mut clean.out)?;
    let differ = || {
        Error::new(
            ErrorKind::Fidelity,
            "two readers do not agree on the pages of the PDF",
        )
    };
    let pdf = hayro_syntax::Pdf::new(bytes).map_err(|_| differ())?;
    if pdf.pages().len() != clean.pages.len() || clean.out.page_iter().count() != clean.pages.len()
    {
        return Err(differ());
    }
    interpret::analyze(&clean.out, &pdf, &clean.pages)
}
