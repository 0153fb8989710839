//! The sentences and words of the reports, in German and English.

use crate::document::NoticeKind;
use crate::error::ErrorKind;
use crate::token::Language;

/// The sentences that every report carries.
#[must_use]
pub const fn cautions(language: Language) -> [&'static str; 3] {
    match language {
        Language::De => [
            "Die Kopien sind pseudonymisiert, nicht anonymisiert: Wer den Schlüssel und den Zuordnungsspeicher hat, kann sie zurückführen; sie bleiben personenbezogene Daten (Art. 4 Nr. 5 DSGVO).",
            "Kein Verfahren findet jede Nennung. Mittelbare Angaben (Amt, Beruf, seltene Krankheit, Familienverhältnisse) können weiterhin auf eine Person hinweisen.",
            "Bilder, Handschrift und Gesichter wurden nicht untersucht; Dateien, die nicht vollständig gelesen werden konnten, wurden nicht ausgeliefert.",
        ],
        Language::En => [
            "The copies are pseudonymized, not anonymous: whoever holds the key and the mapping store can turn them back; they remain personal data (Art. 4(5) GDPR).",
            "No method finds every mention. Indirect details (office, profession, rare disease, family) may still point to a person.",
            "Pictures, handwriting and faces were not examined; files that could not be read whole were not delivered.",
        ],
    }
}

/// On what the recall was measured, and on what not.
#[must_use]
pub const fn measured(language: Language) -> &'static str {
    match language {
        Language::De => {
            "Die Trefferquote ist an erfundenen deutschen und englischen Schreiben gemessen (Ordner samples des Programms, Zahlen in docs/measurements-detect.md und in der Modellkarte), nicht an diesen Dateien; hier kann sie niedriger sein. Eine Stichprobe durch Menschen ersetzt sie nicht."
        }
        Language::En => {
            "Recall was measured on invented German and English letters (the program's folder samples, figures in docs/measurements-detect.md and in the model card), not on these files; here it may be lower. It does not replace a sample checked by people."
        }
    }
}

/// The reason in the report's language.
#[must_use]
pub const fn reason(kind: ErrorKind, language: Language) -> &'static str {
    let (de, en) = match kind {
        ErrorKind::Unsupported => ("Format nicht unterstützt", "format not supported"),
        ErrorKind::Broken => ("Datei beschädigt", "file damaged"),
        ErrorKind::Encrypted => ("verschlüsselt", "encrypted"),
        ErrorKind::Refused => ("nicht bereinigbarer Teil", "a part that cannot be cleaned"),
        ErrorKind::NotExamined => ("nicht vollständig lesbar", "not readable whole"),
        ErrorKind::Limit => ("Grenze überschritten", "limit exceeded"),
        ErrorKind::Recognizer => ("Erkennung fehlgeschlagen", "recognition failed"),
        ErrorKind::Blocked => ("durch Richtlinie gesperrt", "blocked by the policy"),
        ErrorKind::Leak => ("Prüfung fand Restwert", "the check found a leftover"),
        ErrorKind::Fidelity => ("Kopie weicht ab", "the copy differs"),
        ErrorKind::Io => ("Lese- oder Schreibfehler", "reading or writing failed"),
        ErrorKind::Internal => ("Programmfehler", "program error"),
        ErrorKind::Model => ("Sprachmodell fehlt", "model missing"),
        ErrorKind::Store => ("Zuordnungsspeicher", "mapping store"),
        ErrorKind::Key => ("Schlüssel", "key"),
        ErrorKind::Settings => ("Einstellungen", "settings"),
    };
    match language {
        Language::De => de,
        Language::En => en,
    }
}

/// What happened to a part, in the report's language.
#[must_use]
pub const fn happened(kind: NoticeKind, language: Language) -> &'static str {
    match (kind, language) {
        (NoticeKind::Dropped, Language::De) => "entfernt",
        (NoticeKind::Dropped, Language::En) => "dropped",
        (NoticeKind::NotExamined, Language::De) => "nicht untersucht",
        (NoticeKind::NotExamined, Language::En) => "not examined",
        (NoticeKind::Repaired, Language::De) => "repariert",
        (NoticeKind::Repaired, Language::En) => "repaired",
    }
}
