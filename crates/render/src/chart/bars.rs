//! Counts as labelled bars.

use super::{Shape, WIDTH, figure, length, scaled};
use crate::content::Figure;

/// Letters that a label has room for above its bar.
const LABEL: usize = 46;
const HEADING: u32 = 30;
const STEP: u32 = 42;
/// Room for the count at the end of a bar.
const END: u32 = 44;

/// A count and what is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) count: u32,
}

/// Bars that belong together, under a heading of their own if there are
/// several such groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) heading: Option<String>,
    pub(crate) bars: Vec<Bar>,
}

/// Counts as bars of one hue and one scale. `unit` is what one of them is and
/// what several are.
pub(crate) fn counts(
    anchor: String,
    title: String,
    note: String,
    unit: (&str, &str),
    groups: &[Group],
) -> Figure {
    let most = groups
        .iter()
        .flat_map(|group| &group.bars)
        .map(|bar| bar.count)
        .max()
        .unwrap_or(0);
    let mut top = 0;
    let mut shapes = Vec::new();
    let mut cuts = Vec::new();
    for group in groups {
        if top > 0 {
            cuts.push(top);
        }
        if let Some(heading) = &group.heading {
            shapes.push(Shape::bold(0, top + 20, drawn(heading)));
            top += HEADING;
        }
        for bar in &group.bars {
            let width = scaled(bar.count, most, WIDTH - END).max(2);
            shapes.push(Shape::text(0, top + 14, drawn(&bar.label)));
            shapes.push(Shape::Bar {
                x: 0,
                y: top + 20,
                width,
                height: 14,
            });
            shapes.push(Shape::bold(width + 8, top + 32, bar.count));
            top += STEP;
        }
    }
    let description = groups.iter().map(|group| said(group, unit));
    let description: Vec<String> = description.collect();
    figure(
        anchor,
        title,
        format!("Bar chart. {}", description.join(" ")),
        note,
        top.max(length(1)),
        shapes,
        cuts,
    )
}

fn said(group: &Group, (one, many): (&str, &str)) -> String {
    let bars: Vec<String> = group
        .bars
        .iter()
        .map(|bar| {
            let unit = if bar.count == 1 { one } else { many };
            format!("{}, {} {unit}", bar.label, bar.count)
        })
        .collect();
    match &group.heading {
        Some(heading) => format!("{heading}: {}.", bars.join("; ")),
        None => format!("{}.", bars.join("; ")),
    }
}

/// A label as drawn: short enough for its line, in letters that the embedded
/// font has. The table beside the chart has all of it.
fn drawn(label: &str) -> String {
    let plain: String = label
        .chars()
        .map(|letter| match letter {
            ' '..='~' | '\u{a0}'..='\u{ff}' | '\u{2019}' => letter,
            _ => '?',
        })
        .collect();
    if plain.chars().count() <= LABEL {
        return plain;
    }
    let start: String = plain.chars().take(LABEL - 3).collect();
    format!("{}...", start.trim_end())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn bar(label: &str, count: u32) -> Bar {
        Bar {
            label: label.to_owned(),
            count,
        }
    }

    fn chart(groups: &[Group]) -> Figure {
        counts(
            "figure-test".to_owned(),
            "Title".to_owned(),
            "Note.".to_owned(),
            ("school", "schools"),
            groups,
        )
    }

    #[test]
    fn the_description_has_every_number() {
        let figure = chart(&[Group {
            heading: Some("Area".to_owned()),
            bars: vec![bar("Met", 1), bar("Not met", 3)],
        }]);
        assert_eq!(
            figure.description,
            "Bar chart. Area: Met, 1 school; Not met, 3 schools."
        );
    }

    #[test]
    fn labels_are_escaped_and_keep_to_their_line() {
        let long = "x".repeat(80);
        let figure = chart(&[Group {
            heading: None,
            bars: vec![bar("<b>&\u{1F600}", 1), bar(&long, 2)],
        }]);
        assert!(figure.svg.contains("&lt;b&gt;&amp;?<"));
        assert!(figure.svg.contains(&format!("{}...", "x".repeat(43))));
        // The description is text, not drawn: it keeps the whole label.
        assert!(figure.svg.contains(&long));
    }

    #[test]
    fn a_bar_is_as_long_as_its_share_of_the_longest() {
        let figure = chart(&[Group {
            heading: None,
            bars: vec![bar("a", 10), bar("b", 5)],
        }]);
        let widths: Vec<u32> = figure
            .svg
            .split("<rect")
            .skip(1)
            .map(|rect| {
                let (_, rest) = rect.split_once("width=\"").unwrap();
                rest.split_once('"').unwrap().0.parse().unwrap()
            })
            .collect();
        assert_eq!(widths, [WIDTH - END, (WIDTH - END) / 2]);
    }
}
