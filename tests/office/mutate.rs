//! Good files with a few bytes changed, many times: an error or a copy that can
//! be read again, never a panic. The same sequence on every run; the targets in
//! `fuzz/` go on from here.

use deckname::format::{self, ReadOptions, package};

use super::build::{Builder, paragraph};
use super::{odf, pptx, xlsx};

/// Numbers that look random and are the same everywhere (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
}

/// Changes, doubles or takes out a few stretches.
fn mutate(data: &mut Vec<u8>, dice: &mut Dice) {
    const SIGNS: &[u8] = b"<>&\"'/=;:![]-? x0#";
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(data.len());
        let end = (at + dice.roll(12)).min(data.len());
        match dice.roll(4) {
            0 => {
                data.drain(at..end);
            }
            1 => {
                let piece = data[at..end].to_vec();
                let to = dice.roll(data.len());
                data.splice(to..to, piece);
            }
            _ => {
                if let Some(byte) = data.get_mut(at) {
                    *byte = SIGNS[dice.roll(SIGNS.len())];
                }
            }
        }
    }
}

fn check(bytes: &[u8], extension: &str, seed: u64) {
    let options = ReadOptions::default();
    let entries = package::unpack_all(bytes, &options).unwrap();
    let entries: Vec<_> = entries
        .into_iter()
        .filter(|(n, _)| !n.contains('!'))
        .collect();
    let mut dice = Dice(seed);
    let mut n_opened = 0;
    for _ in 0..250 {
        let mut changed = entries.clone();
        let n = changed.len();
        let (name, data) = &mut changed[dice.roll(n)];
        mutate(data, &mut dice);
        let name = name.clone();
        let list = changed.iter().map(|(n, d)| (n.as_str(), d.as_slice()));
        let bytes = package::write(list).unwrap();
        let Ok(file) = format::open(bytes, extension, &options) else {
            continue;
        };
        n_opened += 1;
        if let Ok(copy) = file.rewrite(&[]) {
            let again = format::open(copy, extension, &options);
            assert!(
                again.is_ok(),
                "{extension}: a copy with a changed {name} cannot be read"
            );
        }
    }
    assert!(
        n_opened > 10,
        "{extension}: only {n_opened} were read at all"
    );
}

#[test]
fn changed_bytes_never_panic() {
    let table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Name</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let field = "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>REF Erika \\h</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:ins w:id=\"1\" w:author=\"E\"><w:r><w:t>a&amp;b</w:t></w:r></w:ins></w:p>";
    let inner = Builder::docx(&paragraph(&["innen"])).build();
    let mut outer = Builder::docx(&[&paragraph(&["Erika"]), table, field].concat());
    outer.part(
        "word/embeddings/Microsoft_Word_Document1.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &inner,
    );
    outer.relation(
        "word/document.xml",
        "rId7",
        "package",
        "embeddings/Microsoft_Word_Document1.docx",
        false,
    );
    check(&outer.build(), "docx", 1);
    let cells = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>29221</v></c><c r=\"C1\"><f>IF(A1=\"x\",'Tabelle 2'!B2,Name)</f><v>5</v></c></row></sheetData><hyperlinks><hyperlink ref=\"A1\" location=\"Tabelle1!A1\"/></hyperlinks>";
    let names =
        "<definedNames><definedName name=\"Name\">Tabelle1!$A$1</definedName></definedNames>";
    let book = xlsx::workbook(
        &[("Tabelle1", cells), ("Tabelle 2", "<sheetData/>")],
        &["<r><t>Eri</t></r><r><t>ka</t></r>"],
        names,
    );
    check(&book.build(), "xlsx", 2);
    let slide = pptx::shape("<a:p><a:r><a:t>Erika</a:t></a:r><a:br/></a:p>");
    check(&pptx::show(&[&slide], "").build(), "pptx", 3);
    let body = "<table:table table:name=\"Tabelle1\"><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"12345\" table:formula=\"of:=[.A1]\"><text:p>12345</text:p></table:table-cell></table:table-row></table:table>";
    check(&odf::odf("spreadsheet", body, &[]), "ods", 4);
    let body = "<text:p>Frau <text:span>Eri</text:span>ka<text:s text:c=\"2\"/><text:bookmark text:name=\"x\"/></text:p>";
    check(&odf::odf("text", body, &[]), "odt", 5);
}
