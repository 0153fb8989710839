//! Any bytes as a table of separated values.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    deckname_fuzz::round(data, "csv");
});
