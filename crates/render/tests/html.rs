//! What every page must keep to, whatever the texts say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::collections::HashSet;

use group_inspection_core::{outcome::Framework, report::Report};
use group_inspection_render::{PageFacts, PublicationStatus, VersionFacts, html};

/// What changed from `older` to `newer`, as versions 1 and 2.
fn changed(older: &Report, newer: &Report) -> String {
    let line = |version| VersionFacts {
        version,
        published_at: support::facts().published_at,
        status: PublicationStatus::Current,
        note: (version == 2).then(|| "A date was wrong.".to_owned()),
    };
    let facts = html::ChangesFacts {
        report_id: newer.report_id,
        older: line(1),
        newer: line(2),
    };
    html::changes(&support::facts().site, &facts, older, newer)
}

fn pages() -> Vec<String> {
    let facts = support::facts();
    vec![
        html::report_page(&support::report(), &facts),
        html::report_page(&support::hostile(), &facts),
        html::report_page(&support::compiled(), &facts),
        html::home(&facts.site, &support::entries(), &support::paging()),
        html::home(&facts.site, &[], &html::Paging::default()),
        html::tombstone(&facts.site, &support::tombstone()),
        html::not_found(&facts.site),
        changed(&support::report(), &support::hostile()),
        changed(&support::report(), &support::report()),
        html::response(
            &facts.site,
            support::report().report_id,
            "A <group>",
            support::report().group_response.as_ref(),
        ),
        html::response(&facts.site, support::report().report_id, "A group", None),
    ]
}

/// Values of an attribute, in order.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.split(&start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

fn tags<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    page.split('<')
        .filter(|part| {
            part.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with([' ', '>']))
        })
        .collect()
}

#[test]
fn pages_are_whole_and_in_english() {
    for page in pages() {
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en-GB\">"));
        assert_eq!(tags(&page, "h1").len(), 1);
        assert_eq!(tags(&page, "main").len(), 1);
        assert!(page.contains("href=\"#main\""));
        assert_eq!(values(&page, "name").first(), Some(&"viewport"));
    }
}

#[test]
fn pages_keep_to_a_strict_content_policy() {
    for page in pages() {
        for name in ["script", "style", "iframe", "object", "img", "base"] {
            assert!(tags(&page, name).is_empty(), "{name}");
        }
        assert!(values(&page, "style").is_empty());
        // Forms only ask: they lead to pages of ours and change nothing.
        let actions = values(&page, "action");
        assert!(actions.iter().all(|action| action.starts_with('/')));
        let methods = values(&page, "method");
        assert_eq!(methods, vec!["get"; actions.len()]);
        let stylesheet = format!("href=\"{}\"", html::stylesheet_path());
        assert!(page.contains(&stylesheet));
        assert!(
            values(&page, "href")
                .iter()
                .all(|href| href.starts_with(['#', '/'])
                    || href.starts_with("https://reports.example.org/")
                    || *href == "data:,")
        );
    }
}

#[test]
fn headings_leave_no_level_out() {
    for page in pages() {
        let mut before = 1;
        let body = page.split_once("<main").unwrap().1;
        for part in body.split("<h").skip(1) {
            let Some(level) = part.chars().next().and_then(|c| c.to_digit(10)) else {
                continue;
            };
            assert!(level <= before + 1, "h{level} after h{before}");
            before = level;
        }
    }
}

#[test]
fn anchors_are_unique_and_links_lead_to_them() {
    for report in [support::report(), support::compiled()] {
        anchors(&html::report_page(&report, &support::facts()));
    }
}

fn anchors(page: &str) {
    let ids = values(page, "id");
    let known: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len());
    for href in values(page, "href") {
        if let Some(anchor) = href.strip_prefix('#') {
            assert!(known.contains(anchor), "{anchor}");
        }
    }
    for id in ["section-summary", "evidence-E1", "weakness-1"] {
        assert!(known.contains(id), "{id}");
    }
}

#[test]
fn tables_can_be_understood_and_reached() {
    let page = html::report_page(&support::report(), &support::facts());
    let tables = tags(&page, "table").len();
    assert!(tables > 20);
    assert_eq!(tags(&page, "caption").len(), tables);
    assert!(tags(&page, "th").iter().all(|tag| tag.contains("scope=\"")));
    for tag in tags(&page, "div") {
        if tag.contains("class=\"scroll\"") {
            assert!(tag.contains("role=\"region\""));
            assert!(tag.contains("aria-label=\""));
            assert!(tag.contains("tabindex=\"0\""));
        }
    }
}

