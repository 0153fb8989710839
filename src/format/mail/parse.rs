//! Takes a message apart: header and body, parts in parts, and for each body
//! the format that reads it.

use std::ops::Range;

use super::header::{Changes, Header};
use super::media::extension_of;
use super::transfer::{Transfer, lines};
use super::{ATTACHMENTS, MESSAGES, OUTSIDE, OpenMail, Piece, SIGNATURES, body, broken};
use crate::document::{Bilingual, Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::encoding::Decoded;
use crate::format::nested::Nested;
use crate::format::spliced::{Draft, Spliced, as_it_is};
use crate::format::step::{Step, is_off};
use crate::format::{self, OpenFile, ReadOptions, card, html};

/// Real mails have under 20.
const MAX_DEPTH: u32 = 50;
/// Real mails have under 500.
const MAX_PARTS: u32 = 10_000;

/// What became of a part.
enum Outcome {
    Kept,
    Dropped(Bilingual),
}

/// What a part's body is.
enum Leaf {
    /// Nothing in it.
    Blank,
    File(Box<dyn OpenFile>),
    /// Another message, in place.
    Message,
    Dropped(Bilingual),
}

pub(super) struct Parser<'a> {
    input: &'a [u8],
    options: &'a ReadOptions,
    pub(super) nested: Nested,
    pieces: Vec<Piece>,
    n_parts: u32,
}

impl<'a> Parser<'a> {
    pub(super) fn new(input: &'a [u8], options: &'a ReadOptions) -> Self {
        Self {
            input,
            options,
            nested: Nested::default(),
            pieces: Vec::new(),
            n_parts: 0,
        }
    }

    pub(super) fn finish(self) -> OpenMail {
        let first = memchr::memchr(b'\n', self.input).and_then(|at| self.input.get(..at));
        OpenMail {
            line_end: if first.is_some_and(|line| line.ends_with(b"\r")) {
                "\r\n"
            } else {
                "\n"
            },
            input: self.input.to_vec(),
            nested: self.nested,
            pieces: self.pieces,
        }
    }

    pub(super) fn state(&self) -> (usize, usize) {
        (self.pieces.len(), self.nested.n_files())
    }

    pub(super) fn restore(&mut self, state: (usize, usize)) {
        self.pieces.truncate(state.0);
        self.nested.truncate(state.1);
    }

