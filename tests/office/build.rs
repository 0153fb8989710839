//! Builds minimal packages, makes edits, looks into copies.

use std::io::{Cursor, Read};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use deckname::document::{Document, Edit};
use deckname::format::package::{self, Package};
use deckname::format::{self, OpenFile, ReadOptions};

pub(crate) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(crate) const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const DOC: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// A package while it is put together.
#[derive(Default)]
pub(crate) struct Builder {
    parts: Vec<(String, Vec<u8>)>,
    overrides: String,
    relations: Vec<(String, String)>,
}

impl Builder {
    /// A Word document with this body.
    pub(crate) fn docx(body: &str) -> Self {
        let xml = format!(
            "<w:document {}><w:body>{body}</w:body></w:document>",
            namespaces()
        );
        let mut builder = Self::default();
        builder.part(
            "word/document.xml",
            &format!("{DOC}.document.main+xml"),
            xml.as_bytes(),
        );
        builder.relation("", "rId1", "officeDocument", "word/document.xml", false);
        builder
    }

    /// Adds a part with its type.
    pub(crate) fn part(&mut self, name: &str, content_type: &str, data: &[u8]) -> &mut Self {
        self.parts.push((name.to_owned(), data.to_vec()));
        self.overrides +=
            &format!("<Override PartName=\"/{name}\" ContentType=\"{content_type}\"/>");
        self
    }

    /// Adds a relation of a part.
    pub(crate) fn relation(
        &mut self,
        owner: &str,
        id: &str,
        kind: &str,
        target: &str,
        outside: bool,
    ) -> &mut Self {
        let mode = if outside {
            " TargetMode=\"External\""
        } else {
            ""
        };
        let xml =
            format!("<Relationship Id=\"{id}\" Type=\"{R}/{kind}\" Target=\"{target}\"{mode}/>");
        match self.relations.iter_mut().find(|(o, _)| o == owner) {
            Some((_, list)) => list.push_str(&xml),
            None => self.relations.push((owner.to_owned(), xml)),
        }
        self
    }

    /// Adds a Word part that hangs on the body: kind is the relation's type.
    pub(crate) fn word(&mut self, name: &str, kind: &str, xml: &str) -> &mut Self {
        let content_type = format!("{DOC}.{kind}+xml");
        self.part(&format!("word/{name}"), &content_type, xml.as_bytes());
        let id = format!("rId{}", 100 + self.parts.len());
        self.relation("word/document.xml", &id, kind, name, false)
    }

    /// The bytes of the package.
    pub(crate) fn build(&self) -> Vec<u8> {
        let types = format!(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/><Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/><Default Extension=\"emf\" ContentType=\"image/x-emf\"/><Default Extension=\"bin\" ContentType=\"application/vnd.openxmlformats-officedocument.oleObject\"/>{}</Types>",
            self.overrides
        );
        let mut entries = vec![("[Content_Types].xml".to_owned(), types.into_bytes())];
        for (owner, list) in &self.relations {
            let xml = format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{list}</Relationships>"
            );
            let name = match owner.rsplit_once('/') {
                Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
                None => format!("_rels/{owner}.rels"),
            };
            entries.push((name, xml.into_bytes()));
        }
        entries.extend(self.parts.iter().cloned());
        package::write(entries.iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap()
    }
}

/// The namespace declarations that the test parts use.
pub(crate) fn namespaces() -> String {
    format!(
        "xmlns:w=\"{W}\" xmlns:r=\"{R}\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\" xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\""
    )
}

/// A paragraph of runs.
pub(crate) fn paragraph(runs: &[&str]) -> String {
    let runs: String = runs.iter().map(|run| run_of(run)).collect();
    format!("<w:p>{runs}</w:p>")
}