#[test]
fn charts_have_names_descriptions_and_tables() {
    let page = html::report_page(&support::report(), &support::facts());
    let charts = tags(&page, "svg");
    // Places, size, responses, and outcomes of two frameworks.
    assert_eq!(charts.len(), 5);
    for chart in charts {
        assert!(chart.contains("role=\"img\""));
        assert!(chart.contains("aria-labelledby=\""));
    }
    assert!(page.contains("Wessborough, 5 schools; Northmarsh, 4 schools"));
    assert!(page.contains("8 schools on 1 September 2023"));
    assert!(page.contains("Weakness 3: first known on 15 January 2025; no action recorded."));
}

#[test]
fn passages_tell_how_it_is_known() {
    let page = html::report_page(&support::report(), &support::facts());
    assert!(page.contains("How we know this"));
    assert!(page.contains("<a href=\"#evidence-E25\">E25</a>: Board attendance report"));
}

/// What the chart of a framework's outcomes says, for those who do not see it.
fn outcomes_said(report: &Report, framework: &str) -> Option<String> {
    let page = html::report_page(report, &support::facts());
    let (_, rest) = page.split_once(&format!("<desc id=\"figure-outcomes-{framework}-desc\">"))?;
    Some(rest.split_once('<').unwrap().0.to_owned())
}

#[test]
fn dr_04_outcomes_are_counted_by_framework_and_area_alone() {
    let report = support::report();
    let cards = outcomes_said(&report, "report-card").unwrap();
    assert!(cards.contains("Attendance and behaviour: Needs attention, 4 schools."));
    assert!(!cards.contains("Good"));
    let before = outcomes_said(&report, "education-inspection").unwrap();
    assert!(before.contains("Quality of education: Good, 5 schools."));
    assert!(!before.contains("Overall effectiveness"));
    assert_eq!(outcomes_said(&report, "common-inspection"), None);
}

#[test]
fn dr_09_outcomes_from_before_joining_are_not_counted() {
    let mut report = support::report();
    let school = report
        .schools
        .iter_mut()
        .find(|school| {
            school
                .outcomes
                .iter()
                .any(|outcome| outcome.framework == Framework::ReportCard && !outcome.inherited)
        })
        .unwrap();
    for outcome in &mut school.outcomes {
        outcome.inherited = true;
    }
    let cards = outcomes_said(&report, "report-card").unwrap();
    assert!(cards.contains("Attendance and behaviour: Needs attention, 3 schools."));
    for school in &mut report.schools {
        for outcome in &mut school.outcomes {
            outcome.inherited = true;
        }
    }
    assert_eq!(outcomes_said(&report, "report-card"), None);
}

