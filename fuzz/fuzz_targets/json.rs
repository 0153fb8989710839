//! Any bytes as JSON and as lines of JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    deckname_fuzz::round(data, "json");
    deckname_fuzz::round(data, "jsonl");
});
