//! Pseudonyms back to identifiers: controlled re-identification by the holder
//! of the restore key.
//!
//! Language models change tokens: case, brackets, Markdown escapes, an `s` for
//! the genitive. All of that is understood. What is not: a token whose check
//! characters do not fit, whose label belongs to another kind of data, or that
//! was never issued. It stays as it is and is listed; nothing is guessed.

mod stream;
mod surrogates;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::document::{Document, Edit};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{self, ReadOptions};
use crate::mapping::MappingStore;
use crate::mapping::seal::RestoreKey;
use crate::token;
use surrogates::Issued;

/// Puts real values back.
#[derive(Debug)]
pub struct Restorer<'a> {
    key: &'a RestoreKey,
    store: &'a mut dyn MappingStore,
    issued: Issued,
    /// What came back, as it was issued.
    seen: BTreeSet<String>,
    /// The codes that the model can know, if that is known.
    only: Option<BTreeSet<String>>,
}

/// What restoring did. Tokens are listed, never values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Tokens put back that stood exactly as they were issued.
    pub n_exact: u64,
    /// Tokens put back although something had changed them.
    pub n_altered: u64,
    /// Tokens left alone: well-formed, but not in this store.
    pub unknown: BTreeMap<String, u64>,
    /// Tokens left alone: a check character or the label does not fit.
    pub damaged: BTreeMap<String, u64>,
    /// Surrogates left alone: several fit.
    pub ambiguous: BTreeMap<String, u64>,
}

/// What a place that looks like a token turned out to be.
enum Reading {
    Value(String),
    Unknown,
    Damaged,
    Nothing,
}

impl<'a> Restorer<'a> {
    /// A restorer with the key that opens what the batch sealed, and the store
    /// where the pairs live.
    ///
    /// # Errors
    /// If the store fails.
    pub fn new(key: &'a RestoreKey, store: &'a mut dyn MappingStore) -> Result<Self> {
        let issued = Issued::load(store)?;
        Ok(Self {
            key,
            store,
            issued,
            seen: BTreeSet::new(),
            only: None,
        })
    }

    /// The pseudonyms in a text that was given to the model, to compare an answer
    /// with. Nothing is opened.
    ///
    /// # Errors
    /// If the store fails.
    pub fn expect(&mut self, sent: &str) -> Result<BTreeSet<String>> {
        let mut expected = BTreeSet::new();
        for range in token::find_all(sent) {
            let shown = sent.get(range).unwrap_or_default();
            expected.insert(tail_of(shown));
        }
        for hit in self.issued.find(sent) {
            expected.insert(hit.shown);
        }
        Ok(expected)
    }

    /// Restores no other tokens than those of these subjects: what the model was
    /// not given it can only have made up.
    pub fn restrict(&mut self, expected: &BTreeSet<String>) {
        let code = |tail: &String| {
            let code = tail.split('-').next().unwrap_or_default();
            code.to_owned()
        };
        self.only = Some(expected.iter().map(code).collect());
    }

    /// Which of the expected pseudonyms did not come back in anything that was
    /// restored so far.
    #[must_use]
    pub fn missing(&self, expected: &BTreeSet<String>) -> Vec<String> {
        expected.difference(&self.seen).cloned().collect()
    }

    /// The pseudonyms in a file that was given to the model.
    ///
    /// # Errors
    /// If the file cannot be read, or the store fails.
    pub fn expect_file(
        &mut self,
        bytes: Vec<u8>,
        extension: &str,
        options: &ReadOptions,
    ) -> Result<BTreeSet<String>> {
        let format = format::find(&bytes, extension).unwrap_or(&format::text::Text);
        let file = format.open(bytes, options)?;
        let mut expected = BTreeSet::new();
        for segment in file.document().segments() {
            expected.append(&mut self.expect(segment.text())?);
        }
        Ok(expected)
    }

    /// Where something is to be restored or was meant to be.
    fn places(&mut self, text: &str, unheard: &mut Restored) -> Result<Vec<Range<usize>>> {
        let seen = self.seen.clone();
        let places = self.replacements(text, unheard)?;
        self.seen = seen;
        Ok(places.into_iter().map(|(range, _)| range).collect())
    }

