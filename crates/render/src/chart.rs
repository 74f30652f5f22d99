//! Charts as SVG, the same for the page and the PDF.
//!
//! Shapes carry presentation attributes for paper; the stylesheet overrides
//! them by class, so the page follows the reader's colour scheme. One neutral
//! hue only: nothing in a chart can be read as a grade.

mod bars;
mod shapes;

use chrono::{Datelike, NaiveDate};
use group_inspection_core::report::{ActionLine, SizePoint, WeaknessResponse};
use maud::html;

use crate::{content::Figure, words};

pub(crate) use bars::{Bar, Group, counts};
pub(crate) use shapes::{From, RADIUS, Shape};

/// Width of every chart: narrow, so that its letters stay readable on a phone.
const WIDTH: u32 = 360;
/// Size of all letters.
pub(crate) const LETTER: u32 = 14;
const INK: &str = "#1d2b3a";
const HUE: &str = "#3d5a80";
const PALE: &str = "#b9c3cf";
const FONT: &str = "Liberation Sans, Arial, Helvetica, sans-serif";

/// Number of member schools over time, as bars.
pub(crate) fn size(points: &[SizePoint]) -> Figure {
    const LEFT: u32 = 88;
    const STEP: u32 = 32;
    const END: u32 = 44;
    let most = points.iter().map(|point| point.schools).max().unwrap_or(0);
    let height = STEP * length(points.len()) + 8;
    let mut shapes = Vec::new();
    for (point, index) in points.iter().zip(0_u32..) {
        let top = 8 + STEP * index;
        let width = scaled(point.schools, most, WIDTH - LEFT - END);
        shapes.push(Shape::Text {
            x: LEFT - 10,
            y: top + 17,
            from: From::End,
            bold: false,
            text: words::month(point.on),
        });
        shapes.push(Shape::Bar {
            x: LEFT,
            y: top,
            width,
            height: 24,
        });
        shapes.push(Shape::bold(LEFT + width + 8, top + 17, point.schools));
    }
    shapes.push(Shape::Axis {
        from: (LEFT, 4),
        to: (LEFT, height - 4),
    });
    let numbers: Vec<String> = points
        .iter()
        .map(|point| {
            format!(
                "{} on {}",
                words::schools(point.schools as usize),
                words::date(point.on)
            )
        })
        .collect();
    figure(
        "figure-size".to_owned(),
        "Number of member schools over time".to_owned(),
        format!("Bar chart. {}.", words::list(&numbers)),
        "Each bar is one day; the number at its end is the number of member schools.".to_owned(),
        height,
        shapes,
        Vec::new(),
    )
}

/// When each weakness became known and when actions on it ran, up to `until`.
pub(crate) fn timeline(weaknesses: &[WeaknessResponse], until: NaiveDate) -> Figure {
    const LANE: u32 = 14;
    const GAP: u32 = 14;
    const TOP: u32 = 10;
    let axis = Axis::over(weaknesses, until);
    let mut top = TOP;
    let mut rows = Vec::new();
    for (weakness, number) in weaknesses.iter().zip(1_u32..) {
        let lanes = length(weakness.actions.len()).max(1);
        let middle = top + LANE * lanes / 2;
        let below = top + LANE * lanes + GAP / 2;
        rows.push(Shape::bold(0, middle + 5, format!("W{number}")));
        rows.push(Shape::Rule {
            from: (Axis::LEFT, below),
            to: (Axis::RIGHT, below),
        });
        for (action, lane) in weakness.actions.iter().zip(0_u32..) {
            rows.push(bar(action, &axis, top + LANE * lane + 2));
        }
        rows.push(Shape::Ring {
            x: axis.x(weakness.first_known),
            y: middle,
        });
        top += LANE * lanes + GAP;
    }
    let height = top + 20;
    let mut shapes = Vec::new();
    for (year, x) in axis.years() {
        shapes.push(Shape::Rule {
            from: (x, 4),
            to: (x, top),
        });
        shapes.push(Shape::Text {
            x,
            y: top + 16,
            from: From::Middle,
            bold: false,
            text: year.to_string(),
        });
    }
    shapes.append(&mut rows);
    shapes.push(Shape::Axis {
        from: (Axis::LEFT, top),
        to: (Axis::RIGHT, top),
    });
    let described: Vec<String> = weaknesses
        .iter()
        .zip(1_u32..)
        .map(|(weakness, number)| describe(number, weakness))
        .collect();
    figure(
        "figure-timeline".to_owned(),
        "Weaknesses and the response to them over time".to_owned(),
        format!(
            "Timeline up to {}. {}",
            words::date(until),
            described.join(" ")
        ),
        "One row for each weakness. The ring marks when it was first known. A filled bar is an \
         action from beginning to end; an outlined bar is an action that has not ended."
            .to_owned(),
        height,
        shapes,
        Vec::new(),
    )
}

