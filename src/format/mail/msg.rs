//! Outlook messages (MSG): a compound file whose streams are properties. What
//! a mail program shows of it is written as a mail (EML), which is then read
//! like any other; properties nobody sees (routes, identifiers, nicknames) are
//! left behind, and the copy is an EML file.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;

use super::compose::{Part, date, line, mailbox, write_parts};
use super::packed::unpack_rtf;
use super::transfer::{self, in_words};
use super::{Eml, broken};
use crate::document::{Bilingual, Document, Edit, NoticeKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Format, OpenFile, ReadOptions};

const CONVERTED: Bilingual = Bilingual {
    de: "Outlook-Nachrichten, als EML geschrieben",
    en: "Outlook messages, written as EML",
};
/// Messages in messages; real ones have three.
const MAX_DEPTH: u32 = 10;
/// Properties that are wanted.
const SUBJECT: u16 = 0x0037;
const BODY: u16 = 0x1000;
const RTF: u16 = 0x1009;
const HTML: u16 = 0x1013;

/// Outlook messages.
#[derive(Clone, Copy, Debug)]
pub struct Msg;

impl Format for Msg {
    fn name(&self) -> &'static str {
        "msg"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        matches!(extension, "msg" | "oft") && head.starts_with(crate::format::package::CFB_MAGIC)
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let file =
            CompoundFile::open(Cursor::new(input)).map_err(|_| broken("the message is damaged"))?;
        let mut reader = Reader {
            file,
            left: options.max_unpacked,
        };
        let mail = reader.message(Path::new("/"), 0)?;
        let mail = Eml.open(mail, options)?;
        let mut document = mail.document().clone();
        document.notice(NoticeKind::Repaired, CONVERTED, 1);
        Ok(Box::new(OpenMsg { mail, document }))
    }
}

struct OpenMsg {
    mail: Box<dyn OpenFile>,
    document: Document,
}

impl OpenFile for OpenMsg {
    fn document(&self) -> &Document {
        &self.document
    }

    fn extension(&self) -> Option<&'static str> {
        Some("eml")
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        self.mail.rewrite(edits)
    }
}

struct Reader {
    file: CompoundFile<Cursor<Vec<u8>>>,
    /// Bytes that may still be read: streams may lie over each other.
    left: u64,
}

/// The fixed properties of a storage.
struct Fixed(Vec<(u16, [u8; 8])>);

impl Fixed {
    fn get(&self, id: u16) -> Option<[u8; 8]> {
        self.0
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, value)| *value)
    }

    fn number(&self, id: u16) -> Option<u32> {
        let [a, b, c, d, ..] = self.get(id)?;
        Some(u32::from_le_bytes([a, b, c, d]))
    }
}

impl Reader {
    fn stream(&mut self, path: &Path) -> Result<Option<Vec<u8>>> {
        if !self.file.is_stream(path) {
            return Ok(None);
        }
        let stream = self
            .file
            .open_stream(path)
            .map_err(|_| broken("the message is damaged"))?;
        let mut bytes = Vec::new();
        let n = stream
            .take(self.left.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|_| broken("the message is damaged"))?;
        self.left = self
            .left
            .checked_sub(u64::try_from(n).unwrap_or(u64::MAX))
            .ok_or_else(|| Error::new(ErrorKind::Limit, "the message unpacks to too much"))?;
        Ok(Some(bytes))
    }

    fn bytes(&mut self, folder: &Path, id: u16) -> Result<Option<Vec<u8>>> {
        self.stream(&folder.join(format!("__substg1.0_{id:04X}0102")))
    }

    fn text(&mut self, folder: &Path, id: u16, charset: &str) -> Result<Option<String>> {
        if let Some(bytes) = self.stream(&folder.join(format!("__substg1.0_{id:04X}001F")))? {
            let (pairs, _) = bytes.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
            let text: String = char::decode_utf16(units)
                .map(|c| c.unwrap_or('\u{FFFD}'))
                .collect();
            return Ok(Some(text.trim_end_matches('\0').to_owned()));
        }
        let bytes = self.stream(&folder.join(format!("__substg1.0_{id:04X}001E")))?;
        let text = bytes.map(|bytes| transfer::decode(charset, &bytes));
        Ok(text.map(|text| text.trim_end_matches('\0').to_owned()))
    }

    fn fixed(&mut self, folder: &Path, n_header: usize) -> Result<Fixed> {
        let bytes = self
            .stream(&folder.join("__properties_version1.0"))?
            .unwrap_or_default();
        let (entries, _) = bytes.get(n_header..).unwrap_or_default().as_chunks::<16>();
        let entry = |entry: &[u8; 16]| {
            let [_, _, a, b, _, _, _, _, value @ ..] = *entry;
            (u16::from_le_bytes([a, b]), value)
        };
        Ok(Fixed(entries.iter().map(entry).collect()))
    }

