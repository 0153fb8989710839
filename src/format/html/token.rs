//! HTML as tags, text and comments with their byte positions, read as browsers
//! read it: nothing is ill-formed. It only tells what stands where.

use std::ops::Range;

/// One token. Positions are bytes of the source.
#[derive(Clone, Debug)]
pub(super) enum Token {
    /// Character data, entities not decoded.
    Text(Range<usize>),
    /// A start tag.
    Open(Tag),
    /// An end tag, by its name.
    Close(String),
    /// A comment or what browsers take for one: what is inside.
    Comment(Range<usize>),
    /// A document type: what is inside.
    Doctype(Range<usize>),
    /// A tag that the text ends in.
    Cut(Range<usize>),
}

/// A start tag.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    /// Its name in lower case.
    pub(super) name: String,
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute with a value.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// Its name in lower case.
    pub(super) name: String,
    /// The value without quotes.
    pub(super) value: Range<usize>,
    pub(super) quoted: bool,
}

/// Splits a stretch of a source into tokens.
pub(super) struct Tokenizer<'a> {
    source: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Tokenizer<'a> {
    pub(super) const fn new(source: &'a str, range: Range<usize>) -> Self {
        Self {
            source,
            at: range.start,
            end: range.end,
        }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..self.end).unwrap_or_default()
    }

    /// What stands before the end tag of a raw element, which is left for the
    /// next token. Without an end tag everything is inside.
    pub(super) fn raw(&mut self, name: &str) -> Range<usize> {
        let start = self.at;
        let rest = self.rest();
        let found = rest.match_indices("</").map(|(at, _)| at).find(|at| {
            let after = rest.get(at + 2..).unwrap_or_default();
            after
                .get(..name.len())
                .is_some_and(|tag| tag.eq_ignore_ascii_case(name))
        });
        self.at = found.map_or(self.end, |at| start + at);
        start..self.at
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Option<Token> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        if !is_tag(rest) {
            let length = rest
                .match_indices('<')
                .map(|(at, _)| at)
                .find(|at| is_tag(rest.get(*at..).unwrap_or_default()))
                .unwrap_or(rest.len());
            let start = self.at;
            self.at += length;
            return Some(Token::Text(start..self.at));
        }
        let start = self.at;
        Some(match rest.as_bytes().get(1) {
            Some(b'/') if rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) => {
                self.at += 2;
                self.tag()
                    .map_or(Token::Cut(start..self.end), |tag| Token::Close(tag.name))
            }
            Some(b'!' | b'?' | b'/') => self.remark(),
            _ => {
                self.at += 1;
                self.tag().map_or(Token::Cut(start..self.end), Token::Open)
            }
        })
    }

    fn remark(&mut self) -> Token {
        let start = self.at;
        let rest = self.rest();
        if let Some(body) = rest.strip_prefix("<!--") {
            let (length, close) = ["-->", "--!>"]
                .iter()
                .filter_map(|close| Some((body.find(close)?, close.len())))
                .min()
                .unwrap_or((body.len(), 0));
            self.at += 4 + length + close;
            return Token::Comment(start + 4..start + 4 + length);
        }
        let length = rest.find('>').unwrap_or(rest.len());
        self.at = (start + length + 1).min(self.end);
        let is_doctype = rest
            .get(2..9)
            .is_some_and(|word| word.eq_ignore_ascii_case("doctype"));
        let inner = start + 2..start + length;
        if is_doctype {
            Token::Doctype(inner)
        } else {
            Token::Comment(inner)
        }
    }

    /// A tag from its name on; `None` if the text ends in it.
    fn tag(&mut self) -> Option<Tag> {
        let rest = self.rest();
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
        let Some(length) = rest.find(ends) else {
            self.at = self.end;
            return None;
        };
        let name = rest.get(..length)?.to_ascii_lowercase();
        self.at += length;
        let mut attributes = Vec::new();
        loop {
            self.skip(|c| c.is_ascii_whitespace() || c == '/');
            let rest = self.rest();
            if rest.is_empty() {
                self.at = self.end;
                return None;
            }
            if rest.starts_with('>') {
                self.at += 1;
                return Some(Tag { name, attributes });
            }
            // A name may begin with an equals sign.
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let tail = rest.get(first..).unwrap_or_default();
            let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
            let length = first + tail.find(ends).unwrap_or(tail.len());
            let attribute = rest.get(..length)?.to_ascii_lowercase();
            self.at += length;
            self.skip(|c| c.is_ascii_whitespace());
            if !self.rest().starts_with('=') {
                continue;
            }
            self.at += 1;
            self.skip(|c| c.is_ascii_whitespace());
            let (value, quoted) = self.value()?;
            attributes.push(Attribute {
                name: attribute,
                value,
                quoted,
            });
        }
    }

    fn value(&mut self) -> Option<(Range<usize>, bool)> {
        let rest = self.rest();
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let start = self.at + 1;
            let Some(length) = rest.get(1..)?.find(quote) else {
                self.at = self.end;
                return None;
            };
            self.at = start + length + 1;
            return Some((start..start + length, true));
        }
        let start = self.at;
        let length = rest.find(|c: char| c.is_ascii_whitespace() || c == '>');
        self.at = start + length.unwrap_or(rest.len());
        Some((start..self.at, false))
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(what).len();
    }
}

