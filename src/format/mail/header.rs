//! The header of a mail or of one of its parts: which fields stay (everything
//! else is dropped: routes, programs, identifiers, signatures), and where their
//! text stands, encoded words and parameters decoded.

use std::ops::Range;

use encoding_rs::Encoding;

use super::parameters::{Parameter, group, parameters};
use super::transfer::{self, Transfer, in_words, words};
use super::writing::{addresses, as_filename, as_name, in_own_quotes, in_quotes, name_words};
use super::{SIGNATURES, TRACES};
use crate::document::{Location, NoticeKind, SegmentKind};
use crate::error::Result;
use crate::format::OpenFile;
use crate::format::encoding::Decoded;
use crate::format::spliced::{Draft, Escape, Spliced, nth};

/// What stands in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Addresses,
    Text,
    /// A value with parameters.
    Parameters,
}

/// The fields that stay, with the label of their segment.
const KEPT: &[(&str, &str, Kind)] = &[
    ("from", "From", Kind::Addresses),
    ("to", "To", Kind::Addresses),
    ("cc", "Cc", Kind::Addresses),
    ("bcc", "Bcc", Kind::Addresses),
    ("reply-to", "Reply-To", Kind::Addresses),
    ("sender", "Sender", Kind::Addresses),
    ("return-path", "Return-Path", Kind::Addresses),
    ("delivered-to", "Delivered-To", Kind::Addresses),
    ("envelope-to", "Envelope-To", Kind::Addresses),
    ("x-original-to", "X-Original-To", Kind::Addresses),
    ("resent-from", "Resent-From", Kind::Addresses),
    ("resent-to", "Resent-To", Kind::Addresses),
    ("resent-cc", "Resent-Cc", Kind::Addresses),
    ("resent-sender", "Resent-Sender", Kind::Addresses),
    (
        "disposition-notification-to",
        "Disposition-Notification-To",
        Kind::Addresses,
    ),
    ("errors-to", "Errors-To", Kind::Addresses),
    ("mail-followup-to", "Mail-Followup-To", Kind::Addresses),
    ("date", "Date", Kind::Text),
    ("resent-date", "Resent-Date", Kind::Text),
    ("subject", "Subject", Kind::Text),
    ("thread-topic", "Thread-Topic", Kind::Text),
    ("comments", "Comments", Kind::Text),
    ("keywords", "Keywords", Kind::Text),
    ("organization", "Organization", Kind::Text),
    ("importance", "Importance", Kind::Text),
    ("priority", "Priority", Kind::Text),
    ("x-priority", "X-Priority", Kind::Text),
    ("sensitivity", "Sensitivity", Kind::Text),
    ("auto-submitted", "Auto-Submitted", Kind::Text),
    ("precedence", "Precedence", Kind::Text),
    ("newsgroups", "Newsgroups", Kind::Text),
    ("summary", "Summary", Kind::Text),
    ("mime-version", "MIME-Version", Kind::Text),
    ("content-language", "Content-Language", Kind::Text),
    ("content-description", "Content-Description", Kind::Text),
    ("content-id", "Content-ID", Kind::Text),
    ("content-location", "Content-Location", Kind::Text),
    ("content-base", "Content-Base", Kind::Text),
    ("content-class", "Content-Class", Kind::Text),
    (
        "content-transfer-encoding",
        "Content-Transfer-Encoding",
        Kind::Text,
    ),
    ("content-type", "Content-Type", Kind::Parameters),
    (
        "content-disposition",
        "Content-Disposition",
        Kind::Parameters,
    ),
];
/// Fields that prove a mail although they are dropped.
const PROOFS: &[&str] = &["received", "message-id", "x-mailer", "dkim-signature"];
/// Parameters that say how a part is written.
const WRITTEN: &[&str] = &[
    "charset",
    "boundary",
    "format",
    "delsp",
    "type",
    "start",
    "protocol",
    "micalg",
    "reply-type",
    "method",
    "report-type",
    "size",
    "creation-date",
    "modification-date",
    "read-date",
    "version",
    "component",
    "smime-type",
];

/// A header that was read.
pub(super) struct Header {
    source: Decoded,
    text: String,
    fields: Vec<Field>,
}

