//! German authorities, courts and public bodies by name: what is kept by default.
//!
//! Federal and well-known bodies are listed; bodies of which every town or Land
//! has one are described by their kind and what follows it ("Amtsgericht
//! Wiesbaden", "Landesamt für Soziales"). The names are facts of public law. It
//! decides nothing: what such a place means for a claim is up to `allowed`.

use regex::Regex;

use crate::detect::dictionary::{Dictionary, Matching};
use crate::document::{Document, Span};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// The names, compiled.
#[derive(Debug)]
pub(super) struct PublicBodies {
    named: Dictionary,
    kinds: Regex,
}

impl PublicBodies {
    /// # Errors
    /// If the list does not compile (a bug).
    pub(super) fn new() -> Result<Self> {
        let broken = |_| Error::new(ErrorKind::Internal, "the public bodies do not compile");
        let kinds = KINDS.join("|");
        let about = ABOUT.join("|");
        let pattern = format!(
            r"(?:\b(?:{kinds})(?:e?s|e|en)?(?:[ \x{{a0}}\n]{LINK})?[ \x{{a0}}\n-]{PLACE}|\b(?:{about}){TASK}(?:[ \x{{a0}}]{PLACE})?)"
        );
        Ok(Self {
            named: Dictionary::new(NAMED, EntityType::Organization, Matching::Tolerant)?,
            kinds: Regex::new(&pattern).map_err(broken)?,
        })
    }

    /// Where such names stand.
    pub(super) fn spans(&self, document: &Document) -> Vec<Span> {
        let mut spans = self.named.spans(document);
        for (index, segment) in document.segments().iter().enumerate() {
            let found = self.kinds.find_iter(segment.text());
            spans
                .extend(found.filter_map(|found| document.span(index, found.start(), found.end())));
        }
        spans
    }
}

/// Between a kind and its place.
const LINK: &str = "(?:der Stadt|der Landeshauptstadt|der Hansestadt|der Universitätsstadt|der Gemeinde|des Landes|des Landkreises|des Kreises|der|des|für den Kreis|für|von|in|am)";

/// A place: up to four words, hyphens, "(Oder)", "a. M.".
const PLACE: &str = r"[A-ZÄÖÜ][a-zäöüß]+(?:[-/ ][A-ZÄÖÜ][a-zäöüß]+|[ ](?:am|an der|im|in der|vor der|ob der|bei)[ ][A-ZÄÖÜ][a-zäöüß]+|[ ]\([A-ZÄÖÜ][a-zäöüß]+\)|[ ]a\.[ ]?[A-Z]\.|/[A-ZÄÖÜ][a-zäöüß]+){0,3}";

/// What an office is for: "für Soziales und Versorgung".
const TASK: &str = r"[ \x{a0}\n](?:für|der|des)[ \x{a0}\n](?:den[ ]|die[ ]|das[ ])?[A-ZÄÖÜ][\p{L}-]+(?:(?:,[ ]|[ ]und[ ]|[ ])(?:für[ ]|der[ ]|des[ ]|zur[ ])?[A-ZÄÖÜ][\p{L}-]+){0,5}";