fn bar(action: &ActionLine, axis: &Axis, y: u32) -> Shape {
    const HEIGHT: u32 = 9;
    let x = axis.x(action.started);
    let to = action.completed.map_or(Axis::RIGHT, |day| axis.x(day));
    // A one-day action must still be seen.
    let width = to.saturating_sub(x).max(5);
    if action.completed.is_some() {
        Shape::Bar {
            x,
            y,
            width,
            height: HEIGHT,
        }
    } else {
        Shape::Open {
            x,
            y,
            width,
            height: HEIGHT,
        }
    }
}

fn describe(number: u32, weakness: &WeaknessResponse) -> String {
    let actions: Vec<String> = weakness
        .actions
        .iter()
        .map(|action| match action.completed {
            Some(end) => format!("{} to {}", words::date(action.started), words::date(end)),
            None => format!("from {}, not ended", words::date(action.started)),
        })
        .collect();
    let ran = if actions.is_empty() {
        "no action recorded".to_owned()
    } else {
        format!("actions {}", actions.join("; "))
    };
    format!(
        "Weakness {number}: first known on {}; {ran}.",
        words::date(weakness.first_known)
    )
}

fn figure(
    anchor: String,
    title: String,
    description: String,
    note: String,
    height: u32,
    shapes: Vec<Shape>,
    cuts: Vec<u32>,
) -> Figure {
    let svg = html! {
        svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (height) }
            role="img" aria-labelledby={ (anchor) "-title " (anchor) "-desc" } {
            title id={ (anchor) "-title" } { (title) }
            desc id={ (anchor) "-desc" } { (description) }
            @for shape in &shapes { (shape.markup()) }
        }
    };
    Figure {
        anchor,
        title,
        description,
        note,
        svg: words::printable(&svg.into_string()),
        size: (WIDTH, height),
        shapes,
        cuts,
    }
}

/// Days on a horizontal axis.
struct Axis {
    first: NaiveDate,
    days: i64,
}

impl Axis {
    const LEFT: u32 = 36;
    const RIGHT: u32 = WIDTH - 8;
    /// Years that have room for a label.
    const LABELS: i32 = 6;

    fn over(weaknesses: &[WeaknessResponse], until: NaiveDate) -> Self {
        let mut first = until;
        let mut last = until;
        for weakness in weaknesses {
            first = first.min(weakness.first_known);
            last = last.max(weakness.first_known);
            for action in &weakness.actions {
                first = first.min(action.started);
                last = last.max(action.completed.unwrap_or(action.started));
            }
        }
        let first = NaiveDate::from_ymd_opt(first.year(), 1, 1).unwrap_or(first);
        Self {
            first,
            days: (last - first).num_days().max(1),
        }
    }

    fn x(&self, day: NaiveDate) -> u32 {
        let days = (day - self.first).num_days().clamp(0, self.days);
        let room = i64::from(Self::RIGHT - Self::LEFT);
        Self::LEFT + u32::try_from(days * room / self.days).unwrap_or(0)
    }

    /// First days of years that are labelled.
    fn years(&self) -> Vec<(i32, u32)> {
        let last = self.first + chrono::Duration::days(self.days);
        let span = last.year() - self.first.year() + 1;
        let step = usize::try_from((span + Self::LABELS - 1) / Self::LABELS)
            .unwrap_or(1)
            .max(1);
        (self.first.year()..=last.year())
            .step_by(step)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1))
            .map(|day| (day.year(), self.x(day)))
            // A label at the very end would be cut off.
            .filter(|(_, x)| *x + 16 <= WIDTH)
            .collect()
    }
}

fn length(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX / 1_000)
}

fn scaled(value: u32, most: u32, room: u32) -> u32 {
    let share = u64::from(value) * u64::from(room) / u64::from(most.max(1));
    u32::try_from(share).unwrap_or(room)
}
