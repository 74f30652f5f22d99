//! Every input kept for a target, among them those that once broke it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

use std::{fs, path::PathBuf};

use group_inspection_untrusted::TARGETS;

#[test]
fn the_corpus_of_every_target_holds() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, target) in TARGETS {
        let mut inputs: Vec<PathBuf> = fs::read_dir(root.join(name))
            .unwrap_or_else(|error| panic!("{name} has no corpus: {error}"))
            .map(|entry| entry.unwrap().path())
            .collect();
        inputs.sort();
        assert!(inputs.len() >= 3, "{name} has {} inputs", inputs.len());
        for path in inputs {
            // Shown if the input breaks the target.
            println!("{}", path.display());
            target(&fs::read(&path).unwrap());
        }
    }
}

/// Inputs of no particular form.
#[test]
fn short_and_plain_inputs_hold() {
    for (_, target) in TARGETS {
        target(b"");
        for byte in 0..=u8::MAX {
            target(&[byte]);
            target(&[byte; 64]);
        }
    }
}
