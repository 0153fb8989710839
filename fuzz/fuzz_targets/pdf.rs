//! Any bytes as a PDF: opened, rewritten with one edit per segment, and what
//! was written opened again.
#![no_main]

use deckname::document::Edit;
use deckname::format::pdf::Pdf;
use deckname::format::{Format, ReadOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let options = ReadOptions {
        max_unpacked: 32 << 20,
        ..ReadOptions::default()
    };
    let Ok(open) = Pdf.open(data.to_vec(), &options) else {
        return;
    };
    let document = open.document();
    let first_word = |(index, segment): (usize, &deckname::document::Segment)| {
        let end = segment.text().find(' ')?;
        let span = document.span(index, 0, end)?;
        let with = "[PERSON_1]".to_owned();
        (!segment.is_again()).then_some(Edit { span, with })
    };
    let edits: Vec<Edit> = document.segments().iter().enumerate().filter_map(first_word).collect();
    if let Ok(out) = open.rewrite(&edits) {
        Pdf.open(out, &options).map(drop).expect("what was written can be read");
    }
});
