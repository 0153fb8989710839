//! The recognizer rooms from outside: vector files, tokens of our own, and
//! figures on a labelled corpus (by hand, with `DECKNAME_AKTEN`).

#![allow(
    clippy::as_conversions,
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test harness; the lints keep panics out of the program"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use deckname::detect::dictionary::{Dictionary, Matching};
use deckname::detect::vector::Vector;
use deckname::detect::{Recognizer, catalog, standard};
use deckname::document::{Document, Location, Segment, SegmentKind};
use deckname::entity::{EntityType, Finding};
use deckname::pipeline::least_score;

fn document(text: &str) -> Document {
    let mut document = Document::new();
    document.push(Segment::new(
        SegmentKind::Paragraph,
        text,
        Location::new("body"),
    ));
    document
}

fn detect(recognizers: &[Box<dyn Recognizer>], document: &Document) -> Vec<Finding> {
    recognizers
        .iter()
        .flat_map(|r| r.detect(document).unwrap())
        .collect()
}

#[test]
fn every_rule_has_vectors_and_they_hold() {
    let recognizers = standard().unwrap();
    let names: BTreeSet<&str> = catalog::names().collect();
    let mut wrong = Vec::new();
    for name in names {
        let path = Path::new("samples/rules").join(format!("{name}.txt"));
        let Ok(text) = fs::read_to_string(&path) else {
            wrong.push(format!("{name}: no vector file"));
            continue;
        };
        let (mut n_find, mut n_skip) = (0, 0);
        for line in text.lines() {
            let vector =
                Vector::parse(line).unwrap_or_else(|error| panic!("{name}: {line}: {error}"));
            let Some(vector) = vector else { continue };
            let document = vector.document();
            let found = detect(&recognizers, &document);
            // Several ways lead to one name; which of them claims it does not matter.
            let claims_a_name = name.starts_with("name_") && !vector.values.is_empty();
            let own = |f: &Finding| {
                f.recognizer == name || claims_a_name && f.recognizer.starts_with("name_")
            };
            n_find += vector.values.len();
            n_skip += usize::from(vector.values.is_empty());
            if !vector.faults(&found, own).is_empty() {
                let all: Vec<_> = found
                    .iter()
                    .map(|f| (f.recognizer, document.text(f.span)))
                    .collect();
                wrong.push(format!("{name}: {line}: found {all:?}"));
            }
        }
        if n_find < 8 || n_skip < 8 {
            wrong.push(format!(
                "{name}: {n_find} find, {n_skip} skip; at least 8 each"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn our_own_tokens_are_never_found() {
    let recognizers = standard().unwrap();
    for entity_type in EntityType::ALL {
        for label in [entity_type.label_de(), entity_type.label_en()] {
            for code in ["K7RN33", "K7RN33-HT"] {
                for text in [
                    format!(
                        "Sehr geehrte Frau [{label}_{code}], wohnhaft [{label}_{code}], Tel. [{label}_{code}]"
                    ),
                    format!(
                        "Az.: {label}_{code}\nKundennummer: {label}_{code}\nName: {label}_{code}"
                    ),
                    format!("Mit freundlichen Grüßen\n[{label}_{code}]"),
                ] {
                    let document = document(&text);
                    let found = detect(&recognizers, &document);
                    let found: Vec<_> = found
                        .iter()
                        .map(|f| (f.recognizer, document.text(f.span)))
                        .collect();
                    assert!(found.is_empty(), "{text}: {found:?}");
                }
            }
        }
    }
}

fn entity_type(label: &str) -> Option<EntityType> {
    use EntityType as T;
    Some(match label {
        "PER" => T::Person,
        "STREET" => T::Street,
        "ZIP" => T::PostalCode,
        "CITY" => T::City,
        "DOB" => T::DateOfBirth,
        "BIRTHPLACE" => T::PlaceOfBirth,
        "PHONE" | "MOBILE" | "FAX" => T::Phone,
        "EMAIL" => T::Email,
        "URL" => T::Url,
        "USER" | "HANDLE" => T::UserName,
        "IP" => T::IpAddress,
        "MAC" => T::MacAddress,
        "IBAN" => T::Iban,
        "BIC" => T::Bic,
        "ACCOUNT" | "BLZ" => T::BankAccount,
        "CARD" => T::CreditCard,
        "TAXID" => T::TaxId,
        "TAXNR" => T::TaxNumber,
        "VATID" => T::VatId,
        "SVNR" => T::SocialSecurityNumber,
        "KVNR" => T::HealthInsuranceNumber,
        "IDCARD" => T::IdCard,
        "PASSPORT" => T::Passport,
        "LICENCE" => T::DrivingLicence,
        "PLATE" => T::LicencePlate,
        "VIN" => T::VehicleId,
        "CASE" => T::CaseNumber,
        "CUST" => T::CustomerNumber,
        "PARCEL" => T::Parcel,
        "GEO" => T::Coordinates,
        _ => return None,
    })
}

#[derive(Default)]
struct Figures {
    /// Characters of gold spans: all, covered by any type, by this type.
    gold: usize,
    covered: usize,
    typed: usize,
    /// Characters claimed: all, inside gold of this type, inside gold of any type.
    claimed: usize,
    right: usize,
    right_any: usize,
}

/// `DECKNAME_AKTEN=file.jsonl cargo test --release --test detect figures -- --ignored --nocapture`;
/// `DECKNAME_SHOW=PHONE` prints misses and false claims of a type.
#[test]
#[ignore = "needs the corpus"]
fn figures() {
    let path = std::env::var("DECKNAME_AKTEN").expect("DECKNAME_AKTEN");
    let part = std::env::var("DECKNAME_PART").unwrap_or_else(|_| "train".into());
    let show = std::env::var("DECKNAME_SHOW").unwrap_or_default();
    let recognizers = standard().unwrap();
    let mut all: BTreeMap<EntityType, Figures> = BTreeMap::new();
    let (mut n_words, mut n_false, mut n_documents) = (0, 0, 0);
    for line in fs::read_to_string(path).unwrap().lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = value["id"].as_str().unwrap();
        let digit = id.split('/').next().unwrap().bytes().last().unwrap();
        let own = match digit {
            b'0' => "dev",
            b'5' => "test",
            _ => "train",
        };
        if own != part && part != "all" {
            continue;
        }
        n_documents += 1;
        let text = value["text"].as_str().unwrap();
        n_words += text.split_whitespace().count();
        let places: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        let gold: Vec<(usize, usize, &str, &str)> = value["spans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|span| {
                let at = |i: usize| places[usize::try_from(span[i].as_u64().unwrap()).unwrap()];
                (
                    at(0),
                    at(1),
                    span[2].as_str().unwrap(),
                    span[4].as_str().unwrap(),
                )
            })
            .collect();
        let document = document(text);
        let found = best(detect(&recognizers, &document));
        let inside = |start: usize, end: usize, ranges: &[(usize, usize)]| {
            (start..end)
                .filter(|at| ranges.iter().any(|(a, b)| a <= at && at < b))
                .count()
        };
        let claimed = |wanted: Option<EntityType>| -> Vec<(usize, usize)> {
            found
                .iter()
                .filter(|f| wanted.is_none_or(|t| t == f.entity_type))
                .map(|f| (f.span.start(), f.span.end()))
                .collect()
        };
        let any = claimed(None);
        for (start, end, label, form) in &gold {
            let Some(t) = entity_type(label) else {
                continue;
            };
            if *form == "literal" {
                continue;
            }
            let figures = all.entry(t).or_default();
            figures.gold += end - start;
            let covered = inside(*start, *end, &any);
            figures.covered += covered;
            let typed = inside(*start, *end, &claimed(Some(t)));
            figures.typed += typed;
            if show == t.name() && typed < end - start {
                println!(
                    "MISS {id} {label}:{form} {}/{} {}",
                    covered,
                    end - start,
                    excerpt(text, *start, *end)
                );
            }
        }
        for finding in &found {
            let (start, end) = (finding.span.start(), finding.span.end());
            let figures = all.entry(finding.entity_type).or_default();
            figures.claimed += end - start;
            let of = |wanted: bool| -> Vec<(usize, usize)> {
                gold.iter()
                    .filter(|(_, _, label, _)| {
                        !wanted || entity_type(label) == Some(finding.entity_type)
                    })
                    .map(|(a, b, ..)| (*a, *b))
                    .collect()
            };
            let right = inside(start, end, &of(true));
            figures.right += right;
            figures.right_any += inside(start, end, &of(false));
            let false_claim = inside(start, end, &of(false)) == 0;
            n_false += usize::from(false_claim);
            if show == "ALL" && false_claim {
                println!(
                    "FALSE {id} {} {:.2} {}",
                    finding.recognizer,
                    finding.score.value(),
                    excerpt(text, start, end)
                );
            }
            if show == finding.entity_type.name() && right == 0 {
                println!(
                    "FALSE {id} {} {:.2} {}",
                    finding.recognizer,
                    finding.score.value(),
                    excerpt(text, start, end)
                );
            }
        }
    }
    println!(
        "\n{part}: {n_documents} documents, {n_words} words; false findings per 1,000 words: {:.2}",
        n_false as f64 * 1000.0 / n_words as f64
    );
    println!(
        "| type | gold characters | recall (any type) | recall (type) | precision (type) | precision (any gold) |\n|---|---|---|---|---|---|"
    );
    let percent = |part: usize, of: usize| {
        if of == 0 {
            "–".into()
        } else {
            format!("{:.1}", part as f64 * 100.0 / of as f64)
        }
    };
    for (t, f) in &all {
        println!(
            "| {t} | {} | {} | {} | {} | {} |",
            f.gold,
            percent(f.covered, f.gold),
            percent(f.typed, f.gold),
            percent(f.right, f.claimed),
            percent(f.right_any, f.claimed)
        );
    }
}

/// Of claims that overlap, the best one; the longer of equals.
fn best(mut found: Vec<Finding>) -> Vec<Finding> {
    // As the pipeline does: names are left to the model where a rule doubts.
    let least: Option<f32> = std::env::var("DECKNAME_LEAST")
        .ok()
        .and_then(|least| least.parse().ok());
    found.retain(|finding| {
        let least = least.unwrap_or(least_score(finding.entity_type).value());
        finding.score.value() >= least
    });
    found.sort_by(|a, b| {
        b.score
            .value()
            .total_cmp(&a.score.value())
            .then(b.span.len().cmp(&a.span.len()))
    });
    let mut kept: Vec<Finding> = Vec::new();
    for finding in found {
        if !kept.iter().any(|k| k.span.overlaps(finding.span)) {
            kept.push(finding);
        }
    }
    kept
}

fn excerpt(text: &str, start: usize, end: usize) -> String {
    let from = text[..start]
        .char_indices()
        .rev()
        .nth(45)
        .map_or(0, |(at, _)| at);
    let to = text[end..]
        .char_indices()
        .nth(25)
        .map_or(text.len(), |(at, _)| end + at);
    format!(
        "{}⟦{}⟧{}",
        &text[from..start],
        &text[start..end],
        &text[end..to]
    )
    .replace('\n', "⏎")
}

/// `DECKNAME_TEXT='…' cargo test --test detect explain -- --ignored --nocapture`
#[test]
#[ignore = "for looking at one text by hand"]
fn explain() {
    let text = std::env::var("DECKNAME_TEXT")
        .unwrap_or_default()
        .replace("\\n", "\n")
        .replace("\\t", "\t");
    let document = document(&text);
    let mut found = detect(&standard().unwrap(), &document);
    found.sort_by_key(|f| f.span);
    for f in found {
        println!(
            "{:>24} {:<24} {:.2} {}",
            f.entity_type.name(),
            f.recognizer,
            f.score.value(),
            document.text(f.span)
        );
    }
}

/// `CARGO_PROFILE_DEV_OPT_LEVEL=3 DECKNAME_SPEED=file cargo test --test detect speed -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn speed() {
    let text =
        fs::read_to_string(std::env::var("DECKNAME_SPEED").expect("DECKNAME_SPEED")).unwrap();
    let mut document = Document::new();
    for block in text.split("\n\n") {
        document.push(Segment::new(
            SegmentKind::Paragraph,
            block,
            Location::new("body"),
        ));
    }
    let mut all = 0.0;
    for recognizer in standard().unwrap() {
        let mut best = f64::MAX;
        let mut n_found = 0;
        for _ in 0..5 {
            let start = seconds_on_cpu();
            n_found = recognizer.detect(&document).unwrap().len();
            best = best.min(seconds_on_cpu() - start);
        }
        let megabytes = f64::from(u32::try_from(document.n_bytes()).unwrap()) / 1e6;
        println!(
            "{:>10}: {:6.1} MB/s, {n_found} findings in {megabytes:.1} MB",
            recognizer.name(),
            megabytes / best
        );
        all += best;
    }
    let megabytes = f64::from(u32::try_from(document.n_bytes()).unwrap()) / 1e6;
    println!("{:>10}: {:6.1} MB/s", "all", megabytes / all);
}

/// What a word list costs to build and to search, beside Aho-Corasick over the same
/// entries: `DECKNAME_SPEED=file cargo test --test detect word_lists -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn word_lists() {
    let text =
        fs::read_to_string(std::env::var("DECKNAME_SPEED").expect("DECKNAME_SPEED")).unwrap();
    let document = document(&text);
    let megabytes = f64::from(u32::try_from(text.len()).unwrap()) / 1e6;
    let memory = || -> f64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kilobytes.unwrap_or(0.0) / 1e3
    };
    for n in [1_000_u32, 1_000_000] {
        let syllables = [
            "ba", "kel", "mor", "ti", "sen", "war", "lo", "hein", "gru", "mann",
        ];
        let word = |n: u32| -> String {
            let digits = n.to_string();
            digits
                .bytes()
                .map(|digit| syllables[usize::from(digit - b'0')])
                .collect()
        };
        let entries: Vec<String> = (0..n)
            .map(|n| format!("{} {}", word(n % 3_000), word(n)))
            .collect();
        let (before, start) = (memory(), seconds_on_cpu());
        let list = Dictionary::new(&entries, EntityType::Person, Matching::Tolerant).unwrap();
        let (built, held) = (seconds_on_cpu() - start, memory() - before);
        let start = seconds_on_cpu();
        let n_found = list.spans(&document).len();
        let ours = megabytes / (seconds_on_cpu() - start);
        println!(
            "{n} entries, words: built in {built:.2} s, {held:.0} MB, {ours:.1} MB/s, {n_found} found"
        );
        let (before, start) = (memory(), seconds_on_cpu());
        let automaton = aho_corasick::AhoCorasick::new(&entries).unwrap();
        let (built, held) = (seconds_on_cpu() - start, memory() - before);
        let start = seconds_on_cpu();
        let n_found = automaton.find_overlapping_iter(&text).count();
        let ours = megabytes / (seconds_on_cpu() - start);
        println!(
            "{n} entries, Aho-Corasick: built in {built:.2} s, {held:.0} MB, {ours:.1} MB/s, {n_found} found"
        );
    }
}

