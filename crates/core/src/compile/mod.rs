//! Compiling a report from what is known.

mod context;
mod front;
mod gap;
mod inputs;
mod inspectors;
mod method;
mod practice;
mod recommendation;
mod response;
mod summary;
mod view;

use std::collections::{BTreeMap, BTreeSet};

pub use inputs::{
    BodyFacts, FindingFact, Inputs, InspectionFacts, LeaverFacts, MemberFacts, OutcomeFact,
};

use crate::{
    Urn, burden,
    calendar::WorkingDays,
    evidence::Bearing,
    finding::{Section, draft},
    pattern::{self, Found, Standing, Voice, standing},
    report::{Passage, Patterns, ReferenceLine, Report, SCHEMA_VERSION},
    theme::Theme,
    value,
};
use view::{View, distinct};

/// Version of the rules by which reports are compiled. It changes whenever
/// the same inputs would give another report (DR-28).
pub const RULES_VERSION: &str = "compile-2026-4";

/// Compiles a report. The same inputs give the same report, whatever their
/// order (DR-28). Due dates avoid weekends only.
#[must_use]
pub fn compile(inputs: &Inputs) -> Report {
    write(inputs, None)
}

/// Compiles a report whose due dates avoid bank holidays too (DR-23). Where
/// the calendar does not cover a due date, the date avoids weekends only; the
/// report names the years covered.
#[must_use]
pub fn compile_with_calendar(inputs: &Inputs, calendar: &WorkingDays) -> Report {
    write(inputs, Some(calendar))
}

fn write(inputs: &Inputs, calendar: Option<&WorkingDays>) -> Report {
    let view = View::new(inputs);
    let found = pattern::find(&view.signs, view.analysis.as_ref(), view.policy);
    let responses = response::write(&view);
    let (recommendations, recommendations_left_out) =
        recommendation::write(&view, &responses.weaknesses, calendar);
    let mut patterns = patterns(&view, &found);
    let alone = inspectors::join(&view, &mut patterns);
    let left_out = method::LeftOut {
        recommendations: recommendations_left_out,
        personal: found.withheld,
        uncovered: calendar.is_some_and(|calendar| {
            recommendations
                .iter()
                .any(|r| calendar.is_working_day(r.due).is_err())
        }),
    };
    let mut report = Report {
        schema_version: SCHEMA_VERSION,
        report_id: inputs.report_id,
        version: inputs.version,
        front: front::panel(&view),
        summary: summary::write(&view, &found, &responses.weaknesses, &recommendations),
        context: {
            let mut context = context::write(&view);
            context.passages.extend(alone);
            context
        },
        patterns,
        responses,
        shared_practice: {
            let mut passages = practice::write(&view, &found);
            passages.extend(inspectors::passages(
                &view,
                Section::Practice,
                "shared_practice",
            ));
            passages
        },
        recommendations,
        method: method::write(&view, calendar, &left_out),
        group_response: inputs.group_response.clone(),
        schools: front::schools(&view),
        accountability: inputs
            .accountability
            .annex(inputs.body.kind, view.opened_on),
        burden: burden::BurdenLedger { lines: Vec::new() },
        value: value::ValueLedger { lines: Vec::new() },
        evidence: Vec::new(),
    };
    let cited = cited(&report);
    let used = view
        .items
        .iter()
        .filter(|(id, _)| cited.contains(id))
        .count();
    report.burden = burden::ledger_with(
        inputs,
        crate::language::prose::length(used),
        &inputs.recorded,
    );
    report.value = value::ledger_with(inputs, &report, &inputs.value);
    report.evidence = view.records;
    edited(report, inputs)
}

/// The report with the edits of its blocks. What was edited keeps to the rules
/// of a draft; an edit over a text that is no longer there is left out.
fn edited(report: Report, inputs: &Inputs) -> Report {
    let held: BTreeSet<_> = inputs.evidence.iter().map(|item| item.id).collect();
    inputs.edits.iter().fold(report, |report, edit| {
        // Whether feedback asks for a reason was decided when it was made.
        draft::apply(&report, edit, &held, false).unwrap_or(report)
    })
}

