//! Section 2: the group in context.

use std::collections::BTreeMap;

use chrono::Months;

use super::view::View;
use crate::{
    body::{BodyKind, MemberRole},
    language::prose::{agree, capital, counted, day, figures, length, line, list, number},
    report::{Context, CountLine, MovementLine, Passage, SizePoint},
};

/// Places listed in full; more are counted in a last line.
const PLACES: usize = 10;
/// Schools named in each list of movements.
const MOVEMENTS: usize = 20;

/// Phases in the order GIAS numbers them.
const PHASES: [&str; 8] = [
    "Not applicable",
    "Nursery",
    "Primary",
    "Middle deemed primary",
    "Secondary",
    "Middle deemed secondary",
    "16 plus",
    "All-through",
];

pub(super) fn write(view: &View<'_>) -> Context {
    let since = view
        .opened_on
        .checked_sub_months(Months::new(view.policy.movement_years.saturating_mul(12)))
        .unwrap_or(chrono::NaiveDate::MIN);
    let mut joined: Vec<MovementLine> = view
        .open
        .iter()
        .filter(|member| member.joined >= since)
        .map(|member| MovementLine {
            urn: member.urn,
            name: line(&member.name),
            on: member.joined,
            estimated: member.joined_estimated,
        })
        .collect();
    joined.sort_by(|a, b| {
        b.on.cmp(&a.on)
            .then_with(|| (&a.name, a.urn).cmp(&(&b.name, b.urn)))
    });
    let mut left: Vec<MovementLine> = view
        .leavers
        .iter()
        .filter(|leaver| leaver.left >= since)
        .map(|leaver| MovementLine {
            urn: leaver.urn,
            name: line(&leaver.name),
            on: leaver.left,
            estimated: leaver.estimated,
        })
        .collect();
    let mut passages = vec![passage("schools", schools(view))];
    passages.extend(pupils(view).map(|text| passage("pupils", text)));
    passages.push(passage(
        "movements",
        movements(view, length(joined.len()), length(left.len()), since),
    ));
    passages.extend(not_open(view).map(|text| passage("not-open", text)));
    passages.extend(central(view));
    joined.truncate(MOVEMENTS);
    left.truncate(MOVEMENTS);
    Context {
        passages,
        phases: phases(view),
        places: places(view),
        joined,
        left,
        size_over_time: size(view),
    }
}

fn passage(part: &str, text: String) -> Passage {
    Passage {
        id: format!("context.{part}"),
        text,
        evidence: Vec::new(),
    }
}

/// Who holds which function: a record, never of how well (domain.md 2).
fn central<'a>(view: &'a View<'_>) -> impl Iterator<Item = Passage> + 'a {
    let sentences = view.inputs.central.sentences();
    sentences.into_iter().zip(1..).map(|((text, evidence), n)| {
        let named: Vec<uuid::Uuid> = evidence.into_iter().collect();
        Passage {
            id: format!("context.central-{n}"),
            text,
            evidence: view.ids_of(&named),
        }
    })
}

/// What kind of body it is, with an article.
pub(super) fn kind(kind: BodyKind) -> String {
    let label = match kind {
        BodyKind::Diocese | BodyKind::Federation => kind.label().to_lowercase(),
        other => crate::language::prose::lower(other.label()),
    };
    let article = if label.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {label}")
}

/// "is responsible for eight open schools".
pub(super) fn relation(view: &View<'_>) -> String {
    let responsible = length(
        view.open
            .iter()
            .filter(|member| member.role == MemberRole::Responsible)
            .count(),
    );
    let associate = view.open_count() - responsible;
    match (responsible, associate) {
        (0, 0) => "has no open member schools".to_owned(),
        (n, 0) => format!(
            "is responsible for {}",
            counted(n, "open school", "open schools")
        ),
        (0, n) => format!(
            "is associated with {}",
            counted(n, "open school", "open schools")
        ),
        (n, m) => format!(
            "is responsible for {} and associated with {}",
            counted(n, "open school", "open schools"),
            number(m)
        ),
    }
}

fn schools(view: &View<'_>) -> String {
    let name = line(&view.inputs.body.name);
    let mut text = format!(
        "{name} is {}. It {}. Membership is as it stood on {}.",
        kind(view.inputs.body.kind),
        relation(view),
        day(view.inputs.inspection.membership_as_at),
    );
    let authorities = count_by(view, |member| member.local_authority.as_str());
    match authorities.len() {
        0 => {}
        1 => {
            if let Some((place, _)) = authorities.first() {
                text.push_str(&format!(" All its schools are in {place}."));
            }
        }
        n => text.push_str(&format!(
            " Its schools are in {} local authority areas.",
            number(length(n))
        )),
    }
    if view.open_count() == 1 {
        text = text.replace("All its schools are", "Its school is");
    }
    text
}

