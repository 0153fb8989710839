//! Any bytes as YAML.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    deckname_fuzz::round(data, "yaml");
});
