//! Formulas of spreadsheets, taken apart as far as needed: texts in quotes are
//! searched, names that people gave are renamed, and references to sheets are
//! noted, so that they follow when a sheet gets another name.

use super::piece::{Codec, Text};
use super::rules::Names;
use super::splice::{Splice, escape};
use crate::error::Result;

/// A formula, taken apart.
#[derive(Default)]
pub(crate) struct Split {
    /// Texts to search.
    pub(crate) texts: Vec<Text>,
    /// What is always changed.
    pub(crate) fixed: Vec<Splice>,
    /// References to sheets.
    pub(crate) follows: Vec<Follow>,
    /// Whether it refers to another file.
    pub(crate) is_external: bool,
}

/// A reference to a sheet, to be rewritten when the sheet is renamed.
#[derive(Clone, Copy)]
pub(crate) struct Follow {
    /// Which sheet, from 0.
    pub(crate) sheet: usize,
    /// The bytes of its name in the part.
    pub(crate) start: usize,
    /// One past them.
    pub(crate) end: usize,
    /// Whether quotes stand around it.
    pub(crate) quoted: bool,
}

impl Follow {
    /// The new name as it stands in the formula.
    pub(crate) fn write(&self, name: &str) -> Result<Splice> {
        let name = sheet_name(name);
        let is_plain = name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && !is_reference(&name);
        let with = if self.quoted {
            name.replace('\'', "''")
        } else if is_plain {
            name
        } else {
            format!("'{}'", name.replace('\'', "''"))
        };
        Ok(Splice {
            start: self.start,
            end: self.end,
            with: escape(Codec::Attribute, &[&with])?,
        })
    }
}

/// Signs that no sheet name can hold, and what is written instead.
const FORBIDDEN: [(char, char); 7] = [
    ('[', '［'),
    (']', '］'),
    (':', '：'),
    ('\\', '＼'),
    ('/', '／'),
    ('?', '？'),
    ('*', '＊'),
];

/// A name as Excel allows it for a sheet.
pub(crate) fn sheet_name(name: &str) -> String {
    let allowed = |c| {
        let found = FORBIDDEN.iter().find(|(bad, _)| *bad == c);
        found.map_or(c, |(_, good)| *good)
    };
    name.chars().map(allowed).collect()
}

/// The sign that a stand-in in a sheet name is for.
pub(crate) fn sheet_char(c: char) -> char {
    let found = FORBIDDEN.iter().find(|(_, good)| *good == c);
    found.map_or(c, |(bad, _)| *bad)
}

/// Whether a program made up the name of a sheet.
fn is_given_sheet(name: &str) -> bool {
    const GIVEN: [&str; 7] = [
        "sheet", "tabelle", "blatt", "feuil", "hoja", "foglio", "blad",
    ];
    let lower = name.to_ascii_lowercase();
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    GIVEN.contains(&stem.trim_end_matches([' ', '_']))
}

/// Takes a formula apart.
pub(crate) fn split(formula: &Text, names: &mut Names) -> Result<Split> {
    let mut parser = Parser {
        formula,
        text: &formula.text,
        names,
        at: 0,
        split: Split::default(),
    };
    // What reaches into another file is taken out whole.
    while let Some(c) = parser.peek().filter(|_| !parser.split.is_external) {
        match c {
            '"' => parser.literal(),
            '#' => parser.skip_while(|c| c.is_alphanumeric() || "#/!?".contains(c)),
            '\'' => parser.quoted_sheet()?,
            '[' => parser.bracket(),
            _ if c.is_alphabetic() || c == '_' || c == '\\' => parser.word()?,
            _ if c.is_ascii_digit() => parser.skip_while(|c| c.is_ascii_alphanumeric() || c == '.'),
            _ => parser.at += c.len_utf8(),
        }
    }
    Ok(parser.split)
}

