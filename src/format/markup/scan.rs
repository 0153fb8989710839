//! Reads the events of one XML part with their byte positions, attribute
//! positions and namespaces. Stops at what two readers could see differently:
//! an internal DTD subset, an unknown entity, a root that is not closed.
//!
//! It is a reader of its own because a sheet is three events and three
//! attributes for each of a million cells: tags and attributes are read in one
//! go, and nothing is copied. A test compares it with `quick-xml`, event by event;
//! the check of the copies has another reader.

use encoding_rs::Encoding;
use memchr::{memchr, memchr2, memmem};

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
    /// Where the next event starts.
    at: usize,
    table: NamespaceTable,
    bindings: Vec<(&'a str, &'static str, usize)>,
    /// The namespace of names without a prefix.
    default: &'static str,
    /// The prefix that was looked up last: a part has one for most of its names.
    last: Option<(&'a str, &'static str)>,
    attributes: Vec<Attribute<'a>>,
    /// The names of the open elements as written.
    open: Vec<&'a str>,
    depth: usize,
    was_empty: bool,
    roots: usize,
    is_tolerant: bool,
}

impl<'a> Scanner<'a> {
    pub(crate) const fn new(text: &'a str, table: NamespaceTable) -> Self {
        Self {
            text,
            at: 0,
            table,
            bindings: Vec::new(),
            default: "",
            last: None,
            attributes: Vec::new(),
            open: Vec::new(),
            depth: 0,
            was_empty: false,
            roots: 0,
            is_tolerant: false,
        }
    }

    /// For parts that old programs write as HTML (VML drawings): end tags may
    /// be missing.
    pub(crate) const fn tolerant(mut self) -> Self {
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
        let bytes = self.text.as_bytes();
        let start = self.at;
        let token = match bytes.get(start) {
            Some(b'<') => match bytes.get(start + 1) {
                Some(b'/') => self.close(start)?,
                Some(b'!') => self.declared(start)?,
                Some(b'?') => self.instruction(start)?,
                _ => self.open(start)?,
            },
            Some(b'&') => {
                let rest = self.text.get(start + 1..).unwrap_or_default();
                let end = find2(rest.as_bytes(), 0, b';', b'<');
                let name = rest
                    .get(..end)
                    .filter(|_| rest.as_bytes().get(end) == Some(&b';'));
                self.at = start + 2 + end;
                Token::Char(character(name.ok_or_else(ill_formed)?)?, start, self.at)
            }
            Some(_) => {
                self.at = find2(bytes, start, b'<', b'&');
                Token::Text(start, self.at)
            }
            None if self.roots == 1 && (self.depth == 0 || self.is_tolerant) => return Ok(None),
            None => return Err(broken("a part ends before its last tag is closed")),
        };
        Ok(Some(token))
    }

