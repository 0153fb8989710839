//! Any bytes as an Outlook message, behind the mark of a compound file.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.extend_from_slice(data.strip_prefix(&*file).unwrap_or(data));
    deckname_fuzz::round(&file, "msg");
});
