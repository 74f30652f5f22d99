//! What real GIAS files put a reader through, on invented rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use chrono::NaiveDate;
use group_inspection_registers::{
    EstablishmentStatus, GroupStatus, Layout, LinkType, NoteCode, Phase, Record, RejectionCode,
};
use support::{bytes, fixture, open};

fn ymd(y: i32, m: u32, d: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(y, m, d)
}

#[test]
fn windows_1252_and_utf8_give_the_same_groups() {
    let windows = fixture("groups_windows_1252_crlf.csv");
    let utf8 = fixture("groups_utf8_bom.csv");
    assert_eq!(windows.records, utf8.records);
    assert_eq!(windows.noted(NoteCode::Windows1252), 2);
    assert!(utf8.notes().is_empty());
    let groups = windows.groups();
    assert_eq!(groups[0].name, "ARETÉ LARKFIELD TRUST");
    assert_eq!(groups[0].postcode.as_deref(), Some("LK1 1AA"));
    assert_eq!(groups[0].county, None);
    assert_eq!(groups[0].incorporated_on, ymd(2010, 7, 19));
    assert_eq!(groups[1].name, "St Oswin’s Federation");
    assert_eq!(groups[1].group_id, None);
    assert_eq!(groups[1].status, GroupStatus::Closed);
    assert_eq!(groups[1].closed_date, ymd(2024, 8, 31));
    assert_eq!(groups[2].open_date, ymd(2030, 9, 1));
    assert_eq!(groups[2].status, GroupStatus::ProposedToOpen);
}

#[test]
fn no_head_of_group_is_read() {
    let all = format!("{:?}", fixture("groups_utf8_bom.csv").records);
    assert!(!all.contains("Alex") && !all.contains("Example\""));
    let all = format!("{:?}", fixture("establishments_crlf.csv").records);
    assert!(!all.contains("Alex") && !all.contains("Placeholder"));
}

#[test]
fn a_data_frame_s_damage_is_repaired_and_said() {
    let frame = fixture("groups_data_frame.csv");
    let whole = fixture("groups_utf8_bom.csv");
    let (frame_groups, whole_groups) = (frame.groups(), whole.groups());
    assert_eq!(frame_groups[..2], whole_groups[..2]);
    assert_eq!(frame_groups[2].name, "The F\u{fffd}llbeck Federation");
    assert_eq!(frame.noted(NoteCode::CompaniesHousePadded), 1);
    assert_eq!(frame.noted(NoteCode::TypeCodePadded), 2);
    assert_eq!(frame.noted(NoteCode::LatinControlRepaired), 1);
    assert_eq!(frame.noted(NoteCode::ReplacementCharacter), 1);
    assert_eq!(frame.noted(NoteCode::DecimalPartDropped), 4);
    let notes = frame.notes();
    let padded = notes
        .iter()
        .find(|note| note.code == NoteCode::CompaniesHousePadded)
        .unwrap();
    assert_eq!(padded.column.as_deref(), Some("Companies House Number"));
    assert_eq!((padded.count, padded.first_line), (1, 2));
    assert_eq!(padded.example.as_deref(), Some("9900001"));
}

#[test]
fn joined_dates_of_1900_are_unknown_and_blank_ones_are_blank() {
    let read = fixture("group_links.csv");
    let links = read.group_links();
    assert_eq!(
        (links[0].joined, links[0].joined_unknown),
        (ymd(2012, 9, 1), false)
    );
    assert_eq!((links[1].joined, links[1].joined_unknown), (None, true));
    assert_eq!((links[2].joined, links[2].joined_unknown), (None, false));
    assert_eq!(links[1].group_status, Some(GroupStatus::Closed));
    assert_eq!(read.noted(NoteCode::JoinedDateUnknown), 1);
}

