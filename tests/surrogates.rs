//! Surrogates and the way back: what a policy with `surrogate` writes looks
//! real, fits together, and comes back to the byte.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::collections::{BTreeMap, BTreeSet};

use deckname::detect;
use deckname::entity::EntityType;
use deckname::format::ReadOptions;
use deckname::mapping::MappingStore;
use deckname::mapping::seal::{self, BatchKey, RestoreKey};
use deckname::mapping::store::Store;
use deckname::pipeline::Pipeline;
use deckname::policy::Policy;
use deckname::pseudonym::Pseudonyms;
use deckname::restore::{Restored, Restorer};
use deckname::token::Language;
use proptest::prelude::*;

struct Desk {
    _folder: tempfile::TempDir,
    batch: BatchKey,
    restore: RestoreKey,
    store: Store,
    pipeline: Pipeline,
}

fn policy(action: &str) -> Policy {
    let mut text = "version = 1\n[actions]\n".to_owned();
    for entity_type in EntityType::ALL {
        text.push_str(&format!("{entity_type} = \"{action}\"\n"));
    }
    Policy::parse(&text).unwrap()
}

impl Desk {
    fn new(action: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        seal::create(folder.path()).unwrap();
        let batch = BatchKey::open(folder.path()).unwrap();
        let path = folder.path().join("m");
        Self {
            store: Store::open(&path, batch.fingerprint(), batch.public_id()).unwrap(),
            restore: RestoreKey::open(folder.path()).unwrap(),
            batch,
            pipeline: Pipeline::new(
                detect::standard().unwrap(),
                policy(action),
                ReadOptions::default(),
            ),
            _folder: folder,
        }
    }

    fn apply(&mut self, text: &str, scope: &str) -> String {
        let scope = self.batch.blind("scope", &[scope.as_bytes()]);
        let mut pseudonyms = Pseudonyms {
            key: &self.batch,
            store: &mut self.store,
            domain: "d",
            language: Language::De,
        };
        let out = self.pipeline.text(text, &mut pseudonyms, scope).unwrap();
        self.store.commit().unwrap();
        out
    }

    fn restore(&mut self, text: &str) -> (String, Restored) {
        Restorer::new(&self.restore, &mut self.store)
            .unwrap()
            .text(text)
            .unwrap()
    }
}

const LETTER: &str = "\
Herrn Max Müller
Hauptstraße 12 a
65185 Wiesbaden

Sehr geehrter Herr Müller,

Ihr Antrag vom 3. März 2024 ist da. Frau Erika Müller, geb. am 03.07.1984, ist
unter 0611 123456 und m.mueller@firma-nord.de zu erreichen. Herrn Müllers Konto
DE89 3704 0044 0532 0130 00 bleibt. Max Müller wohnt weiter in der Hauptstraße 12 a.

Mit freundlichen Grüßen
Dr. Anna-Lena Strauß
";

#[test]
fn a_letter_reads_as_before_and_comes_back_to_the_byte() {
    let mut desk = Desk::new("surrogate");
    let out = desk.apply(LETTER, "a");
    for gone in [
        "Müller",
        "mueller",
        "Hauptstr",
        "65185",
        "0611 123456",
        "0532 0130 00",
        "Strauß",
        "03.07.1984",
    ] {
        assert!(!out.contains(gone), "{gone} stands in:\n{out}");
    }
    assert!(!out.contains('['), "a token instead of a surrogate:\n{out}");
    let (back, restored) = desk.restore(&out);
    assert_eq!(back, LETTER, "from:\n{out}");
    assert!(
        restored.n() >= 10 && restored.ambiguous.is_empty(),
        "{restored:?}"
    );
    assert_eq!(desk.apply(LETTER, "a"), out, "the same again");
    assert_ne!(
        desk.apply(LETTER, "b"),
        out,
        "another scope, other surrogates"
    );
}

#[test]
fn the_parts_of_one_person_fit_together() {
    let mut desk = Desk::new("surrogate");
    let out = desk.apply(LETTER, "a");
    let name = out.lines().next().unwrap().strip_prefix("Herrn ").unwrap();
    let (given, last) = name.split_once(' ').unwrap();
    assert!(
        out.contains(&format!("Sehr geehrter Herr {last},")),
        "{out}"
    );
    assert!(out.contains(&format!("{given} {last} wohnt")), "{out}");
    let initial = given.chars().next().unwrap().to_lowercase();
    let local = format!("{initial}.{}@", last.to_lowercase());
    assert!(out.contains(&local), "{local} is not in\n{out}");
    // Relatives stay relatives.
    let wife = out.lines().find(|line| line.contains("Frau ")).unwrap();
    assert!(wife.contains(last), "{wife}");
    assert!(!wife.contains(given), "{wife}");
}

