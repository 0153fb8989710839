//! Any bytes as a picture: what takes metadata out of it, without OCR.
#![no_main]

use deckname::format::image::{Cleaned, clean};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for extension in ["jpg", "png", "gif", "bmp", "webp", "tif", "svg", "emf", "wmf"] {
        if let Cleaned::Kept(bytes) = clean(data, extension)
            && let Cleaned::Kept(again) = clean(&bytes, extension)
        {
            assert!(again == bytes, "cleaning twice changes nothing");
        }
    }
});
