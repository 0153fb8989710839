//! What every format must keep, whatever bytes come: an error, or a copy that
//! opens, reads the same and copies to the same bytes; and edits that either
//! fail or yield a file that opens.

use deckname::document::Edit;
use deckname::format::{self, OpenFile, ReadOptions};

/// Limits that let a bomb end soon, so that the fuzzer's own are never met.
pub fn options() -> ReadOptions {
    ReadOptions {
        max_unpacked: 8 << 20,
        max_depth: 3,
        ..ReadOptions::default()
    }
}

fn texts(file: &dyn OpenFile) -> Vec<String> {
    let segments = file.document().segments().iter();
    segments.map(|segment| segment.text().to_owned()).collect()
}

/// The first word of each segment becomes a stand-in.
pub fn first_words(file: &dyn OpenFile) -> Vec<Edit> {
    let document = file.document();
    let mut edits = Vec::new();
    for (index, segment) in document.segments().iter().enumerate() {
        let text = segment.text();
        let start = text.find(|c: char| c.is_alphanumeric());
        let Some(start) = start.filter(|_| !segment.is_again()) else {
            continue;
        };
        let tail = &text[start..];
        let end = tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len());
        let with = "[PERSON_1]".to_owned();
        edits.extend(document.span(index, start, start + end).map(|span| Edit { span, with }));
    }
    edits
}

/// The whole promise for one file.
pub fn round(data: &[u8], extension: &str) {
    let options = options();
    let Ok(file) = format::open(data.to_vec(), extension, &options) else {
        return;
    };
    let written = file.extension().unwrap_or(extension);
    if let Ok(copy) = file.rewrite(&[]) {
        let again = format::open(copy.clone(), written, &options).expect("a copy opens");
        if written == extension {
            assert_eq!(texts(&*again), texts(&*file), "a copy reads the same");
        }
        let twice = again.rewrite(&[]).expect("a copy can be copied");
        assert!(twice == copy, "cleaning twice changes nothing");
    }
    if let Ok(changed) = file.rewrite(&first_words(&*file)) {
        format::open(changed, written, &options).map(drop).expect("a changed copy opens");
    }
}
