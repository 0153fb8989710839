//! Who is who: invented families and namesakes with the expected grouping, what
//! the second pass takes and leaves, and the invariants of resolving.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::too_many_lines,
    reason = "a test may fail loudly; its tables are long"
)]

use std::collections::BTreeMap;

use deckname::document::{Document, Location, Segment, SegmentKind};
use deckname::entity::{EntityType, Finding, Score};
use deckname::resolve::{Resolution, resolve};
use deckname::token;
use proptest::prelude::*;

fn document(segments: &[&str]) -> Document {
    let mut document = Document::new();
    for (at, text) in segments.iter().enumerate() {
        let place = Location::new("body").paragraph(u32::try_from(at).unwrap() + 1);
        document.push(Segment::new(SegmentKind::Paragraph, *text, place));
    }
    document
}

fn finding(document: &Document, at: (usize, usize, usize), entity_type: EntityType) -> Finding {
    Finding {
        span: document.span(at.0, at.1, at.2).unwrap(),
        entity_type,
        score: Score::new(0.9),
        recognizer: "test",
    }
}

/// `{a:Max Müller}` marks a mention of person `a`; the rest is text.
fn marked(marked: &str) -> (String, Vec<(usize, usize, char)>) {
    let mut text = String::new();
    let mut spans = Vec::new();
    let mut rest = marked;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        let end = rest[at..].find('}').unwrap() + at;
        let inner = &rest[at + 1..end];
        let start = text.len();
        text.push_str(&inner[2..]);
        spans.push((start, text.len(), inner.chars().next().unwrap()));
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    (text, spans)
}

/// One document a row. Same letter: must be one person. Different letters: must not.
const FAMILIES: &[&str] = &[
    "{a:Max Müller} und {b:Erika Müller}. Herr {a:Müller} klagt, Frau {b:Müller} nicht. {a:Max} zahlt, {b:Erika} auch.",
    "{a:Müller, Max} schreibt an Frau {b:Erika Müller}. Mit freundlichen Grüßen {a:M. Müller}. {a:MAX MÜLLER}",
    "Zeugen: {a:Klaus Schmitt}, {b:Jürgen Schmitt}. Aussage {c:Schmitt}: nichts gesehen. {a:Klaus Schmitts} Aussage folgt.",
    "Die Eheleute {c:Krüger}, {a:Hans Krüger} und {b:Lisa Krüger}, wohnen hier. Herr {a:Krüger} ist taub.",
    "{a:Anna Kowalski}, geb. {a:Brandt}. Ihr Bruder {b:Peter Brandt} und Herr {c:Brandt} senior.",
    "{a:Anna Maria Weber} und ihre Schwester {b:Anna Lena Weber}. {a:Anna Maria} kam, {b:Anna Lena} ging. {c:Anna Weber} rief an.",
    "Herr {a:Yilmaz} und Frau {b:Yilmaz} erschienen. Herr {a:Yilmaz} sprach, Frau {b:Yilmaz} schwieg.",
    "{a:Thomas Becker} (Vater), {b:Tobias Becker} (Sohn). {c:T. Becker} unterschrieb. {b:Tobias} war krank.",
    "{a:Max Müller jun.} und {b:Max Müller sen.} sind Nachbarn.",
    "Frau {a:Kim Lehmann} und Herr {b:Kim Lehmann} sind verheiratet.",
    "{a:Maria Schulze} ist die Mutter von {b:Anna Maria Schulze}. {b:Anna Maria} ist acht.",
    "Dr. {a:Karl Vogt}, Dr. {b:Karla Vogt}, Frau Dr. {b:Vogt}, Herr Dr. {a:Vogt}, {c:K. Vogt}",
    "{a:Carlos Garcia Lopez} und {b:Maria Lopez}. Herr {a:Garcia Lopez} wohnt bei Frau {b:Maria Lopez}.",
    "{a:Jan von der Heide} und {b:Ute Heide}. Herr {a:von der Heide} kam. {b:Ute} nicht.",
    "{a:Ayşe Demir}, {b:Emine Demir}, {c:Murat Demir}: Herr {c:Demir} vertritt {a:Ayşe} und {b:Emine}.",
    "{a:Petra Mueller} = {a:Petra Müller}. {b:Peter Müller} und {b:PETER MUELLER}.",
    "{a:Sabine Fuchs-Meier} und {b:Lena Fuchs}: Frau {a:Fuchs-Meier} ist die Tante. {b:Lena} ist fünf.",
    "{a:Ernst Lang}, {b:Otto Lang}. {a:Ernst Langs} Antrag und {b:Otto Langs} Antrag.",
    "{a:Max} und {b:Erika Neuhaus} grüßen. {a:Max Neuhaus} hat unterschrieben. {c:Moritz Neuhaus} nicht.",
    "Kinder: {a:Lea Hahn}, {b:Leo Hahn}, {c:Lia Hahn}. {d:L. Hahn} fehlt, {b:Leo} auch. Herr {e:Hahn} junior.",
    "{a:Peters, Jan} und Herr {b:Peter}. {b:Uwe Peter} sagt, {a:Jan Peters} lügt.",
    "Herr {a:Wolfgang Hartmann} und {b:Hartmut Wolfgang}. {a:Hartmann} kennt {b:Hartmut}.",
    "Frau {a:Nguyen Thi Hoa} und Frau {b:Nguyen Thi Lan}. {a:Nguyen Thi Hoa} wohnt oben.",
];

