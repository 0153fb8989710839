//! XML of no known kind. Text, attribute values, comments, processing
//! instructions and CDATA sections are segments; element and attribute names
//! are their labels and stay. A file that declares entities of its own is
//! refused: two readers could see two texts.

use std::sync::Arc;

use encoding_rs::Encoding;

use super::encoding::Decoded;
use super::json::BLOBS;
use super::markup::scan::{Attribute, Scanner, Tag, Token, character};
use super::spliced::{Draft, Escape, Spliced, is_base64_blob, nth};
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// XML.
#[derive(Clone, Copy, Debug)]
pub struct Xml;

impl Format for Xml {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(
            extension,
            "xml"
                | "xsd"
                | "xsl"
                | "xslt"
                | "rdf"
                | "rss"
                | "atom"
                | "kml"
                | "gpx"
                | "svg"
                | "tei"
                | "opml"
                | "xlf"
                | "xliff"
                | "tmx"
        )
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let source = Decoded::declared(&input, declared(&input))?;
        let text = source.text.clone();
        let mut reader = Reader {
            text: &text,
            file: Spliced::new(source),
            draft: Draft::default(),
            elements: Vec::new(),
            is_closed: false,
            cdata: false,
            label: None,
        };
        reader.all()?;
        Ok(Box::new(reader.file))
    }
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = String::from_utf8_lossy(head);
    let (_, rest) = head.split("?>").next()?.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = rest.split(quote).nth(1)?;
    // Single bytes that call themselves UTF-16 are not.
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

struct Reader<'a> {
    text: &'a str,
    file: Spliced,
    draft: Draft,
    elements: Vec<Element>,
    /// Whether an element has just ended, so that text that follows belongs to it.
    is_closed: bool,
    /// Whether the draft comes from a CDATA section.
    cdata: bool,
    /// The element that the draft starts in.
    label: Option<Arc<str>>,
}

struct Element {
    name: Arc<str>,
    /// Whether text and elements mix in it: then it is one segment.
    mixed: bool,
}

