//! Reads the events of one XML part with their byte positions, attribute
//! positions and namespaces. Stops at what two readers could see differently:
//! an internal DTD subset, an unknown entity, a root that is not closed.

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::broken;
use crate::error::{Error, ErrorKind, Result};

/// Real documents stay under 100.
const MAX_DEPTH: usize = 1_000;
/// Real tags stay under 60.
const MAX_ATTRIBUTES: usize = 10_000;
/// The short name of a namespace that the table does not list.
pub(crate) const UNKNOWN: &str = "?";
const XML: &str = "xml";

/// Namespace URIs with the short names that the tables of the formats use.
pub(crate) type NamespaceTable = &'static [(&'static str, &'static str)];

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'a> {
    /// The short name of the namespace; empty for none, [`UNKNOWN`] if not listed.
    pub(crate) ns: &'static str,
    /// The local name.
    pub(crate) name: &'a str,
    /// Where the tag starts and ends in the part.
    pub(crate) start: usize,
    /// One past the `>`.
    pub(crate) end: usize,
    /// Whether it closes itself.
    pub(crate) empty: bool,
}

impl Tag<'_> {
    /// Where another attribute can be written.
    pub(crate) const fn attribute_end(&self) -> usize {
        self.end - if self.empty { 2 } else { 1 }
    }
}

/// An attribute, with the positions of its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute<'a> {
    /// The short name of the namespace; empty if it has no prefix.
    pub(crate) ns: &'static str,
    /// The local name.
    pub(crate) name: &'a str,
    /// The value as written, with escapes.
    pub(crate) raw: &'a str,
    /// Where the value starts in the part.
    pub(crate) value_start: usize,
    /// Where the attribute starts, with the blanks before it.
    pub(crate) start: usize,
    /// One past the closing quote.
    pub(crate) end: usize,
}

/// One event. Positions are bytes in the part.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token<'a> {
    /// A start tag; if it closes itself, no end follows.
    Open(Tag<'a>),
    /// An end tag, by its end.
    Close(usize),
    /// Text without escapes.
    Text(usize, usize),
    /// The content of a CDATA section (not its frame).
    Cdata(usize, usize),
    /// A character written as an entity or by number.
    Char(char, usize, usize),
    /// A comment, a processing instruction or a DOCTYPE without content.
    Remark(usize, usize),
    /// The XML declaration.
    Declaration,
}

