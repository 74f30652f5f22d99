//! Published outcomes from each of Ofsted's layouts, on invented rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use chrono::NaiveDate;
use group_inspection_core::outcome::{
    Area, AreaOutcome, Concern, Framework, InspectionEvent, PublishedOutcome,
};
use group_inspection_registers::{NoteCode, RecentConcern, RejectionCode};
use support::fixture;

fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn areas(outcome: &PublishedOutcome) -> Vec<(Area, AreaOutcome)> {
    let pairs = outcome.areas.iter().map(|it| (it.area, it.outcome));
    pairs.collect()
}

#[test]
fn dr_39_report_card_files_yield_three_inspections_in_their_own_frameworks() {
    let grade = fixture("ofsted_l4_title_lines.csv");
    let judgement = fixture("ofsted_l3.csv");
    assert_eq!(grade.records, judgement.records);
    assert_eq!(grade.noted(NoteCode::PreambleSkipped), 2);
    let schools = grade.schools();
    let first = schools[0];
    assert_eq!(first.trust_uid.as_deref(), Some("90001"));
    assert_eq!(first.idaci_quintile, Some(5));
    let concern = Concern::RequiresSignificantImprovement;
    assert_eq!(first.recent_concern, Some(RecentConcern::Concern(concern)));
    let [card, graded, ungraded] = &first.outcomes[..] else {
        panic!("three outcomes");
    };
    assert_eq!(card.framework, Framework::ReportCard);
    assert_eq!(card.event, InspectionEvent::Full);
    assert_eq!(card.started, ymd(2025, 12, 15));
    assert_eq!(card.published, Some(ymd(2026, 1, 20)));
    assert_eq!(card.concern, Some(concern));
    assert_eq!(card.areas.len(), 9);
    assert_eq!(
        card.area(Area::SafeguardingStandards),
        Some(AreaOutcome::NotMet)
    );
    assert_eq!(card.area(Area::EarlyYears), Some(AreaOutcome::DoesNotApply));
    let updated: Vec<_> = card.areas.iter().filter(|it| it.dated.is_some()).collect();
    assert_eq!(updated.len(), 1);
    assert_eq!(updated[0].area, Area::Achievement);
    assert_eq!(updated[0].dated, Some(ymd(2026, 6, 30)));

    assert_eq!(graded.framework, Framework::EducationInspection);
    assert_eq!(graded.urn_at_time.get(), 900_011);
    assert_eq!(graded.urn.get(), 900_001);
    assert_eq!(graded.concern, Some(Concern::SpecialMeasures));
    assert_eq!(
        areas(graded),
        [
            (Area::OverallEffectiveness, AreaOutcome::NotJudged),
            (Area::QualityOfEducation, AreaOutcome::Good),
            (Area::BehaviourAndAttitudes, AreaOutcome::Outstanding),
            (Area::PersonalDevelopment, AreaOutcome::RequiresImprovement),
            (Area::LeadershipAndManagement, AreaOutcome::Inadequate),
            (Area::SafeguardingEffective, AreaOutcome::No),
            (Area::EarlyYearsProvision, AreaOutcome::NoneRecorded),
            (Area::SixthFormProvision, AreaOutcome::InsufficientEvidence),
        ]
    );

    assert_eq!(ungraded.event, InspectionEvent::Ungraded);
    assert_eq!(ungraded.framework, Framework::EducationInspection);
    assert_eq!(
        ungraded.text_outcome.as_deref(),
        Some("School remains Good (Concerns) - S5 Next")
    );
    assert!(ungraded.areas.is_empty());
}

#[test]
fn dr_39_null_blank_and_numbers_for_nothing_keep_their_meanings() {
    let read = fixture("ofsted_l3.csv");
    let schools = read.schools();
    assert_eq!(
        schools[1].recent_concern,
        Some(RecentConcern::NeverInspected)
    );
    assert!(schools[1].outcomes.is_empty());
    assert_eq!(schools[1].idaci_quintile, None);
    assert_eq!(schools[2].recent_concern, Some(RecentConcern::NoConcern));
    let graded = &schools[2].outcomes[0];
    assert_eq!(graded.concern, None);
    assert_eq!(
        graded.area(Area::OverallEffectiveness),
        Some(AreaOutcome::DoesNotApply)
    );
    assert_eq!(
        graded.area(Area::SafeguardingEffective),
        Some(AreaOutcome::NoneRecorded)
    );
    assert_eq!(graded.urn_at_time, graded.urn);
}

