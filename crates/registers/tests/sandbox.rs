//! The fictional England: its bytes, its layouts, and that it names nothing real.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod sandbox_england;

use group_inspection_registers::sandbox::{
    self, BEFORE, BEGINNINGS, ENDINGS, Memory, Plan, SAINTS, SandboxError, headings,
};
use sandbox_england::*;

#[test]
fn same_plan_same_bytes_and_another_seed_other_bytes() {
    let first = england(&small());
    assert!(first.files == england(&small()).files);
    let other = england(&Plan { seed: 2, ..small() });
    assert!(first.files[REGISTER] != other.files[REGISTER]);
    assert!(first.files["bank-holidays.json"] == other.files["bank-holidays.json"]);
}

#[test]
fn bytes_do_not_change_between_platforms_or_releases() {
    // A change here is a change of the generator: give it a new version.
    let files = england(&Plan {
        schools: 60,
        ..Plan::default()
    })
    .files;
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for byte in files.values().flatten() {
        digest = (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    assert_eq!(sandbox::GENERATOR, "sandbox 1");
    assert_eq!(format!("{digest:016x}"), "1a2cbc8952d0eedd");
}

#[test]
fn headings_are_those_of_the_layouts() {
    let england = england(&small());
    let first = |name: &str, titles: usize| {
        let text = england.text(name);
        let line = text.split("\r\n").nth(titles).unwrap().to_owned();
        let mut reader = csv::Reader::from_reader(line.as_bytes());
        reader
            .headers()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(first(REGISTER, 0), headings::ESTABLISHMENTS);
    assert_eq!(first(GROUPS, 0), headings::GROUPS);
    assert_eq!(first(MEMBERS, 0), headings::GROUP_LINKS);
    assert_eq!(first(STEPS, 0), headings::SCHOOL_LINKS);
    assert_eq!(first(LATEST_2025, 0), headings::LATEST_2025);
    assert_eq!(first(LATEST_2026, 2), headings::LATEST_2026);
    assert_eq!(first(IN_YEAR, 0), headings::IN_YEAR_2026);
    assert!(headings::LATEST_2026.contains(&"Latest OEIF  safeguarding is effective?"));
}

#[test]
fn files_end_as_the_real_ones_do() {
    let england = england(&small());
    for name in [REGISTER, GROUPS, MEMBERS, STEPS] {
        assert!(england.files[name].ends_with(b"\""), "{name}");
    }
    for name in [LATEST_2025, LATEST_2026, IN_YEAR] {
        assert!(england.files[name].ends_with(b"\r\n"), "{name}");
    }
    for (name, bytes) in england
        .files
        .iter()
        .filter(|(name, _)| name.ends_with(".csv"))
    {
        let lines = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
        let feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(lines, feeds, "{name}");
    }
    assert!(
        england.files[REGISTER].contains(&0x92),
        "right single quote of Windows-1252"
    );
    assert!(
        england.files[GROUPS].iter().any(|byte| *byte > 0xbf),
        "an accented letter"
    );
}

#[test]
fn numbers_lie_where_none_is_issued() {
    let england = england(&small());
    for row in england.rows(REGISTER) {
        assert!(row["URN"].parse::<u32>().unwrap() >= sandbox::FIRST_URN);
        assert!(row["UKPRN"].is_empty() || row["UKPRN"].starts_with('9'));
        assert!(row["Postcode"].starts_with('Z'));
        if let (Ok(east), Ok(north)) = (row["Easting"].parse(), row["Northing"].parse()) {
            assert!((82_000..=655_000).contains::<u32>(&east));
            assert!((5_000..=657_000).contains::<u32>(&north));
        }
    }
    for row in england.rows(GROUPS) {
        assert!(row["Group UID"].parse::<u32>().unwrap() >= sandbox::FIRST_UID);
        let number = &row["Companies House Number"];
        assert!(number.is_empty() || number.len() == 8 && number.starts_with("99"));
        assert!(row["Group Postcode"].is_empty() || row["Group Postcode"].starts_with('Z'));
    }
}

#[test]
fn no_person_and_no_real_place_is_named() {
    let england = england(&small());
    let invented = |name: &str| {
        let place = BEGINNINGS.iter().any(|b| {
            let upper = b.to_uppercase();
            name.split([' ', ',']).any(|word| {
                let rest = word.strip_prefix(b).or_else(|| word.strip_prefix(&upper));
                rest.is_some_and(|r| ENDINGS.contains(&r.to_lowercase().as_str()))
            })
        });
        let saint = name.strip_prefix("St ").is_none_or(|rest| {
            let rest = rest.to_lowercase();
            SAINTS
                .iter()
                .any(|saint| rest.starts_with(&saint.to_lowercase()))
        });
        place && saint
    };
    for row in england.rows(REGISTER) {
        assert!(
            invented(&row["EstablishmentName"]),
            "{}",
            row["EstablishmentName"]
        );
        assert!(invented(&row["Town"]), "{}", row["Town"]);
        let diocese = &row["Diocese (name)"];
        assert!(
            diocese == "Not applicable" || invented(diocese),
            "{diocese}"
        );
        for column in ["HeadFirstName", "HeadLastName", "PropsName"] {
            assert_eq!(row[column], "");
        }
    }
    for row in england.rows(GROUPS) {
        assert!(invented(&row["Group Name"]), "{}", row["Group Name"]);
        assert_eq!(row["Head of Group First Name"], "");
        assert_eq!(row["Head of Group Last Name"], "");
    }
    // A word before a place never makes it a place of its own.
    assert!(BEFORE.iter().all(|word| !word.is_empty()));
    assert!(england.text("README.txt").contains("fictional"));
}

#[test]
fn any_size_and_day_works_and_others_are_refused() {
    for schools in [20, 21, 57, 300] {
        for as_at in [day(2025, 12, 1), day(2026, 1, 3), day(2027, 12, 31)] {
            let england = england(&Plan {
                schools,
                as_at,
                ..Plan::default()
            });
            assert_eq!(england.summary.open_schools, u64::from(schools));
        }
    }
    for plan in [
        Plan {
            schools: 19,
            ..Plan::default()
        },
        Plan {
            as_at: day(2025, 11, 30),
            ..Plan::default()
        },
        Plan {
            group_effect: f64::NAN,
            ..Plan::default()
        },
        Plan {
            report_cards: 1.1,
            ..Plan::default()
        },
    ] {
        let refused = sandbox::generate_into(&plan, &mut |_| {}, &mut Memory::default());
        assert!(
            matches!(refused, Err(SandboxError::Plan { .. })),
            "{plan:?}"
        );
    }
}