/// Kinds of bodies that are told apart by their place.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "Amtsgericht", "Landgericht", "Oberlandesgericht", "Kammergericht", "Verwaltungsgericht",
    "Oberverwaltungsgericht", "Verwaltungsgerichtshof", "Sozialgericht", "Landessozialgericht",
    "Arbeitsgericht", "Landesarbeitsgericht", "Finanzgericht", "Familiengericht",
    "Betreuungsgericht", "Nachlassgericht", "Insolvenzgericht", "Vollstreckungsgericht",
    "Registergericht", "Mahngericht", "Grundbuchamt", "Staatsanwaltschaft", "Amtsanwaltschaft",
    "Generalstaatsanwaltschaft", "Finanzamt", "Hauptzollamt", "Zollamt", "Zollfahndungsamt",
    "Jobcenter", "Agentur für Arbeit", "Arbeitsagentur", "Landratsamt", "Kreisverwaltung",
    "Stadtverwaltung", "Gemeindeverwaltung", "Verbandsgemeindeverwaltung", "Bezirksamt",
    "Amtsverwaltung", "Ordnungsamt", "Standesamt", "Jugendamt", "Kreisjugendamt", "Sozialamt",
    "Kreissozialamt", "Gesundheitsamt", "Veterinäramt", "Bauamt", "Bauaufsichtsamt", "Umweltamt",
    "Schulamt", "Einwohnermeldeamt", "Bürgeramt", "Bürgerbüro", "Ausländerbehörde",
    "Ausländeramt", "Straßenverkehrsamt", "Führerscheinstelle", "Kfz-Zulassungsstelle",
    "Zulassungsstelle", "Wohngeldstelle", "Elterngeldstelle", "Kämmerei", "Stadtkasse",
    "Kreiskasse", "Landeskasse", "Justizkasse", "Gerichtskasse", "Oberjustizkasse",
    "Bundeskasse", "Versorgungsamt", "Katasteramt", "Vermessungsamt", "Eichamt", "Forstamt",
    "Polizeipräsidium", "Polizeidirektion", "Polizeiinspektion", "Polizeirevier",
    "Polizeistation", "Bundespolizeiinspektion", "Bundespolizeidirektion", "Kriminalpolizei",
    "Justizvollzugsanstalt", "Regierungspräsidium", "Bezirksregierung", "Oberfinanzdirektion",
    "Familienkasse", "Industrie- und Handelskammer", "Handwerkskammer", "Rechtsanwaltskammer",
    "Ärztekammer", "Landesärztekammer", "Kassenärztliche Vereinigung", "Magistrat",
    "Deutsche Rentenversicherung", "Landesversicherungsanstalt", "Landesbeauftragte",
];

/// Kinds of bodies that are told apart by their task.
#[rustfmt::skip]
const ABOUT: &[&str] = &[
    "Bundesministerium", "Bundesministeriums", "Ministerium", "Ministeriums",
    "Staatsministerium", "Staatsministeriums", "Senatsverwaltung", "Bundesamt", "Bundesamtes",
    "Bundesamts", "Bundesanstalt", "Bundesinstitut", "Bundeszentrale", "Landesamt",
    "Landesamtes", "Landesamts", "Landesanstalt", "Landesbetrieb", "Landeszentrale", "Amt",
    "Amtes", "Amts", "Fachbereich", "Fachdienst", "Behörde",
];