struct Field {
    /// Lower case; empty for a line that is no field.
    name: String,
    /// All of its lines.
    range: Range<usize>,
    /// Its value without the last line end.
    value: Range<usize>,
}

/// What must change in a header because of what became of the body.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changes {
    /// The signature goes: the part is no `multipart/signed` any more.
    pub(super) unsigned: bool,
    /// The attachment is written in another format.
    pub(super) extension: Option<&'static str>,
}

impl Header {
    /// Reads a header, blank line included.
    ///
    /// # Errors
    /// If its encoding cannot be told.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let source = Decoded::new(bytes)?;
        let text = source.text.clone();
        let mut fields: Vec<Field> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let end = at + line.len();
            let content = line.trim_end_matches(['\r', '\n']);
            if content.is_empty() {
                break;
            }
            if content.starts_with([' ', '\t'])
                && let Some(last) = fields.last_mut()
            {
                last.range.end = end;
                last.value.end = at + content.len();
            } else {
                let (name, value) = content.split_once(':').unwrap_or(("", content));
                let is_name = name.trim_end().bytes().all(|byte| byte.is_ascii_graphic());
                let value_start = at + content.len() - value.len();
                fields.push(Field {
                    name: if is_name {
                        name.trim_end().to_ascii_lowercase()
                    } else {
                        String::new()
                    },
                    range: at..end,
                    value: value_start..at + content.len(),
                });
            }
            at = end;
        }
        Ok(Self {
            source,
            text,
            fields,
        })
    }

    /// Whether anything in it shows that this is a mail.
    pub(super) fn is_mail(&self) -> bool {
        let known = |field: &&Field| {
            KEPT.iter().any(|(name, _, _)| *name == field.name)
                || PROOFS.contains(&field.name.as_str())
        };
        let n = self.fields.iter().filter(known).count();
        n > 0 && n * 8 >= self.fields.len()
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    fn value(&self, field: &Field) -> &str {
        self.text.get(field.value.clone()).unwrap_or_default()
    }

    /// The media type in lower case; empty if there is none.
    pub(super) fn media_type(&self) -> String {
        let value = self
            .field("content-type")
            .map(|field| self.value(field))
            .unwrap_or_default();
        let end = value.find(';').unwrap_or(value.len());
        let media = value
            .get(..end)
            .unwrap_or_default()
            .split_whitespace()
            .collect::<String>();
        media.to_ascii_lowercase()
    }

    /// A parameter of the content type, decoded.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.decoded("content-type", name)
    }

    fn decoded(&self, field: &str, name: &str) -> Option<String> {
        let field = self.field(field)?;
        let parameters = parameters(self.value(field), field.value.start);
        let group = group(&parameters, name);
        let first = group.first()?;
        if group.len() == 1 && first.name == name {
            let mut draft = Draft::default();
            words(self.inner(first), 0, &mut draft);
            return Some(draft.text().to_owned());
        }
        Some(self.extended(&group))
    }

    /// A value without its quotes.
    fn inner(&self, parameter: &Parameter) -> &str {
        let raw = self.text.get(parameter.value.clone()).unwrap_or_default();
        let quoted = raw
            .strip_prefix('"')
            .map(|raw| raw.strip_suffix('"').unwrap_or(raw));
        quoted.unwrap_or(raw)
    }

    /// The value of a parameter in the ways of RFC 2231.
    fn extended(&self, group: &[&Parameter]) -> String {
        let mut charset = String::new();
        let mut bytes = Vec::new();
        for (index, part) in group.iter().enumerate() {
            let raw = self.inner(part);
            if !part.name.ends_with('*') {
                bytes.extend_from_slice(raw.as_bytes());
                continue;
            }
            let mut data = raw;
            if index == 0 {
                let mut pieces = raw.splitn(3, '\'');
                if let (Some(label), Some(_), Some(rest)) =
                    (pieces.next(), pieces.next(), pieces.next())
                {
                    label.clone_into(&mut charset);
                    data = rest;
                }
            }
            bytes.extend(transfer::percent(data));
        }
        transfer::decode(&charset, &bytes)
    }

    pub(super) fn transfer(&self) -> Transfer {
        let value = self
            .field("content-transfer-encoding")
            .map(|field| self.value(field));
        let value = value.unwrap_or_default();
        Transfer::named(value.split(['(', ';']).next().unwrap_or_default())
    }

    /// The charset of the part; a name that nobody knows comes back as an error value.
    pub(super) fn charset(&self) -> std::result::Result<Option<&'static Encoding>, ()> {
        let Some(label) = self.parameter("charset") else {
            return Ok(None);
        };
        let label = label.trim().to_ascii_lowercase();
        match Encoding::for_label(label.as_bytes()) {
            Some(encoding) => Ok(Some(encoding)),
            None if label.starts_with("utf-7") || label.starts_with("unicode-1") => Err(()),
            None => Ok(None),
        }
    }

    /// The file name of an attachment, decoded.
    pub(super) fn file_name(&self) -> Option<String> {
        self.decoded("content-disposition", "filename")
            .or_else(|| self.decoded("content-type", "name"))
    }

    pub(super) fn is_attachment(&self) -> bool {
        let value = self
            .field("content-disposition")
            .map(|field| self.value(field));
        value.is_some_and(|value| {
            value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("attachment")
        })
    }

    /// The header as a file of its own.
    pub(super) fn open(self, changes: Changes) -> Box<dyn OpenFile> {
        let mut file = Spliced::new(self.source.clone());
        for field in &self.fields {
            let Some((_, label, kind)) = KEPT.iter().find(|(name, _, _)| *name == field.name)
            else {
                file.cut(field.range.clone(), "");
                file.document.notice(NoticeKind::Dropped, TRACES, 1);
                continue;
            };
            if *kind == Kind::Parameters {
                self.open_parameters(field, label, changes, &mut file);
                continue;
            }
            let value = self.value(field);
            if is_fixed(&field.name, value.trim()) {
                continue;
            }
            let skip = value.len() - value.trim_start().len();
            let (text, at) = (value.trim_start(), field.value.start + skip);
            let mut draft = Draft::default();
            if *kind == Kind::Addresses {
                addresses(text, at, &mut draft);
            } else {
                words(text, at, &mut draft);
            }
            push(&mut file, draft, label, in_words);
        }
        Box::new(file)
    }

    fn open_parameters(
        &self,
        field: &Field,
        label: &'static str,
        changes: Changes,
        file: &mut Spliced,
    ) {
        let value = self.value(field);
        let parameters = parameters(value, field.value.start);
        if changes.unsigned
            && field.name == "content-type"
            && let Some(at) = value.to_ascii_lowercase().find("signed")
        {
            let at = field.value.start + at;
            file.cut(at..at + "signed".len(), "mixed");
            file.document.notice(NoticeKind::Dropped, SIGNATURES, 1);
        }
        let mut done: Vec<&str> = Vec::new();
        for parameter in &parameters {
            let base = parameter.name.split('*').next().unwrap_or_default();
            if WRITTEN.contains(&base) || done.contains(&base) {
                continue;
            }
            done.push(base);
            let group = group(&parameters, base);
            let is_name = matches!(base, "name" | "filename");
            if let Some(extension) = changes.extension.filter(|_| is_name) {
                if let (Some(first), Some(last)) = (group.first(), group.last()) {
                    let with = format!("{base}=\"document.{extension}\"");
                    file.cut(first.range.start..last.range.end, &with);
                }
                continue;
            }
            self.open_parameter(
                base,
                &group,
                if is_name { "file name" } else { label },
                file,
            );
        }
    }

    fn open_parameter(
        &self,
        base: &str,
        group: &[&Parameter],
        label: &'static str,
        file: &mut Spliced,
    ) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            return;
        };
        let mut draft = Draft::default();
        if group.len() == 1 && first.name == base {
            let raw = self.text.get(first.value.clone()).unwrap_or_default();
            let is_quoted = raw.starts_with('"');
            let inner = self.inner(first);
            let at = first.value.start + usize::from(is_quoted);
            name_words(inner, at, &mut draft);
            push(
                file,
                draft,
                label,
                if is_quoted { in_quotes } else { in_own_quotes },
            );
            return;
        }
        let range = first.range.start..last.range.end;
        let between = self.text.get(range.clone()).unwrap_or_default();
        let n_inside = between.matches(';').count();
        let meant = self.extended(group);
        if n_inside + 1 > group.len() && !meant.contains(';') {
            // Other parameters stand between the pieces: the name goes.
            for part in group {
                file.cut(part.value.clone(), "\"\"");
            }
            return;
        }
        draft.decoded(&meant, range);
        push(
            file,
            draft,
            label,
            if base == "filename" {
                as_filename
            } else {
                as_name
            },
        );
    }
}

