//! Which parts stay whatever the program, and what a report calls those that
//! do not.

use super::{Decision, drawing};
use crate::document::Bilingual;

/// What a report says about a file that was opened with a password.
pub(crate) const PASSWORD: Bilingual = Bilingual {
    de: "Kennwortschutz (die Kopie hat keinen)",
    en: "password protection (the copy has none)",
};

/// Types of pictures that programs write.
const IMAGES: [&str; 22] = [
    "bmp",
    "emf",
    "gif",
    "heic",
    "jpeg",
    "jpg",
    "pct",
    "pcx",
    "pict",
    "pjpeg",
    "png",
    "svg+xml",
    "tif",
    "tiff",
    "vnd.ms-photo",
    "webp",
    "wmf",
    "x-bmp",
    "x-emf",
    "x-pict",
    "x-png",
    "x-wmf",
];

/// Parts that all three programs may have.
pub(crate) fn shared(content_type: &str) -> Option<Decision> {
    let lower = content_type.to_ascii_lowercase();
    if let Some(kind) = lower.strip_prefix("image/") {
        // The type stays in the list of types, and may be anybody's name.
        return IMAGES.contains(&kind).then_some(Decision::Picture);
    }
    let name = lower
        .strip_prefix("application/vnd.openxmlformats-officedocument.")
        .or_else(|| lower.strip_prefix("application/vnd.ms-office."))?;
    let place = match name {
        "theme+xml" | "themeoverride+xml" => "theme",
        "drawingml.chart+xml"
        | "chartex+xml"
        | "drawingml.chartshapes+xml"
        | "chartstyle+xml"
        | "chartcolorstyle+xml" => "chart",
        "drawingml.diagramdata+xml"
        | "drawingml.diagramlayout+xml"
        | "drawingml.diagramstyle+xml"
        | "drawingml.diagramcolors+xml"
        | "drawingml.diagramdrawing+xml" => "diagram",
        _ => return None,
    };
    Some(Decision::Text(place, &drawing::RULES))
}

/// What a report says about an entry that is left out.
pub(crate) fn dropped_kind(name: &str, content_type: &str) -> Option<Bilingual> {
    let name = name.to_lowercase();
    let content_type = content_type.to_ascii_lowercase();
    let has = |word: &str| name.contains(word) || content_type.contains(word);
    let (de, en) = if has("docprops/") {
        ("Dateieigenschaften", "file properties")
    } else if has(".rels") {
        return None;
    } else if has("vba") || has("activex") || has("ctrlprops") || has("customui") {
        ("Makros und Steuerelemente", "macros and controls")
    } else if has("signature") {
        ("Signaturen", "signatures")
    } else if has("docmetadata/") || has("labelinfo") {
        ("Vertraulichkeitsbezeichnungen", "sensitivity labels")
    } else if has("pivot") || has("slicer") || has("timeline") {
        (
            "Pivot-Tabellen und ihre Kopien der Daten",
            "pivot tables and their copies of the data",
        )
    } else if has("externallink") || has("connections") || has("querytable") || has("xmlmaps") {
        ("Verknüpfungen zu anderen Daten", "links to other data")
    } else if has("revisions/") || has("changesinfo") || has("revisioninfo") {
        ("Änderungsverlauf", "history of changes")
    } else if has("afchunk") {
        ("Importierte Abschnitte", "imported chunks")
    } else if has("/media/")
        || content_type.starts_with("audio/")
        || content_type.starts_with("video/")
    {
        ("Ton und Film", "sound and film")
    } else if has("calcchain") {
        return None;
    } else if has("embeddings/") || has("oleobject") {
        ("Eingebettete Dateien", "embedded files")
    } else if has("customxml") {
        ("Eingebettete Daten", "embedded data")
    } else if has("glossary") {
        ("Textbausteine", "building blocks")
    } else if has("people") || has("person") || has("comment") {
        ("Angaben zu Bearbeitern", "data about editors")
    } else if has("printersettings") {
        ("Druckereinstellungen", "printer settings")
    } else if has("font") {
        ("Eingebettete Schriften", "embedded fonts")
    } else if has("websettings") || has("stylewitheffects") || has("styleswitheffects") {
        ("Zusatzeinstellungen", "extra settings")
    } else {
        ("Unbekannte Teile", "unknown parts")
    };
    Some(Bilingual { de, en })
}