/// Reads one part. After [`Token::Open`], [`Scanner::attributes`] has the tag's.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    table: NamespaceTable,
    bindings: Vec<(&'a str, &'static str, usize)>,
    attributes: Vec<Attribute<'a>>,
    depth: usize,
    was_empty: bool,
    roots: usize,
    is_tolerant: bool,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str, table: NamespaceTable) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.allow_unmatched_ends = false;
        Self {
            text,
            reader,
            table,
            bindings: Vec::new(),
            attributes: Vec::new(),
            depth: 0,
            was_empty: false,
            roots: 0,
            is_tolerant: false,
        }
    }

    /// For parts that old programs write as HTML (VML drawings): end tags may
    /// be missing.
    pub(crate) fn tolerant(mut self) -> Self {
        let config = self.reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        self.is_tolerant = true;
        self
    }

    /// The attributes of the last start tag, without namespace declarations.
    pub(crate) fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }

    /// The next event, `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>> {
        if std::mem::take(&mut self.was_empty) {
            self.unbind();
        }
        let start = self.position()?;
        let event = self
            .reader
            .read_event()
            .map_err(|_| broken("a part is not well-formed XML"))?;
        let end = self.position()?;
        let token = match event {
            Event::Start(_) => self.open(start, end, false)?,
            Event::Empty(_) => self.open(start, end, true)?,
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                self.unbind();
                Token::Close(end)
            }
            Event::Text(_) => Token::Text(start, end),
            Event::CData(_) => Token::Cdata(start + "<![CDATA[".len(), end - "]]>".len()),
            Event::GeneralRef(name) => Token::Char(character(&name)?, start, end),
            Event::DocType(content) if content.contains(['[', '<']) => {
                return Err(Error::new(
                    ErrorKind::Refused,
                    "a part declares its own XML entities",
                ));
            }
            Event::Comment(_) | Event::PI(_) | Event::DocType(_) => Token::Remark(start, end),
            Event::Decl(_) => Token::Declaration,
            Event::Eof if self.roots == 1 && (self.depth == 0 || self.is_tolerant) => {
                return Ok(None);
            }
            Event::Eof => return Err(broken("a part ends before its last tag is closed")),
        };
        Ok(Some(token))
    }

    fn position(&self) -> Result<usize> {
        usize::try_from(self.reader.buffer_position())
            .map_err(|_| Error::new(ErrorKind::Limit, "a part is too large"))
    }

    fn open(&mut self, start: usize, end: usize, empty: bool) -> Result<Token<'a>> {
        if self.depth == 0 {
            self.roots += 1;
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::new(ErrorKind::Limit, "tags are nested too deeply"));
        }
        let closing = if empty { 2 } else { 1 };
        let inner = self
            .text
            .get(start + 1..end - closing)
            .ok_or_else(|| broken("a tag cannot be read"))?;
        let name_len = inner
            .bytes()
            .position(|b| b.is_ascii_whitespace())
            .unwrap_or(inner.len());
        let (name, rest) = inner.split_at(name_len);
        self.read_attributes(rest, start + 1 + name_len)?;
        let (prefix, name) = split(name);
        let ns = self.resolve(prefix);
        if empty {
            self.was_empty = true;
            self.depth -= 1;
        }
        Ok(Token::Open(Tag {
            ns,
            name,
            start,
            end,
            empty,
        }))
    }

    /// Reads the attributes in `rest`, which starts at `base` in the part.
    fn read_attributes(&mut self, rest: &'a str, base: usize) -> Result<()> {
        self.attributes.clear();
        let level = self.depth;
        let mut at = 0;
        while let Some(found) = attribute(rest, at)? {
            at = found.end;
            if found.name == "xmlns" {
                self.bind("", found.raw, level);
            } else if let Some(prefix) = found.name.strip_prefix("xmlns:") {
                self.bind(prefix, found.raw, level);
            } else {
                self.attributes.push(Attribute {
                    value_start: base + found.value_start,
                    start: base + found.start,
                    end: base + found.end,
                    ..found
                });
            }
            if self.attributes.len() > MAX_ATTRIBUTES {
                return Err(Error::new(
                    ErrorKind::Limit,
                    "a tag has too many attributes",
                ));
            }
        }
        // Declarations may stand behind the attributes they are for.
        let mut attributes = std::mem::take(&mut self.attributes);
        for attribute in &mut attributes {
            if let Some((prefix, name)) = split_prefix(attribute.name) {
                attribute.name = name;
                attribute.ns = self.resolve(prefix);
            }
        }
        self.attributes = attributes;
        Ok(())
    }

    fn bind(&mut self, prefix: &'a str, uri: &str, level: usize) {
        let short = match uri {
            "" => "",
            _ => self
                .table
                .iter()
                .find(|(known, _)| *known == uri)
                .map_or(UNKNOWN, |(_, short)| short),
        };
        self.bindings.push((prefix, short, level));
    }

    /// Forgets the declarations of elements that are closed.
    fn unbind(&mut self) {
        while self
            .bindings
            .last()
            .is_some_and(|(_, _, level)| *level > self.depth)
        {
            self.bindings.pop();
        }
    }

    fn resolve(&self, prefix: &str) -> &'static str {
        if prefix == XML {
            return XML;
        }
        let bound = self.bindings.iter().rev().find(|(p, _, _)| *p == prefix);
        match bound {
            Some((_, short, _)) => short,
            None if prefix.is_empty() => "",
            None => UNKNOWN,
        }
    }
}

/// The attribute of a tag at or after a position; positions relative to `rest`.
fn attribute(rest: &str, at: usize) -> Result<Option<Attribute<'_>>> {
    let bytes = rest.as_bytes();
    let skip_blanks = |from: usize| {
        let tail = bytes.get(from..).unwrap_or_default();
        let blanks = tail.iter().take_while(|b| b.is_ascii_whitespace()).count();
        from + blanks
    };
    let name_start = skip_blanks(at);
    if name_start >= bytes.len() {
        return Ok(None);
    }
    let wrong = || broken("an attribute cannot be read");
    let tail = bytes.get(name_start..).unwrap_or_default();
    let equals = name_start + memchr::memchr(b'=', tail).ok_or_else(wrong)?;
    let quote_at = skip_blanks(equals + 1);
    let quote = bytes.get(quote_at).copied();
    let quote = quote
        .filter(|b| matches!(b, b'"' | b'\''))
        .ok_or_else(wrong)?;
    let value_start = quote_at + 1;
    let value = bytes.get(value_start..).unwrap_or_default();
    let length = memchr::memchr(quote, value).ok_or_else(wrong)?;
    let name = rest.get(name_start..equals).ok_or_else(wrong)?;
    let name = name.trim_ascii_end();
    let is_odd = |b: u8| b.is_ascii_whitespace() || matches!(b, b'<' | b'>' | b'"' | b'\'');
    if name.is_empty() || name.bytes().any(is_odd) {
        return Err(wrong());
    }
    Ok(Some(Attribute {
        ns: "",
        name,
        raw: rest
            .get(value_start..value_start + length)
            .ok_or_else(wrong)?,
        value_start,
        start: at,
        end: value_start + length + 1,
    }))
}

