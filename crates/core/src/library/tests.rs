#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    archive::{ArchiveRefusal, Entry, Limits, Meter, check},
    attachment::{Attachment, Event, NotReadable, OutOfTurn, State, TooMany, check_room},
    media::{MediaRefusal, MediaType, recognise},
    *,
};
use crate::digest::Digest;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + second, 0).unwrap()
}

fn revision(n: u8, second: i64, reason: Option<&str>) -> Revision {
    Revision {
        id: Uuid::from_u128(u128::from(n)),
        sha256: Digest::of([n]),
        effective_from: "2026-01-01".parse().unwrap(),
        effective_to: "2026-03-31".parse().unwrap(),
        received_at: at(second),
        source: "The trust".to_owned(),
        sensitivity: Sensitivity::Group,
        reason: reason.map(str::to_owned),
    }
}

#[test]
fn a_revision_takes_the_place_of_another_and_leaves_it_as_it_was() {
    let mut item = Revisions::new(revision(1, 0, None)).unwrap();
    assert_eq!(
        item.revise(revision(2, 10, None)),
        Err(RevisionRefusal::NoReason)
    );
    item.revise(revision(2, 10, Some("A page was missing.")))
        .unwrap();
    let number = |item: &Revisions, second| item.as_known_at(at(second)).map(|r| r.id.as_u128());
    assert_eq!(number(&item, -1), None);
    assert_eq!(number(&item, 9), Some(1));
    assert_eq!(number(&item, 10), Some(2));
    assert_eq!(item.iter().count(), 2);
    let history: Vec<Revision> = item.iter().cloned().collect();
    assert_eq!(Revisions::from_history(history), Some(item.clone()));
    assert_eq!(Revisions::from_history(Vec::new()), None);

    let mut same = revision(3, 20, Some("Again."));
    same.sha256 = Digest::of([2]);
    assert_eq!(item.revise(same), Err(RevisionRefusal::Unchanged));
    assert_eq!(
        item.revise(revision(3, 9, Some("Early."))),
        Err(RevisionRefusal::ReceivedBefore)
    );
    assert_eq!(
        item.revise(revision(1, 30, Some("Back."))),
        Err(RevisionRefusal::Repeated(Uuid::from_u128(1)))
    );
}

#[test]
fn who_reads_what() {
    let readers = [
        Reader::ResponsibleBody,
        Reader::LeadInspector,
        Reader::Hmi,
        Reader::Practitioner,
        Reader::QualityAssurer,
        Reader::OperationsOfficer,
    ];
    let row = |sensitivity| readers.map(|reader| may_read(reader, sensitivity));
    assert_eq!(row(Sensitivity::Public), [true; 6]);
    assert_eq!(
        row(Sensitivity::Group),
        [true, true, true, true, true, false]
    );
    assert_eq!(
        row(Sensitivity::Personal),
        [true, true, true, false, true, false]
    );
    assert_eq!(
        row(Sensitivity::Special),
        [true, true, false, false, true, false]
    );
}

fn seen(name: &str, head: &[u8]) -> Result<MediaType, MediaRefusal> {
    recognise(name, head, 100, 100)
}

#[test]
fn a_file_is_what_its_name_and_its_bytes_say() {
    let odt = b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text";
    for (name, head, media) in [
        ("minutes.PDF", b"%PDF-1.7".as_slice(), MediaType::Pdf),
        ("plan.docx", b"PK\x03\x04rest", MediaType::Docx),
        ("plan.odt", odt, MediaType::Odt),
        ("wall.png", b"\x89PNG\r\n\x1a\nrest", MediaType::Png),
        ("wall.jpeg", b"\xff\xd8\xff\xe0", MediaType::Jpeg),
        (
            "log.csv",
            "\u{feff}school,date\r\nSt André,".as_bytes(),
            MediaType::Csv,
        ),
        ("note.txt", b"cut in a letter \xc3", MediaType::Txt),
    ] {
        assert_eq!(seen(name, head), Ok(media), "{name}");
    }
    for (name, head) in [
        ("minutes.pdf", b"PK\x03\x04".as_slice()),
        ("plan.docx", b"%PDF-1.7"),
        ("plan.ods", odt),
        ("log.csv", b"MZ\x90\x00"),
        ("log.csv", b"a,b\0c"),
        ("note.txt", b"%PDF-1.7"),
        ("note.txt", b"latin \xe9 one"),
    ] {
        assert!(
            matches!(seen(name, head), Err(MediaRefusal::NotAsNamed(_))),
            "{name}"
        );
    }
    for name in ["run.exe", "plan.docm", "none", "minutes.pdf.exe"] {
        assert!(
            matches!(seen(name, b"MZ"), Err(MediaRefusal::Extension(_))),
            "{name}"
        );
    }
    for name in [
        "../a.pdf",
        "a\\b.pdf",
        "c:a.pdf",
        ".pdf",
        "a\u{202E}fdp.txt",
    ] {
        assert_eq!(seen(name, b"%PDF-"), Err(MediaRefusal::Name), "{name}");
    }
    assert_eq!(seen("a.pdf", b""), Err(MediaRefusal::Empty));
    assert_eq!(
        recognise("a.pdf", b"%PDF-", 101, 100),
        Err(MediaRefusal::TooLarge {
            bytes: 101,
            maximum: 100
        })
    );
}

