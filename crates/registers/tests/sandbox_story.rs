//! The fictional England: its files agree with each other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod sandbox_england;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Weekday};
use group_inspection_registers::sandbox::headings;
use sandbox_england::*;

#[test]
fn files_agree_on_schools_and_groups() {
    let england = england(&small());
    let register = england.by_urn(REGISTER);
    let latest = england.by_urn(LATEST_2026);
    let groups: BTreeMap<String, Row> = england
        .rows(GROUPS)
        .into_iter()
        .map(|r| (r["Group UID"].clone(), r))
        .collect();
    assert_eq!(england.summary.open_schools, 600);
    assert_eq!(latest.len(), 600);
    for (urn, row) in &latest {
        let school = &register[urn];
        assert!(matches!(
            school["EstablishmentStatus (code)"].as_str(),
            "1" | "3"
        ));
        assert_eq!(row["School name"], school["EstablishmentName"]);
        assert_eq!(row["Postcode"], school["Postcode"]);
        let mat = school["TrustSchoolFlag (code)"] == "3";
        let trust = if mat {
            school["Trusts (code)"].as_str()
        } else {
            "NULL"
        };
        assert_eq!(row["Multi-academy trust UID"], trust);
        if mat {
            assert_eq!(row["Multi-academy trust name"], groups[trust]["Group Name"]);
        }
    }
    let mut pairs = BTreeSet::new();
    for link in england.rows(MEMBERS) {
        let group = &groups[&link["Group UID"]];
        for column in headings::GROUP_LINKS.iter().skip(1).take(11) {
            assert_eq!(link[*column], group[*column]);
        }
        assert_eq!(
            link["EstablishmentName"],
            register[&link["URN"]]["EstablishmentName"]
        );
        assert!(pairs.insert((link["URN"].clone(), link["Group UID"].clone())));
    }
    for (urn, school) in &register {
        if !school["Trusts (code)"].is_empty() {
            assert!(pairs.contains(&(urn.clone(), school["Trusts (code)"].clone())));
        }
        if !school["Federations (code)"].is_empty() {
            assert!(pairs.contains(&(urn.clone(), school["Federations (code)"].clone())));
        }
    }
    let steps: BTreeSet<(String, String)> = england
        .rows(STEPS)
        .iter()
        .map(|r| (r["URN"].clone(), r["LinkURN"].clone()))
        .collect();
    for (from, to) in &steps {
        assert!(register.contains_key(from) && steps.contains(&(to.clone(), from.clone())));
    }
}

#[test]
fn one_history_runs_through_all_files() {
    let england = england(&small());
    let register = england.by_urn(REGISTER);
    let before = england.by_urn(LATEST_2025);
    let latest = england.by_urn(LATEST_2026);
    let in_year: BTreeMap<String, Row> = england
        .rows(IN_YEAR)
        .into_iter()
        .map(|row| (row["Inspection number"].clone(), row))
        .collect();
    let successor: BTreeMap<String, String> = england
        .rows(STEPS)
        .into_iter()
        .filter(|row| row["LinkType"] == "Successor")
        .map(|row| (row["URN"].clone(), row["LinkURN"].clone()))
        .collect();
    let mut inherited = 0;
    let mut cards = 0;
    for (urn, row) in &latest {
        for (start, at, yes) in [
            (
                "Inspection start date",
                "URN at time of latest full inspection",
                "Does the latest full inspection relate to the URN of the current school?",
            ),
            (
                "Inspection start date of latest OEIF graded inspection",
                "URN at time of latest OEIF graded inspection",
                "Does the latest OEIF graded inspection relate to the URN of the current school?",
            ),
            (
                "Date of latest ungraded inspection",
                "URN at time of the ungraded inspection",
                "Does the ungraded inspection relate to the URN of the current school?",
            ),
        ] {
            let Some(start) = date(&row[start]) else {
                continue;
            };
            assert!(matches!(
                start.weekday(),
                Weekday::Mon | Weekday::Tue | Weekday::Wed
            ));
            let school = &register[&row[at]];
            assert!(date(&school["OpenDate"]).is_none_or(|opened| opened <= start));
            assert!(date(&school["CloseDate"]).is_none_or(|closed| closed > start));
            assert_eq!(row[yes] == "Yes", row[at] == *urn);
            if row[at] != *urn {
                inherited += 1;
                assert_eq!(successor[&row[at]], *urn);
            }
        }
        if row["Inclusion"] != "NULL" {
            cards += 1;
            assert!(date(&row["Inspection start date"]).unwrap() >= day(2025, 11, 10));
            let once = &in_year[&row["Inspection number of latest full inspection"]];
            assert_eq!(once["URN"], row["URN at time of latest full inspection"]);
            assert_eq!(once["Inspection start date"], row["Inspection start date"]);
            for area in headings::IN_YEAR_2026.iter().skip(33) {
                let dated = format!(
                    "{} - date of grade",
                    area.replace(" (where applicable)", "")
                );
                if row[&dated] == row["Inspection start date"] {
                    assert_eq!(once[*area], row[*area], "{area}");
                }
            }
        }
        // The same graded inspection in both years, unless one came since.
        if let Some(then) = before.get(urn) {
            let now = date(&row["Inspection start date of latest OEIF graded inspection"]);
            let old = date(&then["Inspection start date"]);
            match (old, now) {
                (Some(old), Some(now)) if now <= day(2025, 8, 31) => {
                    assert_eq!(old, now);
                    let number = "Inspection number of latest OEIF graded inspection";
                    assert_eq!(
                        then["Inspection number of latest graded inspection"],
                        row[number]
                    );
                    assert_eq!(
                        then["Quality of education"],
                        row["Latest OEIF quality of education"]
                    );
                }
                (Some(old), None) => assert!(old < day(2019, 9, 1)),
                (None, Some(now)) => assert!(now > day(2025, 8, 31)),
                _ => {}
            }
        }
    }
    assert!(inherited > 20, "{inherited}");
    assert_eq!(cards, england.summary.report_cards);
}