fn persons(text: &str, spans: &[(usize, usize, char)]) -> (Document, Resolution) {
    let document = document(&[text]);
    let of = |(start, end, _): &(usize, usize, char)| {
        finding(&document, (0, *start, *end), EntityType::Person)
    };
    let findings = spans.iter().map(of).collect();
    let resolution = resolve(&document, findings);
    (document, resolution)
}

fn subject_at(resolution: &Resolution, segment: usize, at: usize) -> Option<usize> {
    let holds = |mention: &&deckname::resolve::Mention| {
        mention.span.segment() == segment && mention.span.start() <= at && at < mention.span.end()
    };
    resolution
        .mentions
        .iter()
        .find(holds)
        .map(|mention| mention.subject.0)
}

#[test]
fn families_and_namesakes_stay_apart() {
    let mut split = Vec::new();
    for row in FAMILIES {
        let (text, spans) = marked(row);
        let (_, resolution) = persons(&text, &spans);
        let mut letter_of: BTreeMap<usize, char> = BTreeMap::new();
        let mut subject_of: BTreeMap<char, usize> = BTreeMap::new();
        for (start, _, letter) in &spans {
            let subject = subject_at(&resolution, 0, *start).expect(row);
            let known = *letter_of.entry(subject).or_insert(*letter);
            if known != *letter {
                println!(
                    "{:?}",
                    resolution
                        .subjects
                        .iter()
                        .map(|s| s.canonical.as_str())
                        .collect::<Vec<_>>()
                );
            }
            assert_eq!(known, *letter, "wrong merge at byte {start} of: {row}");
            if *subject_of.entry(*letter).or_insert(subject) != subject {
                split.push((row, *letter));
            }
        }
    }
    assert!(split.is_empty(), "one person, two subjects: {split:#?}");
}

