//! Files attached to evidence.

use std::io::{Cursor, Read};

use group_inspection_core::library::{archive::Limits, media};
use zip::ZipArchive;

#[path = "../../worker/src/handlers/scan/archive.rs"]
mod archive;

/// Limits small enough for a fuzzer to reach.
fn limits() -> Limits {
    Limits {
        file_bytes: 64 * 1024,
        entries: 20,
        unpacked_bytes: 256 * 1024,
        ratio: 100,
        ratio_from_bytes: 16 * 1024,
        ..Limits::default()
    }
}

/// The first byte chooses the ending of the name. A file that is accepted
/// unpacks into what the limits allow, and nothing of it lies outside.
pub(crate) fn target(bytes: &[u8]) {
    const NAMES: [&str; 8] = [
        "a.docx", "a.xlsx", "a.pptx", "a.odt", "a.ods", "a.pdf", "a.csv", "a.png",
    ];
    let [name, file @ ..] = bytes else {
        return;
    };
    let Some(name) = NAMES.get(usize::from(*name) % NAMES.len()) else {
        return;
    };
    let limits = limits();
    let length = u64::try_from(file.len()).unwrap_or(u64::MAX);
    let head = file.get(..4_096).unwrap_or(file);
    let Ok(found) = media::recognise(name, head, length, limits.file_bytes) else {
        return;
    };
    if !found.is_archive() || archive::check(found, file, &limits).is_err() {
        return;
    }
    let (entries, unpacked) = unpacked(file, &limits);
    assert!(entries <= limits.entries as usize, "{entries} entries");
    assert!(
        unpacked <= limits.unpacked_bytes,
        "{unpacked} bytes unpacked"
    );
}

/// Entries, and bytes that really come out, read no further than one past the
/// limit.
fn unpacked(file: &[u8], limits: &Limits) -> (usize, u64) {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(file)) else {
        return (0, 0);
    };
    let mut bytes = 0;
    for index in 0..archive.len() {
        if let Ok(entry) = archive.by_index(index) {
            assert!(entry.enclosed_name().is_some(), "an entry lies outside");
            let mut sink = std::io::sink();
            bytes += std::io::copy(&mut entry.take(limits.unpacked_bytes + 1), &mut sink)
                .unwrap_or_default();
        }
    }
    (archive.len(), bytes)
}