/// A run of text.
pub(crate) fn run_of(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

pub(crate) fn open(bytes: &[u8], extension: &str) -> Box<dyn OpenFile> {
    format::open(bytes.to_vec(), extension, &ReadOptions::default()).unwrap()
}

/// The text of all segments.
pub(crate) fn texts(document: &Document) -> Vec<String> {
    document
        .segments()
        .iter()
        .map(|s| s.text().to_owned())
        .collect()
}

/// Edits that replace every occurrence of some words, longest first where two
/// start at one place.
pub(crate) fn edits(document: &Document, words: &[(&str, &str)]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (index, segment) in document.segments().iter().enumerate() {
        let mut at = 0;
        while at < segment.text().len() {
            let rest = &segment.text()[at..];
            match words.iter().find(|(word, _)| rest.starts_with(word)) {
                Some((word, with)) => {
                    edits.push(Edit {
                        span: document.span(index, at, at + word.len()).unwrap(),
                        with: (*with).to_owned(),
                    });
                    at += word.len();
                }
                None => at += rest.chars().next().unwrap().len_utf8(),
            }
        }
    }
    edits
}

/// The copy with every occurrence of some words replaced.
pub(crate) fn replaced(bytes: &[u8], extension: &str, words: &[(&str, &str)]) -> Vec<u8> {
    let file = open(bytes, extension);
    let edits = edits(file.document(), words);
    file.rewrite(&edits).unwrap()
}

/// A part of a package as text.
pub(crate) fn part(bytes: &[u8], name: &str) -> Option<String> {
    let package = Package::open(bytes, &ReadOptions::default()).unwrap();
    package
        .get(name)
        .map(|data| String::from_utf8_lossy(data).into_owned())
}

/// The names of all entries.
pub(crate) fn names(bytes: &[u8]) -> Vec<String> {
    let package = Package::open(bytes, &ReadOptions::default()).unwrap();
    package.entries().iter().map(|e| e.name.clone()).collect()
}

/// Every text that can be decoded from a package: names, UTF-8, UTF-16 both
/// ways, without entities and percent escapes, out of base 64 and out of
/// compound files, however deep.
pub(crate) fn decoded(bytes: &[u8]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, data) in package::unpack_all(bytes, &ReadOptions::default()).unwrap() {
        all.push((name.clone(), name.clone()));
        decode_into(&mut all, &name, &data, 4);
    }
    all
}

fn decode_into(all: &mut Vec<(String, String)>, name: &str, data: &[u8], depth: u32) {
    for offset in 0..2 {
        for order in [u16::from_le_bytes, u16::from_be_bytes] {
            let wide: Vec<u16> = data[offset.min(data.len())..]
                .chunks_exact(2)
                .map(|pair| order([pair[0], pair[1]]))
                .collect();
            all.push((name.to_owned(), String::from_utf16_lossy(&wide)));
        }
    }
    let text = String::from_utf8_lossy(data).into_owned();
    // A tag in the middle of a word hides nothing.
    let mut bare = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => bare.push(c),
            _ => {}
        }
    }
    for escaped in [&text, &bare] {
        let spelled = escaped
            .split('&')
            .map(|piece| match piece.split_once(';') {
                Some((code, rest)) if code.starts_with('#') => {
                    let hex = code.strip_prefix("#x").map(|n| u32::from_str_radix(n, 16));
                    let number = hex.unwrap_or_else(|| code[1..].parse());
                    let c = number.ok().and_then(char::from_u32).unwrap_or('?');
                    format!("{c}{rest}")
                }
                _ => piece.to_owned(),
            })
            .collect::<String>();
        let mut plain = Vec::new();
        let mut bytes = spelled.bytes();
        while let Some(byte) = bytes.next() {
            let next: Vec<u8> = bytes.clone().take(2).collect();
            let code = std::str::from_utf8(&next).ok();
            let code = code.and_then(|c| u8::from_str_radix(c, 16).ok());
            match (byte, code) {
                (b'%', Some(decoded)) if next.len() == 2 => {
                    plain.push(decoded);
                    bytes.nth(1);
                }
                _ => plain.push(byte),
            }
        }
        all.push((
            name.to_owned(),
            String::from_utf8_lossy(&plain).into_owned(),
        ));
    }
    all.push((name.to_owned(), text.clone()));
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let is_packed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    for packed in text
        .split(|c: char| !is_packed(c))
        .filter(|p| p.len() >= 16)
    {
        if let Ok(data) = BASE64.decode(packed) {
            decode_into(all, name, &data, depth);
        }
    }
    if let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(data)) {
        let streams: Vec<_> = file.walk().filter(cfb::Entry::is_stream).collect();
        for entry in streams {
            all.push((name.to_owned(), entry.name().to_owned()));
            let mut content = Vec::new();
            let mut stream = file.open_stream(entry.path()).unwrap();
            stream.read_to_end(&mut content).unwrap();
            if content.starts_with(b"PK") {
                all.extend(decoded(&content));
            }
            decode_into(all, name, &content, depth);
        }
    }
}