    /// The storages in a folder whose names start alike, in order.
    fn storages(&self, folder: &Path, start: &str) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = self
            .file
            .read_storage(folder)
            .map(|entries| {
                let named =
                    entries.filter(|entry| entry.is_storage() && entry.name().starts_with(start));
                named.map(|entry| entry.path().to_owned()).collect()
            })
            .unwrap_or_default();
        found.sort();
        found
    }

    /// The message in a storage as a mail.
    fn message(&mut self, folder: &Path, depth: u32) -> Result<Vec<u8>> {
        if depth > MAX_DEPTH {
            return Err(Error::new(
                ErrorKind::Limit,
                "messages are nested too deeply",
            ));
        }
        let fixed = self.fixed(folder, if depth == 0 { 32 } else { 24 })?;
        let code_page = fixed
            .number(0x3FDE)
            .or_else(|| fixed.number(0x3FFD))
            .unwrap_or(1252);
        let charset = match code_page {
            65_001 => "utf-8".to_owned(),
            20_127 => "windows-1252".to_owned(),
            28_591..=28_605 => format!("iso-8859-{}", code_page - 28_590),
            932 => "shift_jis".to_owned(),
            936 => "gbk".to_owned(),
            949 => "euc-kr".to_owned(),
            950 => "big5".to_owned(),
            other => format!("windows-{other}"),
        };
        let mut out = self.header(folder, &fixed, &charset)?;
        let mut parts = self.bodies(folder, &charset)?;
        for attachment in self.storages(folder, "__attach_version1.0_") {
            parts.extend(self.attachment(&attachment, &charset, depth)?);
        }
        write_parts(&mut out, &parts, depth);
        Ok(out.into_bytes())
    }

    fn header(&mut self, folder: &Path, fixed: &Fixed, charset: &str) -> Result<String> {
        let mut out = String::new();
        let name = self.first(folder, &[0x0042, 0x0C1A], charset)?;
        let address = self.first(folder, &[0x5D02, 0x5D01, 0x0065, 0x0C1F], charset)?;
        line(&mut out, "From", &[mailbox(&name, &address)]);
        let mut lists = [Vec::new(), Vec::new(), Vec::new()];
        for recipient in self.storages(folder, "__recip_version1.0_") {
            let kind = self.fixed(&recipient, 8)?.number(0x0C15).unwrap_or(1) & 0xF;
            let name = self.first(&recipient, &[0x3001, 0x5FF6], charset)?;
            let address = self.first(&recipient, &[0x39FE, 0x3003], charset)?;
            let index = usize::try_from(kind.saturating_sub(1)).unwrap_or(0);
            if let Some(list) = lists.get_mut(index) {
                list.push(mailbox(&name, &address));
            }
        }
        for (label, list) in ["To", "Cc", "Bcc"].into_iter().zip(&lists) {
            line(&mut out, label, list);
        }
        let subject = self.first(folder, &[SUBJECT, 0x0E1D], charset)?;
        line(
            &mut out,
            "Subject",
            &[in_words(&subject.replace(['\r', '\n'], " "))],
        );
        let time = fixed
            .get(0x0039)
            .or_else(|| fixed.get(0x0E06))
            .map(u64::from_le_bytes);
        if let Some(date) = time.and_then(date) {
            line(&mut out, "Date", &[date]);
        }
        out.push_str("MIME-Version: 1.0\r\n");
        Ok(out)
    }

    /// The first of some properties that has text.
    fn first(&mut self, folder: &Path, ids: &[u16], charset: &str) -> Result<String> {
        for id in ids {
            let text = self.text(folder, *id, charset)?.unwrap_or_default();
            // An address inside of Exchange is no address outside of it.
            if !text.trim().is_empty() && !text.starts_with("/O=") && !text.starts_with("/o=") {
                return Ok(text);
            }
        }
        Ok(String::new())
    }

    fn bodies(&mut self, folder: &Path, charset: &str) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        if let Some(text) = self
            .text(folder, BODY, charset)?
            .filter(|text| !text.trim().is_empty())
        {
            parts.push(Part::text("text/plain; charset=utf-8", text.into_bytes()));
        }
        let html = match self.bytes(folder, HTML)? {
            Some(bytes) => Some((bytes, charset.to_owned())),
            None => self
                .text(folder, HTML, charset)?
                .map(|text| (text.into_bytes(), "utf-8".to_owned())),
        };
        if let Some((bytes, charset)) = html.filter(|(bytes, _)| !bytes.trim_ascii().is_empty()) {
            parts.push(Part::text(&format!("text/html; charset={charset}"), bytes));
        }
        // The same text a third time, unless it is the only one.
        if parts.is_empty()
            && let Some(packed) = self.bytes(folder, RTF)?
        {
            let rtf = unpack_rtf(&packed)?;
            if !rtf.trim_ascii().is_empty() {
                parts.push(Part::text("text/rtf", rtf));
            }
        }
        Ok(parts)
    }

    fn attachment(&mut self, folder: &Path, charset: &str, depth: u32) -> Result<Option<Part>> {
        let name = self.first(folder, &[0x3707, 0x3704, 0x3001], charset)?;
        let embedded = folder.join("__substg1.0_3701000D");
        if self.file.is_storage(&embedded) {
            if !self
                .file
                .is_stream(embedded.join("__properties_version1.0"))
            {
                // An object of another program.
                return Ok(Some(Part::file(
                    "application/x-ole",
                    &name,
                    Vec::new(),
                    None,
                )));
            }
            let mail = self.message(&embedded, depth + 1)?;
            return Ok(Some(Part::message(mail)));
        }
        let Some(data) = self.bytes(folder, 0x3701)? else {
            return Ok(None);
        };
        let media = self.first(folder, &[0x370E], charset)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
        let is_media = media.contains('/')
            && media.chars().all(plain)
            && !media.starts_with("multipart")
            && !media.starts_with("message");
        let media = if is_media {
            media.as_str()
        } else {
            "application/octet-stream"
        };
        let id = self.first(folder, &[0x3712], charset)?;
        Ok(Some(Part::file(
            media,
            &name,
            data,
            (!id.is_empty()).then_some(id),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn message() -> Vec<u8> {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let mut put = |path: &str, data: &[u8]| {
            let path = Path::new(path);
            file.create_storage_all(path.parent().unwrap()).unwrap();
            file.create_stream(path).unwrap().write_all(data).unwrap();
        };
        put("/__substg1.0_0037001F", &wide("Akte Müller"));
        put("/__substg1.0_0C1A001F", &wide("Max Müller"));
        put("/__substg1.0_5D01001F", &wide("max@example.org"));
        put("/__substg1.0_1000001F", &wide("Text von Max"));
        put("/__substg1.0_10130102", b"<p>Text von Max</p>");
        put("/__substg1.0_007D001F", &wide("Received: from pc-max"));
        put(
            "/__recip_version1.0_#00000000/__substg1.0_3001001F",
            &wide("Erika"),
        );
        put(
            "/__recip_version1.0_#00000000/__substg1.0_39FE001F",
            &wide("erika@example.org"),
        );
        put(
            "/__attach_version1.0_#00000000/__substg1.0_3707001F",
            &wide("Max.csv"),
        );
        put(
            "/__attach_version1.0_#00000000/__substg1.0_37010102",
            b"Name;Ort\nMax;Bonn",
        );
        put(
            "/__attach_version1.0_#00000001/__substg1.0_3701000D/__properties_version1.0",
            &[0; 24],
        );
        put(
            "/__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001F",
            &wide("Innen"),
        );
        put(
            "/__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001F",
            &wide("S"),
        );
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn a_message_becomes_a_mail() {
        let file = Msg.open(message(), &ReadOptions::default()).unwrap();
        assert_eq!(file.extension(), Some("eml"));
        let texts: Vec<_> = file
            .document()
            .segments()
            .iter()
            .map(|s| s.text().to_owned())
            .collect();
        assert_eq!(
            texts,
            [
                "Max Müller <max@example.org>",
                "\"Erika\" <erika@example.org>",
                "Akte Müller",
                "Text von Max",
                "Text von Max",
                "Max.csv",
                "Name",
                "Ort",
                "Max",
                "Bonn",
                "S",
                "Innen"
            ]
        );
        let output = file.rewrite(&[]).unwrap();
        assert!(memchr::memmem::find(&output, b"pc-max").is_none());
        let again = Eml.open(output.clone(), &ReadOptions::default()).unwrap();
        assert_eq!(again.rewrite(&[]).unwrap(), output);
        assert_eq!(again.document().segments().len(), texts.len());
    }

    #[test]
    fn damaged_messages_are_refused() {
        let whole = message();
        assert!(
            Msg.open(whole[..600].to_vec(), &ReadOptions::default())
                .is_err()
        );
        assert!(Msg.open(b"x".to_vec(), &ReadOptions::default()).is_err());
    }
}
