//! The group's published response to a report (DR-31).
//!
//! The group speaks for itself: words that an inspectors' report may not use
//! are pointed out and never refused. Personal data is refused, because the
//! response is published as it stands.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::day_in_england,
    language::{Rule, Term, guard_text_naming, prose::word_count},
    policy::Policy,
    report::GroupResponse,
};

/// What the group means to do about one recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "intent", deny_unknown_fields)]
#[schemars(rename = "RecommendationAnswer")]
pub enum Answer {
    /// It acts, or has acted.
    Act {
        /// The steps.
        steps: String,
    },
    /// It does not act.
    DoNotAct {
        /// Why not.
        reason: String,
    },
}

impl Answer {
    fn text(&self) -> &str {
        match self {
            Self::Act { steps } => steps,
            Self::DoNotAct { reason } => reason,
        }
    }
}

/// A response as the group writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Paragraphs on the report as a whole; may be empty.
    pub paragraphs: Vec<String>,
    /// An answer to each recommendation, by its number in the report.
    pub answers: BTreeMap<u32, Answer>,
}

/// What a response is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Numbers of the recommendations in the published report.
    pub recommendations: &'a BTreeSet<u32>,
    /// The end of the last day on which a response may be given, UTC.
    pub due: DateTime<Utc>,
    /// Whether a response was given before.
    pub given: bool,
    /// Names of the group and its schools, which are no terms of a text.
    pub names: &'a [&'a str],
    /// Policy in force.
    pub policy: &'a Policy,
}

/// A response that may be published, once and unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Accepted {
    /// When it was received, UTC.
    pub received_at: DateTime<Utc>,
    /// The response.
    pub response: Draft,
}

impl Accepted {
    /// The response as a report shows it: the paragraphs, then the answers in
    /// order of the recommendations.
    #[must_use]
    pub fn as_published(&self) -> GroupResponse {
        let answers = self.response.answers.iter().map(|(number, answer)| {
            let lead = match answer {
                Answer::Act { .. } => "The group acts on this",
                Answer::DoNotAct { .. } => "The group does not act on this",
            };
            format!("Recommendation {number}. {lead}. {}", answer.text().trim())
        });
        GroupResponse {
            received_on: day_in_england(self.received_at),
            paragraphs: self
                .response
                .paragraphs
                .iter()
                .map(|paragraph| paragraph.trim().to_owned())
                .filter(|paragraph| !paragraph.is_empty())
                .chain(answers)
                .collect(),
        }
    }
}

/// Why a response cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A response was given before.
    #[error("the group has given its response")]
    GivenBefore,
    /// The time for a response is over.
    #[error("the time for a response ended at {due}")]
    Late {
        /// When it ended, UTC.
        due: DateTime<Utc>,
    },
    /// A recommendation is not addressed.
    #[error("recommendation {0} is not addressed")]
    NotAddressed(u32),
    /// The report has no such recommendation.
    #[error("the report has no recommendation {0}")]
    UnknownRecommendation(u32),
    /// It has too many words.
    #[error("the response has {words} words; {maximum} are allowed")]
    TooLong {
        /// Words it has.
        words: usize,
        /// Words allowed.
        maximum: u32,
    },
    /// It could identify a person.
    #[error("the response names or identifies a person: {0}")]
    PersonalData(String),
}

/// Checks a response. Gives it with the terms that an inspectors' report
/// could not use, as a warning to its author.
///
/// # Errors
///
/// Everything that is wrong with it (DR-31).
pub fn check(
    draft: Draft,
    facts: Facts<'_>,
    now: DateTime<Utc>,
) -> Result<(Accepted, Vec<Term>), Vec<Refusal>> {
    let mut refusals = Vec::new();
    if facts.given {
        refusals.push(Refusal::GivenBefore);
    }
    if now > facts.due {
        refusals.push(Refusal::Late { due: facts.due });
    }
    for number in facts.recommendations {
        let answer = draft.answers.get(number).map(Answer::text);
        if answer.is_none_or(|text| text.trim().is_empty()) {
            refusals.push(Refusal::NotAddressed(*number));
        }
    }
    let unknown = draft
        .answers
        .keys()
        .filter(|number| !facts.recommendations.contains(number));
    refusals.extend(unknown.map(|number| Refusal::UnknownRecommendation(*number)));
    let texts = || {
        let answers = draft.answers.values().map(Answer::text);
        draft.paragraphs.iter().map(String::as_str).chain(answers)
    };
    let words = texts().map(word_count).sum();
    let maximum = facts.policy.response_words_maximum;
    if usize::try_from(maximum).is_ok_and(|maximum| words > maximum) {
        refusals.push(Refusal::TooLong { words, maximum });
    }
    let (people, warnings): (Vec<Term>, Vec<Term>) = texts()
        .flat_map(|text| guard_text_naming(text, facts.names))
        .partition(|term| term.rule == Rule::Person);
    let contacts = texts().flat_map(contacts);
    let found = people.into_iter().map(|term| term.found).chain(contacts);
    refusals.extend(found.map(Refusal::PersonalData));
    if refusals.is_empty() {
        let accepted = Accepted {
            received_at: now,
            response: draft,
        };
        Ok((accepted, warnings))
    } else {
        Err(refusals)
    }
}

