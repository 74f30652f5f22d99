//! Reads documents that are archives as far as it takes to trust them.

use std::io::{Cursor, Read};

use group_inspection_core::library::{
    archive::{self, ArchiveRefusal, Entry, Limits, Meter},
    media::MediaType,
};
use zip::ZipArchive;

/// Why a document is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// It breaks a limit.
    #[error(transparent)]
    Limit(#[from] ArchiveRefusal),
    /// It cannot be read.
    #[error("the document is damaged")]
    Damaged,
}

/// Bytes that come out at a time.
const PIECE: usize = 64 * 1024;

/// Checks a document with all that is embedded in it. Sizes are counted as
/// they really come out, whatever the directory declares.
pub(super) fn check(media: MediaType, bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut meter = Meter::new(limits);
    level(media, bytes, 0, limits, &mut meter)
}

fn level(
    media: MediaType,
    bytes: &[u8],
    depth: u32,
    limits: &Limits,
    meter: &mut Meter,
) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    let mut entries = Vec::new();
    // One more than is allowed is enough to see that there are too many.
    let most = usize::try_from(limits.entries).unwrap_or(usize::MAX);
    for index in 0..archive.len().min(most.saturating_add(1)) {
        let entry = archive.by_index_raw(index).map_err(|_| Refusal::Damaged)?;
        entries.push(Entry {
            name: entry.name().map_err(|_| Refusal::Damaged)?.into_owned(),
            packed: entry.compressed_size(),
            unpacked: entry.size(),
            encrypted: entry.encrypted(),
            link: entry.is_symlink(),
        });
    }
    let embedded = archive::check(media, entries, depth, limits)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|_| Refusal::Damaged)?;
        let name = entry.name().map_err(|_| Refusal::Damaged)?.into_owned();
        let inner = embedded
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, media)| *media);
        let mut kept = Vec::new();
        let mut piece = vec![0; PIECE];
        loop {
            let read = entry.read(&mut piece).map_err(|_| Refusal::Damaged)?;
            if read == 0 {
                break;
            }
            meter.count(u64::try_from(read).unwrap_or(u64::MAX))?;
            if inner.is_some() {
                kept.extend_from_slice(piece.get(..read).unwrap_or_default());
            }
        }
        if let Some(media) = inner {
            level(media, &kept, depth.saturating_add(1), limits, meter)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn refused(bytes: &[u8]) -> String {
        check(MediaType::Docx, bytes, &Limits::default())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_document_passes() {
        let bytes = archive(&[
            ("word/document.xml", b"<w/>"),
            ("docProps/app.xml", b"<a/>"),
        ]);
        check(MediaType::Docx, &bytes, &Limits::default()).unwrap();
    }

    #[test]
    fn a_bomb_is_stopped_by_what_comes_out() {
        let zeros = vec![0_u8; 8 * 1024 * 1024];
        let bytes = archive(&[("word/document.xml", &zeros)]);
        assert!(bytes.len() < 64 * 1024);
        assert!(
            refused(&bytes).contains("times its size"),
            "{}",
            refused(&bytes)
        );
        // The same with a directory that lies about the size.
        let small = Limits {
            unpacked_bytes: 1024,
            ratio: u64::MAX,
            ..Limits::default()
        };
        let mut lying = bytes.clone();
        for at in 0..lying.len() - 4 {
            if lying[at..at + 4] == (8_u32 * 1024 * 1024).to_le_bytes() {
                lying[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
            }
        }
        assert_ne!(bytes, lying);
        assert!(check(MediaType::Docx, &lying, &small).is_err());
    }

    #[test]
    fn macros_programs_and_archives_inside_are_refused() {
        let document: (&str, &[u8]) = ("word/document.xml", b"<w/>");
        for (name, word) in [
            ("word/vbaProject.bin", "program"),
            ("word/media/run.exe", "program"),
            ("word/embeddings/more.zip", "archive within"),
            ("../outside.xml", "outside"),
        ] {
            let bytes = archive(&[document, (name, b"x")]);
            assert!(
                refused(&bytes).contains(word),
                "{name}: {}",
                refused(&bytes)
            );
        }
        assert_eq!(
            refused(b"PK\x03\x04 not an archive"),
            "the document is damaged"
        );
    }

    #[test]
    fn what_is_embedded_is_checked_too() {
        let inner = archive(&[("xl/workbook.xml", b"<x/>")]);
        let good = archive(&[
            ("word/document.xml", b"<w/>"),
            ("word/embeddings/sheet.xlsx", &inner),
        ]);
        check(MediaType::Docx, &good, &Limits::default()).unwrap();
        let macros = archive(&[("xl/workbook.xml", b"<x/>"), ("xl/vbaProject.bin", b"x")]);
        let bad = archive(&[
            ("word/document.xml", b"<w/>"),
            ("word/embeddings/sheet.xlsx", &macros),
        ]);
        assert!(refused(&bad).contains("program"));
    }
}
