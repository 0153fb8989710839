//! Goes through everything in a file, however deep it is packed, and searches
//! each reading of it. A limit that is hit is an error: what was not swept is
//! not clean.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use super::decode::{self, Decoded};
use super::judge::{Reading, Verdict};
use super::markup::{self, Markup};
use super::needles::Needles;
use super::normalize::{Normalized, WALL};
use super::{Swept, unpack};
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};
use crate::token;

/// How deep encodings may lie in encodings. Nothing that this program writes
/// comes near.
const MAX_DEPTH: u32 = 8;
/// What one compressed run may unpack to, as for reading.
const MAX_UNPACKED: u64 = 2 << 30;
/// More doubtful places than a person looks at are left out.
const MAX_PLACES: usize = 100;

/// A sweep over one file.
pub(super) struct Sweep<'a> {
    needles: &'a Needles,
    seen: BTreeSet<Location>,
    doubts: Vec<Location>,
    /// Where values are, if the sweep goes on behind the first.
    leaks: Option<BTreeSet<Location>>,
    /// What the pages of the file say, if it has some.
    pages: Option<String>,
    /// Needles whose doubtful places are known.
    listed: BTreeSet<usize>,
    /// Whether the text was read by its format before: what is found once more
    /// in the bytes is the same place under another name.
    again: bool,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(needles: &'a Needles) -> Self {
        Self {
            needles,
            seen: BTreeSet::new(),
            doubts: Vec::new(),
            leaks: None,
            pages: None,
            listed: BTreeSet::new(),
            again: false,
        }
    }

    /// From here on the same text is read once more.
    pub(super) fn again(&mut self) {
        self.again = true;
    }

    /// What the pages say, once the file was swept.
    pub(super) fn pages(&self) -> Option<&str> {
        self.pages.as_deref()
    }

    /// A sweep that does not stop at the first value.
    pub(super) fn to_the_end(needles: &'a Needles) -> Self {
        Self {
            leaks: Some(BTreeSet::new()),
            ..Self::new(needles)
        }
    }

    pub(super) fn into_swept(self) -> Swept {
        Swept {
            leaks: self.leaks.into_iter().flatten().collect(),
            doubts: self.doubts,
        }
    }

    pub(super) fn doubts(self) -> Vec<Location> {
        self.doubts
    }

    /// Searches one text.
    pub(super) fn text(&mut self, text: &str, reading: Reading, place: Location) -> Result<()> {
        let bare = without_tokens(text);
        let mut doubtful = Vec::new();
        let text = Normalized::of(&bare);
        match self.needles.search(&text, reading, &mut doubtful)? {
            Verdict::Nothing => Ok(()),
            Verdict::Doubt => {
                let known = |needle: &usize| self.listed.contains(needle);
                if self.again && reading == Reading::Text && doubtful.iter().all(known) {
                    return Ok(());
                }
                self.listed.extend(doubtful);
                if self.doubts.len() < MAX_PLACES && self.seen.insert(place) {
                    self.doubts.push(place);
                }
                Ok(())
            }
            Verdict::Leak => match &mut self.leaks {
                Some(leaks) => {
                    leaks.insert(place);
                    Ok(())
                }
                None => Err(leak(place)),
            },
        }
    }

    /// Searches bytes and whatever is in them.
    pub(super) fn bytes(&mut self, bytes: &[u8], place: Location, depth: u32) -> Result<()> {
        if depth > MAX_DEPTH {
            let what = "the written file is packed too deep to be checked";
            return Err(Error::new(ErrorKind::Limit, what).at(place));
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return self.parts(&unpack::zip_parts(bytes)?, depth);
        }
        if bytes.get(257..262) == Some(&b"ustar"[..]) {
            return self.parts(&unpack::tar_parts(bytes)?, depth);
        }
        let head = bytes.get(..1024).unwrap_or(bytes);
        if memchr::memmem::find(head, b"%PDF-").is_some() {
            return self.pdf(bytes, place, depth);
        }
        if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            return self.compound(bytes, place, depth);
        }
        if bytes.starts_with(b"\x1F\x8B") {
            let content = inflate(flate2::read::GzDecoder::new(bytes), place)?;
            return self.bytes(&content, place, depth + 1);
        }
        if let [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..] = bytes {
            // It may be no zlib stream at all; its bytes are swept as well.
            if let Ok(content) = inflate(flate2::read::ZlibDecoder::new(bytes), place) {
                self.bytes(&content, place, depth + 1)?;
            }
        }
        match decode::decode(bytes) {
            Decoded::Text(text) => self.encoded_text(&text, Reading::Text, place, depth),
            Decoded::Runs(runs) => self.text(&runs, Reading::Binary, place),
        }
    }

    /// A text that may be markup, and in which more may be encoded.
    fn encoded_text(
        &mut self,
        text: &str,
        reading: Reading,
        place: Location,
        depth: u32,
    ) -> Result<()> {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        if markup::is_markup(text) {
            let markup = Markup::of(text);
            self.text(&markup.joined, reading, place)?;
            self.text(&markup.apart, reading, place)?;
            self.text(&markup.values, Reading::Structure, place)?;
            if !markup::is_declared(text) {
                self.text(text, Reading::Structure, place)?;
            }
            self.hidden(&markup.values, place, depth)?;
            return self.hidden(&markup.joined, place, depth);
        }
        self.text(text, reading, place)?;
        if memchr::memchr(b'&', text.as_bytes()).is_some() {
            self.text(&markup::unescape(text), reading, place)?;
        }
        if text.contains("<") && text.contains("</") {
            self.text(&Markup::of(text).joined, reading, place)?;
        }
        self.hidden(text, place, depth)
    }

    /// Text hidden in text.
    fn hidden(&mut self, text: &str, place: Location, depth: u32) -> Result<()> {
        for sign in [b'=', b'%'] {
            if memchr::memchr(sign, text.as_bytes()).is_none() {
                continue;
            }
            if let Some(decoded) = decode::escaped(text, sign) {
                self.text(&decoded, Reading::Structure, place)?;
            }
        }
        for blob in decode::base64_blobs(text) {
            self.blob(&blob, place, depth)?;
        }
        for blob in decode::hex_blobs(text) {
            self.blob(&blob, place, depth)?;
        }
        Ok(())
    }

    /// Decoded bytes: a file, a text, or chance.
    fn blob(&mut self, blob: &[u8], place: Location, depth: u32) -> Result<()> {
        let known = [
            &b"PK\x03\x04"[..],
            b"%PDF-",
            b"\x1F\x8B",
            b"\xD0\xCF\x11\xE0",
        ];
        if known.iter().any(|magic| blob.starts_with(magic)) {
            // What only looks like a file is swept as bytes.
            match self.bytes(blob, place, depth + 1) {
                Err(error) if error.kind() != ErrorKind::Leak => {}
                done => return done,
            }
        }
        match decode::decode(blob) {
            Decoded::Text(text) if depth < MAX_DEPTH => {
                self.encoded_text(&text, Reading::Structure, place, depth + 1)
            }
            Decoded::Text(text) => self.text(&text, Reading::Structure, place),
            Decoded::Runs(runs) => self.text(&runs, Reading::Binary, place),
        }
    }

    fn parts(&mut self, parts: &[(String, Vec<u8>)], depth: u32) -> Result<()> {
        for (at, (name, content)) in parts.iter().enumerate() {
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let place = Location::new("package part").number(number);
            self.text(&name.replace('/', " / "), Reading::Structure, place)?;
            self.bytes(content, place, depth + 1)?;
        }
        Ok(())
    }

    fn compound(&mut self, bytes: &[u8], place: Location, depth: u32) -> Result<()> {
        let broken = |_| {
            Error::new(
                ErrorKind::Broken,
                "a part of the written file cannot be read",
            )
        };
        let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
        let names: Vec<(std::path::PathBuf, bool)> = file
            .walk()
            .map(|entry| (entry.path().to_owned(), entry.is_stream()))
            .collect();
        for (name, is_stream) in names {
            self.text(&name.to_string_lossy(), Reading::Structure, place)?;
            if is_stream {
                let stream = file.open_stream(&name).map_err(broken)?;
                let content = inflate(stream, place)?;
                self.bytes(&content, place, depth + 1)?;
            }
        }
        // Slack and deleted streams.
        match decode::decode(bytes) {
            Decoded::Text(text) => self.text(&text, Reading::Binary, place),
            Decoded::Runs(runs) => self.text(&runs, Reading::Binary, place),
        }
    }

    fn pdf(&mut self, bytes: &[u8], place: Location, depth: u32) -> Result<()> {
        for (at, page) in unpack::pdf_pages(bytes)?.iter().enumerate() {
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            self.text(page, Reading::Text, Location::new("page").number(number))?;
            if depth == 0 {
                self.pages.get_or_insert_default().push_str(page);
            }
        }
        for (at, stream) in unpack::pdf_streams(bytes)?.iter().enumerate() {
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let place = Location::new("stream").number(number);
            self.pdf_stream(stream, place, depth)?;
        }
        // Objects outside of streams: the document's information, names, links.
        let outside = outside_streams(bytes);
        self.text(&decode::pdf_strings(&outside), Reading::Structure, place)?;
        let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&outside);
        let words = without_numbers(&text);
        self.text(&words, Reading::Structure, place)
    }

    fn pdf_stream(&mut self, stream: &[u8], place: Location, depth: u32) -> Result<()> {
        let content = looks_like_content(stream);
        if !content {
            return self.bytes(stream, place, depth + 1);
        }
        self.text(&decode::pdf_strings(stream), Reading::Structure, place)?;
        let (text, _, _) = encoding_rs::WINDOWS_1252.decode(stream);
        self.text(&without_numbers(&text), Reading::Binary, place)
    }
}