    fn slice(&self, range: &Range<usize>) -> &'a [u8] {
        self.input.get(range.clone()).unwrap_or_default()
    }

    fn file(&mut self, file: Box<dyn OpenFile>, coded: Option<(Transfer, Range<usize>)>) {
        let index = self.nested.push(file);
        self.pieces.push(Piece::File(index, coded));
    }

    /// The line before a message in an mbox; tells where the message starts.
    pub(super) fn mbox_line(&mut self, start: usize) -> Result<usize> {
        let Some(line) = lines(self.input, start..self.input.len()).next() else {
            return Ok(start);
        };
        let end = line.end;
        let mut file = Spliced::new(Decoded::new(self.slice(&line))?);
        let mut draft = Draft::default();
        let text = file.source.text.clone();
        // The first word makes the line what it is.
        let text = text.trim_end().strip_prefix("From ").unwrap_or_default();
        draft.literal(text, "From ".len());
        let kind = SegmentKind::Attribute { name: "From" };
        file.push(draft, kind, Location::new("line before the mail"), as_it_is);
        self.file(Box::new(file), None);
        Ok(end)
    }

    /// A whole message.
    pub(super) fn message(&mut self, range: Range<usize>) -> Result<()> {
        let (header, _) = self.split(&range);
        if !Header::read(self.slice(&header))?.is_mail() {
            return Err(broken("the file does not begin with a mail header"));
        }
        match self.entity(range, 0)? {
            Outcome::Kept => Ok(()),
            Outcome::Dropped(_) => Err(Error::new(
                ErrorKind::NotExamined,
                "all that the mail holds is a file that cannot be examined",
            )),
        }
    }

    /// Header with its blank line, and body.
    fn split(&self, range: &Range<usize>) -> (Range<usize>, Range<usize>) {
        let blank = lines(self.input, range.clone())
            .find(|line| matches!(self.slice(line), b"\n" | b"\r\n"));
        let end = blank.map_or(range.end, |line| line.end);
        (range.start..end, end..range.end)
    }

    /// A message or a part.
    fn entity(&mut self, range: Range<usize>, depth: u32) -> Result<Outcome> {
        self.n_parts += 1;
        if depth > MAX_DEPTH || self.n_parts > MAX_PARTS {
            return Err(Error::new(
                ErrorKind::Limit,
                "the mail has too many parts in parts",
            ));
        }
        let (header, body) = self.split(&range);
        let header = Header::read(self.slice(&header))?;
        let media = header.media_type();
        if media.starts_with("multipart/") {
            if media == "multipart/encrypted" {
                return Err(encrypted());
            }
            let boundary = header.parameter("boundary").unwrap_or_default();
            let marks = self.marks(&body, boundary.trim_end());
            if !marks.is_empty() {
                let unsigned = media == "multipart/signed";
                self.file(
                    header.open(Changes {
                        unsigned,
                        extension: None,
                    }),
                    None,
                );
                return self.multipart(body, &marks, depth).map(|()| Outcome::Kept);
            }
        }
        let leaf = self.leaf(&header, &media, &body)?;
        let transfer = header.transfer();
        match leaf {
            Leaf::Dropped(what) if !is_off(Step::MailParts) => return Ok(Outcome::Dropped(what)),
            Leaf::Dropped(_) | Leaf::Blank => {
                self.file(header.open(Changes::default()), None);
                self.pieces.push(Piece::Bytes(body));
            }
            Leaf::File(file) => {
                let extension = file.extension();
                self.file(
                    header.open(Changes {
                        unsigned: false,
                        extension,
                    }),
                    None,
                );
                let coded = (transfer != Transfer::Identity).then_some((transfer, body));
                self.file(file, coded);
            }
            Leaf::Message => return self.forwarded(header, body, depth),
        }
        Ok(Outcome::Kept)
    }

    /// A message in a message; one that cannot be read is left out.
    fn forwarded(&mut self, header: Header, body: Range<usize>, depth: u32) -> Result<Outcome> {
        let state = self.state();
        self.file(header.open(Changes::default()), None);
        match self.entity(body, depth + 1) {
            Ok(Outcome::Kept) => Ok(Outcome::Kept),
            Err(error) if matches!(error.kind(), ErrorKind::Limit | ErrorKind::Internal) => {
                Err(error)
            }
            Ok(Outcome::Dropped(_)) | Err(_) => {
                self.restore(state);
                Ok(Outcome::Dropped(MESSAGES))
            }
        }
    }

    /// The delimiter lines of a multipart body, and whether each is the last.
    fn marks(&self, body: &Range<usize>, boundary: &str) -> Vec<(Range<usize>, bool)> {
        let mut marks = Vec::new();
        if boundary.is_empty() {
            return marks;
        }
        for line in lines(self.input, body.clone()) {
            let text = self.slice(&line).trim_ascii_end();
            let Some(rest) = text
                .strip_prefix(b"--")
                .and_then(|text| text.strip_prefix(boundary.as_bytes()))
            else {
                continue;
            };
            match rest {
                b"" => marks.push((line, false)),
                b"--" => {
                    marks.push((line, true));
                    break;
                }
                _ => {}
            }
        }
        marks
    }

    fn multipart(
        &mut self,
        body: Range<usize>,
        marks: &[(Range<usize>, bool)],
        depth: u32,
    ) -> Result<()> {
        let first = marks.first().map_or(body.end, |(mark, _)| mark.start);
        self.outside(body.start..first);
        let mut delimiter = first;
        for (index, (mark, is_last)) in marks.iter().enumerate() {
            if *is_last {
                self.pieces.push(Piece::Bytes(delimiter..mark.end));
                self.outside(mark.end..body.end);
                break;
            }
            // The line end before a delimiter belongs to it.
            let end = match marks.get(index + 1) {
                Some((next, _)) => self.before_line_end(mark.end..next.start),
                None => body.end,
            };
            let state = self.state();
            self.pieces.push(Piece::Bytes(delimiter..mark.end));
            if let Outcome::Dropped(what) = self.entity(mark.end..end, depth + 1)? {
                self.restore(state);
                self.nested.document.notice(NoticeKind::Dropped, what, 1);
            }
            delimiter = end;
        }
        Ok(())
    }

    fn before_line_end(&self, range: Range<usize>) -> usize {
        let bytes = self.slice(&range);
        let bytes = bytes
            .strip_suffix(b"\n")
            .map(|bytes| bytes.strip_suffix(b"\r").unwrap_or(bytes));
        bytes.map_or(range.end, |bytes| range.start + bytes.len())
    }

    /// Text that no mail program shows.
    fn outside(&mut self, range: Range<usize>) {
        let text = self.slice(&range).trim_ascii();
        // What most programs write for readers of the last century.
        let usual = memchr::memmem::find(text, b"MIME").is_some() && text.len() < 200;
        if !text.is_empty() && !usual {
            self.nested.document.notice(NoticeKind::Dropped, OUTSIDE, 1);
        }
        if text.is_empty() || is_off(Step::MailOutside) {
            self.pieces.push(Piece::Bytes(range));
        }
    }

    /// What a part's body is, by its media type and its file name.
    fn leaf(&self, header: &Header, media: &str, body: &Range<usize>) -> Result<Leaf> {
        let transfer = header.transfer();
        match media {
            "application/pgp-signature"
            | "application/pkcs7-signature"
            | "application/x-pkcs7-signature"
            | "application/pgp-keys" => return Ok(Leaf::Dropped(SIGNATURES)),
            "application/pgp-encrypted" | "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                return Err(encrypted());
            }
            "message/partial"
            | "message/external-body"
            | "application/ms-tnef"
            | "application/applefile" => return Ok(Leaf::Dropped(ATTACHMENTS)),
            _ if transfer == Transfer::Unknown => return Ok(Leaf::Dropped(ATTACHMENTS)),
            _ => {}
        }
        if self.slice(body).trim_ascii().is_empty() {
            return Ok(Leaf::Blank);
        }
        if matches!(media, "message/rfc822" | "message/global" | "message/news") {
            if transfer == Transfer::Identity {
                return Ok(Leaf::Message);
            }
            let opened = self.attachment(transfer.decode(self.slice(body)), "eml");
            return Ok(opened.map_or(Leaf::Dropped(MESSAGES), Leaf::File));
        }
        self.content(header, media, transfer.decode(self.slice(body)))
    }

    /// The file that decoded bytes are.
    fn content(&self, header: &Header, media: &str, bytes: Vec<u8>) -> Result<Leaf> {
        let name = header.file_name().unwrap_or_default();
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        let is_file = header.is_attachment() || !name.is_empty();
        let text = match extension.as_deref() {
            _ if !is_file => media,
            None | Some("txt" | "text" | "md" | "asc") if media.starts_with("text/") => media,
            Some("htm" | "html") if media == "text/html" => media,
            _ => "",
        };
        let Ok(charset) = header.charset() else {
            let what = "a mail in UTF-7 cannot be examined";
            return Err(Error::new(ErrorKind::NotExamined, what));
        };
        let opened = match text {
            "text/html" | "application/xhtml+xml" => html::open(&bytes, charset),
            "text/calendar" => card::open(&bytes, "VCALENDAR"),
            "text/vcard" | "text/x-vcard" | "text/directory" => card::open(&bytes, "VCARD"),
            "text/xml" | "text/rtf" | "text/csv" => self.attachment(bytes, extension_of(media)),
            "" if !is_file => body::open(&bytes, charset),
            text if ["text/", "message/", "multipart/"]
                .iter()
                .any(|kind| text.starts_with(kind)) =>
            {
                body::open(&bytes, charset)
            }
            _ => {
                let extension = extension.unwrap_or_default();
                let known = format::find(&bytes, &extension).is_ok();
                let extension = if known {
                    extension.as_str()
                } else {
                    extension_of(media)
                };
                let opened = self.attachment(bytes, extension);
                return Ok(opened.map_or(Leaf::Dropped(ATTACHMENTS), Leaf::File));
            }
        };
        match opened {
            Ok(file) => Ok(Leaf::File(file)),
            Err(_) if is_file => Ok(Leaf::Dropped(ATTACHMENTS)),
            Err(error) => Err(error),
        }
    }

    /// A file in the mail, by its own format, one level deeper.
    fn attachment(&self, bytes: Vec<u8>, extension: &str) -> Result<Box<dyn OpenFile>> {
        let deeper = self.options.max_depth.checked_sub(1);
        let max_depth =
            deeper.ok_or_else(|| Error::new(ErrorKind::Limit, "files are nested too deeply"))?;
        let options = ReadOptions {
            max_depth,
            ..self.options.clone()
        };
        format::open(bytes, extension, &options)
    }
}

fn encrypted() -> Error {
    Error::new(
        ErrorKind::Encrypted,
        "the mail is encrypted or signed as a whole (S/MIME, PGP); decrypt it before",
    )
}
