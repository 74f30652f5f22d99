//! A measurement, not a test: `cargo test --release -- --ignored --nocapture`.

use std::time::Instant;

use super::*;

/// 400 inspections of five people over 22,000 schools in 1,700 bodies.
#[test]
#[ignore = "a measurement"]
fn all_live_assignments_are_checked_again_in_seconds() {
    let body = |number: u32| id(10_000 + u128::from(number % 1_700));
    let mut facts = National::default();
    for number in 0..22_000_u32 {
        let east = i32::try_from(number * 7_919 % 450_000).unwrap();
        let north = i32::try_from(number * 104_729 % 500_000).unwrap();
        let phase = Phase::ALL[usize::try_from(number % 8).unwrap()];
        let la = (200 + number / 150).to_string();
        let mut school = school(100_000 + number, &la, phase, east);
        school.at = Some(GridPoint {
            easting: east,
            northing: north,
        });
        facts.schools.push(school);
        facts.memberships.push(Membership {
            body: body(number / 13),
            ..member(100_000 + number, GROUP, "2018-09-01", None)
        });
    }
    let started = Instant::now();
    let occasion = occasion();
    let screen = Screen::new(facts, occasion.today, &ConflictPolicy::default());
    let indexed = started.elapsed();
    let mut matches = 0;
    for inspection in 0..400_u32 {
        let occasion = Occasion {
            body: body(inspection * 3),
            members: Vec::new(),
            ..occasion.clone()
        };
        let target = screen.target(&occasion);
        for person in 0..5_u32 {
            let employer = Institution::Body(body(inspection * 3 + person * 331 + 1));
            let subject = Subject {
                posts: vec![post(41, employer, None, None)],
                ..subject()
            };
            matches += target.assess(&subject).matches().len();
        }
    }
    let took = started.elapsed();
    assert!(matches > 0);
    assert!(took.as_secs() < 10, "index {indexed:?}, all {took:?}");
    #[allow(clippy::print_stderr)]
    {
        eprintln!("index {indexed:?}, all {took:?}, {matches} matches");
    }
}
