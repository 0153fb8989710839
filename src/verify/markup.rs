//! Markup read as a reader would: the text between the tags, the values in
//! them, entities decoded. Element and attribute names are never text.
//!
//! A scanner of our own that never fails, on purpose not the parser that the
//! formats write with.

use super::normalize::WALL;

const WALL_TEXT: &str = "\u{1}";

/// The texts of a piece of markup.
#[derive(Debug, Default)]
pub(super) struct Markup {
    /// Character data; a name split over runs is whole here.
    pub(super) joined: String,
    /// Character data; every tag ends a word here.
    pub(super) apart: String,
    /// Attribute values, comments, processing instructions.
    pub(super) values: String,
}

/// Whether a text is markup at all.
pub(super) fn is_markup(text: &str) -> bool {
    let head: String = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .chars()
        .take(200)
        .collect();
    let mut chars = head.chars();
    let opens = chars.next() == Some('<')
        && chars
            .next()
            .is_some_and(|c| c.is_alphabetic() || matches!(c, '!' | '?' | '/'));
    opens && head.contains(['>', '?'])
}

/// Tags within a word's reach: all others separate.
fn is_inline(name: &str) -> bool {
    let local = name.rsplit(':').next().unwrap_or(name);
    matches!(
        local,
        "r" | "t"
            | "rPr"
            | "b"
            | "i"
            | "u"
            | "em"
            | "strong"
            | "span"
            | "font"
            | "a"
            | "sub"
            | "sup"
            | "rFonts"
            | "sz"
            | "szCs"
            | "color"
            | "lang"
            | "proofErr"
            | "bookmarkStart"
            | "bookmarkEnd"
            | "bCs"
            | "iCs"
            | "hyperlink"
            | "ins"
            | "del"
            | "delText"
            | "instrText"
            | "smartTag"
            | "noProof"
            | "lastRenderedPageBreak"
            | "softHyphen"
            | "s"
            | "highlight"
            | "rStyle"
            | "latin"
            | "ea"
            | "cs"
            | "rPh"
            | "phoneticPr"
            | "small"
            | "mark"
            | "wbr"
            | "kern"
            | "spacing"
            | "shd"
            | "caps"
            | "vertAlign"
            | "strike"
            | "solidFill"
            | "srgbClr"
    )
}

/// Whether a text says itself that it is markup. Another text that starts with
/// a bracket may be a list of mail addresses.
pub(super) fn is_declared(text: &str) -> bool {
    let head = text.trim_start_matches('\u{feff}').trim_start();
    let head: String = head.chars().take(16).collect::<String>().to_lowercase();
    [
        "<?x",
        "<!doctype",
        "<html",
        "<x:xmp",
        "<svg",
        "<w:",
        "<rdf:",
    ]
    .iter()
    .any(|start| head.starts_with(start))
}

impl Markup {
    /// Reads a text.
    pub(super) fn of(text: &str) -> Self {
        let mut markup = Self::default();
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            let (data, tag) = rest.split_at(at);
            markup.data(data);
            rest = markup.tag(tag);
        }
        markup.data(rest);
        markup
    }

    fn data(&mut self, data: &str) {
        if data.is_empty() {
            return;
        }
        let text = unescape(data);
        self.joined.push_str(&text);
        self.apart.push_str(&text);
    }

    /// Takes one tag, comment or section off the front; tells what follows.
    fn tag<'a>(&mut self, text: &'a str) -> &'a str {
        for (open, close, is_data) in [
            ("<!--", "-->", false),
            ("<![CDATA[", "]]>", true),
            ("<?", "?>", false),
        ] {
            let Some(inner) = text.strip_prefix(open) else {
                continue;
            };
            let (inner, after) = inner.split_once(close).unwrap_or((inner, ""));
            if is_data {
                self.joined.push_str(inner);
                self.apart.push_str(inner);
            } else if open == "<!--" {
                // What was commented out is text, whatever tags are in it.
                self.joined.push(WALL);
                self.joined
                    .push_str(&unescape(inner).replace(['<', '>'], WALL_TEXT));
                self.joined.push(WALL);
            } else {
                self.value(inner);
            }
            return after;
        }
        let inner = text.get(1..).unwrap_or_default();
        if !is_tag(inner) {
            // "<" in running text.
            self.data("<");
            return inner;
        }
        let Some(end) = tag_end(inner) else {
            // No tag ends from here on.
            self.data(inner);
            return "";
        };
        let (inner, after) = (
            inner.get(..end).unwrap_or(inner),
            inner.get(end + 1..).unwrap_or_default(),
        );
        let inner_name = inner.trim_start_matches('/');
        let name_end = inner_name
            .find(|c: char| c.is_whitespace() || c == '/')
            .unwrap_or(inner_name.len());
        let name = inner_name.get(..name_end).unwrap_or_default();
        if is_inline(name) {
            self.apart.push(' ');
        } else {
            self.joined.push(WALL);
            self.apart.push(WALL);
        }
        self.attributes(inner_name.get(name_end..).unwrap_or_default());
        after
    }

    fn attributes(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('=') {
            self.stray(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default().trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => {
                    let inner = rest.get(1..).unwrap_or_default();
                    inner.split_once(quote).unwrap_or((inner, ""))
                }
                None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
            };
            self.value(value);
            rest = after;
        }
        rest.split_whitespace().for_each(|word| self.value(word));
    }

    /// What stands before an attribute's name and is none of it.
    fn stray(&mut self, text: &str) {
        let mut words = text.split_whitespace().rev();
        // The last one is the name.
        words.next();
        for word in words {
            self.value(word);
        }
    }

    fn value(&mut self, value: &str) {
        // Numbers shorter than any identifier fill the files of Office.
        if value.len() > 2
            && value
                .chars()
                .any(|c| c.is_alphabetic() || value.len() > 5 && c.is_numeric())
        {
            self.values.push(WALL);
            self.values.push_str(&unescape(value));
        }
    }
}

