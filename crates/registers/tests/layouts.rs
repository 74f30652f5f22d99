//! Every known list of headings is recognised, whatever its columns' order.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use group_inspection_registers::{GradeDateWording, Layout, NoteCode, RejectionCode, Unrecognised};
use support::{headings, open, table};

const KNOWN: [(&str, usize, Layout); 13] = [
    ("edubasealldata_120_subset", 120, Layout::EdubaseAll),
    ("edubasealldata_133", 133, Layout::EdubaseAll),
    ("edubasealldata_135", 135, Layout::EdubaseAll),
    ("edubasealldata_140", 140, Layout::EdubaseAll),
    ("search_extract_111", 111, Layout::EdubaseAll),
    ("allgroupsdata", 21, Layout::AllGroups),
    ("alllinksdata", 20, Layout::AllLinks),
    ("grouplinks_17", 17, Layout::GroupLinksAcademies),
    ("links_edubasealldata", 5, Layout::EstablishmentLinks),
    ("ofsted_l1", 70, Layout::OfstedSection8),
    ("ofsted_l2", 70, Layout::OfstedGraded),
    (
        "ofsted_l4",
        85,
        Layout::OfstedReportCard(GradeDateWording::Grade),
    ),
    ("ofsted_d1", 42, Layout::OfstedInYear),
];

fn all() -> Vec<(&'static str, usize, Layout)> {
    let judgement = Layout::OfstedReportCard(GradeDateWording::Judgement);
    let mut all = KNOWN.to_vec();
    all.push(("ofsted_l3", 85, judgement));
    all
}

#[test]
fn dr_39_headings_alone_tell_the_layout() {
    for (name, width, layout) in all() {
        let mut columns = headings(name);
        assert_eq!(columns.len(), width, "{name}");
        for _ in 0..2 {
            let read = open(table(&columns, &[])).unwrap();
            assert_eq!(read.reader.layout(), layout, "{name}");
            assert!(read.reader.unknown_columns().is_empty(), "{name}");
            assert!(read.notes().is_empty(), "{name}");
            columns.reverse();
        }
    }
}

#[test]
fn headings_are_known_whatever_their_case_spacing_or_mark() {
    for (name, _, layout) in all() {
        let untidy: Vec<String> = headings(name)
            .iter()
            .map(|h| format!(" {} ", h.to_uppercase().replace(' ', "  ")))
            .collect();
        let text = format!("\u{feff}{}", table(&untidy, &[]));
        assert_eq!(open(text).unwrap().reader.layout(), layout, "{name}");
    }
}

#[test]
fn unknown_columns_are_listed_and_not_read() {
    let mut columns = headings("allgroupsdata");
    columns.insert(3, "Group Motto".into());
    let text = table(
        &columns,
        &[&[
            ("Group UID", "90001"),
            ("Group Name", "Larkfield Trust"),
            ("Group Motto", "Ever upward"),
            ("Group Type (code)", "06"),
            ("Group Status (code)", "OPEN"),
        ]],
    );
    let read = open(text).unwrap();
    assert_eq!(read.reader.unknown_columns(), ["Group Motto"]);
    assert_eq!(read.groups()[0].type_code, "06");
}

#[test]
fn missing_columns_are_named() {
    let missing = |name: &str, gone: &[&str]| {
        let kept: Vec<String> = headings(name)
            .into_iter()
            .filter(|heading| !gone.contains(&heading.as_str()))
            .collect();
        match open(table(&kept, &[])) {
            Err(Unrecognised::MissingColumns { missing, .. }) => missing,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("{name} was accepted"),
        }
    };
    assert_eq!(missing("ofsted_l4", &["Achievement"]), ["Achievement"]);
    assert_eq!(
        missing("ofsted_l2", &["URN at time of latest graded inspection"]),
        ["URN at time of latest graded inspection"]
    );
    assert_eq!(
        missing(
            "edubasealldata_135",
            &[
                "EstablishmentStatus (code)",
                "EstablishmentStatus (name)",
                "CloseDate"
            ]
        ),
        [
            "EstablishmentStatus (code) or EstablishmentStatus (name)",
            "CloseDate"
        ]
    );
    assert_eq!(missing("alllinksdata", &["Joined date"]), ["Joined date"]);
}