fn split(name: &str) -> (&str, &str) {
    split_prefix(name).unwrap_or(("", name))
}

/// A name and the prefix before it. Names are short, so that a search that is
/// fast on long texts would cost more than it saves.
fn split_prefix(name: &str) -> Option<(&str, &str)> {
    let at = name.bytes().position(|b| b == b':')?;
    Some((name.get(..at)?, name.get(at + 1..)?))
}

/// The character behind a reference, `name` without `&` and `;`.
pub(crate) fn character(name: &str) -> Result<char> {
    let found = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix('#') {
            Some(number) => number
                .strip_prefix(['x', 'X'])
                .map_or_else(
                    || number.parse().ok(),
                    |hex| u32::from_str_radix(hex, 16).ok(),
                )
                .and_then(char::from_u32)
                .filter(|c| *c != '\0'),
            None => None,
        },
    };
    found.ok_or_else(|| broken("a part uses an unknown entity"))
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const TABLE: NamespaceTable = &[("urn:w", "w"), ("urn:r", "r")];

    fn tokens(text: &str) -> Result<Vec<String>> {
        let mut scanner = Scanner::new(text, TABLE);
        let mut seen = Vec::new();
        while let Some(token) = scanner.next()? {
            seen.push(match token {
                Token::Open(tag) => {
                    let attributes: Vec<_> = scanner
                        .attributes()
                        .iter()
                        .map(|a| {
                            assert_eq!(&text[a.value_start..a.value_start + a.raw.len()], a.raw);
                            format!(" {}:{}[{}]", a.ns, a.name, &text[a.start..a.end])
                        })
                        .collect();
                    let source = &text[tag.start..tag.end];
                    assert!(source.starts_with('<') && source.ends_with('>'));
                    format!("{}:{}{}", tag.ns, tag.name, attributes.concat())
                }
                Token::Close(_) => "close".to_owned(),
                Token::Remark(a, b) | Token::Text(a, b) | Token::Cdata(a, b) => {
                    text[a..b].to_owned()
                }
                Token::Char(c, a, b) => format!("{c}={}", &text[a..b]),
                Token::Declaration => "decl".to_owned(),
            });
        }
        Ok(seen)
    }

    #[test]
    fn every_event_knows_its_bytes() {
        let text = "<?xml version=\"1.0\"?><x:a xmlns:x='urn:w' x:b=\"1>2\"  c = 'q'>M&amp;ü&#x6c;<![CDATA[<r>]]><!-- c --><b xmlns=\"urn:r\" /></x:a >\n";
        assert_eq!(
            tokens(text).unwrap(),
            [
                "decl",
                "w:a w:b[ x:b=\"1>2\"] :c[  c = 'q']",
                "M",
                "&=&amp;",
                "ü",
                "l=&#x6c;",
                "<r>",
                "<!-- c -->",
                "r:b",
                "close",
                "\n"
            ]
        );
    }

    #[test]
    fn bindings_end_with_their_element() {
        let text = "<a><b xmlns='urn:w'/><c/><d xmlns='urn:r'><e/></d><f x:y='1' xmlns:x='urn:w'/><g x:y='1'/></a>";
        let seen = tokens(text).unwrap();
        let opened: Vec<_> = seen.iter().filter(|s| *s != "close").collect();
        assert_eq!(
            opened,
            [
                ":a",
                "w:b",
                ":c",
                "r:d",
                "r:e",
                ":f w:y[ x:y='1']",
                ":g ?:y[ x:y='1']"
            ]
        );
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for text in [
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "",
            "text",
            "<a>&nbsp;</a>",
            "<a>&#0;</a>",
            "<a b=c/>",
            "<a b/>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a/>",
        ] {
            assert!(tokens(text).is_err(), "{text}");
        }
        assert!(tokens("<!DOCTYPE a PUBLIC \"x\" \"y\"><a/>").is_ok());
    }

    #[test]
    fn depth_is_limited() {
        let deep = "<a>".repeat(5_000) + &"</a>".repeat(5_000);
        assert_eq!(tokens(&deep).unwrap_err().kind(), ErrorKind::Limit);
    }
}