/// Bodies of which there is one.
#[rustfmt::skip]
const NAMED: &[&str] = &[
    "Bundesverfassungsgericht", "Bundesgerichtshof", "Bundesverwaltungsgericht",
    "Bundessozialgericht", "Bundesarbeitsgericht", "Bundesfinanzhof", "Bundespatentgericht",
    "Generalbundesanwalt", "Bundestag", "Deutscher Bundestag", "Bundesrat", "Bundesregierung",
    "Bundespräsidialamt", "Bundeskanzleramt", "Auswärtiges Amt", "Auswärtigen Amtes",
    "Auswärtigen Amt", "Bundesagentur für Arbeit", "Bundeszentralamt für Steuern",
    "Bundesdruckerei", "Bundeskriminalamt", "Bundespolizei", "Bundeswehr", "Zollverwaltung",
    "Generalzolldirektion", "Kraftfahrt-Bundesamt", "Statistisches Bundesamt",
    "Statistischen Bundesamtes", "Bundesverwaltungsamt", "Bundesnetzagentur", "Bundesbank",
    "Deutsche Bundesbank", "Deutschen Bundesbank", "Bundesrechnungshof", "Umweltbundesamt",
    "Robert Koch-Institut", "Paul-Ehrlich-Institut", "Bundesnachrichtendienst",
    "Bundesamt für Migration und Flüchtlinge", "Bundesamt für Justiz",
    "Bundesamt für Sicherheit in der Informationstechnik", "Bundesamt für Verfassungsschutz",
    "Bundesanstalt für Finanzdienstleistungsaufsicht", "Bundesanstalt für Immobilienaufgaben",
    "Bundesbeauftragte für den Datenschutz und die Informationsfreiheit",
    "Bundesbeauftragter für den Datenschutz und die Informationsfreiheit",
    "Bundesbeauftragten für den Datenschutz und die Informationsfreiheit",
    "Deutsche Rentenversicherung", "Deutschen Rentenversicherung",
    "Deutsche Rentenversicherung Bund", "Deutsche Rentenversicherung Knappschaft-Bahn-See",
    "Deutsche Gesetzliche Unfallversicherung", "Minijob-Zentrale", "Künstlersozialkasse",
    "GKV-Spitzenverband", "Medizinischer Dienst", "Medizinischen Dienstes",
    "Versorgungsanstalt des Bundes und der Länder", "Kultusministerkonferenz",
    "Deutscher Städtetag", "Deutscher Landkreistag", "Deutscher Städte- und Gemeindebund",
    "Deutsches Patent- und Markenamt", "Bundeskartellamt", "Landesjustizkasse",
    "Landeskriminalamt", "Landesrechnungshof", "Landtag", "Staatskanzlei", "Kreistag",
    "Europäischer Gerichtshof", "Europäischen Gerichtshofs", "Gerichtshof der Europäischen Union",
    "Europäischer Gerichtshof für Menschenrechte", "Europäische Kommission",
    "Europäischen Kommission", "Europäisches Parlament", "Europäischen Parlaments",
    "Europäische Zentralbank", "Europäische Union", "Europäischen Union", "Vereinte Nationen",
    "Vereinten Nationen", "Bundesfreiwilligendienst", "Technisches Hilfswerk",
    "Stiftung Warentest", "Verbraucherzentrale", "ELSTER", "Beitragsservice",
    "ARD ZDF Deutschlandradio Beitragsservice", "Verfassungsgerichtshof",
    "Staatsgerichtshof", "Landesverfassungsgericht", "Jobcenter", "Bürgeramt", "Jugendamt",
    "Sozialamt", "Finanzamt", "Ordnungsamt", "Standesamt", "Gesundheitsamt", "Ausländerbehörde",
    "Einwohnermeldeamt", "Amtsgericht", "Landgericht", "Verwaltungsgericht", "Sozialgericht",
    "Arbeitsgericht", "Familiengericht", "Betreuungsgericht", "Nachlassgericht",
    "Insolvenzgericht", "Oberlandesgericht", "Staatsanwaltschaft", "Polizei", "Bundesgericht",
    "Versorgungsamt", "Landratsamt", "Familienkasse", "Agentur für Arbeit", "Arbeitsagentur",
    "Österreichische Gesundheitskasse", "Pensionsversicherungsanstalt", "Arbeitsmarktservice",
    "Eidgenössisches Departement", "Schweizerische Ausgleichskasse",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Location, Segment, SegmentKind};

    #[test]
    fn names_end_where_the_place_ends() {
        let bodies = PublicBodies::new().unwrap();
        for (text, expected) in [
            (
                "beim Amtsgericht Wiesbaden eingegangen",
                "Amtsgericht Wiesbaden",
            ),
            (
                "das Finanzamt Frankfurt am Main hat",
                "Finanzamt Frankfurt am Main",
            ),
            (
                "Magistrat der Stadt Musterhausen teilt",
                "Magistrat der Stadt Musterhausen",
            ),
            (
                "Landesamt für Soziales und Versorgung hat",
                "Landesamt für Soziales und Versorgung",
            ),
            ("Jobcenter Main-Kinzig lädt", "Jobcenter Main-Kinzig"),
            ("des Amtsgerichts Hanau vom", "Amtsgerichts Hanau"),
            (
                "bei der Bundesagentur für Arbeit.",
                "Bundesagentur für Arbeit",
            ),
        ] {
            let mut document = Document::new();
            document.push(Segment::new(
                SegmentKind::Paragraph,
                text,
                Location::new("body"),
            ));
            let found: Vec<&str> = bodies
                .spans(&document)
                .into_iter()
                .map(|span| document.text(span))
                .collect();
            assert!(found.contains(&expected), "{text}: {found:?}");
        }
    }
}