impl Reader<'_> {
    fn all(&mut self) -> Result<()> {
        let mut scanner = Scanner::new(self.text, &[]);
        while let Some(token) = scanner.next()? {
            match token {
                Token::Open(tag) => self.open(&tag, scanner.attributes())?,
                Token::Close(_) => self.close(),
                Token::Text(start, end) => self.data(start, end),
                Token::Char(c, start, end) => {
                    self.kind_of_text(false);
                    self.is_closed = false;
                    self.begin();
                    self.draft.decoded(c.encode_utf8(&mut [0; 4]), start..end);
                }
                Token::Cdata(start, end) => {
                    // What is written in a section needs no escapes, and may have none.
                    self.kind_of_text(true);
                    self.begin();
                    let text = self.text.get(start..end).unwrap_or_default();
                    self.draft.literal(text, start);
                }
                Token::Remark(start, end) => self.remark(start, end),
                Token::Declaration => {}
            }
        }
        self.flush();
        Ok(())
    }

    fn open(&mut self, tag: &Tag<'_>, attributes: &[Attribute<'_>]) -> Result<()> {
        let mixed = self.elements.last().is_some_and(|element| element.mixed)
            || (!self.is_closed && !self.draft.is_blank());
        if mixed {
            if let Some(parent) = self.elements.last_mut() {
                parent.mixed = true;
            }
        } else {
            self.flush();
        }
        self.is_closed = false;
        if mixed && matches!(tag.name, "br" | "lb" | "cr" | "tab" | "line-break") {
            self.draft.joint("\n");
        }
        for attribute in attributes {
            self.attribute(attribute)?;
        }
        if !tag.empty {
            self.elements.push(Element {
                name: tag.name.into(),
                mixed,
            });
        }
        Ok(())
    }

    fn close(&mut self) {
        let closed = self.elements.pop();
        if self.elements.last().is_some_and(|parent| parent.mixed) {
            return;
        }
        if self.is_closed || closed.is_some_and(|element| element.mixed) {
            self.flush();
            self.is_closed = false;
        } else {
            // The text may go on behind the element: "<b>Max</b> Müller".
            self.is_closed = true;
        }
    }

    fn data(&mut self, start: usize, end: usize) {
        self.kind_of_text(false);
        let text = self.text.get(start..end).unwrap_or_default();
        if self.is_closed && !text.trim().is_empty() {
            self.is_closed = false;
            if !self.draft.is_blank()
                && let Some(parent) = self.elements.last_mut()
            {
                parent.mixed = true;
            }
        }
        self.begin();
        self.draft.literal(text, start);
    }

    fn kind_of_text(&mut self, cdata: bool) {
        if self.cdata != cdata {
            self.flush();
            self.cdata = cdata;
        }
    }

    /// Text that starts in this element is labeled by it.
    fn begin(&mut self) {
        if self.draft.is_blank() {
            self.label = self
                .elements
                .last()
                .map(|element| Arc::clone(&element.name));
        }
    }

    fn flush(&mut self) {
        let draft = std::mem::take(&mut self.draft);
        let label = self.label.take();
        let escape = if self.cdata { in_cdata } else { in_text };
        self.push(draft, label, escape);
    }

    /// A label and text, or a file in base64, which is dropped.
    fn push(&mut self, draft: Draft, label: Option<Arc<str>>, escape: Escape) {
        if is_base64_blob(draft.text()) {
            for range in draft.sources() {
                self.file.cut(range, "");
            }
            self.file.document.notice(NoticeKind::Dropped, BLOBS, 1);
            return;
        }
        let at = Location::new("value").number(nth(self.file.n_segments()));
        self.file
            .push(draft, SegmentKind::FormField { label }, at, escape);
    }

    fn attribute(&mut self, attribute: &Attribute<'_>) -> Result<()> {
        let mut draft = Draft::default();
        references(attribute.raw, attribute.value_start, &mut draft)?;
        self.push(draft, Some(attribute.name.into()), in_attribute);
        Ok(())
    }

    /// A comment, an instruction or a document type, whose text is data too.
    fn remark(&mut self, start: usize, end: usize) {
        let text = self.text.get(start..end).unwrap_or_default();
        let (open, close) = if text.starts_with("<!--") {
            ("<!--", "-->")
        } else if text.starts_with("<?") {
            ("<?", "?>")
        } else {
            ("<!", ">")
        };
        let inner = text.strip_prefix(open).unwrap_or(text);
        let inner = inner.strip_suffix(close).unwrap_or(inner);
        let mut draft = Draft::default();
        draft.literal(inner, start + open.len());
        let kind = SegmentKind::Attribute { name: "comment" };
        let at = Location::new("comment").number(nth(self.file.n_segments()));
        self.file.push(draft, kind, at, in_comment);
    }
}

/// Reads text with references, which stands at `at`.
fn references(raw: &str, at: usize, draft: &mut Draft) -> Result<()> {
    let mut from = 0;
    while let Some(found) = raw.get(from..).and_then(|rest| rest.find('&')) {
        let start = from + found;
        draft.literal(raw.get(from..start).unwrap_or_default(), at + from);
        let rest = raw.get(start..).unwrap_or_default();
        let end = rest
            .find(';')
            .ok_or_else(|| Error::new(ErrorKind::Broken, "a reference has no end"))?;
        let c = character(rest.get(1..end).unwrap_or_default())?;
        from = start + end + 1;
        draft.decoded(c.encode_utf8(&mut [0; 4]), at + start..at + from);
    }
    draft.literal(raw.get(from..).unwrap_or_default(), at + from);
    Ok(())
}