/// Four times the text must not cost much more than four times the time.
#[test]
fn no_input_costs_more_than_linear_time() {
    let recognizers = standard().unwrap();
    let time = |piece: &str, bytes: usize| {
        let document = document(&piece.repeat(bytes / piece.len()));
        let start = std::time::Instant::now();
        let n_found = detect(&recognizers, &document).len();
        (start.elapsed().as_secs_f64(), n_found)
    };
    let mut slow = Vec::new();
    for piece in [
        "1 ",
        "0",
        "0 ",
        "00 49 ",
        "a@a",
        "@",
        "://",
        "https://a ",
        "www.",
        "(",
        "(0",
        "A. ",
        "Herr ",
        "Herr Anna ",
        "Am ",
        "Am Am 1 ",
        "geb. ",
        "geb. 1.1.1970 ",
        "1-",
        "A1",
        "A-1 ",
        "[PERSON_",
        "PERSON_K7RN33 ",
        "|1",
        "|a|b|c\n",
        ";a",
        "a;b;c;1\n",
        "Anna, ",
        "Anna ",
        "von ",
        "Kundennummer ",
        "Kundennummer 4711 ",
        "Az.: ",
        "Az.: 1/2 ",
        "Straße ",
        "Straße 1 ",
        "straße",
        "\n",
        "a\n\n\n",
        "  1",
        "  a  b  c  1\n",
        "ß",
        "\u{301}",
        ":",
        "a:",
        "::1 ",
        "12345 ",
        "12345 Ort ",
        "Passwort: ",
        "Passwort: x1y2 ",
        "DE44 ",
        "DE",
        "K-K ",
        "Mit freundlichen Grüßen\n",
        "Im Auftrag\nAnna\n",
        "<a@b.example>",
        "Anna <",
        "* ",
        "\t1\tAnna\tx\n",
        "Nr\tName\tgeb.\n1\tAnna\t1.1.1970\n",
        "0171/",
        "+49 ",
        "Flur 1 ",
        "HRB ",
        "\"a\",",
    ] {
        let (short, _) = time(piece, 5_000);
        let (long, n_found) = time(piece, 20_000);
        println!("{long:.3} s for 20 kB of {piece:?}, {n_found} findings");
        if long > 10.0 * short && long > 1.0 {
            slow.push(format!(
                "{piece:?}: {short:.3} s, then {long:.3} s, {n_found} findings"
            ));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

/// Time this thread really ran, so that a busy machine does not spoil a measurement.
fn seconds_on_cpu() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = stat
        .split(' ')
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0.0);
    nanoseconds / 1e9
}

/// Our checks against python-stdnum; see `tests/reference/stdnum_numbers.py`.
#[test]
#[ignore = "needs numbers made with Python"]
fn reference() {
    use deckname::detect::{
        checksum as c, checksum_europe as e, checksum_vat as v, checksum_world as w,
    };
    type Check = fn(&str) -> bool;
    let checks: &[(&str, Check)] = &[
        ("iban", c::iban),
        ("steuer_id", c::steuer_id),
        ("ust_id", c::ust_id),
        ("luhn", c::luhn),
        ("imei", c::imei),
        ("at_svnr", c::at_svnr),
        ("ch_ahv", c::ch_ahv),
        ("ch_uid", c::ch_uid),
        ("at_uid", w::at_uid),
        ("pl_pesel", w::pl_pesel),
        ("es_dni", w::es_dni),
        ("nl_bsn", w::nl_bsn),
        ("be_nn", w::be_nn),
        ("se_personnummer", w::se_personnummer),
        ("fi_hetu", w::fi_hetu),
        ("no_fodselsnummer", w::no_fodselsnummer),
        ("cz_rodne_cislo", w::cz_rodne_cislo),
        ("hr_oib", w::hr_oib),
        ("bg_egn", w::bg_egn),
        ("ro_cnp", w::ro_cnp),
        ("pt_nif", w::pt_nif),
        ("ee_isikukood", w::ee_isikukood),
        ("si_emso", w::si_emso),
        ("tr_tckn", w::tr_tckn),
        ("gb_nhs", w::gb_nhs),
        ("ca_sin", w::ca_sin),
        ("fr_nir", w::fr_nir),
        ("it_codice_fiscale", w::it_codice_fiscale),
        ("gr_amka", e::gr_amka),
        ("gr_afm", e::gr_afm),
        ("ie_ppsn", e::ie_ppsn),
        ("lv_personas_kods", e::lv_personas_kods),
        ("cy_tic", e::cy_tic),
        ("is_kennitala", e::is_kennitala),
        ("ua_rnokpp", e::ua_rnokpp),
        ("verhoeff", c::verhoeff),
        ("eu_vat", v::eu_vat),
    ];
    let text = fs::read_to_string(std::env::var("DECKNAME_REFERENCE").expect("DECKNAME_REFERENCE"))
        .unwrap();
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let Some((_, check)) = checks.iter().find(|(name, _)| *name == fields[0]) else {
            continue;
        };
        let (ours, theirs) = (check(fields[1]), fields[2] == "1");
        let count = counts.entry(fields[0]).or_default();
        count[usize::from(ours) * 2 + usize::from(theirs)] += 1;
        if ours != theirs && count[usize::from(ours) * 2 + usize::from(theirs)] <= 2 {
            println!("{line}: we say {ours}");
        }
    }
    println!("| check | both yes | both no | only we | only stdnum |");
    for (name, [no, only_stdnum, only_we, yes]) in &counts {
        println!("| {name} | {yes} | {no} | {only_we} | {only_stdnum} |");
    }
    // A number that only we accept costs a false alarm at most; one that only
    // the reference accepts would be missed.
    assert!(
        counts.values().all(|count| count[1] == 0),
        "the reference knows more"
    );
}
