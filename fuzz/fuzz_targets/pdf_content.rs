//! Any bytes as the content of a page: lexer, interpreter and splicing without
//! the file around them getting in the way.
#![no_main]

use deckname::document::Edit;
use deckname::format::pdf::Pdf;
use deckname::format::{Format, ReadOptions};
use libfuzzer_sys::fuzz_target;

fn file(content: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
        /Resources << /Font << /F1 5 0 R >> /XObject << /X 4 0 R >> >> >>\nendobj\n\
        5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n"
        .to_vec();
    out.extend_from_slice(format!("4 0 obj\n<< /Length {} >>\nstream\n", content.len()).as_bytes());
    out.extend_from_slice(content);
    out.extend_from_slice(b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n");
    out
}

fuzz_target!(|data: &[u8]| {
    let Ok(open) = Pdf.open(file(data), &ReadOptions::default()) else {
        return;
    };
    let document = open.document();
    let all = |(index, segment): (usize, &deckname::document::Segment)| {
        let span = document.span(index, 0, segment.text().len())?;
        let with = "[PERSON_1]".to_owned();
        (!segment.is_again()).then_some(Edit { span, with })
    };
    let edits: Vec<Edit> = document.segments().iter().enumerate().filter_map(all).collect();
    drop(open.rewrite(&edits));
});
