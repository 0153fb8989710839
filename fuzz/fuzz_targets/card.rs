//! Any bytes as a contact and as a calendar.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    deckname_fuzz::round(data, "vcf");
    deckname_fuzz::round(data, "ics");
});
