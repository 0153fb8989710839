//! However a text is cut into runs, spans or pieces with marks between them,
//! replacing a name gives what replacing it in the plain text gives (T43), and
//! a second run over the copy changes nothing (T42).

use proptest::prelude::*;

use super::build::{open, replaced, texts};
use super::{odf, pptx, xlsx};

const NAME: &str = "Erika Mustermann";
const TOKEN: &str = "[P_1]";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The text in pieces, each in its frame.
fn cut(text: &str, cuts: &[usize], frame: &dyn Fn(&str) -> String) -> String {
    let mut cuts: Vec<usize> = cuts.iter().map(|c| (*c).min(text.len())).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|w| frame(&escaped(&text[w[0]..w[1]])))
        .collect()
}

fn check(bytes: &[u8], extension: &str, text: &str) -> Result<(), TestCaseError> {
    let copy = replaced(bytes, extension, &[(NAME, TOKEN)]);
    let file = open(&copy, extension);
    let seen = texts(file.document());
    let expected = text.replace(NAME, TOKEN);
    prop_assert!(seen.contains(&expected), "{seen:?} {expected:?}");
    prop_assert!(!seen.iter().any(|t| t.contains(NAME)));
    prop_assert_eq!(file.rewrite(&[]).unwrap(), copy);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_every_format(
        text in "[a-z][a-z&<>]{0,8} (Erika Mustermann[a-z&<> ]{0,6}[a-z]){1,3}",
        cuts in proptest::collection::vec(0_usize..60, 0..8),
    ) {
        let runs = cut(&text, &cuts, &|t| format!("<a:r><a:t>{t}</a:t></a:r>"));
        let slide = pptx::shape(&format!("<a:p>{runs}</a:p>"));
        check(&pptx::show(&[&slide], "").build(), "pptx", &text)?;

        let runs = cut(&text, &cuts, &|t| format!("<r><t xml:space=\"preserve\">{t}</t></r>"));
        let cell = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData>";
        check(&xlsx::workbook(&[("Tabelle1", cell)], &[&runs], "").build(), "xlsx", &text)?;
        let inline = format!("<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is>{runs}</is></c></row></sheetData>");
        check(&xlsx::workbook(&[("Tabelle1", &inline)], &[], "").build(), "xlsx", &text)?;

        // A span, a mark without text and a remark by turns.
        let spans = cut(&text, &cuts, &|t| {
            format!("<text:span>{t}</text:span><text:soft-page-break/>")
        });
        let body = format!("<text:p>{spans}</text:p>");
        check(&odf::odf("text", &body, &[]), "odt", &text)?;
    }
}