#[test]
fn the_previous_graded_block_may_be_gone() {
    let kept: Vec<String> = headings("ofsted_l2")
        .into_iter()
        .filter(|heading| !heading.to_lowercase().contains("previous"))
        .collect();
    assert_eq!(
        open(table(&kept, &[])).unwrap().reader.layout(),
        Layout::OfstedGraded
    );
}

#[test]
fn a_column_that_stands_twice_is_ambiguous() {
    let mut columns = headings("allgroupsdata");
    columns.push("Group  name".into());
    let refused = open(table(&columns, &[]));
    assert!(matches!(refused, Err(Unrecognised::RepeatedColumn { .. })));
}

#[test]
fn files_that_are_no_register_are_refused_with_their_reason() {
    let refusal = |bytes: &[u8]| match open(bytes) {
        Err(refused) => refused.to_string(),
        Ok(_) => panic!("accepted {bytes:?}"),
    };
    assert!(refusal(b"").contains("empty"));
    assert!(refusal(b"\r\n \r\n").contains("empty"));
    assert!(refusal(b"<!DOCTYPE html>\n<title>503</title>").contains("web page"));
    assert!(refusal(b"PK\x03\x04\x14\0").contains("zip"));
    assert!(refusal(b"\xff\xfeU\0R\0N\0").contains("UTF-16"));
    assert!(refusal(b"URN\0\x01\x02,x\n").contains("binary"));
    assert!(refusal(b"{\"openapi\": \"3.0.1\"}").contains("england-and-wales"));
    assert!(refusal(b"{\"division\": \"scotland\", \"events\": []}").contains("scotland"));
    assert!(refusal(b"{\"england-and").contains("broken"));
    let census = refusal(b"\xef\xbb\xbfURN,LA,ESTAB,NOR\n100000,201,3614,271\n");
    assert!(census.contains("\"ESTAB\"") && census.contains("allgroupsdata"));
    let other = refusal(b"TIME_PERIOD,TRUST_UID\n202425,2046\n");
    assert!(other.contains("TIME_PERIOD") && other.contains("URN or Group UID"));
    assert!(refusal(b"\"URN,LA\n1,2\n").contains("URN,LA"));
}

#[test]
fn the_header_is_looked_for_in_the_first_ten_lines_only() {
    let text = table(&headings("links_edubasealldata"), &[]);
    let titled = open(format!("{}{text}", "a title\n".repeat(9))).unwrap();
    assert_eq!(titled.noted(NoteCode::PreambleSkipped), 9);
    let refused = open(format!("{}{text}", "a title\n".repeat(10)));
    assert!(matches!(refused, Err(Unrecognised::NoHeader { .. })));
}

#[test]
fn unknown_codes_name_line_column_and_value() {
    let cases = [
        ("Group Type (code)", "03", RejectionCode::UnknownValue),
        (
            "Group Status (code)",
            "DORMANT",
            RejectionCode::UnknownValue,
        ),
        (
            "Companies House Number",
            "12-34",
            RejectionCode::BadIdentifier,
        ),
        ("Closed Date", "31/02/2020", RejectionCode::BadDate),
        ("Group UID", "TR00001", RejectionCode::BadIdentifier),
        ("Group UID", "", RejectionCode::Missing),
    ];
    for (column, value, code) in cases {
        let mut row = vec![
            ("Group UID", "90001"),
            ("Group Name", "Larkfield Trust"),
            ("Group Type (code)", "06"),
            ("Group Status (code)", "OPEN"),
        ];
        row.retain(|(name, _)| *name != column);
        row.push((column, value));
        let good = [
            ("Group UID", "90002"),
            ("Group Name", "Fellbeck Trust"),
            ("Group Type", "Multi-academy trust"),
            ("Group Status", "Proposed to open"),
        ];
        let read = open(table(&headings("allgroupsdata"), &[&row, &good])).unwrap();
        assert_eq!(read.groups().len(), 1, "{column}");
        let rejection = &read.rejections[0];
        assert_eq!(rejection.line, 2);
        assert_eq!(rejection.column.as_deref(), Some(column));
        assert_eq!(rejection.value, value);
        assert_eq!(rejection.code, code, "{column}");
    }
}

#[test]
fn a_rejection_repeats_at_most_200_characters() {
    let long = "9".repeat(5000);
    let text = format!("URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n{long},1,,x,\n");
    assert_eq!(open(text).unwrap().rejections[0].value.len(), 200);
}