    /// Restores a text.
    ///
    /// # Errors
    /// If the store or the key fails.
    pub fn text(&mut self, text: &str) -> Result<(String, Restored)> {
        let mut restored = Restored::default();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (range, with) in self.replacements(text, &mut restored)? {
            out.push_str(text.get(at..range.start).unwrap_or_default());
            out.push_str(&with);
            at = range.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Ok((out, restored))
    }

    /// Restores a file in its own format; of a PDF the text; a file of no known
    /// format is taken as text.
    ///
    /// # Errors
    /// If the file cannot be read or written, or the store or the key fails.
    pub fn file(
        &mut self,
        bytes: Vec<u8>,
        extension: &str,
        options: &ReadOptions,
    ) -> Result<(Vec<u8>, Restored)> {
        let format = format::find(&bytes, extension).unwrap_or(&format::text::Text);
        let file = format.open(bytes, options)?;
        let mut restored = Restored::default();
        if format.name() == "pdf" {
            // Real names are not drawn into somebody's layout: the text comes back.
            let mut lines = String::new();
            for segment in file.document().segments() {
                let (text, heard) = self.text(segment.text())?;
                restored.add(heard);
                lines.push_str(&text);
                lines.push('\n');
            }
            return Ok((lines.into_bytes(), restored));
        }
        let edits = self.edits(file.document(), &mut restored)?;
        Ok((file.rewrite(&edits)?, restored))
    }

    fn edits(&mut self, document: &Document, restored: &mut Restored) -> Result<Vec<Edit>> {
        let mut edits = Vec::new();
        for (index, segment) in document.segments().iter().enumerate() {
            let mut unheard = Restored::default();
            let count = if segment.is_again() {
                &mut unheard
            } else {
                &mut *restored
            };
            for (range, with) in self.replacements(segment.text(), count)? {
                let span = document
                    .span(index, range.start, range.end)
                    .ok_or_else(|| {
                        Error::new(ErrorKind::Internal, "a token does not fit its segment")
                    })?;
                edits.push(Edit { span, with });
            }
        }
        Ok(edits)
    }

    fn replacements(
        &mut self,
        text: &str,
        restored: &mut Restored,
    ) -> Result<Vec<(Range<usize>, String)>> {
        let shape = SHAPE
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::Internal, "a pattern does not compile"))?;
        let mut found = Vec::new();
        for captures in shape.captures_iter(text) {
            let Some(place) = Place::new(text, &captures) else {
                continue;
            };
            match self.read(&place)? {
                Reading::Value(value) => {
                    self.seen.insert(place.tail.clone());
                    if place.exact {
                        restored.n_exact += 1;
                    } else {
                        restored.n_altered += 1;
                    }
                    let rest = text.get(place.range.end..).unwrap_or_default();
                    let genitive = genitive(&value, rest);
                    let end = place.range.end + usize::from(genitive.is_some());
                    let with = format!("{value}{}", genitive.unwrap_or_default());
                    found.push((place.range.start..end, with));
                }
                Reading::Unknown => {
                    *restored.unknown.entry(place.shown(text)).or_insert(0) += 1;
                }
                Reading::Damaged => {
                    *restored.damaged.entry(place.shown(text)).or_insert(0) += 1;
                }
                Reading::Nothing => {}
            }
        }
        self.surrogates(text, &mut found, restored)?;
        Ok(found)
    }

    /// Adds the surrogates that stand where no token does.
    fn surrogates(
        &mut self,
        text: &str,
        found: &mut Vec<(Range<usize>, String)>,
        restored: &mut Restored,
    ) -> Result<()> {
        let n_tokens = found.len();
        for hit in self.issued.find(text) {
            let range = hit.range.clone();
            let taken = found
                .get(..n_tokens)
                .unwrap_or_default()
                .iter()
                .any(|(token, _)| token.start < range.end && range.start < token.end);
            let [id] = hit.ids.as_slice() else {
                let shown = text.get(range).unwrap_or_default().to_owned();
                *restored.ambiguous.entry(shown).or_insert(0) += 1;
                continue;
            };
            let Some((_, sealed)) = self.store.sealed_surrogate(*id)?.filter(|_| !taken) else {
                continue;
            };
            let value = self.key.open_sealed(&sealed)?;
            // Part of a value that never stands alone.
            if value.is_empty() {
                continue;
            }
            self.seen.insert(hit.shown.clone());
            if hit.exact {
                restored.n_exact += 1;
            } else {
                restored.n_altered += 1;
            }
            let shown = text.get(range.clone()).unwrap_or_default();
            let rest = text.get(range.end..).unwrap_or_default();
            let (taken, ending) = surrogate_genitive(shown, &value, rest);
            let shouted = shown.chars().any(char::is_alphabetic)
                && shown.chars().all(|c| !c.is_lowercase())
                && !hit.exact;
            let value = if shouted {
                value.to_uppercase()
            } else {
                value.to_string()
            };
            found.push((range.start..range.end + taken, format!("{value}{ending}")));
        }
        found.sort_unstable_by_key(|(range, _)| range.start);
        Ok(())
    }

    fn read(&mut self, place: &Place) -> Result<Reading> {
        let Some((code, variant)) = token::parse(&place.tail) else {
            // Only what has brackets and a label of ours was meant as a token.
            return Ok(if place.meant {
                Reading::Damaged
            } else {
                Reading::Nothing
            });
        };
        if self.only.as_ref().is_some_and(|only| !only.contains(code)) {
            return Ok(Reading::Unknown);
        }
        let Some((entity_type, sealed)) = self.store.sealed(code, variant)? else {
            return Ok(Reading::Unknown);
        };
        let ours = types_of(&place.label).next().is_some();
        if ours && !types_of(&place.label).any(|known| known == entity_type) {
            return Ok(Reading::Damaged);
        }
        let value = self.key.open_sealed(&sealed)?;
        Ok(Reading::Value(value.to_string()))
    }
}