    fn close(&mut self, start: usize) -> Result<Token<'a>> {
        let from = start + 2;
        let end = find(self.text.as_bytes(), from, b'>');
        let name = self.text.get(from..end).unwrap_or_default();
        self.at = end + 1;
        if self.at > self.text.len() {
            return Err(ill_formed());
        }
        let is_match = self
            .open
            .pop()
            .is_some_and(|open| open == name || open == name.trim_ascii_end());
        if !is_match && !self.is_tolerant {
            return Err(ill_formed());
        }
        self.depth = self.depth.saturating_sub(1);
        self.unbind();
        Ok(Token::Close(self.at))
    }

    /// What starts with `<!`.
    fn declared(&mut self, start: usize) -> Result<Token<'a>> {
        let rest = self.text.get(start..).unwrap_or_default();
        if rest.starts_with("<!--") {
            self.at = self.behind(start + "<!--".len(), "-->")?;
            return Ok(Token::Remark(start, self.at));
        }
        if rest.starts_with("<![CDATA[") {
            let from = start + "<![CDATA[".len();
            self.at = self.behind(from, "]]>")?;
            return Ok(Token::Cdata(from, self.at - "]]>".len()));
        }
        let is_type = rest
            .get(.."<!DOCTYPE".len())
            .is_some_and(|head| head.eq_ignore_ascii_case("<!DOCTYPE"));
        if !is_type {
            return Err(ill_formed());
        }
        let mut quote = None;
        for (n, byte) in rest.bytes().enumerate().skip("<!DOCTYPE".len()) {
            match byte {
                b'[' | b'<' => {
                    return Err(Error::new(
                        ErrorKind::Refused,
                        "a part declares its own XML entities",
                    ));
                }
                b'"' | b'\'' if quote == Some(byte) => quote = None,
                b'"' | b'\'' if quote.is_none() => quote = Some(byte),
                b'>' if quote.is_none() => {
                    self.at = start + n + 1;
                    return Ok(Token::Remark(start, self.at));
                }
                _ => {}
            }
        }
        Err(ill_formed())
    }

    /// What starts with `<?`.
    fn instruction(&mut self, start: usize) -> Result<Token<'a>> {
        self.at = self.behind(start + "<?".len(), "?>")?;
        let inner = self.text.get(start + "<?".len()..self.at - "?>".len());
        let inner = inner.and_then(|inner| inner.strip_prefix("xml"));
        // Elsewhere, or with more in it, it says something to somebody.
        if start == 0 && inner.is_some_and(is_declaration) {
            return Ok(Token::Declaration);
        }
        Ok(Token::Remark(start, self.at))
    }

    /// One past the next `end`.
    fn behind(&self, from: usize, end: &str) -> Result<usize> {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let found = memmem::find(rest, end.as_bytes()).ok_or_else(ill_formed)?;
        Ok(from + found + end.len())
    }

    fn open(&mut self, start: usize) -> Result<Token<'a>> {
        let bytes = self.text.as_bytes();
        if self.depth == 0 {
            self.roots += 1;
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::new(ErrorKind::Limit, "tags are nested too deeply"));
        }
        let (written, colon, mut at) = self.name(start + 1)?;
        self.attributes.clear();
        let mut has_prefixes = false;
        let (end, empty) = loop {
            let before = at;
            at = skip_blanks(bytes, at);
            match bytes.get(at) {
                Some(b'>') => break (at + 1, false),
                Some(b'/') if bytes.get(at + 1) == Some(&b'>') => break (at + 2, true),
                _ => {}
            }
            let (attribute, colon) = self.attribute(before, at)?;
            at = attribute.end;
            has_prefixes |= colon.is_some();
            self.add(attribute, colon)?;
        };
        if has_prefixes {
            self.resolve_attributes();
        }
        let ns = match colon {
            Some(colon) => self.resolve(written.get(..colon).unwrap_or_default()),
            None => self.default,
        };
        self.at = end;
        if empty {
            self.was_empty = true;
            self.depth -= 1;
        } else {
            self.open.push(written);
        }
        Ok(Token::Open(Tag {
            ns,
            name: local(written, colon),
            start,
            end,
            empty,
        }))
    }

    /// The attribute whose name starts at `at`, behind the blanks from `start`
    /// on, and where the colon in its name is.
    fn attribute(&self, start: usize, at: usize) -> Result<(Attribute<'a>, Option<usize>)> {
        let bytes = self.text.as_bytes();
        let (name, colon, name_end) = self.name(at)?;
        let equals = skip_blanks(bytes, name_end);
        let quote_at = skip_blanks(bytes, equals + 1);
        let quote = match (bytes.get(equals), bytes.get(quote_at)) {
            (Some(b'='), Some(quote @ (b'"' | b'\''))) => *quote,
            _ => return Err(ill_formed()),
        };
        let value_start = quote_at + 1;
        let value_end = find(bytes, value_start, quote);
        let raw = self.text.get(value_start..value_end).unwrap_or_default();
        let attribute = Attribute {
            ns: "",
            name,
            raw,
            value_start,
            start,
            end: value_end + 1,
        };
        Ok((attribute, colon))
    }

    /// The name that starts at a position, where its colon is, and its end.
    fn name(&self, from: usize) -> Result<(&'a str, Option<usize>, usize)> {
        let tail = self.text.as_bytes().get(from..).unwrap_or_default();
        let mut colon = None;
        let mut length = tail.len();
        for (n, byte) in tail.iter().enumerate() {
            match byte {
                b':' if colon.is_none() => colon = Some(n),
                b'=' | b'>' | b'/' | b' ' | b'\n' | b'\r' | b'\t' => {
                    length = n;
                    break;
                }
                b'<' | b'&' | b'"' | b'\'' | b'\x0C' => return Err(ill_formed()),
                _ => {}
            }
        }
        let end = from + length;
        let name = self.text.get(from..end).filter(|name| !name.is_empty());
        Ok((name.ok_or_else(ill_formed)?, colon, end))
    }

    /// Adds an attribute, or binds what it declares.
    fn add(&mut self, attribute: Attribute<'a>, colon: Option<usize>) -> Result<()> {
        match (attribute.name, colon) {
            ("xmlns", None) => self.bind("", attribute.raw),
            (name, Some(5)) if name.starts_with("xmlns") => {
                self.bind(local(name, colon), attribute.raw);
            }
            _ => self.attributes.push(attribute),
        }
        if self.attributes.len() > MAX_ATTRIBUTES || self.bindings.len() > MAX_ATTRIBUTES {
            return Err(Error::new(
                ErrorKind::Limit,
                "a tag has too many attributes",
            ));
        }
        Ok(())
    }

    /// Declarations may stand behind the attributes they are for.
    fn resolve_attributes(&mut self) {
        let mut attributes = std::mem::take(&mut self.attributes);
        for attribute in &mut attributes {
            if let Some((prefix, name)) = attribute.name.split_once(':') {
                attribute.name = name;
                attribute.ns = self.resolve(prefix);
            }
        }
        self.attributes = attributes;
    }

    fn bind(&mut self, prefix: &'a str, uri: &str) {
        let known = self.table.iter().find(|(known, _)| *known == uri);
        let short = match uri {
            "" => "",
            _ => known.map_or(UNKNOWN, |(_, short)| short),
        };
        self.bindings.push((prefix, short, self.depth));
        self.forget(prefix);
    }

    /// Forgets the declarations of elements that are closed.
    fn unbind(&mut self) {
        while let Some((prefix, _, level)) = self.bindings.last().copied()
            && level > self.depth
        {
            self.bindings.pop();
            self.forget(prefix);
        }
    }

    /// What a prefix stands for has changed.
    fn forget(&mut self, prefix: &str) {
        self.last = None;
        if prefix.is_empty() {
            let bound = self.bindings.iter().rev().find(|(p, _, _)| p.is_empty());
            self.default = bound.map_or("", |(_, short, _)| short);
        }
    }

    fn resolve(&mut self, prefix: &'a str) -> &'static str {
        if let Some((last, short)) = self.last
            && last == prefix
        {
            return short;
        }
        if prefix == XML {
            return XML;
        }
        let bound = self.bindings.iter().rev().find(|(p, _, _)| *p == prefix);
        let short = bound.map_or(UNKNOWN, |(_, short, _)| short);
        self.last = Some((prefix, short));
        short
    }
}

