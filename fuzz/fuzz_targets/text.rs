//! Any bytes as plain text and as a log: encodings, and where a segment ends.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    deckname_fuzz::round(data, "txt");
    deckname_fuzz::round(data, "log");
});