fn entry(name: &str, packed: u64, unpacked: u64) -> Entry {
    Entry {
        name: name.to_owned(),
        packed,
        unpacked,
        encrypted: false,
        link: false,
    }
}

fn archive(more: Vec<Entry>) -> Result<Vec<(String, MediaType)>, ArchiveRefusal> {
    let document = entry("word/document.xml", 4_000, 90_000);
    check(
        MediaType::Docx,
        std::iter::once(document).chain(more),
        0,
        &Limits::default(),
    )
}

#[test]
fn an_ordinary_document_passes() {
    assert_eq!(
        archive(vec![entry("word/media/image1.png", 9_000, 9_000)]),
        Ok(Vec::new())
    );
    assert_eq!(
        check(
            MediaType::Xlsx,
            [entry("word/document.xml", 1, 1)],
            0,
            &Limits::default()
        ),
        Err(ArchiveRefusal::NotTheDocument)
    );
}

#[test]
fn a_workbook_behind_a_chart_is_checked_in_its_turn() {
    let name = "word/embeddings/Book1.XLSX";
    assert_eq!(
        archive(vec![entry(name, 1, 1)]),
        Ok(vec![(name.to_owned(), MediaType::Xlsx)])
    );
    let inside = [
        entry("xl/workbook.xml", 1, 1),
        entry("xl/embeddings/deeper.docx", 1, 1),
    ];
    assert_eq!(
        check(MediaType::Xlsx, inside, 1, &Limits::default()),
        Err(ArchiveRefusal::Nested(
            "xl/embeddings/deeper.docx".to_owned()
        ))
    );
}

#[test]
fn an_archive_bomb_is_refused_by_its_directory() {
    let mega = 1024 * 1024;
    assert!(matches!(
        archive(vec![entry("a.xml", 1_000, 50 * mega)]),
        Err(ArchiveRefusal::Ratio { .. })
    ));
    assert!(matches!(
        archive(vec![
            entry("a.xml", 190 * mega, 190 * mega),
            entry("b.xml", mega, 11 * mega)
        ]),
        Err(ArchiveRefusal::Unpacked { .. })
    ));
    // Many small entries that are dense together.
    let many = (0..1_000)
        .map(|n| entry(&format!("{n}.xml"), 1, 2_000))
        .collect();
    assert!(matches!(archive(many), Err(ArchiveRefusal::Ratio { .. })));
    // A directory without end is not read to its end.
    let endless = (0..).map(|n: u64| entry(&format!("{n}.xml"), 10, 10));
    assert_eq!(
        check(MediaType::Docx, endless, 0, &Limits::default()),
        Err(ArchiveRefusal::Entries { maximum: 2_000 })
    );
}