/// Whether the rest of `<?xml …?>` says what a declaration may say.
fn is_declaration(rest: &str) -> bool {
    let pairs: String = rest.split_ascii_whitespace().collect();
    let pairs = pairs.replace('\'', "\"");
    let mut parts = pairs.split('"');
    while let Some(name) = parts.next() {
        let value = parts.next();
        let is_known = match (name, value) {
            ("", None) => return rest.starts_with(|c: char| c.is_ascii_whitespace()),
            ("version=", Some(value)) => matches!(value, "1.0" | "1.1"),
            ("encoding=", Some(value)) => Encoding::for_label(value.as_bytes()).is_some(),
            ("standalone=", Some(value)) => matches!(value, "yes" | "no"),
            _ => false,
        };
        if !is_known {
            return false;
        }
    }
    false
}

/// The name behind the prefix.
fn local(name: &str, colon: Option<usize>) -> &str {
    match colon {
        Some(colon) => name.get(colon + 1..).unwrap_or_default(),
        None => name,
    }
}

fn skip_blanks(bytes: &[u8], from: usize) -> usize {
    let tail = bytes.get(from..).unwrap_or_default();
    let blanks = tail.iter().take_while(|b| b.is_ascii_whitespace()).count();
    from + blanks
}

/// Most searches end after a few bytes, before a fast search has begun.
const NEAR: usize = 16;

/// Where a byte stands at or behind a position; the end if it does not.
fn find(bytes: &[u8], from: usize, byte: u8) -> usize {
    let tail = bytes.get(from..).unwrap_or_default();
    let near = tail.iter().take(NEAR).position(|b| *b == byte);
    let far = || memchr(byte, tail.get(NEAR..)?).map(|n| n + NEAR);
    near.or_else(far).map_or(bytes.len(), |n| from + n)
}

/// The same for either of two bytes.
fn find2(bytes: &[u8], from: usize, a: u8, b: u8) -> usize {
    let tail = bytes.get(from..).unwrap_or_default();
    let near = tail.iter().take(NEAR).position(|x| *x == a || *x == b);
    let far = || memchr2(a, b, tail.get(NEAR..)?).map(|n| n + NEAR);
    near.or_else(far).map_or(bytes.len(), |n| from + n)
}

