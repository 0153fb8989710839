//! Which leak channels a file carries, whoever wrote it.
//!
//! It reads raw objects, archive entries and tags, never through the formats'
//! own readers, and changes nothing. What it lists are places and numbers of
//! channels; it says nothing about whether a value there is anybody's name.
//! That is the sweep's business.

mod archive;
mod mail;
mod odf;
mod office;
mod office_rules;
mod pdf;
mod pdf_copy;
mod pdf_keys;
mod pdf_page;
mod picture;
mod tags;
mod web;

use std::collections::BTreeMap;
use std::fmt;

use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// How deep files in files are looked into.
const MAX_DEPTH: u32 = 4;

/// How bad it is that a channel is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// Part of the file as a reader sees it, and worth a look.
    Present,
    /// Text that the file holds and a reader does not see.
    Hidden,
    /// Data beside the text that no redacted file needs.
    Leftover,
}

impl Weight {
    /// The weight as a stable word for machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Hidden => "hidden",
            Self::Leftover => "leftover",
        }
    }

    /// Whether it counts as a finding.
    #[must_use]
    pub const fn is_finding(self) -> bool {
        !matches!(self, Self::Present)
    }
}

/// A channel in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Trace {
    /// The number of the channel.
    pub channel: u16,
    /// How bad it is.
    pub weight: Weight,
    /// Where.
    pub place: Location,
}

/// What an examination of a file found.
#[derive(Clone, Default)]
pub struct Audit {
    /// The kind of file, if one is known: `pdf`, `office`, `odf`, `picture`, `mail`,
    /// `page`, `rtf`, `card`, `archive`.
    pub kind: Option<&'static str>,
    traces: BTreeMap<Trace, u32>,
    depth: u32,
    /// Whether the file is a copy of ours, which holds nothing unknown.
    strict: bool,
    /// Letters that the pages show, if somebody has read them.
    shown: Option<String>,
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit")
            .field("kind", &self.kind)
            .field("traces", &self.traces)
            .finish_non_exhaustive()
    }
}

impl Audit {
    /// Channels in use, with how often.
    pub fn traces(&self) -> impl Iterator<Item = (&Trace, u32)> {
        self.traces.iter().map(|(trace, n)| (trace, *n))
    }

    /// Data that no redacted file needs.
    pub fn leftovers(&self) -> impl Iterator<Item = Trace> {
        let leftover = |trace: &&Trace| trace.weight == Weight::Leftover;
        self.traces.keys().filter(leftover).copied()
    }

    fn note(&mut self, channel: u16, weight: Weight, place: Location) {
        let n = self
            .traces
            .entry(Trace {
                channel,
                weight,
                place,
            })
            .or_default();
        *n = n.saturating_add(1);
    }

    fn present(&mut self, channel: u16, place: Location) {
        self.note(channel, Weight::Present, place);
    }

    fn hidden(&mut self, channel: u16, place: Location) {
        self.note(channel, Weight::Hidden, place);
    }

    fn leftover_at(&mut self, channel: u16, place: Location) {
        self.note(channel, Weight::Leftover, place);
    }

    /// Looks into bytes of any kind.
    fn look(&mut self, bytes: &[u8], place: Location) -> Result<Option<&'static str>> {
        self.look_as(bytes, "", place)
    }

    /// The same, knowing the extension they have or would have. A text that
    /// quotes a mail or a page is a text: in a copy of ours only what is
    /// called a page is taken for one.
    fn look_as(
        &mut self,
        bytes: &[u8],
        extension: &str,
        place: Location,
    ) -> Result<Option<&'static str>> {
        if self.depth > MAX_DEPTH {
            let what = "files are nested too deeply to be looked into";
            return Err(Error::new(ErrorKind::Limit, what).at(place));
        }
        self.depth += 1;
        let head = bytes.get(..1024).unwrap_or(bytes);
        let kind = if bytes.starts_with(b"PK\x03\x04") {
            Some(archive::look(self, bytes)?)
        } else if memchr::memmem::find(head, b"%PDF-").is_some() {
            pdf::look(self, bytes)?;
            Some("pdf")
        } else if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            archive::compound(self, bytes, place);
            Some("compound file")
        } else if memchr::memmem::find(head, b"opendocument:xmlns:office").is_some() {
            odf::flat(self, bytes);
            Some("odf")
        } else if picture::look(self, bytes, place) {
            Some("picture")
        } else if let Some(kind) = web::kind(bytes).filter(|k| self.takes(k, extension)) {
            web::look(self, bytes, kind, place);
            Some(kind)
        } else if mail::is_mail(bytes) && self.takes("mail", extension) {
            mail::look(self, bytes, place)?;
            Some("mail")
        } else {
            None
        };
        self.depth -= 1;
        Ok(kind)
    }

    fn takes(&self, kind: &str, extension: &str) -> bool {
        let extensions = match kind {
            "mail" => "eml mht mhtml mim msg mbox mbx",
            "page" => "html htm xhtml shtml xht",
            "rtf" => "rtf doc",
            _ => "vcf vcard ics ical ifb vcs",
        };
        let extension = extension.to_ascii_lowercase();
        !self.strict || extensions.split(' ').any(|known| known == extension)
    }
}

/// Every stream of a PDF, unpacked, programs of fonts and profiles as well.
#[cfg(test)]
pub(crate) fn all_streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    pdf::all_streams(bytes)
}

/// Examines a copy that this program wrote: what nobody knows is a leftover too.
/// `pages` is what pages say, if somebody has read them.
///
/// # Errors
/// As [`audit`].
pub fn audit_own(bytes: &[u8], extension: &str, pages: Option<&str>) -> Result<Audit> {
    let mut audit = Audit {
        strict: true,
        shown: pages.map(|text| text.chars().flat_map(pdf_copy::folded).collect()),
        ..Audit::default()
    };
    audit.kind = audit.look_as(bytes, extension, Location::new("file"))?;
    Ok(audit)
}

/// Examines a file.
///
/// # Errors
/// If it is of a known kind and cannot be read, or is encrypted.
pub fn audit(bytes: &[u8]) -> Result<Audit> {
    let mut audit = Audit::default();
    audit.kind = audit.look(bytes, Location::new("file"))?;
    Ok(audit)
}
