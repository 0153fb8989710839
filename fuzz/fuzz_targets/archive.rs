//! Any bytes as an archive of each kind.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    deckname_fuzz::round(data, "zip");
    deckname_fuzz::round(data, "tar");
    deckname_fuzz::round(data, "gz");
});