/// What the second pass must find (`+`) and must leave (`-`), given one value.
#[test]
fn further_occurrences() {
    let rows: &[(EntityType, &str, &[&str], &[&str])] = &[
        (
            EntityType::Person,
            "Max Müller",
            &[
                "Müller",
                "MÜLLER",
                "müller",
                "Mueller",
                "Müllers",
                "Müller-Akte",
                "Akte_Mueller_2024",
                "mueller77",
                "Max",
                "MaxMüller",
                "maxmueller",
                "mmueller",
                "m.mueller",
                "Mu\u{308}ller",
                "Mül-\nler",
                "AkteMüller",
                "Müller's",
            ],
            &["Müllerei", "Vermüller", "max. 5 Tage", "Maximum", "Klimax"],
        ),
        (
            EntityType::Person,
            "Ernst Sommer",
            &[
                "Herr Sommer",
                "Frau Dr. Sommer",
                "Ernst Sommer",
                "Sommer, Ernst",
                "ERNST SOMMER",
                "Lukas Sommer",
            ],
            &["im Sommer", "mit Ernst", "der Sommer ist ernst", "sommer"],
        ),
        (
            EntityType::City,
            "Lindenfurt",
            &["Lindenfurt", "LINDENFURT", "Lindenfurts"],
            &["Lindenfurter"],
        ),
        (
            EntityType::Phone,
            "0611 1234567",
            &[
                "0611/1234567",
                "+49 611 1234567",
                "0049-611-123 45 67",
                "+49 (0)611 1234567",
            ],
            &["061112345678", "1234567"],
        ),
        (
            EntityType::Iban,
            "DE02 1203 0000 0000 2020 51",
            &["DE02120300000000202051", "de02-1203-0000-0000-2020-51"],
            &[],
        ),
        (
            EntityType::DateOfBirth,
            "03.07.1984",
            &["3. Juli 1984", "3.7.84", "1984-07-03"],
            &["03.07.1985"],
        ),
        (
            EntityType::Email,
            "m.lang@web.example",
            &["M.Lang@web.example", "m.lang"],
            &["lang", "web.example"],
        ),
        (
            EntityType::Street,
            "Eichenhainstraße 12",
            &[
                "Eichenhainstr. 12",
                "EICHENHAINSTRASSE 12",
                "Eichenhainstraße",
            ],
            &["Eichenhain"],
        ),
        (
            EntityType::LicencePlate,
            "WI-AB 123",
            &["WI AB 123"],
            &["W-IAB 123"],
        ),
    ];
    for (entity_type, value, taken, left) in rows {
        let hits = |other: &str| {
            let document = document(&[value, &format!("Es steht hier: {other} (siehe oben).")]);
            let findings = vec![finding(&document, (0, 0, value.len()), *entity_type)];
            let resolution = resolve(&document, findings);
            resolution
                .mentions
                .iter()
                .filter(|m| m.span.segment() == 1)
                .count()
        };
        for other in *taken {
            assert!(hits(other) > 0, "{value}: {other} must be taken");
        }
        for other in *left {
            assert_eq!(hits(other), 0, "{value}: {other} must be left");
        }
    }
}

/// A name with a capital in its middle reads as two words; the check of the copy
/// finds it as one.
#[test]
fn a_name_with_a_capital_in_its_middle_is_the_same_name() {
    for subject in [
        "FrenetikPolis: Mega",
        "FRENETIKPOLIS",
        "frenetikPolis",
        "des FrenetikPolis' Team",
    ] {
        let name = "Formação Frenetikpolis";
        let document = document(&[name, subject]);
        let found = vec![finding(&document, (0, 0, name.len()), EntityType::Person)];
        let resolution = resolve(&document, found);
        let at = subject.to_lowercase().find("frenetik").unwrap();
        let covered = resolution.mentions.iter().any(|mention| {
            let span = mention.span;
            span.segment() == 1 && span.start() <= at && span.end() >= at + "frenetikpolis".len()
        });
        assert!(covered, "{subject}");
    }
}

#[test]
fn a_legal_form_alone_is_no_organization() {
    for (text, n) in [
        ("GmbH", 0),
        ("GmbH & Co. KG", 0),
        ("Rasmann GmbH", 1),
        ("e. V.", 0),
    ] {
        let document = document(&[text]);
        let found = finding(&document, (0, 0, text.len()), EntityType::Organization);
        let mentions = resolve(&document, vec![found]).mentions.len();
        assert_eq!(mentions, n, "{text}");
    }
}