/// Fewest and most digits of a telephone number in the United Kingdom, with
/// or without its country code.
const TELEPHONE_DIGITS: std::ops::RangeInclusive<usize> = 10..=13;

/// Electronic mail addresses and telephone numbers in a text.
fn contacts(text: &str) -> Vec<String> {
    let mail = text
        .split_whitespace()
        .filter(|word| {
            word.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.trim_end_matches('.').contains('.')
            })
        })
        .map(|word| {
            word.trim_matches(|letter: char| !letter.is_alphanumeric())
                .to_owned()
        });
    let part = |letter: char| letter.is_ascii_digit() || " -()".contains(letter);
    let telephone = text
        .split(|letter: char| !part(letter) && letter != '+')
        .map(str::trim)
        .filter(|run| {
            let digits = run.chars().filter(char::is_ascii_digit).count();
            TELEPHONE_DIGITS.contains(&digits)
                && ["0", "+", "(0"].iter().any(|start| run.starts_with(start))
        })
        .map(str::to_owned);
    mail.chain(telephone).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-06-30T23:30:00Z".parse().unwrap()
    }

    fn act(steps: &str) -> Answer {
        Answer::Act {
            steps: steps.to_owned(),
        }
    }

    fn draft() -> Draft {
        Draft {
            paragraphs: vec!["We thank all who took part.".to_owned(), " ".to_owned()],
            answers: BTreeMap::from([
                (1, act("We appoint an attendance lead by September.")),
                (
                    2,
                    Answer::DoNotAct {
                        reason: "The school joined another group in May.".to_owned(),
                    },
                ),
            ]),
        }
    }

    fn respond(
        draft: Draft,
        given: bool,
        late: bool,
    ) -> Result<(Accepted, Vec<Term>), Vec<Refusal>> {
        let facts = Facts {
            recommendations: &[1, 2].into(),
            due: if late {
                now() - chrono::TimeDelta::seconds(1)
            } else {
                now()
            },
            given,
            names: &["Good Shepherd Trust"],
            policy: &Policy::default(),
        };
        check(draft, facts, now())
    }

    #[test]
    fn dr_31_a_response_is_given_once_and_in_time() {
        assert!(respond(draft(), false, false).is_ok());
        assert_eq!(
            respond(draft(), true, true),
            Err(vec![
                Refusal::GivenBefore,
                Refusal::Late {
                    due: now() - chrono::TimeDelta::seconds(1)
                }
            ])
        );
    }

    #[test]
    fn dr_31_a_response_addresses_each_recommendation() {
        let mut other = draft();
        other.answers.insert(1, act(" "));
        other.answers.remove(&2);
        other.answers.insert(3, act("We act."));
        assert_eq!(
            respond(other, false, false),
            Err(vec![
                Refusal::NotAddressed(1),
                Refusal::NotAddressed(2),
                Refusal::UnknownRecommendation(3),
            ])
        );
    }

    #[test]
    fn dr_31_a_response_has_a_thousand_words_at_the_most() {
        let words = |n: usize| {
            let mut long = draft();
            long.paragraphs = vec!["word ".repeat(n - 14)];
            respond(long, false, false)
        };
        assert!(words(1_000).is_ok());
        assert_eq!(
            words(1_001),
            Err(vec![Refusal::TooLong {
                words: 1_001,
                maximum: 1_000
            }])
        );
    }

    #[test]
    fn dr_31_the_group_speaks_for_itself_but_names_nobody() {
        let mut proud = draft();
        proud.paragraphs = vec!["Good Shepherd Trust is an outstanding trust.".to_owned()];
        let (_, warnings) = respond(proud, false, false).unwrap();
        assert!(!warnings.is_empty());

        let mut personal = draft();
        personal.paragraphs = vec![
            "Mrs Patel left; write to jo.patel@example.org, or ring (020) 7946 0000.".to_owned(),
        ];
        assert_eq!(
            respond(personal, false, false),
            Err(vec![
                Refusal::PersonalData("Mrs Patel".to_owned()),
                Refusal::PersonalData("jo.patel@example.org".to_owned()),
                Refusal::PersonalData("(020) 7946 0000".to_owned()),
            ])
        );
        assert_eq!(
            contacts("In 2025-26 we spent 1,200,000 pounds @ cost."),
            [""; 0]
        );
    }

    #[test]
    fn a_response_is_published_under_the_day_in_england() {
        let (accepted, _) = respond(draft(), false, false).unwrap();
        let published = accepted.as_published();
        assert_eq!(published.received_on.to_string(), "2026-07-01");
        assert_eq!(
            published.paragraphs,
            [
                "We thank all who took part.",
                "Recommendation 1. The group acts on this. We appoint an attendance lead by \
                 September.",
                "Recommendation 2. The group does not act on this. The school joined another \
                 group in May.",
            ]
        );
    }
}