#[test]
fn seventeen_headings_over_sixteen_cells_stand_from_the_left() {
    let read = fixture("group_links_17_over_16.csv");
    assert_eq!(read.reader.layout(), Layout::GroupLinksAcademies);
    assert!(read.rejections.is_empty());
    let links = read.group_links();
    assert_eq!(links[0].group_uid, "90001");
    assert_eq!(links[0].type_code, "06");
    assert_eq!(links[0].companies_house.as_deref(), Some("09900001"));
    assert_eq!(links[0].joined, ymd(2012, 9, 1));
    assert_eq!(links[1].type_code, "05");
    assert!(links[1].joined_unknown);
    let notes = read.notes();
    let lacking = notes
        .iter()
        .find(|note| note.code == NoteCode::TrailingCellsMissing)
        .unwrap();
    assert_eq!(lacking.column.as_deref(), Some("HasSharedHT"));
    assert_eq!(lacking.count, 2);
}

#[test]
fn links_keep_unknown_types_and_have_no_final_line_end() {
    let read = fixture("establishment_links_crlf.csv");
    assert!(read.rejections.is_empty());
    let types: Vec<_> = read
        .records
        .iter()
        .map(|record| match record {
            Record::EstablishmentLink(link) => link.link_type.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        types,
        [
            LinkType::PredecessorMerged,
            LinkType::Successor,
            LinkType::Other("Sixth Form Centre Link".into()),
            LinkType::Other("Moved next door".into()),
        ]
    );
    assert_eq!(read.noted(NoteCode::UnknownLinkType), 1);
}

#[test]
fn a_search_extract_has_names_for_codes_and_extra_cells() {
    let read = fixture("search_extract.csv");
    assert!(read.rejections.is_empty());
    let schools = read.establishments();
    assert_eq!(schools[0].status, EstablishmentStatus::Open);
    assert_eq!(schools[0].type_code, None);
    assert_eq!(schools[0].type_name.as_deref(), Some("Community school"));
    assert_eq!(schools[1].status, EstablishmentStatus::OpenProposedToClose);
    assert!(schools[1].status.is_open());
    assert_eq!(schools[1].phase, Some(Phase::AllThrough));
    assert_eq!(schools[2].close_date, ymd(2021, 8, 31));
    assert_eq!(read.noted(NoteCode::ExtraCells), 2);
}

#[test]
fn establishments_are_read_and_bad_rows_do_not_stop_them() {
    let read = fixture("establishments_crlf.csv");
    let schools = read.establishments();
    assert_eq!(schools.len(), 3);
    let first = schools[0];
    assert_eq!(first.name, "St Oswin’s CofE School");
    assert_eq!(first.la_code.as_deref(), Some("333"));
    assert_eq!(first.phase, Some(Phase::Secondary));
    assert_eq!((first.lowest_age, first.highest_age), (Some(11), Some(18)));
    assert_eq!(first.sixth_form, Some(true));
    assert_eq!(first.diocese_code.as_deref(), Some("CE16"));
    assert_eq!(first.percentage_fsm, Some(28.5));
    assert_eq!(first.trust_uid.as_deref(), Some("90001"));
    assert_eq!(first.sponsor_name, None);
    assert_eq!(first.northing, Some(-17));
    assert_eq!(first.nursery_provision, None);
    let second = schools[1];
    assert_eq!(second.la_code, None);
    assert_eq!(second.la_name.as_deref(), Some("Pre-LGR 2023 Cumbria"));
    assert_eq!(second.diocese_code, None);
    assert_eq!(second.diocese_name, None);
    assert_eq!(second.religious_character, None);
    assert_eq!(second.sixth_form, None);
    assert_eq!(second.school_capacity, None);
    let rejected: Vec<_> = read.rejections.iter().map(|r| (r.line, r.code)).collect();
    assert_eq!(
        rejected,
        [
            (4, RejectionCode::UnknownValue),
            (5, RejectionCode::TooNarrow)
        ]
    );
    assert_eq!(
        read.rejections[0].column.as_deref(),
        Some("EstablishmentStatus (code)")
    );
}

#[test]
fn a_file_cut_short_says_so() {
    for name in [
        "establishments_cut_in_quotes.csv",
        "establishments_cut_between_cells.csv",
    ] {
        let read = fixture(name);
        assert_eq!(read.records.len(), 1, "{name}");
        assert_eq!(read.rejections.len(), 1, "{name}");
        assert_eq!(read.rejections[0].code, RejectionCode::Truncated, "{name}");
        assert_eq!(read.rejections[0].line, 3, "{name}");
    }
}

#[test]
fn every_way_to_cut_a_file_loses_no_row_silently() {
    let whole = bytes("establishments_crlf.csv");
    let header_end = whole.iter().position(|byte| *byte == b'\n').unwrap();
    let complete = |text: &[u8]| open(text).unwrap();
    for cut in (header_end + 1)..whole.len() {
        let read = complete(&whole[..cut]);
        let rows = whole[header_end..cut.saturating_sub(1)]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        let seen = read.records.len() + read.rejections.len();
        assert!(seen >= rows.saturating_sub(1), "cut at {cut}");
    }
}

#[test]
fn rows_without_content_are_passed_over() {
    let text = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate,,\n,,,,,,\n\
                900001,900002,Larkfield,Successor,,,\n\"\",\" \",,,\n";
    let read = open(text).unwrap();
    assert_eq!(read.records.len(), 1);
    assert_eq!(read.noted(NoteCode::BlankRow), 2);
    assert_eq!(read.noted(NoteCode::ExtraCells), 0);
}

/// A row of eight million bytes, one of two hundred thousand cells, and quotes
/// that nobody closes: each is refused in its line, and shows little of itself.
#[test]
fn rows_made_to_fill_memory_are_refused_and_those_between_are_read() {
    let good = "900001,900002,Larkfield,Successor,\n";
    let text = [
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n",
        good,
        &format!("900001,900002,{},Successor,\n", "x".repeat(8_000_000)),
        good,
        &format!("900001,900002,Larkfield,Successor{}\n", ",".repeat(200_000)),
        good,
        &format!("900001,900002,\"{}", "\n,\"\"".repeat(2_000_000)),
    ]
    .concat();
    let read = open(text).unwrap();
    assert_eq!(read.records.len(), 3);
    let refused: Vec<_> = read.rejections.iter().map(|r| (r.line, r.code)).collect();
    assert_eq!(
        refused,
        [
            (3, RejectionCode::TooLong),
            (5, RejectionCode::TooLong),
            (7, RejectionCode::Truncated),
        ]
    );
    for rejection in &read.rejections {
        let shown = format!("{rejection:?}").len();
        assert!(shown < 2_000, "{shown}");
    }
}

#[test]
fn bank_holidays_are_those_of_england_and_wales() {
    let read = fixture("bank_holidays.json");
    assert_eq!(read.reader.layout(), Layout::BankHolidays);
    let days: Vec<_> = read
        .records
        .iter()
        .map(|record| match record {
            Record::Holiday(holiday) => (holiday.date.to_string(), holiday.notes.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        days,
        [
            ("2027-01-01".to_owned(), None),
            ("2027-03-26".to_owned(), None),
            ("2027-12-27".to_owned(), Some("Substitute day".to_owned())),
        ]
    );
}

#[test]
fn one_division_of_bank_holidays_is_read_and_bad_events_are_rejected() {
    let text = r#"{"division": "england-and-wales", "events": [
        {"title": "Boxing Day", "date": "2027-12-28"},
        {"title": "Some Day", "date": "soon"}, 7]}"#;
    let read = open(text).unwrap();
    assert_eq!(read.records.len(), 1);
    let positions: Vec<_> = read.rejections.iter().map(|r| r.line).collect();
    assert_eq!(positions, [2, 3]);
}
