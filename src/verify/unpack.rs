//! The doors to the formats' second readers and unpackers, one function each.

use crate::error::Result;

/// Every part of a zip container, unpacked, with its name.
pub(super) fn zip_parts(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
    // WIRE: crate::format::package::unpack_all(bytes)
    placeholder::zip_parts(bytes)
}

/// The text of every page, by a reader on another code path than the writer.
pub(super) fn pdf_pages(bytes: &[u8]) -> Result<Vec<String>> {
    // WIRE: crate::format::pdf::second_reader(bytes)
    placeholder::pdf_pages(bytes)
}

/// Every stream of a PDF, decoded.
pub(super) fn pdf_streams(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
    // WIRE: crate::format::pdf::streams(bytes)
    placeholder::pdf_streams(bytes)
}

/// Until the formats provide their own.
mod placeholder {
    use std::io::{Cursor, Read};

    use crate::error::{Error, ErrorKind, Result};

    /// The same limit as for reading: a workbook of a million cells fits.
    const MAX_UNPACKED: u64 = 2 << 30;

    pub(super) fn zip_parts(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
        let broken = |_| Error::new(ErrorKind::Broken, "the written container cannot be read");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        let mut parts = Vec::new();
        let mut left = MAX_UNPACKED;
        for at in 0..archive.len() {
            let part = archive.by_index(at).map_err(broken)?;
            let name = part.name().map_err(broken)?.into_owned();
            let mut content = Vec::new();
            let n = part
                .take(left)
                .read_to_end(&mut content)
                .map_err(|error| Error::io("reading a part of the written container", &error))?;
            left = left.saturating_sub(u64::try_from(n).unwrap_or(left));
            if left == 0 {
                return Err(Error::new(
                    ErrorKind::Limit,
                    "the written container unpacks to too much",
                ));
            }
            parts.push((name, content));
        }
        Ok(parts)
    }

    pub(super) fn pdf_pages(_: &[u8]) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    pub(super) fn pdf_streams(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
        let broken = |_| Error::new(ErrorKind::Broken, "the written PDF cannot be read");
        let document = lopdf::Document::load_mem(bytes).map_err(broken)?;
        let stream = |object: &lopdf::Object| {
            let stream = object.as_stream().ok()?;
            Some(
                stream
                    .decompressed_content()
                    .unwrap_or_else(|_| stream.content.clone()),
            )
        };
        Ok(document.objects.values().filter_map(stream).collect())
    }
}
