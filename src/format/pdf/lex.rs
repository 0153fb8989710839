//! Reads a content stream into instructions, each with the exact bytes it came
//! from. It knows the syntax of operands and nothing about what operators do;
//! it never fails: what makes no sense is passed over.

use std::ops::Range;

/// Arrays and dictionaries nested deeper than this are no content anybody wrote.
const MAX_NESTING: u32 = 24;

/// One operand.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Self>),
    Dict(Vec<(Vec<u8>, Self)>),
    /// `true`, `false`, `null`.
    Other,
}

/// One operator with what stood before it.
#[derive(Clone, Debug)]
pub(super) struct Instruction<'a> {
    pub(super) operator: &'a [u8],
    pub(super) operands: Vec<Operand>,
    pub(super) span: Range<usize>,
}

/// Reads instructions one after the other.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where comments stand: they may hold anything.
    pub(super) comments: Vec<Range<usize>>,
}

enum Token<'a> {
    Operand(Operand),
    Word(&'a [u8]),
}

impl Operand {
    pub(super) const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Name(_) | Self::Text(_) | Self::Array(_) | Self::Dict(_) | Self::Other => None,
        }
    }

    /// Whether it is or holds a string.
    pub(super) fn has_text(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Array(items) => items.iter().any(Self::has_text),
            Self::Dict(entries) => entries.iter().any(|(_, value)| value.has_text()),
            Self::Number(_) | Self::Name(_) | Self::Other => false,
        }
    }

    /// Calls back with every name in it.
    pub(super) fn names(&self, found: &mut impl FnMut(&[u8])) {
        match self {
            Self::Name(name) => found(name),
            Self::Array(items) => items.iter().for_each(|item| item.names(found)),
            Self::Dict(entries) => entries.iter().for_each(|(_, value)| value.names(found)),
            Self::Number(_) | Self::Text(_) | Self::Other => {}
        }
    }
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            comments: Vec::new(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                let start = self.at;
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
                self.comments.push(start..self.at);
            } else {
                break;
            }
        }
    }

    fn token(&mut self, depth: u32) -> Option<Token<'a>> {
        loop {
            self.skip_space();
            let start = self.at;
            let first = self.peek()?;
            let operand = match first {
                b'(' => self.literal(),
                b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                    self.at += 2;
                    self.dict(depth)
                }
                b'<' => self.hex(),
                b'/' => self.name(),
                b'[' => {
                    self.at += 1;
                    self.array(depth)
                }
                b']' | b'}' | b'{' | b')' | b'>' => {
                    // A closer without its opener, or PostScript: no content.
                    self.at += 1;
                    continue;
                }
                _ => {
                    while self.peek().is_some_and(is_regular) {
                        self.at += 1;
                    }
                    let word = self.bytes.get(start..self.at).unwrap_or_default();
                    return Some(word_token(word));
                }
            };
            return Some(Token::Operand(operand));
        }
    }

    fn literal(&mut self) -> Operand {
        self.at += 1;
        let mut out = Vec::new();
        let mut open = 1_u32;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => {
                    open += 1;
                    out.push(byte);
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                    out.push(byte);
                }
                b'\\' => self.escape(&mut out),
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    out.push(b'\n');
                }
                _ => out.push(byte),
            }
        }
        Operand::Text(out)
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            value = value * 8 + u32::from(digit - b'0');
                            self.at += 1;
                        }
                        _ => break,
                    }
                }
                out.push(u8::try_from(value & 0xFF).unwrap_or_default());
            }
            other => out.push(other),
        }
    }

    fn hex(&mut self) -> Operand {
        self.at += 1;
        let mut out = Vec::new();
        let mut half: Option<u8> = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex_digit(byte) else {
                continue;
            };
            half = match half {
                None => Some(digit),
                Some(high) => {
                    out.push(high * 16 + digit);
                    None
                }
            };
        }
        if let Some(high) = half {
            out.push(high * 16);
        }
        Operand::Text(out)
    }

    fn name(&mut self) -> Operand {
        self.at += 1;
        let mut out = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            let pair = self.bytes.get(self.at..self.at + 2);
            if byte == b'#'
                && let Some(&[high, low]) = pair
                && let (Some(high), Some(low)) = (hex_digit(high), hex_digit(low))
            {
                out.push(high * 16 + low);
                self.at += 2;
            } else {
                out.push(byte);
            }
        }
        Operand::Name(out)
    }

    fn array(&mut self, depth: u32) -> Operand {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(_) if depth >= MAX_NESTING => self.at += 1,
                Some(_) => match self.token(depth + 1) {
                    Some(Token::Operand(operand)) => items.push(operand),
                    Some(Token::Word(_)) => {}
                    None => break,
                },
            }
        }
        Operand::Array(items)
    }

    fn dict(&mut self, depth: u32) -> Operand {
        let mut entries = Vec::new();
        let mut key: Option<Vec<u8>> = None;
        loop {
            self.skip_space();
            if self.bytes.get(self.at..self.at + 2) == Some(b">>") {
                self.at += 2;
                break;
            }
            if depth >= MAX_NESTING && self.peek().is_some() {
                self.at += 1;
                continue;
            }
            match (self.token(depth + 1), key.take()) {
                (None, _) => break,
                (Some(Token::Operand(value)), Some(key)) => entries.push((key, value)),
                (Some(Token::Operand(Operand::Name(name))), None) => key = Some(name),
                (Some(_), _) => {}
            }
        }
        Operand::Dict(entries)
    }

    /// The rest of an inline image after `BI`: its dictionary; the data is
    /// passed over.
    fn inline_image(&mut self) -> Operand {
        let mut entries = Vec::new();
        let mut key: Option<Vec<u8>> = None;
        loop {
            match (self.token(0), key.take()) {
                (None, _) => return Operand::Dict(entries),
                (Some(Token::Word(b"ID")), _) => break,
                (Some(Token::Operand(value)), Some(key)) => entries.push((key, value)),
                (Some(Token::Operand(Operand::Name(name))), None) => key = Some(name),
                (Some(_), _) => {}
            }
        }
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(found) = memchr::memmem::find(rest, b"EI") else {
                self.at = self.bytes.len();
                break;
            };
            let before = found.checked_sub(1).and_then(|i| rest.get(i)).copied();
            self.at += found + 2;
            let after = self.bytes.get(self.at..).unwrap_or_default();
            if before.is_none_or(is_space) && looks_like_content(after) {
                break;
            }
        }
        Operand::Dict(entries)
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Instruction<'a>;

    fn next(&mut self) -> Option<Instruction<'a>> {
        let mut operands = Vec::new();
        self.skip_space();
        let start = self.at;
        loop {
            match self.token(0)? {
                Token::Operand(operand) => operands.push(operand),
                Token::Word(b"BI") => {
                    let image = self.inline_image();
                    return Some(Instruction {
                        operator: b"BI",
                        operands: vec![image],
                        span: start..self.at,
                    });
                }
                Token::Word(operator) => {
                    return Some(Instruction {
                        operator,
                        operands,
                        span: start..self.at,
                    });
                }
            }
        }
    }
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | 12)
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

const fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Image data may hold the letters EI; what follows the true end is content.
fn looks_like_content(after: &[u8]) -> bool {
    let head = after.get(..12).unwrap_or(after);
    after.first().is_none_or(|byte| is_space(*byte))
        && head
            .iter()
            .all(|byte| is_space(*byte) && *byte != 0 || (0x20..0x7F).contains(byte))
}

fn word_token(word: &[u8]) -> Token<'_> {
    match word {
        b"true" | b"false" | b"null" => Token::Operand(Operand::Other),
        _ => number(word).map_or(Token::Word(word), |value| {
            Token::Operand(Operand::Number(value))
        }),
    }
}

/// A PDF number; forgiving where all viewers are (`--5`, `1.2.3`, `5-3`).
fn number(word: &[u8]) -> Option<f64> {
    let first = *word.first()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    let text = std::str::from_utf8(word).ok()?;
    if let Some(value) = simple_number(text) {
        return Some(value);
    }
    let negative = text.starts_with('-');
    let body = text.trim_start_matches(['-', '+']);
    let mut end = 0;
    let mut dots = 0;
    for (at, character) in body.char_indices() {
        match character {
            '0'..='9' => {}
            '.' if dots == 0 => dots += 1,
            '.' | '-' => break,
            _ => return None,
        }
        end = at + 1;
    }
    let value = simple_number(body.get(..end)?).unwrap_or(0.0);
    Some(if negative { -value } else { value })
}

fn simple_number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<(Vec<u8>, Vec<Operand>)> {
        Lexer::new(bytes)
            .map(|i| (i.operator.to_vec(), i.operands))
            .collect()
    }

    #[test]
    fn strings_and_numbers() {
        let got = read(b"[(a\\(b\\051\\\n c) -250.5 <4 1 4>] TJ % Erika\n1 --2 .5 Td");
        assert_eq!(got[0].0, b"TJ");
        assert_eq!(
            got[0].1,
            [Operand::Array(vec![
                Operand::Text(b"a(b) c".to_vec()),
                Operand::Number(-250.5),
                Operand::Text(b"A@".to_vec()),
            ])]
        );
        assert_eq!(
            got[1].1,
            [1.0, -2.0, 0.5].map(Operand::Number).to_vec(),
            "as all viewers read it"
        );
    }

    #[test]
    fn spans_are_exact() {
        let bytes = b" q  (x) Tj\nQ";
        let spans: Vec<_> = Lexer::new(bytes).map(|i| &bytes[i.span]).collect();
        assert_eq!(spans, [&b"q"[..], b"(x) Tj", b"Q"]);
    }

    #[test]
    fn inline_images_hide_nothing_behind_them() {
        let got = read(b"BI /W 1 /H 1 ID \x00EI\xFF EI (x) Tj");
        assert_eq!(got[0].0, b"BI");
        assert_eq!(got[1].0, b"Tj");
    }

    #[test]
    fn nonsense_ends() {
        assert!(read(b"((((").is_empty());
        assert!(read(b"]]>>)) <<<<").is_empty());
        assert!(read(&b"[".repeat(100_000)).is_empty());
        assert!(read(&b"<<".repeat(100_000)).is_empty());
    }
}
