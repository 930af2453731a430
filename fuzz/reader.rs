//! A reader under libFuzzer; which one is said by the program's own name.

#![no_main]

use std::sync::LazyLock;

use dayshelf_fuzz::Target;
use libfuzzer_sys::fuzz_target;

static READER: LazyLock<&'static Target> = LazyLock::new(|| {
    let name = env!("CARGO_BIN_NAME");
    dayshelf_fuzz::target(name).unwrap_or_else(|| panic!("there is no reader {name}"))
});

fuzz_target!(|bytes: &[u8]| (READER.run)(bytes));