fn ill_formed() -> Error {
    broken("a part is not well-formed XML")
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
    fn a_declaration_says_nothing_else() {
        for text in [
            "<?xml version=\"1.0\" encoding='utf-8' standalone = \"yes\" ?><a/>",
            "<?xml version=\"1.1\"?><a/>",
        ] {
            assert_eq!(tokens(text).unwrap(), ["decl", ":a"], "{text}");
        }
        for text in [
            "<?xml version=\"1.0\" note=\"Erika\"?>",
            "<?xml version=\"1.0\" encoding=\"Erika\"?>",
            "<?xml Erika?>",
            "<?xml?>",
            "<?xmlErika version=\"1.0\"?>",
        ] {
            let part = [text, "<a/>"].concat();
            assert_eq!(tokens(&part).unwrap(), [text, ":a"]);
        }
        let late = "<a/><?xml version=\"1.0\"?>";
        assert_eq!(tokens(late).unwrap().len(), 2);
        assert_ne!(tokens(late).unwrap()[1], "decl");
    }

    /// The events of another reader, in the same words.
    fn others(text: &str) -> Option<Vec<String>> {
        use quick_xml::events::Event;
        let mut reader = quick_xml::reader::Reader::from_str(text);
        let mut seen = Vec::new();
        let name = |start: &quick_xml::events::BytesStart<'_>| {
            let name = start.name();
            let attributes = start.attributes().map(|a| {
                let a = a.ok()?;
                Some(format!(" {}={}", a.key.0, a.value))
            });
            let attributes: Option<String> = attributes.collect();
            Some(format!("<{}{}", name.0, attributes?))
        };
        loop {
            seen.push(match reader.read_event().ok()? {
                Event::Start(start) => name(&start)?,
                Event::Empty(start) => name(&start)? + "/",
                Event::End(_) => "close".to_owned(),
                Event::Text(text) => text.to_string(),
                Event::CData(text) => text.to_string(),
                Event::GeneralRef(name) => character(&name).ok()?.to_string(),
                Event::Decl(_) => "decl".to_owned(),
                Event::Comment(_) | Event::PI(_) | Event::DocType(_) => "remark".to_owned(),
                Event::Eof => return Some(seen),
            });
        }
    }

    fn ours(text: &str) -> Option<Vec<String>> {
        let mut scanner = Scanner::new(text, &[]);
        let mut seen = Vec::new();
        while let Some(token) = scanner.next().ok()? {
            seen.push(match token {
                Token::Open(tag) => {
                    let source = &text[tag.start..tag.end];
                    let name = source.trim_matches(['<', '>', '/', ' ']);
                    let name = name.split([' ', '/', '>']).next().unwrap();
                    let attributes = scanner.attributes().iter();
                    let attributes: String = attributes
                        .map(|a| format!(" {}={}", a.name, a.raw))
                        .collect();
                    let empty = if tag.empty { "/" } else { "" };
                    format!("<{name}{attributes}{empty}")
                }
                Token::Close(_) => "close".to_owned(),
                Token::Text(a, b) | Token::Cdata(a, b) => text[a..b].to_owned(),
                Token::Char(c, ..) => c.to_string(),
                Token::Remark(..) => "remark".to_owned(),
                Token::Declaration => "decl".to_owned(),
            });
        }
        Some(seen)
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]
        /// What this reader takes, another reader reads in the same way.
        #[test]
        fn another_reader_sees_the_same(
            pieces in proptest::collection::vec(0_usize..22, 0..12)
        ) {
            const PIECES: [&str; 22] = [
                "<a>", "</a>", "<b c='1'>", "</b>", "<d/>", "<d e=\"<>'\" />", "&amp;", "&#65;",
                "text", " ", "<!-- x -->", "<![CDATA[<y>]]>", "<?pi?>", "ü", ">", "]]>", "'",
                "<a f = 'g' h=\"&lt;\">", "</a >", "<!DOCTYPE a>", "=", "-->",
            ];
            let inner: String = pieces.iter().map(|n| PIECES[*n]).collect();
            let text = format!("<a>{inner}</a>");
            if let Some(seen) = ours(&text) {
                proptest::prop_assert_eq!(Some(seen), others(&text), "{}", text);
            }
        }
    }

    #[test]
    fn depth_is_limited() {
        let deep = "<a>".repeat(5_000) + &"</a>".repeat(5_000);
        assert_eq!(tokens(&deep).unwrap_err().kind(), ErrorKind::Limit);
    }
}
