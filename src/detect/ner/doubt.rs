//! Claims that are no persons whatever the model says: what holds no letters to
//! speak of, words that are nobody's name, and names that belong to a disease,
//! a street or a school. The lists are closed and short on purpose: a name that
//! is left out here stays in the copy.

use std::ops::Range;

/// Words that are no name when written small: `Das`, `Im` and `Do` are names.
#[rustfmt::skip]
const SMALL: &[&str] = &[
    "und", "oder", "der", "die", "das", "dem", "den", "zu", "zur", "zum", "mit", "bei", "für", "von", "vom", "im",
    "am", "bis", "ich", "sie", "er", "wir", "ihr", "es", "the", "and", "of", "to", "for",
];

/// Words that nobody is called, in lower case. What is also a last or a first
/// name (Kind, Ende, Montag, Juli, Preis) is not here.
#[rustfmt::skip]
const NOBODY: &[&str] = &[
    "herr", "herrn", "frau", "herren", "damen", "madam", "sir", "eltern", "mutter", "kinder", "tochter", "oma",
    "omas", "opa", "opas", "tante", "onkel", "ehefrau", "ehemann", "mandant", "mandantin", "patient", "patientin",
    "kläger", "klägerin", "beklagte", "beklagter", "zeuge", "zeugin", "antragsteller", "antragstellerin", "mieter",
    "mieterin", "vermieter", "vermieterin", "kunde", "kundin", "kollege", "kollegin", "kollegen",
    "sachbearbeiter", "sachbearbeiterin", "ansprechpartner", "ansprechpartnerin", "geschäftsführer",
    "geschäftsführerin", "vorsitzende", "vorsitzender", "dezernat", "dezernent", "dezernentin", "referat",
    "abteilung", "fachbereich", "sachgebiet", "behörde", "gemeinde", "kita", "klinik", "praxis", "kanzlei",
    "inkasso", "schufa", "stadtkämmerer", "bürgermeisterin", "landrat", "landrätin", "vorname", "nachname",
    "anschrift", "adresse", "telefon", "fax", "mobil", "mail", "e-mail", "datum", "unterschrift", "betreff",
    "anlage", "anlagen", "seite", "nummer", "bemerkung", "bemerkungen", "porto", "art", "menge", "betrag",
    "gesamt", "einheit", "funktion", "status", "prio", "kategorie", "uhrzeit", "gesperrt", "erledigt", "nein",
    "vcard", "bytes", "unbekannt", "entfällt", "dienstag", "mittwoch", "donnerstag", "samstag", "januar",
    "februar", "september", "oktober", "november", "dezember",
];

/// What follows the name that a thing was given: `Konrad-Adenauer-Platz`.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "straße", "strasse", "str", "platz", "weg", "allee", "ring", "ufer", "brücke", "schule", "grundschule",
    "realschule", "gesamtschule", "gymnasium", "kolleg", "universität", "stadion", "halle", "park",
    "syndrom", "krankheit", "erkrankung", "zeichen", "reflex", "test", "skala", "score", "klassifikation",
    "reaktion", "lymphom", "knoten", "anämie", "ekzem", "fraktur", "prothese", "katheter", "schema",
];

/// What a claim keeps of its range: without signs at its ends, and nothing at
/// all if it is no person.
pub(super) fn person(text: &str, claim: Range<usize>) -> Option<Range<usize>> {
    let claimed = text.get(claim.clone())?;
    let name = claimed.trim_matches(|c: char| !c.is_alphanumeric());
    let start = claim.start
        + (claimed.len()
            - claimed
                .trim_start_matches(|c: char| !c.is_alphanumeric())
                .len());
    let end = start + name.len();
    if is_nobody(name) || is_thing(text, end) || is_disease(text, start..end) {
        return None;
    }
    // The dot of an initial at the end belongs to the name.
    let dotted =
        claimed.len() > name.len() && text.get(end..).is_some_and(|rest| rest.starts_with('.'));
    let initial = name
        .chars()
        .rev()
        .take_while(|c| c.is_alphanumeric())
        .count()
        == 1;
    Some(start..end + usize::from(dotted && initial && end < claim.end))
}