#[test]
fn no_outcome_of_a_school_stands_outside_annex_a() {
    let page = html::report_page(&support::report(), &support::facts());
    let (before, rest) = page.split_once("<h2 id=\"annex-schools\"").unwrap();
    let (inside, after) = rest.split_once("<h2 id=\"annex-accountability\"").unwrap();
    for word in [
        ": Good",
        "Requires improvement",
        "Inadequate",
        "Expected standard",
        "Strong standard",
        "Needs attention",
        "Special measures",
    ] {
        assert!(inside.contains(word), "{word}");
        assert!(!before.contains(word) && !after.contains(word), "{word}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let page = html::report_page(&support::hostile(), &support::facts());
    assert!(page.contains("&lt;script&gt;alert('x')&lt;/script&gt;"));
    assert!(!page.contains('\u{0}') && !page.contains('\u{1b}') && !page.contains('\u{ffff}'));
    assert!(page.contains("id=\"a-b----label\""));
}

fn with(status: PublicationStatus) -> PageFacts {
    PageFacts {
        status,
        latest_version: 2,
        public_note: Some("A date was wrong.".to_owned()),
        ..support::facts()
    }
}

#[test]
fn the_status_of_a_version_is_said_first() {
    let page = |status| html::report_page(&support::report(), &with(status));
    let superseded = page(PublicationStatus::Superseded);
    assert!(superseded.contains("This is version 1. Version 2 has replaced it."));
    assert!(superseded.contains("noindex"));
    assert!(superseded.find("class=\"banner\"").unwrap() < superseded.find("<h1").unwrap());
    assert!(page(PublicationStatus::Corrected).contains("This report has been corrected"));
    assert!(page(PublicationStatus::Withdrawn).contains("This report has been withdrawn"));
    assert!(!page(PublicationStatus::Current).contains("class=\"banner\""));
}

#[test]
fn the_base_path_is_in_front_of_every_address() {
    let mut facts = support::facts();
    facts.site.base_path = "/public".to_owned();
    let page = html::report_page(&support::report(), &facts);
    for href in values(&page, "href") {
        assert!(
            href.starts_with('#')
                || href.starts_with("/public/")
                || href.starts_with("https://reports.example.org/public/")
                || href == "data:,",
            "{href}"
        );
    }
}

#[test]
fn the_stylesheet_is_small() {
    assert!(html::STYLESHEET.len() < 12_000);
    assert!(html::stylesheet_path().starts_with("/assets/style-"));
    assert!(!html::STYLESHEET.contains("url("));
}

#[test]
fn dr_07_patterns_show_how_they_were_told_from_chance() {
    let report = support::report();
    let page = html::report_page(&report, &support::facts());
    let section = |from: &str, to: &str| {
        let start = page.find(&format!("id=\"{from}\"")).unwrap();
        let end = page.find(&format!("id=\"{to}\"")).unwrap();
        page[start..end].to_owned()
    };
    let attendance = section("pattern-1", "pattern-2");
    assert!(attendance.contains("Chance would seldom give published outcomes like these"));
    assert!(attendance.contains("Yes, also without any one school and a month later"));
    assert!(!attendance.contains("Fragile:"));
    let reading = section("pattern-2", "observations");
    assert!(reading.contains("Different types of evidence agree"));
    let observations = section("observations", "section-responses");
    assert!(observations.contains("Part of the group: primary schools"));
    assert!(observations.contains("Fragile: it would go away without one of the schools"));
    assert!(observations.contains("Fragile: it would go away a month later"));
    assert!(!observations.contains("Told from chance by"));
    let method = section("national-reference", "annex-schools");
    for words in ["21,345", "reference-1", "outcomes.csv", "31 August 2026"] {
        assert!(method.contains(words), "{words}");
    }
    let mut without = report;
    without.patterns.reference = None;
    assert!(!html::report_page(&without, &support::facts()).contains("national-reference"));
}

#[test]
fn what_changed_shows_each_difference_and_nothing_else() {
    let older = support::report();
    let page = changed(&older, &older);
    assert!(page.contains("The text of the report is the same in both versions."));
    assert!(page.contains("A date was wrong."));

    let mut newer = older.clone();
    newer.summary[0].text = newer.summary[0].text.replacen("the", "thy", 1);
    newer.recommendations.pop();
    // One more entry of evidence moves the numbers of others, not their texts.
    for (number, record) in newer.evidence.iter_mut().enumerate() {
        record.id = format!("E{}", number + 2);
    }
    let page = changed(&older, &newer);
    assert!(page.contains("<del>the</del>") && page.contains("<ins>thy</ins>"));
    assert!(page.contains("<dt>Removed</dt>"));
    let sections: Vec<&str> = page
        .split("<h2>")
        .skip(1)
        .map(|rest| rest.split_once('<').unwrap().0)
        .collect();
    assert_eq!(
        sections,
        ["1 Summary for parents and the public", "6 Recommendations"]
    );
}

#[test]
fn colours_have_contrast_in_both_schemes() {
    /// Relative luminance after WCAG 2.2.
    fn luminance(colour: &str) -> f64 {
        let hex = colour.trim_start_matches('#');
        let hex: String = match hex.len() {
            3 => hex.chars().flat_map(|digit| [digit, digit]).collect(),
            _ => hex.to_owned(),
        };
        let channel = |from: usize| {
            let value = f64::from(u8::from_str_radix(&hex[from..from + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    }
    let schemes: Vec<&str> = html::STYLESHEET
        .split(":root{")
        .skip(1)
        .map(|rest| rest.split_once('}').unwrap().0)
        .collect();
    assert_eq!(schemes.len(), 3, "light, dark and print");
    let colour = |scheme: &str, name: &str| {
        let (_, rest) = scheme.split_once(&format!("--{name}:"))?;
        Some(rest.split([';', '}']).next().unwrap().to_owned())
    };
    // Text needs 4.5 to 1, what shows the shape of things 3 to 1.
    let pairs = [
        ("ink", "paper", 4.5),
        ("ink", "panel", 4.5),
        ("soft", "paper", 4.5),
        ("soft", "panel", 4.5),
        ("link", "paper", 4.5),
        ("link", "panel", 4.5),
        ("link-hover", "paper", 4.5),
        ("hue", "paper", 3.0),
        ("focus", "paper", 3.0),
    ];
    for scheme in &schemes {
        for (over, under, least) in pairs {
            let own = |name| {
                colour(scheme, name)
                    .or_else(|| colour(schemes[0], name))
                    .unwrap()
            };
            let (over_colour, under_colour) = (own(over), own(under));
            let (a, b) = (luminance(&over_colour), luminance(&under_colour));
            let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(ratio >= least, "{over} on {under}: {ratio:.2} in {scheme}");
        }
    }
}