/// Takes a formula or an address of ODF apart.
pub(crate) fn split_odf(formula: &Text, names: &mut Names) -> Result<Split> {
    let mut parser = Parser {
        formula,
        text: &formula.text,
        names,
        at: 0,
        split: Split::default(),
    };
    // `of:=` names the grammar.
    parser.at = formula.text.find(":=").map_or(0, |n| n + 2);
    while let Some(c) = parser.peek().filter(|_| !parser.split.is_external) {
        match c {
            '"' => parser.literal(),
            '#' => parser.skip_while(|c| c.is_alphanumeric() || "#/!?".contains(c)),
            '\'' => {
                let (start, end) = parser.quoted('\'');
                if parser.peek() == Some('#') {
                    parser.split.is_external = true;
                } else {
                    parser.sheet(start, end, true)?;
                }
            }
            _ if c.is_alphabetic() || c == '_' => parser.odf_word()?,
            _ if c.is_ascii_digit() => parser.skip_while(|c| c.is_ascii_alphanumeric() || c == '.'),
            _ => parser.at += c.len_utf8(),
        }
    }
    Ok(parser.split)
}

struct Parser<'t> {
    formula: &'t Text,
    text: &'t str,
    names: &'t mut Names,
    at: usize,
    split: Split,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn skip_while(&mut self, goes_on: impl Fn(char) -> bool) {
        while let Some(c) = self.peek().filter(|c| goes_on(*c)) {
            self.at += c.len_utf8();
        }
    }

    /// Moves behind the closing quote and returns the stretch inside; a doubled
    /// quote does not close.
    fn quoted(&mut self, quote: char) -> (usize, usize) {
        self.at += quote.len_utf8();
        let start = self.at;
        loop {
            self.skip_while(|c| c != quote);
            let end = self.at;
            if self.peek().is_none() {
                return (start, end);
            }
            self.at += quote.len_utf8();
            if self.peek() != Some(quote) {
                return (start, end);
            }
            self.at += quote.len_utf8();
        }
    }

    fn literal(&mut self) {
        let (start, end) = self.quoted('"');
        let mut text = Text::default();
        let mut at = start;
        let inside = self.text.get(start..end).unwrap_or_default();
        for (doubled, _) in inside.match_indices("\"\"") {
            let doubled = start + doubled;
            text.append(self.formula.slice(at, doubled).recoded(Codec::Literal));
            if let Some(range) = self.formula.source(doubled, doubled + 2) {
                text.whole("\"", range, Codec::Literal, 0);
            }
            at = doubled + 2;
        }
        text.append(self.formula.slice(at, end).recoded(Codec::Literal));
        self.split.texts.push(text);
    }

    fn quoted_sheet(&mut self) -> Result<()> {
        let (start, end) = self.quoted('\'');
        let name = self.text.get(start..end).unwrap_or_default();
        if name.contains(['[', '/', '\\']) {
            self.split.is_external = true;
            return Ok(());
        }
        // A reference over several sheets names the first and the last.
        let mut at = start;
        for one in name.split(':') {
            self.sheet(at, at + one.len(), true)?;
            at += one.len() + 1;
        }
        Ok(())
    }

    /// A word in ODF: a function, a sheet before a dot, a cell, a name.
    fn odf_word(&mut self) -> Result<()> {
        let start = self.at;
        self.skip_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let whole = self.text.get(start..self.at).unwrap_or_default();
        if self.peek() == Some('(') {
            return Ok(());
        }
        let word = whole.split('.').next().unwrap_or_default();
        let end = start + word.len();
        if whole.len() > word.len() || self.text.get(end..).is_some_and(|r| r.starts_with(".$")) {
            return self.sheet(start, end, false);
        }
        if is_reference(word) {
            return Ok(());
        }
        let new = self.names.defined_or_new(word);
        self.rename(start, end, &new)
    }

    /// A sheet's name at a stretch: it follows the sheet. If there is no such
    /// sheet, as in a chart without its workbook, it is renamed for good.
    fn sheet(&mut self, start: usize, end: usize, quoted: bool) -> Result<()> {
        let name = self.text.get(start..end).unwrap_or_default();
        let name: String = name.replace("''", "'").chars().map(sheet_char).collect();
        let Some((from, to)) = self.formula.source(start, end) else {
            self.split.is_external = true;
            return Ok(());
        };
        match self.names.sheet(&name) {
            Some(sheet) => self.split.follows.push(Follow {
                sheet,
                start: from,
                end: to,
                quoted,
            }),
            // `Sheet1`, so that a chart finds the workbook inside the document.
            None if is_given_sheet(&name) => {}
            None => {
                let new = self.names.other_sheet(&name);
                self.rename(start, end, &new)?;
            }
        }
        Ok(())
    }

    fn rename(&mut self, start: usize, end: usize, new: &str) -> Result<()> {
        if self.text.get(start..end) == Some(new) {
            return Ok(());
        }
        let Some((start, end)) = self.formula.source(start, end) else {
            self.split.is_external = true;
            return Ok(());
        };
        let with = escape(Codec::Attribute, &[new])?;
        self.split.fixed.push(Splice { start, end, with });
        Ok(())
    }

    /// A number in brackets before a sheet stands for another file; all else in
    /// brackets names columns of tables.
    fn bracket(&mut self) {
        let start = self.at + 1;
        let mut depth = 0_u32;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                '\'' => self.at += self.peek().map_or(0, char::len_utf8),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        let end = self.at.saturating_sub(1).max(start);
        let inside = self.text.get(start..end).unwrap_or_default();
        let is_number = !inside.is_empty() && inside.bytes().all(|b| b.is_ascii_digit());
        let before_sheet = self
            .peek()
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '!'));
        if is_number && before_sheet || inside.to_ascii_lowercase().contains(".xl") {
            self.split.is_external = true;
            return;
        }
        self.columns(start, end);
    }

    /// Names of columns between brackets, commas and colons. A sign after an
    /// apostrophe is part of the name.
    fn columns(&mut self, start: usize, end: usize) {
        let mut name = Text::default();
        let mut at = start;
        let inside = self.text.get(start..end).unwrap_or_default();
        let mut signs = inside.chars();
        while let Some(c) = signs.next() {
            let next = at + c.len_utf8();
            match c {
                '[' | ']' | ',' | '@' => self.split.texts.push(std::mem::take(&mut name)),
                '\'' => {
                    if let Some(c) = signs.next()
                        && let Some(range) = self.formula.source(at, next + c.len_utf8())
                    {
                        let mut buffer = [0; 4];
                        name.whole(c.encode_utf8(&mut buffer), range, Codec::Column, 0);
                        at = next + c.len_utf8();
                        continue;
                    }
                }
                _ => name.append(self.formula.slice(at, next).recoded(Codec::Column)),
            }
            at = next;
        }
        self.split.texts.push(name);
    }

    fn word(&mut self) -> Result<()> {
        let start = self.at;
        self.skip_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '\\' | '?'));
        let end = self.at;
        let word = self.text.get(start..end).unwrap_or_default();
        let rest = self.text.get(end..).unwrap_or_default();
        let over_sheets =
            rest.starts_with(':') && self.names.sheet(word).is_some() && rest.contains('!');
        if rest.starts_with('!') || over_sheets {
            return self.sheet(start, end, false);
        }
        if rest.starts_with('(') || is_reference(word) {
            return Ok(());
        }
        // A name that is defined nowhere can be anything, so it goes as well.
        let new = self.names.defined_or_new(word);
        self.rename(start, end, &new)
    }
}