/// Whether what follows a `<` may be a tag.
fn is_tag(inner: &str) -> bool {
    let inner = inner.strip_prefix(['/', '!']).unwrap_or(inner);
    let name_end = inner.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'));
    let name = inner
        .get(..name_end.unwrap_or(inner.len()))
        .unwrap_or_default();
    let letter = |c: char| c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(letter)
}

/// The end of a tag; a `>` inside quotes does not count. `None` if it never ends.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at),
            _ => {}
        }
    }
    // A quote that is never closed: the first bracket has to do.
    text.find('>')
}

/// Decodes character references, XML's and the German ones of HTML.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let decoded = end.and_then(|end| Some((reference(rest.get(..end)?)?, end)));
        if let Some((c, end)) = decoded {
            out.push(c);
            rest = rest.get(end + 1..).unwrap_or_default();
        } else {
            out.push('&');
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = match hex {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    const NAMED: [(&str, char); 40] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
        ("shy", '\u{ad}'),
        ("auml", 'ä'),
        ("ouml", 'ö'),
        ("uuml", 'ü'),
        ("Auml", 'Ä'),
        ("Ouml", 'Ö'),
        ("Uuml", 'Ü'),
        ("szlig", 'ß'),
        ("eacute", 'é'),
        ("egrave", 'è'),
        ("ecirc", 'ê'),
        ("euml", 'ë'),
        ("agrave", 'à'),
        ("aacute", 'á'),
        ("acirc", 'â'),
        ("aring", 'å'),
        ("aelig", 'æ'),
        ("ccedil", 'ç'),
        ("iacute", 'í'),
        ("iuml", 'ï'),
        ("ntilde", 'ñ'),
        ("oacute", 'ó'),
        ("ocirc", 'ô'),
        ("oslash", 'ø'),
        ("uacute", 'ú'),
        ("scaron", 'š'),
        ("Scaron", 'Š'),
        ("commat", '@'),
        ("period", '.'),
        ("hyphen", '-'),
        ("ndash", '–'),
        ("lowbar", '_'),
        ("zwnj", '\u{200c}'),
        ("zwj", '\u{200d}'),
    ];
    NAMED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, c)| *c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_split_over_runs_is_whole() {
        let xml = "<w:p><w:r><w:t>Mül</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ler</w:t></w:r></w:p><w:p>x</w:p>";
        let markup = Markup::of(xml);
        assert!(markup.joined.contains("Müller"), "{:?}", markup.joined);
        assert!(!markup.joined.contains("Müllerx"));
    }

    #[test]
    fn names_of_tags_are_no_text() {
        let markup =
            Markup::of(r#"<lang koch="Berg &gt; Tal" x='M&#252;ller'><!-- Weber --></lang>"#);
        assert!(!markup.joined.contains("lang") && !markup.values.contains("koch"));
        for value in ["Berg > Tal", "Müller"] {
            assert!(markup.values.contains(value), "{value}");
        }
        assert!(markup.joined.contains("Weber"));
    }

    #[test]
    fn broken_markup_is_read_anyway() {
        for text in [
            "<a b=\"c",
            "<",
            "<!-- x",
            "a < b & c",
            "<a b='x>Müller",
            "&#xFFFFFFFF;&foo;",
        ] {
            let markup = Markup::of(text);
            assert!(markup.joined.len() <= text.len() + 4);
        }
        assert!(Markup::of("<a b='x>Müller").joined.contains("Müller"));
    }
}