fn pupils(view: &View<'_>) -> Option<String> {
    let known: Vec<u32> = view
        .open
        .iter()
        .filter_map(|member| member.pupils)
        .collect();
    let total = known.iter().fold(0_u32, |sum, n| sum.saturating_add(*n));
    // Counts of five pupils or fewer never leave the service (DR-34).
    if total <= 5 {
        return None;
    }
    let schools = length(known.len());
    Some(if schools == view.open_count() {
        format!("{} pupils are on roll.", figures(total))
    } else {
        format!(
            "{} pupils are on roll at the {} for which a number is published.",
            figures(total),
            counted(schools, "school", "schools"),
        )
    })
}

fn movements(view: &View<'_>, joined: u32, left: u32, since: chrono::NaiveDate) -> String {
    let since = day(since);
    let text = match (joined, left) {
        (0, 0) => format!("No school has joined or left since {since}."),
        (j, 0) => format!(
            "Since {since}, {} {} joined and none has left.",
            counted(j, "school", "schools"),
            agree(j, "has", "have"),
        ),
        (0, l) => format!(
            "Since {since}, no school has joined and {} {} left.",
            number(l),
            agree(l, "has", "have"),
        ),
        (j, l) => format!(
            "Since {since}, {} {} joined and {} {} left.",
            counted(j, "school", "schools"),
            agree(j, "has", "have"),
            number(l),
            agree(l, "has", "have"),
        ),
    };
    let estimated = length(
        view.open
            .iter()
            .filter(|member| member.joined_estimated)
            .count(),
    );
    let mut text = text;
    if estimated > 0 {
        text.push_str(&format!(
            " The joining date of {} is approximate.",
            if estimated == view.open_count() && estimated > 1 {
                "every school".to_owned()
            } else {
                counted(estimated, "school", "schools")
            }
        ));
    }
    if joined > length(MOVEMENTS) || left > length(MOVEMENTS) {
        text.push_str(&format!(
            " The lists name the {} most recent.",
            number(length(MOVEMENTS))
        ));
    }
    text
}

fn not_open(view: &View<'_>) -> Option<String> {
    let n = length(view.not_open.len());
    (n > 0).then(|| {
        let names: Vec<String> = view
            .not_open
            .iter()
            .take(3)
            .map(|m| line(&m.name))
            .collect();
        let names = if n <= 3 {
            format!(" ({})", list(&names))
        } else {
            String::new()
        };
        format!(
            "{}{names} {} not open and {} not counted in this report.",
            capital(&counted(
                n,
                "further member school",
                "further member schools"
            )),
            agree(n, "is", "are"),
            agree(n, "is", "are"),
        )
    })
}

fn count_by<'a>(
    view: &View<'a>,
    key: impl Fn(&'a super::MemberFacts) -> &'a str,
) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for member in &view.open {
        *counts.entry(line(key(member))).or_default() += 1;
    }
    let mut counts: Vec<(String, u32)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

fn phases(view: &View<'_>) -> Vec<CountLine> {
    let mut counts = count_by(view, |member| member.phase.as_str());
    counts.sort_by_key(|(phase, _)| {
        (
            PHASES
                .iter()
                .position(|known| known.eq_ignore_ascii_case(phase))
                .unwrap_or(PHASES.len()),
            phase.clone(),
        )
    });
    lines(counts)
}

fn places(view: &View<'_>) -> Vec<CountLine> {
    let mut counts = count_by(view, |member| member.local_authority.as_str());
    // A last line for one single place would save nothing.
    if counts.len() > PLACES + 1 {
        let rest = counts.split_off(PLACES);
        let schools = rest.iter().map(|(_, count)| count).sum();
        counts.push((
            format!("{} other local authorities", number(length(rest.len()))),
            schools,
        ));
    }
    lines(counts)
}

fn lines(counts: Vec<(String, u32)>) -> Vec<CountLine> {
    counts
        .into_iter()
        .map(|(label, count)| CountLine { label, count })
        .collect()
}

fn size(view: &View<'_>) -> Vec<SizePoint> {
    let mut points: BTreeMap<chrono::NaiveDate, u32> = BTreeMap::new();
    for (on, schools) in &view.inputs.size_over_time {
        let known = points.entry(*on).or_insert(*schools);
        *known = (*known).max(*schools);
    }
    points.insert(view.inputs.inspection.membership_as_at, view.open_count());
    points
        .into_iter()
        .map(|(on, schools)| SizePoint { on, schools })
        .collect()
}
