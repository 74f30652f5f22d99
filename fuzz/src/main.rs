//! libFuzzer over one target of `group-inspection-untrusted`, named by
//! `FUZZ_TARGET`.
#![no_main]

use std::sync::LazyLock;

use group_inspection_untrusted::target;
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    target(&name).expect("FUZZ_TARGET names a known target")
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