/// A place that looks like a token.
struct Place {
    range: Range<usize>,
    label: String,
    /// `K7RN3X` or `K7RN3X-H4`, upper case.
    tail: String,
    /// Whether it stands just as it was issued.
    exact: bool,
    /// Whether it can only be a token: brackets and a label of ours.
    meant: bool,
}

impl Place {
    /// `None` if the place is the end of another word.
    fn new(text: &str, captures: &Captures<'_>) -> Option<Self> {
        let part = |name: &str| captures.name(name).map_or("", |found| found.as_str());
        let whole = captures.get(0)?;
        if glued(text, whole.start()) {
            return None;
        }
        let label = format!("{}{}", part("known"), part("other")).to_uppercase();
        let code = captures.name("code").or_else(|| captures.name("code2"))?;
        let variant = format!("{}{}", part("variant"), part("variant2")).to_uppercase();
        let end = captures
            .name("variant")
            .or_else(|| captures.name("variant2"))
            .map_or(whole.end(), |found| found.end());
        let after = text.get(end..).and_then(|rest| rest.chars().next());
        // A word after a hyphen is no variant: `PERSON_K7RN3X-Akte`.
        let is_word = !token::is_body(&variant) || after.is_some_and(|c| c.is_ascii_alphanumeric());
        let upper = code.as_str().to_uppercase();
        let (range, tail) = if variant.is_empty() {
            (whole.range(), upper)
        } else if is_word {
            (whole.start()..code.end(), upper)
        } else {
            (whole.range(), format!("{upper}-{variant}"))
        };
        let ours = types_of(&label).next().is_some();
        Some(Self {
            exact: ours && text.get(range.clone()) == Some(&format!("[{label}_{tail}]")),
            meant: ours && whole.as_str().starts_with('['),
            range,
            label,
            tail,
        })
    }

    fn shown(&self, text: &str) -> String {
        text.get(self.range.clone()).unwrap_or_default().to_owned()
    }
}

impl Restored {
    /// How many values were put back.
    #[must_use]
    pub const fn n(&self) -> u64 {
        self.n_exact + self.n_altered
    }

    /// Adds what restoring another piece did.
    pub fn add(&mut self, more: Self) {
        self.n_exact += more.n_exact;
        self.n_altered += more.n_altered;
        for (into, from) in [
            (&mut self.unknown, more.unknown),
            (&mut self.damaged, more.damaged),
            (&mut self.ambiguous, more.ambiguous),
        ] {
            for (shown, n) in from {
                *into.entry(shown).or_insert(0) += n;
            }
        }
    }
}