#[test]
fn tokens_are_never_touched() {
    let code = token::code(&[7; 32], 0);
    let text = format!("Karte und [KARTE_{code}], KARTE_{code}");
    let document = document(&[&text, "Frau Karte"]);
    let findings = vec![
        finding(&document, (1, 5, 10), EntityType::Person),
        finding(&document, (0, 10, 24), EntityType::Person),
    ];
    let resolution = resolve(&document, findings);
    assert_eq!(resolution.mentions.len(), 1, "{:?}", resolution.mentions);
}

#[test]
fn overlaps() {
    use EntityType as T;
    // Findings as (start, end, type, score); expected (text, type).
    type Row = (
        &'static str,
        &'static [(usize, usize, T, f32)],
        &'static [(&'static str, T)],
    );
    let rows: &[Row] = &[
        (
            "IBAN DE02120300000000202051.",
            &[(5, 27, T::Iban, 1.0), (9, 20, T::Phone, 0.6)],
            &[("DE02120300000000202051", T::Iban)],
        ),
        (
            "max.lang@web.example",
            &[(0, 20, T::Email, 0.95), (4, 8, T::Person, 0.99)],
            &[("max.lang@web.example", T::Email)],
        ),
        (
            "Lange Gasse 5",
            &[(0, 11, T::Location, 0.9), (0, 13, T::Street, 0.7)],
            &[("Lange Gasse 5", T::Street)],
        ),
        (
            "Lange Gasse",
            &[(0, 11, T::Location, 0.9), (0, 11, T::Street, 0.7)],
            &[("Lange Gasse", T::Street)],
        ),
        (
            "Herr Dr. Max Lang, ",
            &[(0, 19, T::Person, 0.8)],
            &[("Max Lang", T::Person)],
        ),
        (
            "Max Lang",
            &[(0, 3, T::Person, 0.8), (4, 8, T::Person, 0.8)],
            &[("Max Lang", T::Person)],
        ),
        (
            "Neumann, Max",
            &[(0, 7, T::Person, 0.8), (9, 12, T::Person, 0.8)],
            &[("Neumann, Max", T::Person)],
        ),
        (
            "Neumann, Lehmann",
            &[(0, 7, T::Person, 0.8), (9, 16, T::Person, 0.8)],
            &[("Neumann", T::Person), ("Lehmann", T::Person)],
        ),
        (
            "Jan und Erika Neumann",
            &[(0, 21, T::Person, 0.8)],
            &[("Jan", T::Person), ("Erika Neumann", T::Person)],
        ),
        (
            "Max Lang lang@web.example",
            &[(0, 25, T::Person, 0.8), (9, 25, T::Email, 0.95)],
            &[("Max Lang", T::Person), ("lang@web.example", T::Email)],
        ),
        (
            "Kanzlei Lang Max",
            &[(0, 12, T::Organization, 0.8), (8, 16, T::Person, 0.8)],
            &[("Kanzlei Lang", T::Organization), ("Max", T::Person)],
        ),
        ("Frau", &[(0, 4, T::Person, 0.8)], &[]),
    ];
    for (text, findings, expected) in rows {
        let document = document(&[text]);
        let of = |(start, end, entity_type, score): &(usize, usize, T, f32)| Finding {
            score: Score::new(*score),
            ..finding(&document, (0, *start, *end), *entity_type)
        };
        let resolution = resolve(&document, findings.iter().map(of).collect());
        let got: Vec<(&str, T)> = resolution
            .mentions
            .iter()
            .map(|mention| (document.text(mention.span), mention.entity_type))
            .collect();
        assert_eq!(&got, expected, "{text}");
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Max".to_owned()),
        Just("Müller".to_owned()),
        Just("Müllers".to_owned()),
        Just("Herr".to_owned()),
        Just("Dr.".to_owned()),
        Just("und".to_owned()),
        Just("Sommer".to_owned()),
        Just("Erika".to_owned()),
        Just(",".to_owned()),
        Just("0611 123456".to_owned()),
        Just("a.mueller@web.example".to_owned()),
        Just("von".to_owned()),
        Just("Hauptstr. 5".to_owned()),
        Just(format!("[PERSON_{}]", token::code(&[7; 32], 0))),
        Just("Anna-Lena".to_owned()),
        Just("M.".to_owned()),
        Just("DE02 1203".to_owned()),
        "\\PC{0,6}",
    ]
}