pub(super) fn in_text(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(super) fn in_attribute(text: &str) -> String {
    in_text(text).replace('"', "&quot;").replace('\'', "&#39;")
}

fn in_cdata(text: &str) -> String {
    text.replace("]]>", "]]]]><![CDATA[>")
}

/// Nothing that ends a comment, an instruction or a document type.
pub(super) fn in_comment(text: &str) -> String {
    text.replace('-', "_")
        .replace(['<', '>', '?', '"', '\''], "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::spliced::replaced;

    fn open(input: &[u8]) -> Result<Box<dyn OpenFile>> {
        Xml.open(input.to_vec(), &ReadOptions::default())
    }

    fn texts(input: &str) -> Vec<String> {
        let file = open(input.as_bytes()).unwrap();
        assert_eq!(file.rewrite(&[]).unwrap(), input.as_bytes());
        let segments = file.document().segments().iter();
        segments.map(|s| s.text().trim().to_owned()).collect()
    }

    fn replace(input: &str, old: &str, new: &str) -> String {
        replaced(&*open(input.as_bytes()).unwrap(), old, new)
    }

    #[test]
    fn everything_with_text_is_a_segment() {
        let input = "<?xml version=\"1.0\"?><!-- von Max --><?app Max?><a b='Max &amp; Co' xmlns='urn:x'><name>Max</name>\n<ort>K&#246;ln</ort><t><![CDATA[<b>Max</b>]]></t></a>";
        assert_eq!(
            texts(input),
            [
                "von Max",
                "app Max",
                "Max & Co",
                "Max",
                "Köln",
                "<b>Max</b>"
            ]
        );
        let file = open(input.as_bytes()).unwrap();
        let labels: Vec<_> = file.document().segments()[3].kind().labels().collect();
        assert_eq!(labels, ["name"]);
    }

    #[test]
    fn mixed_content_is_one_segment() {
        assert_eq!(
            texts("<p>Frau <b>Erika</b> <i>Muster</i>mann<br/>hier</p>"),
            ["Frau Erika Mustermann\nhier"]
        );
        assert_eq!(texts("<p><b>Max</b> Müller</p>"), ["Max Müller"]);
        assert_eq!(texts("<l><p>eins</p><p>zwei</p></l>"), ["eins", "zwei"]);
    }

    #[test]
    fn edits_are_escaped_for_their_place() {
        assert_eq!(
            replace("<a b=\"Max\">Max</a>", "Max", "<\"&"),
            "<a b=\"&lt;&quot;&amp;\">&lt;\"&amp;</a>"
        );
        assert_eq!(
            replace("<a><!--Max--></a>", "Max", "-->x"),
            "<a><!--__x--></a>"
        );
        assert_eq!(
            replace("<p><b>Max</b> Müller</p>", "Max Müller", "[P]"),
            "<p><b>[P]</b></p>"
        );
        assert_eq!(
            replace("<a><![CDATA[Max]]></a>", "Max", "]]>"),
            "<a><![CDATA[]]]]><![CDATA[>]]></a>"
        );
    }

    #[test]
    fn the_declared_encoding_counts() {
        let input = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>M\xFCller</a>";
        let file = open(input).unwrap();
        assert_eq!(file.document().segments()[0].text(), "Müller");
        assert_eq!(file.rewrite(&[]).unwrap(), input);
    }

    #[test]
    fn embedded_files_are_dropped() {
        let blob = "iVBORw0KGgoAAAANSUhEUgAA".repeat(20);
        let file = open(format!("<a><b>{blob}</b><c>x</c></a>").as_bytes()).unwrap();
        assert_eq!(file.rewrite(&[]).unwrap(), b"<a><b></b><c>x</c></a>");
    }

    #[test]
    fn broken_and_dangerous_files_are_refused() {
        for input in [
            "<a>",
            "<a></b>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            "x",
            "<a>&e;</a>",
        ] {
            assert!(open(input.as_bytes()).is_err(), "{input}");
        }
    }
}