/// What a token may look like after a language model, an editor, or a web page
/// had it: in known brackets or none with a label of ours, in brackets with any
/// label (translated).
static SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let mut labels: Vec<&str> = EntityType::ALL
        .iter()
        .flat_map(|known| [known.label_de(), known.label_en(), known.name()])
        .collect();
    labels.sort_unstable_by_key(|label| std::cmp::Reverse(label.len()));
    labels.dedup();
    let known = labels.join("|").replace('_', r"[_ \\]{1,2}");
    let open = r"(?:\\?\[|\{{1,2}|<|%5B|&#91;|&lsqb;|&lbrack;|&lt;)\s?[*_`]{0,3}";
    let close = r"[*_`]{0,3}\s?(?:\\?\]|\}{1,2}|>|%5D|&#93;|&rsqb;|&rbrack;|&gt;)";
    let separator = r"(?:[-_\s\\*`:\u{A0}\u{AD}\u{200B}-\u{200D}\u{2010}-\u{2013}\u{2060}\u{FEFF}]|%5F|%20|&#95;|&lowbar;|&nbsp;){1,8}";
    let dash = r"(?:\\?[-\u{2010}-\u{2013}]|\s[-\u{2010}-\u{2013}]\s)";
    let tail =
        |n: &str| format!("(?<code{n}>[a-z0-9]{{6,14}})(?:{dash}(?<variant{n}>[a-z0-9]{{2,5}}))?");
    Regex::new(&format!(
        r"(?i)(?:{open})?(?<known>{known}){separator}{}(?:{close})?|{open}(?<other>\p{{L}}{{2,24}}){separator}{}{close}",
        tail(""),
        tail("2"),
    ))
    .ok()
});

/// The types with this label, in either language, or with this name.
fn types_of(label: &str) -> impl Iterator<Item = EntityType> {
    let label: String = label.replace([' ', '\\'], "_");
    EntityType::ALL.iter().copied().filter(move |known| {
        [known.label_de(), known.label_en(), known.name()].contains(&label.as_str())
    })
}

/// Whether a letter or digit stands right before a place: then it is the end of
/// another word.
fn glued(text: &str, start: usize) -> bool {
    let before = text
        .get(..start)
        .and_then(|before| before.chars().next_back());
    let first = text.get(start..).and_then(|rest| rest.chars().next());
    before.is_some_and(char::is_alphanumeric) && first.is_some_and(char::is_alphanumeric)
}

/// The ending that a genitive `s` after a token becomes: `'` after names that
/// end in a hiss, and nothing to change after others.
fn genitive(value: &str, rest: &str) -> Option<&'static str> {
    let mut rest = rest.chars();
    let is_genitive = rest.next() == Some('s') && !rest.next().is_some_and(char::is_alphanumeric);
    (is_genitive && hisses(value)).then_some("’")
}

/// Whether a name ends in a hiss, so that its genitive is an apostrophe.
fn hisses(value: &str) -> bool {
    value.ends_with(['s', 'ß', 'x', 'z', 'S', 'X', 'Z']) || value.ends_with("ce")
}

/// How many bytes after a surrogate are its genitive ending, and the ending that
/// the original takes instead: "Albers'" is "Müllers", "Brendings" is "Strauß’".
fn surrogate_genitive(shown: &str, value: &str, rest: &str) -> (usize, &'static str) {
    let letter_after = |rest: &str| rest.chars().next().is_some_and(char::is_alphanumeric);
    let ending = if hisses(value) { "’" } else { "s" };
    if let Some(after) = rest.strip_prefix('s').filter(|after| !letter_after(after)) {
        return (rest.len() - after.len(), ending);
    }
    let apostrophe = rest.strip_prefix(['\'', '’']);
    match apostrophe.filter(|after| hisses(shown) && !letter_after(after)) {
        // An apostrophe that closes a quotation has a partner; this one has none.
        Some(after) => (rest.len() - after.len(), ending),
        None => (0, ""),
    }
}