#[test]
fn dr_39_unknown_words_and_mixed_frameworks_are_rejected() {
    let read = fixture("ofsted_l4_title_lines.csv");
    let found: Vec<_> = read
        .rejections
        .iter()
        .map(|r| {
            (
                r.line,
                r.column.as_deref().unwrap(),
                r.value.as_str(),
                r.code,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (7, "Inclusion", "Splendid", RejectionCode::UnknownValue),
            (
                8,
                "Inspection start date",
                "07/11/2025",
                RejectionCode::Inconsistent
            ),
        ]
    );
}

#[test]
fn an_inspection_without_areas_is_monitoring_in_both_files() {
    let latest = fixture("ofsted_l3.csv");
    let monitored = latest.schools()[3];
    assert_eq!(monitored.urn.get(), 900_006);
    assert_eq!(monitored.outcomes[0].event, InspectionEvent::Monitoring);
    let in_year = fixture("ofsted_d1.csv");
    let monitored = in_year.schools()[1];
    assert_eq!(monitored.outcomes[0].event, InspectionEvent::Monitoring);
    assert_eq!(
        monitored.outcomes[0].text_outcome.as_deref(),
        Some("Taking effective action")
    );
}

#[test]
fn the_same_inspection_is_equal_from_both_report_card_files() {
    let latest = fixture("ofsted_l4_title_lines.csv");
    let in_year = fixture("ofsted_d1.csv");
    let mut from_latest = latest.schools()[0].outcomes[0].clone();
    let from_in_year = in_year.schools()[0].outcomes[0].clone();
    assert_ne!(from_latest, from_in_year);
    // Only the date of the one updated area is not in the in-year sheet.
    for area in &mut from_latest.areas {
        area.dated = None;
    }
    assert_eq!(from_latest, from_in_year);
    assert_eq!(
        latest.schools()[0].trust_name,
        in_year.schools()[0].trust_name
    );
    assert_eq!(in_year.schools()[0].recent_concern, None);
}

#[test]
fn files_before_report_cards_yield_latest_previous_and_ungraded() {
    for (name, text, ungraded_on) in [
        (
            "ofsted_l1.csv",
            "School remains Outstanding",
            ymd(2024, 2, 3),
        ),
        ("ofsted_l2.csv", "Standards maintained", ymd(2025, 2, 3)),
    ] {
        let read = fixture(name);
        let schools = read.schools();
        let [latest, previous, ungraded] = &schools[0].outcomes[..] else {
            panic!("{name}: three outcomes");
        };
        assert_eq!(latest.event, InspectionEvent::Full);
        assert_eq!(latest.framework, Framework::EducationInspection);
        assert_eq!(latest.ended, Some(ymd(2023, 6, 7)));
        assert_eq!(
            latest.area(Area::EarlyYearsProvision),
            Some(AreaOutcome::DoesNotApply)
        );
        assert_eq!(
            latest.area(Area::SixthFormProvision),
            Some(AreaOutcome::NoneRecorded)
        );
        assert_eq!(previous.framework, Framework::Before2015);
        assert_eq!(previous.concern, Some(Concern::NoticeToImprove));
        assert_eq!(previous.urn_at_time.get(), 900_011);
        assert_eq!(
            areas(previous),
            [(Area::OverallEffectiveness, AreaOutcome::Inadequate)]
        );
        assert_eq!(ungraded.text_outcome.as_deref(), Some(text));
        assert_eq!(ungraded.started, ungraded_on);
        assert_eq!(schools[0].trust_uid, None);
        assert_eq!(schools[0].recent_concern, None);

        assert!(schools[1].outcomes.is_empty(), "{name}: converted");
        assert_eq!(read.noted(NoteCode::ConvertedInspection), 1);

        let values: Vec<_> = read.rejections.iter().map(|r| r.value.as_str()).collect();
        assert_eq!(values, ["7", "XYZ", "School is fine"], "{name}");
        assert!(
            read.rejections
                .iter()
                .all(|r| r.code == RejectionCode::UnknownValue)
        );
    }
}
