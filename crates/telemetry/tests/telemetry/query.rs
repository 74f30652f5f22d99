//! The names in a query of Prometheus: metrics, and labels that are asked for.

use std::collections::BTreeSet;

/// What a query names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) metrics: BTreeSet<String>,
    pub(crate) labels: BTreeSet<String>,
}

/// Words that are neither metrics nor functions.
const WORDS: [&str; 12] = [
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "and",
    "or",
    "unless",
    "offset",
    "bool",
    "atan2",
];
/// Words before a list of labels.
const BEFORE_LABELS: [&str; 6] = [
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
];

pub(crate) fn names(query: &str) -> Named {
    let mut named = Named::default();
    let mut rest = query;
    let mut in_labels = false;
    let mut last_word = String::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => 2 + rest[1..].find('"').expect("a closed string"),
            '[' => 1 + rest.find(']').expect("a closed range"),
            '{' => {
                in_labels = true;
                1
            }
            '(' => {
                in_labels = BEFORE_LABELS.contains(&last_word.as_str());
                1
            }
            '}' | ')' => {
                in_labels = false;
                1
            }
            c if c.is_ascii_digit() => rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
                .unwrap_or(rest.len()),
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':')
                    .unwrap_or(rest.len());
                let word = &rest[..end];
                let is_function = rest[end..].trim_start().starts_with('(');
                if in_labels {
                    named.labels.insert(word.to_owned());
                } else if !WORDS.contains(&word) && !is_function && !is_aggregation(word) {
                    named.metrics.insert(word.to_owned());
                }
                last_word = word.to_owned();
                end
            }
            c => c.len_utf8(),
        };
        if !first.is_whitespace() && !first.is_ascii_alphabetic() && first != '_' {
            last_word.clear();
        }
        rest = &rest[length..];
    }
    named
}

/// Aggregations may have their labels before their argument.
fn is_aggregation(word: &str) -> bool {
    ["sum", "max", "min", "avg", "count", "topk", "quantile"].contains(&word)
}

#[test]
fn what_a_query_names_is_found() {
    let found = names(
        "histogram_quantile(0.95, sum by (le, queue) (rate(a_bucket{b!=\"x(y\"}[$__rate_interval]))) \
         > 5 or time() - max(c) > 3e2 and on (job) up == 1",
    );
    let set = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    assert_eq!(found.metrics, set(&["a_bucket", "c", "up"]));
    assert_eq!(found.labels, set(&["le", "queue", "b", "job"]));
}
