//! The way back: every alteration that a model, an editor or a web page was seen
//! to make, random damage, and answers that come in pieces.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;

use deckname::entity::EntityType;
use deckname::format::ReadOptions;
use deckname::mapping::MappingStore;
use deckname::mapping::seal::{self, BatchKey, RestoreKey};
use deckname::mapping::store::Store;
use deckname::pseudonym::Pseudonyms;
use deckname::restore::{Restored, Restorer};
use deckname::token::Language;

const N_NAMES: usize = 40;

struct Desk {
    _folder: tempfile::TempDir,
    restore: RestoreKey,
    store: Store,
    /// Token and name.
    issued: Vec<(String, String)>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        seal::create(folder.path()).unwrap();
        let batch = BatchKey::open(folder.path()).unwrap();
        let path = folder.path().join("m");
        let mut store = Store::open(&path, batch.fingerprint(), batch.public_id()).unwrap();
        let scope = batch.blind("scope", &[]);
        let mut issued = Vec::new();
        for n in 0..N_NAMES {
            let name = format!("Max Muster{n}mann");
            let mut pseudonyms = Pseudonyms {
                key: &batch,
                store: &mut store,
                domain: "d",
                language: Language::De,
            };
            let subject = pseudonyms
                .subject(EntityType::Person, &name.to_lowercase(), scope)
                .unwrap();
            for text in [name.clone(), format!("Muster{n}mann")] {
                let token = pseudonyms.surface(&subject, &text).unwrap();
                issued.push((token.to_string(), text));
            }
        }
        store.commit().unwrap();
        Self {
            restore: RestoreKey::open(folder.path()).unwrap(),
            _folder: folder,
            store,
            issued,
        }
    }

    fn restorer(&mut self) -> Restorer<'_> {
        Restorer::new(&self.restore, &mut self.store).unwrap()
    }
}

/// What may become of `[LABEL_CODE]` or `[LABEL_CODE-VC]`; `None` where a form
/// makes no sense for a token.
fn alterations(token: &str) -> Vec<String> {
    let bare = token.trim_matches(['[', ']']);
    let (label, code) = bare.split_once('_').unwrap();
    let dash = |with: &str| code.replace('-', with);
    vec![
        // STORE.md's: case, escapes, bold, URL, HTML, width, brackets, breaks, labels, endings.
        token.to_lowercase(),
        bare.to_owned(),
        format!("\\[{label}\\_{code}\\]"),
        format!("[{label} {code}]"),
        format!("[{label}-{code}]"),
        format!("{{{{{bare}}}}}"),
        format!("{{{bare}}}"),
        format!("<{bare}>"),
        format!("%5B{label}%5F{code}%5D"),
        format!("&#91;{bare}&#93;"),
        format!("[**{bare}**]"),
        format!("**{token}**"),
        format!("[{label}_\u{200B}{code}]"),
        format!("[{label}\u{A0}{code}]"),
        format!("[{label}_\n{code}]"),
        format!("[PERSONNE_{code}]"),
        format!("[PERSON_{code}]"),
        format!("`{token}`"),
        format!("_{token}_"),
        // Ours.
        format!("[{label}: {code}]"),
        format!("[{label}__{code}]"),
        format!("[{label} _ {code}]"),
        format!("[ {bare} ]"),
        format!("&lt;{bare}&gt;"),
        format!("[{label}&#95;{code}]"),
        format!("[{label}&nbsp;{code}]"),
        format!("[{label}%20{code}]"),
        format!("[{}_{code}]", label.to_lowercase()),
        format!("[{label}_{}]", code.to_lowercase()),
        format!("[{label}_{}]", dash("\u{2011}")),
        format!("[{label}_{}]", dash("\u{2013}")),
        format!("[{label}_{}]", dash(" - ")),
        format!("[{label}_{}]", dash("\\-")),
        format!("({token})"),
        format!("\"{token}\""),
        format!("| {token} |"),
        format!("[{token}](#)"),
        format!("- {token}: ja"),
        format!("[{label}\u{2010}{code}]"),
        format!("[[{bare}]]"),
        format!("[*{bare}*]"),
        format!("[{label}*_*{code}]"),
    ]
}