/// Whether a word is a cell, a column or a constant.
fn is_reference(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = word.get(letters..).unwrap_or_default();
    let is_cell = letters <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
    is_cell || matches!(word.to_ascii_uppercase().as_str(), "TRUE" | "FALSE") || is_row_column(word)
}

/// Whether a word is a cell in the style `R1C1`.
fn is_row_column(word: &str) -> bool {
    let rest = word.strip_prefix(['R', 'r']).unwrap_or_default();
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix(['C', 'c'])
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
}

/// The texts of a page header: codes for sections and fields part them, codes
/// for fonts stand between letters unseen.
pub(crate) fn split_header(header: &Text) -> Vec<Text> {
    let mut texts = vec![Text::default()];
    let mut at = 0;
    let text = header.text.as_str();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('&').unwrap_or(rest.len());
        if let Some(last) = texts.last_mut() {
            last.append(header.slice(at, at + plain).recoded(Codec::Header));
        }
        at += plain;
        let code = text.get(at..).unwrap_or_default();
        let (len, parts) = header_code(code);
        if code.starts_with("&&")
            && let (Some(last), Some(range)) = (texts.last_mut(), header.source(at, at + 2))
        {
            last.whole("&", range, Codec::Header, 0);
        } else if parts {
            texts.push(Text::default());
        }
        at += len;
    }
    texts
}

