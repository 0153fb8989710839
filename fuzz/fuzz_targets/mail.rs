//! Any bytes as a mail and as a mailbox.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    deckname_fuzz::round(data, "eml");
    deckname_fuzz::round(data, "mbox");
});