/// The text with a wall in place of each of deckname's own tokens.
fn without_tokens(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'_', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for token in token::find_all(text) {
        out.push_str(text.get(at..token.start).unwrap_or_default());
        out.push(WALL);
        at = token.end;
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// The error that names the place and never the value.
pub(super) fn leak(place: Location) -> Error {
    let what = "the written copy still holds a value that was to be removed";
    Error::new(ErrorKind::Leak, what).at(place)
}

/// Operators of a page's content.
fn looks_like_content(stream: &[u8]) -> bool {
    let text = memchr::memmem::find(stream, b"BT").is_some()
        && memchr::memmem::find(stream, b"ET").is_some();
    text && !stream.starts_with(b"<")
}

/// A PDF's bytes without the contents of its streams.
fn outside_streams(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, b"stream") {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(before);
        out.push(b'\n');
        let end = memchr::memmem::find(after, b"endstream");
        rest = end.and_then(|end| after.get(end + 9..)).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// The words of a text that is full of coordinates and object numbers.
fn without_numbers(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_digit() { WALL } else { c })
        .collect()
}

fn inflate(reader: impl Read, place: Location) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    let n = reader
        .take(MAX_UNPACKED)
        .read_to_end(&mut content)
        .map_err(|error| Error::io("unpacking a part of the written file", &error).at(place))?;
    if u64::try_from(n).is_ok_and(|n| n >= MAX_UNPACKED) {
        let what = "a part of the written file unpacks to too much";
        return Err(Error::new(ErrorKind::Limit, what).at(place));
    }
    Ok(content)
}