/// Whether a tag, a comment or the like begins here.
fn is_tag(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first() == Some(&b'<')
        && bytes
            .get(1)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
}

/// Entities that browsers accept without a semicolon, as far as old pages use them.
const BARE: &[&str] = &[
    "nbsp", "amp", "lt", "gt", "quot", "auml", "ouml", "uuml", "Auml", "Ouml", "Uuml", "szlig",
    "eacute", "egrave", "ecirc", "euml", "agrave", "aacute", "acirc", "aring", "aelig", "ccedil",
    "iacute", "iuml", "oacute", "ocirc", "oslash", "uacute", "ugrave", "ucirc", "ntilde", "Eacute",
    "Aring", "Oslash", "copy", "reg", "sect", "para", "middot", "laquo", "raquo", "shy", "deg",
    "frac12", "times", "pound", "yen",
];

/// What a character reference at the start of a text means, and its length;
/// `None` if it is just an ampersand.
pub(super) fn reference(text: &str) -> Option<(String, usize)> {
    let body = text.strip_prefix('&')?;
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, skip) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 3),
            None => (number, 10, 2),
        };
        let length = digits
            .find(|c: char| !c.is_digit(radix))
            .unwrap_or(digits.len());
        let code = u32::from_str_radix(digits.get(..length)?, radix).ok()?;
        let semicolon = usize::from(digits.get(length..)?.starts_with(';'));
        return Some((character(code).to_string(), skip + length + semicolon));
    }
    let length = body
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(body.len());
    let name = body.get(..length)?;
    if body.get(length..)?.starts_with(';')
        && let Some(meant) = quick_xml::escape::resolve_html5_entity(name)
    {
        return Some((meant.to_owned(), length + 2));
    }
    let bare = BARE
        .iter()
        .filter(|bare| name.starts_with(**bare))
        .max_by_key(|bare| bare.len())?;
    let meant = quick_xml::escape::resolve_html5_entity(bare)?;
    Some((meant.to_owned(), bare.len() + 1))
}

/// A character by number; numbers of Windows-1252 mean what they mean there.
fn character(code: u32) -> char {
    match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9F) => {
            let decoded = encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(&[byte])
                .0
                .chars()
                .next();
            decoded.unwrap_or('\u{FFFD}')
        }
        Ok(0) => '\u{FFFD}',
        _ => char::from_u32(code).unwrap_or('\u{FFFD}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_browsers_do() {
        let text = "a < b<P class=x  title = 'a>b' checked data-x=\"\"/>c</p ><!--d--><!e><x";
        let mut tokens = Tokenizer::new(text, 0..text.len());
        assert!(
            matches!(tokens.next(), Some(Token::Text(range)) if &text[range.clone()] == "a < b")
        );
        let Some(Token::Open(tag)) = tokens.next() else {
            panic!("no tag")
        };
        let found: Vec<_> = tag
            .attributes
            .iter()
            .map(|a| (a.name.as_str(), &text[a.value.clone()], a.quoted))
            .collect();
        assert_eq!(
            found,
            [
                ("class", "x", false),
                ("title", "a>b", true),
                ("data-x", "", true)
            ]
        );
        assert!(matches!(tokens.next(), Some(Token::Text(_))));
        assert!(matches!(tokens.next(), Some(Token::Close(name)) if name == "p"));
        assert!(
            matches!(tokens.next(), Some(Token::Comment(inner)) if &text[inner.clone()] == "d")
        );
        assert!(
            matches!(tokens.next(), Some(Token::Comment(inner)) if &text[inner.clone()] == "e")
        );
        assert!(matches!(tokens.next(), Some(Token::Cut(_))));
        assert!(tokens.next().is_none());
    }

    #[test]
    fn references_are_decoded() {
        for (text, meant, length) in [
            ("&uuml;x", "ü", 6),
            ("&uumlx", "ü", 5),
            ("&#252;", "ü", 6),
            ("&#xFC", "ü", 5),
            ("&#150;", "\u{2013}", 6),
            ("&notit;", "", 0),
            ("& x", "", 0),
            ("&#;", "", 0),
        ] {
            let expected = (length > 0).then(|| (meant.to_owned(), length));
            assert_eq!(reference(text), expected, "{text}");
        }
    }
}
