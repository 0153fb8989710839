//! Whatever bytes come as a ZIP file: an error or entries, never a panic, and
//! what was read is written and read again.
#![no_main]

use deckname::format::ReadOptions;
use deckname::format::package::{self, Package};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let options = ReadOptions {
        max_unpacked: 16 << 20,
        ..ReadOptions::default()
    };
    let Ok(package) = Package::open(data, &options) else {
        return;
    };
    let entries = package.entries().iter();
    let entries = entries.map(|entry| (entry.name.as_str(), &*entry.data));
    let bytes = package::write(entries).expect("what was read can be written");
    let again = Package::open(&bytes, &ReadOptions::default());
    // A highly compressed copy of stored zeros may hit the limit against bombs.
    if let Ok(again) = again {
        assert_eq!(again.entries().len(), package.entries().len());
    }
});