/// What follows the label of a token, without brackets.
fn tail_of(token: &str) -> String {
    let bare = token.trim_matches(['[', ']']);
    bare.rsplit('_').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::seal::{self, BatchKey};
    use crate::mapping::sqlite::SqliteStore;
    use crate::pseudonym::Pseudonyms;
    use crate::token::Language;

    struct Desk {
        folder: tempfile::TempDir,
        batch: BatchKey,
        restore: RestoreKey,
        store: SqliteStore,
    }

    impl Desk {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            seal::create(folder.path()).unwrap();
            let batch = BatchKey::open(folder.path()).unwrap();
            let store = SqliteStore::open(
                &folder.path().join("m"),
                batch.fingerprint(),
                batch.public_id(),
            )
            .unwrap();
            let restore = RestoreKey::open(folder.path()).unwrap();
            Self {
                folder,
                batch,
                restore,
                store,
            }
        }

        fn token(&mut self, entity_type: EntityType, canonical: &str, text: &str) -> String {
            let scope = self.batch.blind("scope", &[]);
            let mut pseudonyms = Pseudonyms {
                key: &self.batch,
                store: &mut self.store,
                domain: "d",
                language: Language::De,
            };
            let subject = pseudonyms.subject(entity_type, canonical, scope).unwrap();
            pseudonyms.surface(&subject, text).unwrap().to_string()
        }

        fn restore(&mut self, text: &str) -> (String, Restored) {
            Restorer::new(&self.restore, &mut self.store)
                .unwrap()
                .text(text)
                .unwrap()
        }
    }

    #[test]
    fn tokens_come_back_whatever_a_model_did_to_them() {
        let mut desk = Desk::new();
        let token = desk.token(EntityType::Person, "max muster", "Max Muster");
        let short = desk.token(EntityType::Person, "max muster", "Muster");
        assert!(short.contains('-'), "{short}");
        let bare = token.trim_matches(['[', ']']);
        let (label, code) = bare.split_once('_').unwrap();
        let altered = [
            token.to_lowercase(),
            bare.to_owned(),
            format!("\\[{label}\\_{code}\\]"),
            format!("[{label} {code}]"),
            format!("[{label}-{code}]"),
            format!("{{{{{bare}}}}}"),
            format!("<{bare}>"),
            format!("%5B{label}%5F{code}%5D"),
            format!("&#91;{bare}&#93;"),
            format!("[**{bare}**]"),
            format!("[{label}_\u{200B}{code}]"),
            format!("[{label}\u{A0}{code}]"),
            format!("[{label}_\n{code}]"),
            format!("[PERSONNE_{code}]"),
        ];
        for form in altered {
            let (text, restored) = desk.restore(&format!("Sehr geehrter Herr {form},"));
            assert_eq!(text, "Sehr geehrter Herr Max Muster,", "{form:?}");
            assert_eq!((restored.n_exact, restored.n_altered), (0, 1), "{form:?}");
        }
        let (text, restored) = desk.restore(&format!(
            "{token} und {short}s Akte, Widerspruch_{bare}.docx ({bare})"
        ));
        assert_eq!(
            text,
            "Max Muster und Musters Akte, Widerspruch_Max Muster.docx (Max Muster)"
        );
        assert_eq!(restored.n_exact, 2);
        let bare_short = short.trim_matches(['[', ']']);
        let (text, _) = desk.restore(&format!(
            "{bare_short}_Telefonat {bare}-Akte {bare}_1 [{bare}]"
        ));
        assert_eq!(
            text,
            "Muster_Telefonat Max Muster-Akte Max Muster_1 Max Muster"
        );
    }

    #[test]
    fn nothing_is_guessed() {
        let mut desk = Desk::new();
        let token = desk.token(EntityType::Person, "max muster", "Max Muster");
        let code = token
            .trim_matches(['[', ']'])
            .strip_prefix("PERSON_")
            .unwrap()
            .to_owned();
        let last = if code.ends_with('C') { 'F' } else { 'C' };
        let broken = format!("[PERSON_{}{last}]", &code[..code.len() - 1]);
        let foreign = format!("[IBAN_{code}]");
        let never = Desk::new().token(EntityType::Person, "erika muster", "Erika Muster");
        let input = format!("{broken} {foreign} {never} [PERSON_1] PERSON_1 [siehe Anlage_K7]");
        let (text, restored) = desk.restore(&input);
        assert_eq!(text, input);
        assert_eq!(restored.n(), 0);
        assert_eq!(restored.unknown.keys().collect::<Vec<_>>(), [&never]);
        assert_eq!(restored.damaged.len(), 2, "{:?}", restored.damaged);
        assert!(desk.folder.path().exists());
    }

    #[test]
    fn the_genitive_fits_the_name() {
        let mut desk = Desk::new();
        let token = desk.token(EntityType::Person, "anna strauss", "Strauß");
        let (text, _) = desk.restore(&format!("{token}s Antrag, {token}'s file, {token}straße"));
        assert_eq!(text, "Strauß’ Antrag, Strauß's file, Straußstraße");
    }

    #[test]
    fn a_file_comes_back_in_its_own_encoding() {
        let mut desk = Desk::new();
        let token = desk.token(EntityType::Person, "max mueller", "Max Müller");
        let input = format!("Gr{}e an {token}", "\u{fc}\u{df}");
        let bytes: Vec<u8> = input
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
        let mut restorer = Restorer::new(&desk.restore, &mut desk.store).unwrap();
        let (output, restored) = restorer
            .file(bytes, "answer", &ReadOptions::default())
            .unwrap();
        assert_eq!(output, b"Gr\xFC\xDFe an Max M\xFCller");
        assert_eq!(restored.n(), 1);
    }
}