fn patterns(view: &View<'_>, found: &Found) -> Patterns {
    let inherited = only_inherited(view);
    let mut central: BTreeMap<(Theme, Bearing), Vec<String>> = BTreeMap::new();
    for (id, item) in view
        .items
        .iter()
        .filter(|(_, item)| item.schools.is_empty() && !item.superseded)
    {
        for theme in item.themes.iter().collect::<BTreeSet<_>>() {
            central
                .entry((*theme, item.bearing))
                .or_default()
                .push(id.clone());
        }
    }
    let voice = Voice {
        policy: view.policy,
        items: &view.items_by_id,
        central: &central,
        inherited: &inherited,
        joined_with: &view.joined_with,
        place: &|place| view.place_name(place),
    };
    Patterns {
        introduction: introduction(found),
        key: found
            .key
            .iter()
            .map(|cluster| pattern::write(cluster, &voice))
            .collect(),
        observations: found
            .observations
            .iter()
            .map(|cluster| pattern::write(cluster, &voice))
            .collect(),
        how_found: pattern::how_found(view.policy, view.analysis.is_some()),
        reference: reference(view),
    }
}

fn reference(view: &View<'_>) -> Option<ReferenceLine> {
    let reference = view.inputs.reference.as_ref()?;
    Some(ReferenceLine {
        rules: reference.rules().to_owned(),
        from: reference.from(),
        as_at: reference.as_at(),
        schools: reference.schools(),
        sources: reference.sources().to_vec(),
        tests: view.analysis.as_ref().map_or(0, |analysis| analysis.tests),
    })
}

fn introduction(found: &Found) -> Passage {
    use crate::language::prose::{counted, length};
    let key = length(found.key.len());
    let observations = length(found.observations.len());
    let text = match (key, observations) {
        (0, 0) => "The evidence shows no pattern and no observation.".to_owned(),
        (0, n) => format!(
            "The evidence shows no key pattern. It supports {}.",
            counted(n, "observation", "observations")
        ),
        (n, 0) => format!(
            "The evidence shows {} across the schools.",
            counted(n, "key pattern", "key patterns")
        ),
        (n, m) => format!(
            "The evidence shows {} across the schools. It also supports {}, which fall short of \
             a pattern.",
            counted(n, "key pattern", "key patterns"),
            counted(m, "observation", "observations")
        ),
    };
    let text = if observations == 1 {
        text.replace("which fall short", "which falls short")
    } else {
        text
    };
    let evidence = found
        .key
        .iter()
        .chain(&found.observations)
        .flat_map(|c| &c.evidence);
    Passage {
        id: "patterns.introduction".to_owned(),
        text,
        evidence: distinct(evidence.map(String::as_str)),
    }
}

/// By theme, the open schools with inherited outcomes on it and no evidence
/// since they joined (DR-09).
fn only_inherited(view: &View<'_>) -> BTreeMap<Theme, (u32, Vec<String>)> {
    let since_joining: BTreeSet<(Theme, Urn)> = view
        .signs
        .iter()
        .map(|sign| (sign.theme, sign.school))
        .collect();
    let mut found: BTreeMap<Theme, (BTreeSet<Urn>, Vec<&str>)> = BTreeMap::new();
    for (school, outcomes) in &view.outcomes {
        for shown in outcomes {
            if standing(shown.fact, shown.member.joined, view.window_start) != Standing::Inherited {
                continue;
            }
            for result in &shown.fact.outcome.areas {
                let Some(theme) = Theme::of_area(result.area) else {
                    continue;
                };
                if result.outcome.end().is_some() && !since_joining.contains(&(theme, *school)) {
                    let (schools, evidence) = found.entry(theme).or_default();
                    schools.insert(*school);
                    evidence.push(view.record_id(shown.record));
                }
            }
        }
    }
    found
        .into_iter()
        .map(|(theme, (schools, evidence))| {
            let schools = u32::try_from(schools.len()).unwrap_or(u32::MAX);
            (theme, (schools, distinct(evidence.into_iter())))
        })
        .collect()
}

/// Identifiers of evidence that some passage rests on, annex A aside.
fn cited(report: &Report) -> BTreeSet<String> {
    let mut cited: BTreeSet<String> = BTreeSet::new();
    let mut add = |passages: &[Passage]| {
        for passage in passages {
            cited.extend(passage.evidence.iter().cloned());
        }
    };
    add(&report.summary);
    add(&report.context.passages);
    for pattern in report
        .patterns
        .key
        .iter()
        .chain(&report.patterns.observations)
    {
        add(std::slice::from_ref(&pattern.statement));
        add(&pattern.detail);
    }
    for weakness in &report.responses.weaknesses {
        add(&[weakness.statement.clone(), weakness.effectiveness.clone()]);
        add(&weakness.gaps);
    }
    add(&report.responses.findings);
    add(&report.shared_practice);
    for recommendation in &report.recommendations {
        add(std::slice::from_ref(&recommendation.text));
    }
    cited
}