#[test]
fn alterations_come_back() {
    let mut desk = Desk::new();
    let issued = desk.issued.clone();
    let (mut n, mut n_right) = (0, 0);
    let mut failed: BTreeMap<usize, String> = BTreeMap::new();
    for (token, name) in &issued {
        for (at, form) in alterations(token).into_iter().enumerate() {
            let (text, _) = desk
                .restorer()
                .text(&format!("Akte {form} liegt vor."))
                .unwrap();
            n += 1;
            if text.contains(name.as_str()) {
                n_right += 1;
            } else {
                failed.entry(at).or_insert_with(|| text.clone());
            }
            let wrong = |(_, other): &(String, String)| {
                text.contains(other.as_str()) && !name.contains(other.as_str())
            };
            assert!(!issued.iter().any(wrong), "{form} became {text}");
        }
    }
    println!("{n_right} of {n} alterations restored; not: {failed:?}");
    assert!(n_right * 100 >= n * 99, "{n_right} of {n}: {failed:?}");
}

/// Reproducible randomness (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
}

/// Between one and four random edits of a token.
fn damaged(token: &str, random: &mut Random) -> String {
    let letters: Vec<char> = "CFHJKMNPRTVWX3479abO0I1-_[] ".chars().collect();
    let mut chars: Vec<char> = token.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(chars.len());
        let with = letters[random.below(letters.len())];
        match random.below(5) {
            0 => chars[at] = with,
            1 => chars.insert(at, with),
            2 if chars.len() > 4 => drop(chars.remove(at)),
            3 if at > 0 => chars.swap(at, at - 1),
            _ => chars[at] = chars[at].to_ascii_lowercase(),
        }
    }
    chars.into_iter().collect()
}

/// Trials by `DECKNAME_TRIALS` (default 4,000; 100,000 for the figure in the docs).
#[test]
fn random_damage_never_gives_somebody_else() {
    let n_trials: usize = std::env::var("DECKNAME_TRIALS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(4_000);
    let mut desk = Desk::new();
    let issued = desk.issued.clone();
    let mut random = Random(0x7E57_2026);
    let (mut n_right, mut n_left) = (0, 0);
    let mut restorer = Restorer::new(&desk.restore, &mut desk.store).unwrap();
    for _ in 0..n_trials {
        let (token, name) = &issued[random.below(issued.len())];
        let form = damaged(token, &mut random);
        let (text, _) = restorer.text(&format!("x {form} y")).unwrap();
        let person = name.strip_prefix("Max ").unwrap_or(name);
        if let Some(at) = text.find("Muster") {
            // Another spelling of the same person is no other person.
            assert!(
                text[at..].starts_with(person),
                "{token} became {form} became {text}"
            );
            n_right += 1;
        } else {
            n_left += 1;
        }
    }
    println!("{n_trials} trials: {n_right} restored, {n_left} left alone, 0 wrong");
    assert!(n_right > n_trials / 50 && n_left > n_trials / 2);
}

/// A reader that gives a few bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(self.0.len()).min(into.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

#[test]
fn an_answer_in_pieces_is_the_answer_as_a_whole() {
    let mut desk = Desk::new();
    let issued = desk.issued.clone();
    let mut text = String::new();
    for (n, (token, _)) in issued.iter().cycle().take(400).enumerate() {
        let form = &alterations(token)[n % 19];
        text.push_str(&format!("Größe {n}: {form}s Akte "));
        text.push_str(&"x".repeat(n % 37));
    }
    let (whole, counted) = desk.restorer().text(&text).unwrap();
    for step in [1, 7, 1000, 16 << 10, 1 << 20] {
        let mut out = Vec::new();
        let mut input = Pieces(text.as_bytes(), step);
        let streamed: Restored = desk.restorer().stream(&mut input, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), whole, "{step}");
        assert_eq!(streamed, counted, "{step}");
    }
    let mut broken = Pieces(b"Gr\xFC\xDFe", 3);
    assert!(
        desk.restorer()
            .stream(&mut broken, &mut Vec::new())
            .is_err()
    );
}

#[test]
fn only_what_was_sent_comes_back_and_what_is_missing_is_told() {
    let mut desk = Desk::new();
    let issued = desk.issued.clone();
    let (first, second, third) = (&issued[0], &issued[2], &issued[4]);
    let mut restorer = desk.restorer();
    let sent = format!("{} und {}", first.0, second.0);
    let expected = restorer
        .expect_file(sent.into_bytes(), "txt", &ReadOptions::default())
        .unwrap();
    assert_eq!(expected.len(), 2);
    restorer.restrict(&expected);
    let (text, restored) = restorer
        .text(&format!("{} schreibt an {}", first.0, third.0))
        .unwrap();
    assert_eq!(text, format!("{} schreibt an {}", first.1, third.0));
    assert_eq!(restored.unknown.len(), 1, "{restored:?}");
    let missing = restorer.missing(&expected);
    assert!(
        missing.len() == 1 && second.0.contains(&missing[0]),
        "{missing:?}"
    );
}
