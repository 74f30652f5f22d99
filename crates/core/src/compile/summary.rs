//! Section 1: the summary for parents and the public.

use super::{
    context::{kind, relation},
    view::{View, distinct},
};
use crate::{
    evidence::Bearing,
    language::prose::{agree, capital, counted, day, length, line, list, number},
    pattern::{self, Cluster, Found},
    report::{Passage, Recommendation, WeaknessResponse},
};

/// Patterns named in one passage at the most; the summary has 250 words.
const NAMED: usize = 4;

pub(super) fn write(
    view: &View<'_>,
    found: &Found,
    weaknesses: &[WeaknessResponse],
    recommendations: &[Recommendation],
) -> Vec<Passage> {
    let mut passages = vec![about(view)];
    passages.push(patterns(found, Bearing::Weakness));
    passages.push(patterns(found, Bearing::Strength));
    passages.push(responses(weaknesses));
    passages.push(next(recommendations));
    passages
}

fn passage(part: &str, text: String, evidence: Vec<String>) -> Passage {
    Passage {
        id: format!("summary.{part}"),
        text,
        evidence,
    }
}

fn about(view: &View<'_>) -> Passage {
    let text = format!(
        "{} is {}. It {}. This report looks at patterns across those schools, and at how the \
         group responds to weaknesses. It does not inspect any school again.",
        line(&view.inputs.body.name),
        kind(view.inputs.body.kind),
        relation(view),
    );
    let text = match view.open_count() {
        0 => text.replace("across those schools", "across its schools"),
        _ => text,
    };
    passage("about", text, Vec::new())
}

fn patterns(found: &Found, bearing: Bearing) -> Passage {
    let (part, word, words) = match bearing {
        Bearing::Strength => ("strengths", "a strength", "strengths"),
        Bearing::Weakness | Bearing::Context => ("weaknesses", "a weakness", "weaknesses"),
    };
    let of = |clusters: &'_ [Cluster]| -> Vec<Cluster> {
        clusters
            .iter()
            .filter(|cluster| cluster.bearing == bearing)
            .cloned()
            .collect()
    };
    let key = of(&found.key);
    let observations = length(of(&found.observations).len());
    let text = if key.is_empty() {
        let start = format!("Evidence does not show {word} as a key pattern.");
        match observations {
            0 => start,
            n => format!(
                "{start} It supports {} of {words}.",
                counted(n, "observation", "observations"),
            ),
        }
    } else {
        let named: Vec<String> = key
            .iter()
            .take(NAMED)
            .enumerate()
            .map(|(index, cluster)| pattern::brief(cluster, index == 0))
            .collect();
        let more = key.len().saturating_sub(NAMED);
        format!(
            "Evidence shows {words} in {}.",
            if more == 0 {
                list(&named)
            } else {
                format!(
                    "{} and {} more",
                    named.join(", "),
                    counted(length(more), "theme", "themes")
                )
            }
        )
    };
    let evidence = key.iter().flat_map(|cluster| &cluster.evidence);
    passage(part, text, distinct(evidence.map(String::as_str)))
}

fn responses(weaknesses: &[WeaknessResponse]) -> Passage {
    let n = length(weaknesses.len());
    let acted = length(weaknesses.iter().filter(|w| !w.actions.is_empty()).count());
    let recorded = format!(
        "{} {} on record.",
        capital(&counted(n, "weakness", "weaknesses")),
        agree(n, "is", "are")
    );
    let text = match (acted, n) {
        (_, 0) => "No weakness has been recorded for this inspection.".to_owned(),
        (0, 1) => format!("{recorded} The group has recorded no action on it."),
        (1, 1) => format!(
            "{recorded} The group has acted on it. Section 4 says what is known of the impact."
        ),
        (0, _) => format!("{recorded} The group has recorded no action on any of them."),
        (acted, n) if acted == n => format!(
            "{recorded} The group has acted on {}. Section 4 says what is known of the impact.",
            if n == 2 { "both" } else { "all of them" }
        ),
        (acted, n) => format!(
            "{recorded} The group has acted on {} and has recorded no action on {}. Section 4 \
             says what is known of the impact.",
            number(acted),
            number(n - acted)
        ),
    };
    let evidence = weaknesses.iter().flat_map(|w| &w.effectiveness.evidence);
    passage("responses", text, distinct(evidence.map(String::as_str)))
}

fn next(recommendations: &[Recommendation]) -> Passage {
    let n = length(recommendations.len());
    let text = match recommendations {
        [] => "This report makes no recommendation.".to_owned(),
        [first, ..] => format!(
            "This report makes {} to the group, to be met by {}.",
            counted(n, "recommendation", "recommendations"),
            day(first.due)
        ),
    };
    let evidence = recommendations.iter().flat_map(|r| &r.text.evidence);
    passage(
        "next",
        capital(&text),
        distinct(evidence.map(String::as_str)),
    )
}