fn types() -> impl Strategy<Value = EntityType> {
    prop_oneof![
        4 => Just(EntityType::Person),
        1 => proptest::sample::select(EntityType::ALL),
    ]
}

fn as_findings(resolution: &Resolution) -> Vec<Finding> {
    let of = |mention: &deckname::resolve::Mention| Finding {
        span: mention.span,
        entity_type: mention.entity_type,
        score: Score::new(0.9),
        recognizer: "again",
    };
    resolution.mentions.iter().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn mentions_are_sorted_apart_and_stable(
        segments in proptest::collection::vec(
            proptest::collection::vec((piece(), prop_oneof![Just(" "), Just(""), Just(", "), Just("\n")]), 0..12), 1..4),
        claims in proptest::collection::vec((0_usize..4, 0_usize..80, 1_usize..30, types(), 0.0_f32..1.0), 0..12),
    ) {
        let texts: Vec<String> = segments.iter().map(|pieces| pieces.iter().map(|(p, s)| format!("{p}{s}")).collect()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let document = document(&texts);
        let findings: Vec<Finding> = claims.iter().filter_map(|(segment, start, len, entity_type, score)| Some(Finding {
            span: document.span(*segment, *start, start + len)?,
            entity_type: *entity_type,
            score: Score::new(*score),
            recognizer: "test",
        })).collect();
        let resolution = resolve(&document, findings.clone());
        for pair in resolution.mentions.windows(2) {
            prop_assert!(pair[0].span < pair[1].span && !pair[0].span.overlaps(pair[1].span));
        }
        for mention in &resolution.mentions {
            prop_assert!(!document.text(mention.span).is_empty());
            let subject = &resolution.subjects[mention.subject.0];
            prop_assert_eq!(subject.entity_type, mention.entity_type);
            prop_assert!(!subject.canonical.is_empty());
        }
        // Nothing anybody claimed is left: every letter of a finding is covered or a title.
        let same = resolve(&document, findings.iter().rev().copied().collect());
        prop_assert_eq!(&same.mentions, &resolution.mentions);
        let again = resolve(&document, as_findings(&resolution));
        prop_assert_eq!(&again.mentions, &resolution.mentions);
        prop_assert!(again.subjects == resolution.subjects);
    }
}

/// `DECKNAME_SPEED=1`: a table of a million cells, a third of them people.
#[test]
fn a_million_cells() {
    if std::env::var("DECKNAME_SPEED").is_err() {
        return;
    }
    let mut document = Document::new();
    let mut findings = Vec::new();
    for n in 0..333_000_u32 {
        let text = format!("Erika{} Muster{}", n % 997, n % 50_021);
        let at = document.push(Segment::new(
            SegmentKind::Paragraph,
            text.as_str(),
            Location::new("sheet"),
        ));
        findings.push(finding(&document, (at, 0, text.len()), EntityType::Person));
        for other in [format!("{n},50 EUR"), "bezahlt am Freitag".to_owned()] {
            document.push(Segment::new(
                SegmentKind::Paragraph,
                other,
                Location::new("sheet"),
            ));
        }
    }
    let start = std::time::Instant::now();
    let resolution = resolve(&document, findings);
    println!(
        "{} mentions, {} subjects in {:?}",
        resolution.mentions.len(),
        resolution.subjects.len(),
        start.elapsed()
    );
}