/// No letters, a single one that is no initial, or nothing but common words.
fn is_nobody(name: &str) -> bool {
    let words = || {
        name.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let n_letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let common =
        |word: &str| SMALL.contains(&word) || NOBODY.contains(&word.to_lowercase().as_str());
    n_letters == 0 || name == "N. N" || name == "N.N" || words().all(common)
}

/// Whether a hyphen and the name of a thing follow.
fn is_thing(text: &str, end: usize) -> bool {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix('-')) else {
        return false;
    };
    // Further parts of the same compound: `-Hans-Scholl-Schule`.
    let compound: String = rest
        .chars()
        .take(60)
        .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '.'))
        .collect();
    let last = compound
        .trim_end_matches('.')
        .rsplit('-')
        .next()
        .unwrap_or_default();
    THINGS.contains(&last.to_lowercase().as_str())
}

/// `Morbus Crohn`, `Raynaud's syndrome`. Other words after the `'s` may be the
/// patient's own: `Kowalski's disease`, `Kowalski's fracture`.
fn is_disease(text: &str, name: Range<usize>) -> bool {
    let before = text.get(..name.start).unwrap_or_default();
    let after = text.get(name.end..).unwrap_or_default();
    let owned = ["'s ", "’s "].iter();
    let mut of = owned.filter_map(|mark| after.strip_prefix(mark));
    before.ends_with("Morbus ")
        || of.any(|rest| rest.starts_with("syndrome") || rest.starts_with("phenomenon"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The claim stands between ⟦ and ⟧.
    fn kept(marked: &str) -> Option<String> {
        let (before, rest) = marked.split_once('⟦').unwrap();
        let (claimed, after) = rest.split_once('⟧').unwrap();
        let text = format!("{before}{claimed}{after}");
        let claim = before.len()..before.len() + claimed.len();
        person(&text, claim).map(|range| text[range].to_owned())
    }

    #[test]
    fn a_name_stays_a_name() {
        for (marked, name) in [
            ("Herr ⟦Kowalski⟧ kommt", "Kowalski"),
            ("für ⟦Art Vandelay⟧", "Art Vandelay"),
            ("⟦Anna K.⟧", "Anna K."),
            ("⟦M.⟧ war da", "M."),
            ("Schüler ⟦K⟧ fehlt", "K"),
            ("⟦Mutter Teresa⟧", "Mutter Teresa"),
            ("⟦Müller-Lüdenscheid⟧", "Müller-Lüdenscheid"),
            ("die ⟦Kowalski⟧-Akte", "Kowalski"),
            ("die ⟦Kowalski⟧-Brüder", "Kowalski"),
            ("„⟦Erika Muster\"⟧", "Erika Muster"),
            ("Sophie⟦-Marie⟧ Sommer", "Marie"),
            ("⟦Kowalski⟧'s disease is worse", "Kowalski"),
            ("⟦Das⟧, Arjun", "Das"),
            ("⟦Max und Erika⟧", "Max und Erika"),
            ("Praxis ⟦Morbus⟧", "Morbus"),
            ("⟦李⟧", "李"),
        ] {
            assert_eq!(kept(marked).as_deref(), Some(name), "{marked}");
        }
    }

    #[test]
    fn what_is_nobody_is_left_out() {
        for marked in [
            "⟦.⟧",
            "⟦–⟧",
            "⟦N. N.⟧ (komm.)",
            "⟦Dezernat⟧ I",
            "Dear ⟦Madam⟧,",
            "⟦Art       Porto⟧",
            "Sophie-⟦und⟧-Hans-Scholl-Schule",
            "⟦Konrad⟧-Adenauer-Platz",
            "⟦Konrad-Adenauer⟧-Str. 5",
            "Morbus ⟦Crohn⟧",
            "⟦Raynaud⟧'s phenomenon",
            "⟦Creutzfeldt-Jakob⟧-Krankheit",
        ] {
            assert_eq!(kept(marked), None, "{marked}");
        }
    }
}
