//! The user's own rules, and built-in rules switched off.
//!
//! A rule of the user's own is a pattern that may stand anywhere, with a check
//! by name, context words and examples; it is built of the same parts as the
//! built-in ones, so labels, column heads and the line above count as context.
//! The examples are tried when it is built: a rule that does not do what it says
//! is an error, not a surprise.

use regex::Regex;

use crate::detect::Recognizer;
use crate::detect::catalog;
use crate::detect::context::{Topic, Topics, Words};
use crate::detect::pattern::{Check, Digits, Rule, Rules, Start};
use crate::detect::vector::document;
use crate::detect::{checksum, checksum_europe, checksum_vat, checksum_world};
use crate::document::Document;
use crate::entity::{EntityType, Finding};
use crate::error::{Error, ErrorKind, Result};

/// A rule as the user says it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnRule<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it finds.
    pub entity_type: EntityType,
    /// The pattern of the whole value; a group named `v` narrows it.
    pub pattern: &'a str,
    /// The name of a check, see [`checks`].
    pub checksum: Option<&'a str>,
    /// Words that confirm it.
    pub context: &'a [String],
    /// Words that speak against it.
    pub against: &'a [String],
    /// Whether it counts only with its context.
    pub needs_context: bool,
    /// How sure it is by itself.
    pub score: f32,
    /// How sure it is with its context.
    pub with_context: f32,
    /// Texts in which it finds exactly what stands in `[…]`.
    pub find: &'a [String],
    /// Texts in which it finds nothing.
    pub skip: &'a [String],
}

type Named = (&'static str, fn(&str) -> bool);

/// The checks that a rule may name.
const CHECKS: &[Named] = &[
    ("luhn", checksum::luhn),
    ("mod_97", checksum::mod_97),
    ("mod_11_10", checksum::mod_11_10),
    ("verhoeff", checksum::verhoeff),
    ("icao_9303", checksum::icao_9303),
    ("credit_card", checksum::credit_card),
    ("imei", checksum::imei),
    ("iban", checksum::iban),
    ("vin", checksum::vin),
    ("date", super::rules::dates::date),
    ("steuer_id", checksum::steuer_id),
    ("ust_id", checksum::ust_id),
    (
        "rentenversicherungsnummer",
        checksum::rentenversicherungsnummer,
    ),
    (
        "krankenversichertennummer",
        checksum::krankenversichertennummer,
    ),
    ("german_document", checksum::german_document),
    ("at_svnr", checksum::at_svnr),
    ("at_uid", checksum_world::at_uid),
    ("eu_vat", checksum_vat::eu_vat),
    ("bsnr", checksum_europe::bsnr),
    ("ch_ahv", checksum::ch_ahv),
    ("ch_uid", checksum::ch_uid),
    ("pl_pesel", checksum_world::pl_pesel),
    ("es_dni", checksum_world::es_dni),
    ("it_codice_fiscale", checksum_world::it_codice_fiscale),
    ("fr_nir", checksum_world::fr_nir),
    ("nl_bsn", checksum_world::nl_bsn),
    ("be_nn", checksum_world::be_nn),
    ("se_personnummer", checksum_world::se_personnummer),
    ("fi_hetu", checksum_world::fi_hetu),
    ("gb_nhs", checksum_world::gb_nhs),
    ("ca_sin", checksum_world::ca_sin),
];

/// The names of the checks that a rule may use.
pub fn checks() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(name, _)| *name)
}

/// Builds a recognizer of a rule and tries its examples.
///
/// # Errors
/// If the name is a built-in rule's, the check is not known, the pattern is
/// invalid, too large or matches nothing at all, or an example fails.
pub fn build<'a>(own: &OwnRule<'a>) -> Result<Rules> {
    let wrong = |what: &str| Error::new(ErrorKind::Settings, format!("rule {}: {what}", own.name));
    if catalog::names().any(|name| name == own.name) {
        return Err(wrong("a built-in rule has this name"));
    }
    let check = match own.checksum {
        None => Check::Any,
        Some(name) => CHECKS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, check)| Check::Is(*check))
            .ok_or_else(|| {
                let known: Vec<_> = checks().collect();
                wrong(&format!(
                    "the checksum is not known; known are {}",
                    known.join(", ")
                ))
            })?,
    };
    let empty = Regex::new(own.pattern).is_ok_and(|regex| regex.is_match(""));
    if empty {
        return Err(wrong("the pattern matches the empty text"));
    }
    let words =
        |list: &'a [String]| -> Vec<&'a str> { list.iter().map(|word| word.trim()).collect() };
    let words = Words::new(&[
        (Topic::Number, &words(own.context)),
        (Topic::Thing, &words(own.against)),
    ])?;
    let rules = Rules::new(words, vec![rule(own, check)])?;
    examples(own, &rules).map_err(|what| wrong(&what))?;
    Ok(rules)
}

fn rule(own: &OwnRule<'_>, check: Check) -> Rule {
    // Rules live as long as the program, the user's like the built-in ones: a
    // finding carries its rule's name as a borrowed word.
    let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    Rule {
        entity_type: own.entity_type,
        name: kept(own.name),
        pattern: kept(own.pattern),
        start: Start::Anywhere,
        digits: Digits::ANY,
        check,
        around: None,
        context: Topics::of(&[Topic::Number]),
        against: Topics::of(&[Topic::Thing]),
        required: own.needs_context,
        score: own.score,
        confirmed: own.with_context,
        loose: true,
        source: "the policy",
    }
}