#[test]
fn entries_that_hide_something_are_refused() {
    for name in [
        "../a.xml",
        "/etc/passwd",
        "a\\b.xml",
        "c:a.xml",
        "",
        "x/../../y",
    ] {
        assert_eq!(
            archive(vec![entry(name, 1, 1)]),
            Err(ArchiveRefusal::LeadsOutside(name.to_owned()))
        );
    }
    for name in ["a.zip", "x.tar", "word/embeddings/all.7Z"] {
        assert_eq!(
            archive(vec![entry(name, 1, 1)]),
            Err(ArchiveRefusal::Nested(name.to_owned()))
        );
    }
    for name in ["word/vbaProject.bin", "setup.exe"] {
        assert_eq!(
            archive(vec![entry(name, 1, 1)]),
            Err(ArchiveRefusal::Program(name.to_owned()))
        );
    }
    let mut locked = entry("a.xml", 1, 1);
    locked.encrypted = true;
    assert!(matches!(
        archive(vec![locked]),
        Err(ArchiveRefusal::Encrypted(_))
    ));
    let mut link = entry("a.xml", 1, 1);
    link.link = true;
    assert!(matches!(
        archive(vec![link]),
        Err(ArchiveRefusal::LeadsOutside(_))
    ));
    assert!(matches!(
        archive(vec![entry("Word/Document.xml", 1, 1)]),
        Err(ArchiveRefusal::Repeated(_))
    ));
}

fn attachment() -> Attachment {
    Attachment {
        id: Uuid::from_u128(1),
        name: "minutes.pdf".to_owned(),
        bytes: 8,
        sha256: Digest::of("%PDF-1.7"),
        state: State::Received,
    }
}

#[test]
fn an_item_has_so_many_attachments() {
    let limits = Limits {
        files: 2,
        ..Limits::default()
    };
    let mut refused = attachment();
    refused.take(event(1)).unwrap();
    let mut held = vec![refused, attachment()];
    assert_eq!(check_room(&held, &limits), Ok(()));
    held.push(attachment());
    assert_eq!(check_room(&held, &limits), Err(TooMany { maximum: 2 }));
}

fn event(n: u8) -> Event {
    match n {
        0 => Event::Accepted(MediaType::Pdf),
        1 => Event::Refused("Too large.".to_owned()),
        2 => Event::FoundClean {
            scanner: "clamav 1.4".to_owned(),
            at: at(0),
        },
        _ => Event::FoundInfected {
            threat: "Eicar".to_owned(),
            at: at(0),
        },
    }
}

#[test]
fn only_a_clean_attachment_can_be_read() {
    let mut file = attachment();
    assert_eq!(file.readable(), Err(NotReadable::Waiting));
    assert_eq!(file.take(event(2)), Err(OutOfTurn));
    file.take(event(0)).unwrap();
    assert_eq!(file.readable(), Err(NotReadable::Waiting));
    file.take(event(2)).unwrap();
    assert_eq!(file.readable().unwrap().media(), MediaType::Pdf);
    file.take(event(3)).unwrap();
    assert_eq!(file.readable(), Err(NotReadable::Infected));
    assert_eq!(file.take(event(2)), Err(OutOfTurn));
}

proptest! {
    #[test]
    fn no_path_leads_to_reading_but_through_the_scanner(events in proptest::collection::vec(0_u8..4, 0..8)) {
        let mut file = attachment();
        let mut last_scan_clean = false;
        for n in events {
            if file.take(event(n)).is_ok() {
                last_scan_clean = n == 2;
            }
            prop_assert_eq!(file.readable().is_ok(), last_scan_clean);
        }
    }

    #[test]
    fn a_meter_stops_at_the_limit_however_bytes_arrive(chunks in proptest::collection::vec(0_u64..40, 0..40)) {
        let limits = Limits { unpacked_bytes: 200, ..Limits::default() };
        let mut meter = Meter::new(&limits);
        let mut sum = 0;
        for chunk in chunks {
            sum += chunk;
            let within = meter.count(chunk).is_ok();
            prop_assert_eq!(within, sum <= 200);
            if !within { break; }
        }
    }

    #[test]
    fn what_passes_keeps_the_limits(sizes in proptest::collection::vec((0_u64..2_000, 0_u64..4_000_000), 0..12)) {
        let limits = Limits { unpacked_bytes: 8_000_000, ..Limits::default() };
        let entries: Vec<Entry> = sizes.iter().enumerate()
            .map(|(n, (packed, unpacked))| entry(&format!("{n}.xml"), *packed, *unpacked))
            .chain([entry("word/document.xml", 1, 1)])
            .collect();
        if check(MediaType::Docx, entries.clone(), 0, &limits).is_ok() {
            let packed: u64 = entries.iter().map(|entry| entry.packed).sum();
            let unpacked: u64 = entries.iter().map(|entry| entry.unpacked).sum();
            prop_assert!(unpacked <= limits.unpacked_bytes);
            prop_assert!(unpacked < limits.ratio_from_bytes || unpacked / packed.max(1) <= limits.ratio);
        }
    }
}