#[test]
fn an_answer_may_inflect_and_break_lines() {
    let mut desk = Desk::new("surrogate");
    let out = desk.apply("Herr Max Strauß hat geschrieben. Herr Strauß wartet.", "a");
    let name = out.strip_prefix("Herr ").unwrap();
    let name = name.split(" hat").next().unwrap();
    let (given, last) = name.split_once(' ').unwrap();
    let ending = if last.ends_with(['s', 'x', 'z']) {
        "’"
    } else {
        "s"
    };
    for (answer, back) in [
        (
            format!("{given}\n{last} wartet"),
            "Max Strauß wartet".to_owned(),
        ),
        (format!("**{given} {last}**"), "**Max Strauß**".to_owned()),
        (
            format!("Herr {last} und {last}{ending} Akte"),
            "Herr Strauß und Strauß’ Akte".to_owned(),
        ),
        (format!("{given}\u{a0}{last}"), "Max Strauß".to_owned()),
        (
            format!("x{last} {last}x {last}@mail.example"),
            format!("x{last} {last}x {last}@mail.example"),
        ),
    ] {
        assert_eq!(desk.restore(&answer).0, back, "{answer}");
    }
}

#[test]
fn no_two_originals_share_a_surrogate() {
    let mut desk = Desk::new("surrogate");
    let mut of = BTreeMap::new();
    let lasts = [
        "Müller", "Mueller", "Meier", "Lang", "Özdemir", "Kowalski", "Strauß", "Weber",
    ];
    let givens = ["Max", "Erika", "Anna", "Ali", "Olga"];
    for scope in 0..12 {
        for last in lasts {
            for given in givens {
                let initial = given.chars().next().unwrap();
                for name in [
                    format!("{given} {last}"),
                    format!("{initial}. {last}"),
                    last.to_owned(),
                ] {
                    let out =
                        desk.apply(&format!("Sehr geehrter Herr {name},\n"), &scope.to_string());
                    let shown = out
                        .strip_prefix("Sehr geehrter Herr ")
                        .unwrap()
                        .trim_end()
                        .to_owned();
                    let known = of.insert(shown.clone(), name.clone());
                    assert!(known.is_none_or(|known| known == name), "{shown}");
                    let (back, _) = desk.restore(&out);
                    assert_eq!(back, format!("Sehr geehrter Herr {name},\n"), "{out}");
                }
            }
        }
    }
    let distinct: BTreeSet<&String> = of.values().collect();
    assert!(distinct.len() > 70, "{}", distinct.len());
}

#[test]
fn a_surrogate_is_no_word_of_the_document_nor_somebody_s_name() {
    let mut desk = Desk::new("surrogate");
    // Many scopes: some last names look like ordinary words ("Lording"), which
    // are no proof of a leak and still say somebody's name.
    for scope in 0..60 {
        let scope = scope.to_string();
        let first = desk.apply("Sehr geehrter Herr Max Müller,\n", &scope);
        let name = first
            .strip_prefix("Sehr geehrter Herr ")
            .unwrap()
            .trim_end_matches(",\n");
        let (_, last) = name.split_once(' ').unwrap();
        // Somebody of that name turns up in the same folder.
        let text = format!("Sehr geehrter Herr Max Müller,\nSehr geehrte Frau Eva {last},\n");
        let out = desk.apply(&text, &scope);
        assert!(!out.contains(last), "{last} stands in {out}");
        assert_eq!(desk.restore(&out).0, text);
    }
}

#[test]
fn coarser_values_stay_coarse() {
    let policy = "version = 1\n[actions]\nDATE_OF_BIRTH = \"generalize\"\nPOSTAL_CODE = \"generalize\"\nCITY = \"generalize\"\nIBAN = \"mask\"\nSTREET = \"generalize\"\n";
    let mut desk = Desk::new("keep");
    desk.pipeline = Pipeline::new(
        detect::standard().unwrap(),
        Policy::parse(policy).unwrap(),
        ReadOptions::default(),
    );
    let out = desk.apply(LETTER, "a");
    for shown in ["65xxx Hessen", "geb. am 1984", "xxx3000", "[STRASSE]"] {
        assert!(out.contains(shown), "{shown} is not in\n{out}");
    }
    let (back, _) = desk.restore(&out);
    assert!(
        back.contains("65xxx Hessen") && back.contains("Max Müller"),
        "{back}"
    );
}

