//! Properties that hold for any input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::{collections::BTreeSet, io::Read};

use group_inspection_registers::{Reader, Sha256Reader};
use proptest::prelude::*;
use support::{bytes, headings, open, table};

const FIXTURES: [&str; 14] = [
    "groups_windows_1252_crlf.csv",
    "groups_data_frame.csv",
    "groups_utf8_bom.csv",
    "group_links.csv",
    "group_links_17_over_16.csv",
    "establishment_links_crlf.csv",
    "search_extract.csv",
    "establishments_crlf.csv",
    "ofsted_l1.csv",
    "ofsted_l2.csv",
    "ofsted_l3.csv",
    "ofsted_l4_title_lines.csv",
    "ofsted_d1.csv",
    "bank_holidays.json",
];

/// Gives the bytes in pieces, as a network does.
struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.size.min(buffer.len()).min(self.bytes.len());
        buffer[..size].copy_from_slice(&self.bytes[..size]);
        self.bytes = &self.bytes[size..];
        Ok(size)
    }
}

fn everything(source: impl Read) -> Option<Vec<String>> {
    let reader = Reader::open(source, None).ok()?;
    Some(reader.map(|row| format!("{row:?}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = everything(&bytes[..]);
        let mut headed = b"URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n".to_vec();
        headed.extend(bytes.into_iter().filter(|byte| *byte != 0));
        everything(&headed[..]).unwrap();
    }

    #[test]
    fn any_cells_are_read_without_panic(
        which in 0_usize..6,
        cells in prop::collection::vec("[0-9./Na-z \u{80}-\u{a0}\"-]{0,12}", 140),
    ) {
        let names = ["edubasealldata_135", "allgroupsdata", "alllinksdata", "ofsted_l1",
            "ofsted_l4", "ofsted_d1"];
        let columns = headings(names[which]);
        let row: Vec<(&str, &str)> = columns
            .iter()
            .zip(&cells)
            .map(|(heading, cell)| match heading.as_str() {
                "URN" => (heading.as_str(), "900001"),
                _ => (heading.as_str(), cell.as_str()),
            })
            .collect();
        let read = open(table(&columns, &[&row])).unwrap();
        prop_assert!(read.records.len() + read.rejections.len() <= 1);
    }

    #[test]
    fn damaged_files_are_read_without_panic(
        which in 0..FIXTURES.len(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = bytes(FIXTURES[which]);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(bytes.len()));
        let _ = everything(&bytes[..]);
    }

    #[test]
    fn pieces_of_any_size_give_the_same_rows(which in 0..FIXTURES.len(), size in 1_usize..300) {
        let bytes = bytes(FIXTURES[which]);
        let mut source = Sha256Reader::new(Pieces { bytes: &bytes, size });
        let pieces = everything(&mut source);
        prop_assert_eq!(pieces, everything(&bytes[..]));
        prop_assert_eq!(source.byte_count(), bytes.len() as u64);
    }

    #[test]
    fn row_order_does_not_change_the_records(order in Just((0..40_u32).collect::<Vec<_>>())
        .prop_shuffle())
    {
        let columns = headings("links_edubasealldata");
        let text = |order: &[u32]| {
            let urns: Vec<(String, String)> = order
                .iter()
                .map(|n| (format!("{}", 900_000 + n), format!("{}", 900_100 + n % 7)))
                .collect();
            let rows: Vec<Vec<(&str, &str)>> = urns
                .iter()
                .zip(order)
                .map(|((urn, other), n)| vec![
                    // Every fifth row is one to reject.
                    ("URN", if n % 5 == 0 { "x" } else { urn.as_str() }),
                    ("LinkURN", other.as_str()),
                    ("LinkName", if n % 2 == 0 { "St Oswin’s" } else { "Fellbeck" }),
                    ("LinkType", if n % 3 == 0 { "Successor" } else { "Moved" }),
                ])
                .collect();
            let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
            table(&columns, &rows)
        };
        let sorted: Vec<u32> = (0..40).collect();
        let set = |order: &[u32]| {
            let read = open(text(order)).unwrap();
            let records: BTreeSet<String> =
                read.records.iter().map(|record| format!("{record:?}")).collect();
            (records, read.rejections.len())
        };
        prop_assert_eq!(set(&order), set(&sorted));
    }
}