#[test]
fn schools_join_after_they_and_the_group_opened() {
    let england = england(&small());
    let register = england.by_urn(REGISTER);
    let mut unknown = 0;
    for link in england.rows(MEMBERS) {
        let joined = date(&link["Joined date"]).unwrap();
        if joined == day(1900, 1, 1) {
            unknown += 1;
            continue;
        }
        let group = date(&link["Open date"]).or(date(&link["Incorporated on (open date)"]));
        assert!(joined >= group.unwrap(), "{link:?}");
        let opened = date(&register[&link["URN"]]["OpenDate"]);
        assert!(opened.is_none_or(|opened| opened <= joined), "{link:?}");
    }
    assert!(unknown > 5);
}

#[test]
fn kinds_of_groups_and_unusual_rows_are_there() {
    let england = england(&small());
    let groups = england.rows(GROUPS);
    let kinds: BTreeSet<_> = groups
        .iter()
        .map(|row| row["Group Type (code)"].as_str())
        .collect();
    let all = ["01", "02", "05", "06", "07", "08", "09", "10", "11"];
    assert_eq!(kinds, BTreeSet::from(all));
    let members = england.rows(MEMBERS);
    let mut sizes: BTreeMap<&str, u32> = BTreeMap::new();
    for link in &members {
        *sizes.entry(&link["Group UID"]).or_default() += 1;
    }
    let idle = groups.iter().filter(|g| {
        g["Group Status (code)"] == "OPEN" && !sizes.contains_key(g["Group UID"].as_str())
    });
    assert!(idle.count() > 5, "open groups without a school");
    let twins = members.windows(2).filter(|pair| {
        pair[0]["URN"] == pair[1]["URN"]
            && pair[0]["Group Name"].to_lowercase() == pair[1]["Group Name"].to_lowercase()
    });
    assert!(twins.count() > 100, "sponsors of the trust's name");
    let statuses: BTreeSet<_> = england
        .rows(REGISTER)
        .iter()
        .map(|row| row["EstablishmentStatus (code)"].clone())
        .collect();
    assert!(statuses.contains("2") && statuses.contains("4"));
}

#[test]
fn truth_lists_every_school_and_group_with_members() {
    let null = england(&small().null()).truth();
    let england = england(&small());
    let truth = england.truth();
    assert_eq!(truth["fictional"], true);
    assert_eq!(truth["schools"].as_array().unwrap().len(), 600);
    let planted = truth["groups"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|g| !g["weakness"].is_null());
    assert_eq!(planted.count() as u64, england.summary.planted_weaknesses);
    for group in null["groups"].as_array().unwrap() {
        assert!(group["effect"] == 0.0 && group["weakness"].is_null());
    }
}