fn sentence() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "Herr Max Müller",
        "Frau Erika Müller",
        "Frau Dr. Anna-Lena Strauß",
        "Herr von der Heide",
        "Herrn Müllers",
        "Frau Özdemir",
        "Herr M. Müller",
        "Herr KLAUS MEIER",
        "Frau Koch",
    ]);
    let rest = prop::sample::select(vec![
        "wohnt Hauptstraße 7, 65185 Wiesbaden.",
        "ruft unter 0611/123456 an.",
        "hat die IBAN DE89 3704 0044 0532 0130 00.",
        "ist am 03.07.1984 geboren.",
        "schreibt an max.mueller@firma-nord.de.",
        "kommt morgen.",
        "(geb. 3. Juli 1984) klagt.",
        "und die Nord-Bau GmbH streiten.",
        "hat das Kennzeichen WI-AB 123.",
    ]);
    (name, rest).prop_map(|(name, rest)| format!("{name} {rest}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn restoring_what_was_applied_gives_the_text_back(
        sentences in prop::collection::vec(sentence(), 1..7),
        surrogate in any::<bool>(),
    ) {
        let mut desk = Desk::new(if surrogate { "surrogate" } else { "pseudonymize" });
        let text = sentences.join("\n");
        let out = desk.apply(&text, "a");
        let (back, restored) = desk.restore(&out);
        prop_assert_eq!(back, text, "from {}", out);
        prop_assert!(restored.damaged.is_empty() && restored.unknown.is_empty());
    }
}

/// What a real file holds beside sentences: tables, lists, capitals, names that
/// touch other values, everything that could be read as something else afterwards.
const ROUGH: &str = "\
Name;Vorname;Geburtsdatum;Ort
Müller;Max;03.07.1984;65185 Wiesbaden
Müller;Erika;04.07.1984;65185 Wiesbaden
STRAUSS;ANNA-LENA;1.2.80;65183 Wiesbaden

Herr Max
Müller und Frau Erika Müller, Frau Müller, Herrn Müllers Akte, HERR MÜLLER.
Frau Dr. Anna-Lena Strauß (a.strauss@firma-nord.de, strauss@firma-nord.de), M. Müller, E. Müller.
Max Müller/Erika Müller; Müller, Max; Max-Müller-Akte; MÜLLER_MAX.pdf
Konto DE89370400440532013000, DE89 3704 0044 0532 0130 00, DE02 1203 0000 0000 2020 51.
Tel. 0611 123456, +49 611 123456, 0171 2345678, Kennzeichen WI-AB 123, 192.168.10.7.
Hauptstraße 12 a, Hauptstraße 14, Hauptstr. 12a, 65185 Wiesbaden, Nord-Bau GmbH, Nord-Bau.
geb. 03.07.1984, * 4. Juli 1984, Steuer-ID 65 929 970 489, https://www.firma-nord.de/mueller
";

/// `DECKNAME_SCOPES` (default 12; 300 for the figure in the docs), each with keys
/// of its own.
#[test]
fn a_rough_file_comes_back_under_any_key() {
    let n: u32 = std::env::var("DECKNAME_SCOPES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(12);
    for action in ["surrogate", "pseudonymize"] {
        let mut desk = Desk::new(action);
        for scope in 0..n {
            if scope % 10 == 9 {
                desk = Desk::new(action);
            }
            let out = desk.apply(ROUGH, &scope.to_string());
            for gone in [
                "Müller",
                "MÜLLER",
                "mueller",
                "Strauß",
                "strauss",
                "0532 0130",
                "0532013000",
                "0611 123456",
            ] {
                assert!(!out.contains(gone), "{gone} stands in:\n{out}");
            }
            let (back, restored) = desk.restore(&out);
            assert_eq!(back, ROUGH, "{action}, from:\n{out}");
            assert!(restored.ambiguous.is_empty(), "{restored:?}");
        }
    }
}
