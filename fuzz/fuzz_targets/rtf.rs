//! Any bytes as rich text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut file = b"{\\rtf1".to_vec();
    file.extend_from_slice(data.strip_prefix(&*file).unwrap_or(data));
    deckname_fuzz::round(&file, "rtf");
});
