//! Rules, address rules, name rules and word lists over any text: no panic, no
//! error, no span outside of the text, and no more claims than the text has bytes
//! (a rule that claims one place again and again is a rule whose cost grows
//! faster than the text).

#![no_main]

use std::sync::LazyLock;

use deckname::detect::dictionary::{Dictionary, Matching};
use deckname::detect::vector::document;
use deckname::detect::{Recognizer, standard};
use deckname::entity::EntityType;
use libfuzzer_sys::fuzz_target;

static RECOGNIZERS: LazyLock<Vec<Box<dyn Recognizer>>> = LazyLock::new(|| {
    let mut all = standard().expect("the built-in rules compile");
    for matching in [Matching::Exact, Matching::Tolerant, Matching::Fuzzy] {
        let words = ["Quast", "Projekt Öresund", "Müller-Lüdenscheidt", "C++", "7-4711"];
        let list = Dictionary::new(words, EntityType::ListEntry, matching);
        all.push(Box::new(list.expect("the words compile")));
    }
    all
});

fuzz_target!(|text: &str| {
    let document = document(text);
    for recognizer in RECOGNIZERS.iter() {
        let findings = recognizer.detect(&document).expect("rules never fail");
        for finding in &findings {
            assert!(!document.text(finding.span).is_empty());
        }
        assert!(findings.len() <= 8 * text.len() + 8, "{} claims", findings.len());
    }
});
