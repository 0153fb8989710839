//! Names that programs give to styles, shapes and layouts. They are no text of
//! a person, and to replace one would break what refers to it.

/// The words that such names are made of, English and German.
const WORDS: &str = "\
    1st 2d 3d abgerundetes absatz accent addressee after anchor and annotation arrow art \
    article authorities autoshape background backgroundobjects bad balloon before \
    bibliography big bild bildplatzhalter blank block body book bottom box bullet \
    bullets calculation callout caps caption cell char chart check classic clip closing \
    code colorful columns comma comparison connected connector cont contemporary content \
    contents continue control cover currency curved custom dark date datumsplatzhalter \
    default definition design diagram diagramm document down drawing drop dropcaps ebene \
    effects elbow elegant ellipse email emphasis empty end endnote entry envelope error \
    example explanatory figure figures first flowchart folie folienbildplatzhalter \
    foliennummernplatzhalter followed followedhyperlink font footer footnote form \
    formatvorlage formula frame freeform freihandform fußzeile fußzeilenplatzhalter \
    gerade gerader good google grafik grafikplatzhalter graphic graphicframe graphics \
    grid group gruppe gruppieren hanging header heading headline horizontal html \
    hyperlink illustration image indent index inhalt inhaltsplatzhalter ink input \
    intense internet kopfzeile kopfzeilenplatzhalter label layout left light line linie \
    link linked list macro map marginalia measure media medium message mittlere movie \
    mpm nach neutral no normal note notes notizenplatzhalter number numbering oben \
    object objectwithoutfill objectwithshadow objekt of office ole only organization \
    outline output oval over page paragraph percent pfeil picture placeholder plain pm \
    preformatted process professional quotations quote rahmen rechteck rectangle \
    reference result return revision right round rounded row salutation same section \
    sender separator shading shape side signature simple single slide smartart sound \
    source spacing standard standardschriftart start status straight strong style \
    subject subtitle subtle symbol symbols ta tabelle tabellenplatzhalter table teletype \
    text textbox textfeld textplatzhalter theme titel title toa toc top total two unten \
    untertitel up user variable verbinder verbindung vertical vertikaler video visited \
    warning watermark web with wordart zeichnung zweck überschrift";

/// Whether a name is made of such words and numbers only: `Title 1`,
/// `Medium Style 2 - Accent 1`.
pub(crate) fn is_given(name: &str) -> bool {
    name.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .all(|word| {
            let lower = word.to_lowercase();
            WORDS.split(' ').any(|known| known == lower)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_not_given() {
        for name in [
            "Title 1",
            "Medium Style 2 - Accent 1",
            "Textfeld 12",
            "heading 1",
            "",
        ] {
            assert!(is_given(name), "{name}");
        }
        for name in ["Titel Erika", "Mustermann", "Foto 3"] {
            assert!(!is_given(name), "{name}");
        }
    }
}