/// Values that the format itself gives.
fn is_fixed(name: &str, value: &str) -> bool {
    match name {
        "mime-version" => value == "1.0",
        "content-transfer-encoding" => Transfer::named(value) != Transfer::Unknown,
        _ => false,
    }
}

fn push(file: &mut Spliced, draft: Draft, label: &'static str, escape: Escape) {
    let kind = SegmentKind::Attribute { name: label };
    let at = Location::new("mail header").paragraph(nth(file.n_segments()));
    file.push(draft, kind, at, escape);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::spliced::edits_of_all;

    fn replace(input: &str, old: &str, new: &str) -> String {
        let file = Header::read(input.as_bytes())
            .unwrap()
            .open(Changes::default());
        let edits = edits_of_all(file.document(), old, new);
        String::from_utf8(file.rewrite(&edits).unwrap()).unwrap()
    }

    #[test]
    fn names_are_replaced_in_every_way_of_writing() {
        for (input, old, expected) in [
            (
                "To: Max M <m@x.de>\r\n\r\n",
                "Max M",
                "To: \"[P]\" <m@x.de>\r\n\r\n",
            ),
            (
                "To: \"M, Max\" <m@x.de>\n\n",
                "M, Max",
                "To: \"[P]\" <m@x.de>\n\n",
            ),
            (
                "To: =?utf-8?Q?M=C3=BCller?= <m@x.de>\n\n",
                "Müller",
                "To: \"[P]\" <m@x.de>\n\n",
            ),
            (
                "Subject: =?utf-8?Q?Akte_M=C3=BCller_=C3=9C?=\n\n",
                "Müller",
                "Subject: =?UTF-8?B?QWt0ZSBbUF0gw5w=?=\n\n",
            ),
            (
                "Subject: Akte Max\r\n Muster neu\n\n",
                "Max Muster",
                "Subject: Akte [P] neu\n\n",
            ),
            ("To: <m@x.de>\n\n", "m@x.de", "To: <[P]>\n\n"),
            (
                "Content-Type: a/b; name=\"Max.pdf\"\n\n",
                "Max",
                "Content-Type: a/b; name=\"[P].pdf\"\n\n",
            ),
            (
                "Content-Type: a/b;\n name*=UTF-8''M%C3%BC.pdf\n\n",
                "Mü",
                "Content-Type: a/b;\n name*=UTF-8''%5BP%5D.pdf\n\n",
            ),
            (
                "Content-Disposition: attachment; filename*0=\"Ma\"; filename*1=\"x.pdf\"\n\n",
                "Max",
                "Content-Disposition: attachment; filename*=UTF-8''%5BP%5D.pdf\n\n",
            ),
        ] {
            assert_eq!(replace(input, old, "[P]"), expected);
        }
    }

    #[test]
    fn traces_go_and_the_rest_stays() {
        let input = b"Received: from max\r\n by x\r\nX-Mailer: y\r\nSubject: a\r\nMessage-ID: <1@x>\r\n\r\n";
        let header = Header::read(input).unwrap();
        assert!(header.is_mail());
        let file = header.open(Changes::default());
        assert_eq!(file.rewrite(&[]).unwrap(), b"Subject: a\r\n\r\n");
        assert!(!Header::read(b"x\ny: z\n\n").unwrap().is_mail());
    }

    #[test]
    fn parameters_are_decoded() {
        let input = b"Content-Type: Text/Plain ; charset=\"iso-8859-1\"; name==?utf-8?B?TcO8?=\nContent-Disposition: attachment; filename*0*=utf-8''M%C3; filename*1*=%BC.pdf\n\n";
        let header = Header::read(input).unwrap();
        assert_eq!(header.media_type(), "text/plain");
        assert_eq!(header.parameter("charset").as_deref(), Some("iso-8859-1"));
        assert_eq!(header.file_name().as_deref(), Some("Mü.pdf"));
        assert!(header.is_attachment());
    }
}