/// The length of the code at the start, and whether it parts the text.
fn header_code(code: &str) -> (usize, bool) {
    let count = |from: usize, most: usize, is: fn(char) -> bool| {
        let rest = code.get(from..).unwrap_or_default();
        from + rest.chars().take(most).take_while(|c| is(*c)).count()
    };
    match code.chars().nth(1) {
        None => (code.len(), false),
        Some('&') => (2, false),
        Some('"') => {
            let rest = code.get(2..).unwrap_or_default();
            (rest.find('"').map_or(code.len(), |n| n + 3), false)
        }
        Some(c) if c.is_ascii_digit() => (count(1, 3, |c| c.is_ascii_digit()), false),
        Some('K' | 'k') => (
            count(2, 6, |c| c.is_ascii_hexdigit() || matches!(c, '+' | '-')),
            false,
        ),
        Some('B' | 'b' | 'I' | 'i' | 'U' | 'u' | 'E' | 'e' | 'S' | 's' | 'X' | 'x' | 'Y' | 'y') => {
            (2, false)
        }
        Some(c) => (1 + c.len_utf8(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::super::splice::{Splices, apply};
    use super::*;

    fn text(of: &str) -> Text {
        let mut text = Text::default();
        text.raw(of, 0, Codec::Text, 0);
        text
    }

    fn names() -> Names {
        let mut names = Names::default();
        names.add_sheet("Erika M");
        names.add_sheet("Erika");
        names.add_defined("Umsatz_Erika", "Name_1");
        names
    }

    fn texts(formula: &str) -> (Vec<String>, usize, bool) {
        let split = split(&text(formula), &mut names()).unwrap();
        let texts = split
            .texts
            .into_iter()
            .map(|t| t.text)
            .filter(|t| !t.is_empty());
        (texts.collect(), split.follows.len(), split.is_external)
    }

    #[test]
    fn literals_sheets_and_names_are_told_apart() {
        assert_eq!(
            texts("IF(A1=\"Erika \"\"M\"\"\",'Erika M'!$B$2,Erika!C3)+Umsatz_Erika*1.5E3"),
            (vec!["Erika \"M\"".to_owned()], 2, false)
        );
        assert_eq!(
            texts("SUM(Kunden[Erika])+Unbekannt"),
            (vec!["Erika".into()], 0, false)
        );
        assert_eq!(texts("SUM(R1C1:AB12,TRUE)"), (vec![], 0, false));
        assert!(texts("[1]Erika!A1").2 && texts("'C:\\x\\[a.xlsx]Erika'!A1").2);
        assert!(!texts("[@Erika]").2);
    }

    #[test]
    fn sheets_that_need_quotes_get_them() {
        let formula = text("Erika!A1+'Erika M'!A1");
        let split = split(&formula, &mut names()).unwrap();
        let splices: Vec<_> = split
            .follows
            .iter()
            .map(|f| f.write("[P'1]").unwrap())
            .collect();
        assert_eq!(
            apply(&formula.text, &splices).unwrap(),
            "&apos;［P&apos;&apos;1］&apos;!A1+'［P&apos;&apos;1］'!A1"
        );
    }

    #[test]
    fn header_codes_are_no_text() {
        let header = text("&L&\"Arial,Bold\"&12Eri&Bka &K01+000X && Co&CSeite &P");
        let found = split_header(&header);
        let shown: Vec<_> = found
            .iter()
            .map(|t| t.text.as_str())
            .filter(|t| !t.is_empty())
            .collect();
        assert_eq!(shown, ["Erika X & Co", "Seite "]);
        let mut splices = Splices::default();
        splices
            .edit((&found[1].text, &found[1].pieces), (0, 12), "A & B", false)
            .unwrap();
        let out = apply(&header.text, &splices.with_fixed(&[])).unwrap();
        assert_eq!(
            out,
            "&L&\"Arial,Bold\"&12A &amp;&amp; B&B&K01+000&CSeite &P"
        );
    }
}
