//! The doors to the formats' second readers and unpackers, one function each.

use crate::error::Result;
use crate::format::{ReadOptions, archive, package, pdf};

/// Every part of a zip container, unpacked, with its name.
pub(super) fn zip_parts(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
    package::unpack_all(bytes, &ReadOptions::default())
}

/// The text of every page, by a reader on another code path than the writer.
pub(super) fn pdf_pages(bytes: &[u8]) -> Result<Vec<String>> {
    pdf::second_reader(bytes)
}

/// Every stream of a PDF, decoded.
pub(super) fn pdf_streams(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
    pdf::streams(bytes)
}

/// Every file in a TAR archive, with its name.
pub(super) fn tar_parts(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
    archive::unpack_tar(bytes)
}