/// Tries the examples; which one fails.
fn examples(own: &OwnRule<'_>, rules: &Rules) -> std::result::Result<(), String> {
    for (index, example) in own.find.iter().enumerate() {
        let number = index + 1;
        let marked = example
            .split_once('[')
            .and_then(|(before, rest)| Some((before, rest.rsplit_once(']')?)));
        let Some((before, (value, after))) = marked else {
            return Err(format!("`find` example {number} marks no value as [value]"));
        };
        let document = document(&format!("{before}{value}{after}"));
        let found = rules
            .detect(&document)
            .map_err(|error| error.what().to_owned())?;
        let right = |finding: &Finding| {
            finding.span.start() == before.len() && document.text(finding.span) == value
        };
        if !found.iter().any(right) || found.len() > 1 {
            return Err(format!("`find` example {number} is not found as marked"));
        }
    }
    for (index, example) in own.skip.iter().enumerate() {
        let found = rules.detect(&document(example));
        if !found.map_err(|error| error.what().to_owned())?.is_empty() {
            return Err(format!("`skip` example {} is found", index + 1));
        }
    }
    Ok(())
}

/// A recognizer some of whose rules do not count.
pub struct Without {
    inner: Box<dyn Recognizer>,
    off: Vec<String>,
}

impl Without {
    /// The same recognizer without the rules of these names.
    #[must_use]
    pub fn new(inner: Box<dyn Recognizer>, off: Vec<String>) -> Self {
        Self { inner, off }
    }
}

impl std::fmt::Debug for Without {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Without")
            .field("inner", &self.inner.name())
            .field("off", &self.off)
            .finish()
    }
}

impl Recognizer for Without {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn entity_types(&self) -> Vec<EntityType> {
        self.inner.entity_types()
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let mut findings = self.inner.detect(document)?;
        findings.retain(|finding| !self.off.iter().any(|name| name == finding.recognizer));
        Ok(findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> OwnRule<'static> {
        OwnRule {
            name: "hall_number",
            entity_type: EntityType::CustomerNumber,
            pattern: r"HN-\d{4,5}",
            checksum: None,
            context: &[],
            against: &[],
            needs_context: false,
            score: 0.6,
            with_context: 0.9,
            find: &[],
            skip: &[],
        }
    }

    fn scores(rule: &OwnRule<'_>, text: &str) -> Vec<f32> {
        let found = build(rule).unwrap().detect(&document(text)).unwrap();
        found.iter().map(|finding| finding.score.value()).collect()
    }

    #[test]
    fn words_around_count() {
        let (context, against) = (["hallen".to_owned()], ["lager".to_owned()]);
        let rule = OwnRule {
            context: &context,
            against: &against,
            ..own()
        };
        for (text, expected) in [
            ("HN-12345", &[0.6][..]),
            ("Hallennummer HN-12345", &[0.9]),
            ("Zwischenlager HN-12345", &[]),
            ("XHN-12345, HN-123456", &[]),
            (
                "Name\tHallen-Nr.\tDatum\nA\tHN-1234\tx\nB\tHN-1235\ty",
                &[0.9, 0.9],
            ),
        ] {
            let found = scores(&rule, text);
            assert_eq!(found, expected, "{text}");
        }
        let needs = OwnRule {
            needs_context: true,
            ..rule
        };
        assert!(scores(&needs, "HN-12345").is_empty());
        assert_eq!(scores(&needs, "Halle: Hallen HN-12345").len(), 1);
    }

    #[test]
    fn checks_and_groups() {
        let rule = OwnRule {
            pattern: r"K:(?P<v>\d{8})",
            checksum: Some("luhn"),
            ..own()
        };
        let rules = build(&rule).unwrap();
        let text = document("K:12345674 K:12345675");
        let found = rules.detect(&text).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(text.text(found[0].span), "12345674");
    }

    #[test]
    fn a_rule_that_does_not_do_what_it_says_is_an_error() {
        let list = |text: &str| vec![text.to_owned()];
        for (find, skip, ok) in [
            ("[HN-12345]", "nichts", true),
            ("HN-12345", "nichts", false),
            ("[HN-1]", "nichts", false),
            ("[HN-12345]", "HN-12345", false),
        ] {
            let (find, skip) = (list(find), list(skip));
            let rule = OwnRule {
                find: &find,
                skip: &skip,
                ..own()
            };
            assert_eq!(build(&rule).is_ok(), ok, "{rule:?}");
        }
        for (name, pattern, checksum) in [
            ("a", "(", None),
            ("a", "x*", None),
            ("a", r"\p{L}{500}{500}", None),
            ("a", "x", Some("magic")),
            ("iban", "x", None),
        ] {
            let rule = OwnRule {
                name,
                pattern,
                checksum,
                ..own()
            };
            assert!(build(&rule).is_err(), "{rule:?}");
        }
    }

    #[test]
    fn rules_can_be_switched_off() {
        let iban = document("IBAN DE89 3704 0044 0532 0130 00");
        let rules = || Box::new(super::super::rules::standard().unwrap());
        let off = ["iban", "iban_shape"].map(str::to_owned).to_vec();
        assert!(!rules().detect(&iban).unwrap().is_empty());
        let found = Without::new(rules(), off).detect(&iban).unwrap();
        assert!(
            found
                .iter()
                .all(|finding| finding.entity_type != EntityType::Iban)
        );
    }
}
