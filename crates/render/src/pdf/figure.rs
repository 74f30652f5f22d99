//! Charts.

use krilla::tagging::Tag;

use super::{
    flow::{Ink, Mark, Strip},
    paragraph::Paragraph,
    setter::{Setter, Setting, marks},
    style::{Colour, HUE, LEFT, MEASURE, RULE, Style},
    tags::TagId,
};
use crate::{
    chart::{From, LETTER, RADIUS, Shape},
    content::Figure,
};

/// Points for one unit of a chart.
const SCALE: f32 = 0.78;
const CHART_INK: Colour = Colour(0x1d, 0x2b, 0x3a);

impl Setter {
    /// A chart and the note on how to read it.
    pub(super) fn figure(&mut self, figure: &Figure, parent: TagId) -> Vec<Strip> {
        let said = self.fitting.said(&figure.description);
        let tag = self.tags.within(parent, Tag::Figure(Some(said)));
        let mut edges = figure.cuts.clone();
        edges.push(figure.size.1);
        let mut strips: Vec<Strip> = Vec::new();
        let mut top = 0;
        for (index, bottom) in edges.into_iter().enumerate() {
            let mut drawn = Vec::new();
            for shape in &figure.shapes {
                if (top..bottom).contains(&above(shape)) {
                    self.shape(shape, top, tag, &mut drawn);
                }
            }
            strips.push(Strip {
                before: if index == 0 { 13.0 } else { 0.0 },
                height: length(bottom - top),
                marks: drawn,
                ..Strip::default()
            });
            top = bottom;
        }
        let style = Style::soft(9.0);
        let note = self.tags.within(parent, Tag::P);
        let mut paragraph = Paragraph::default();
        let title = self.fitting.drawn(&format!("{}. ", figure.title));
        let title_style = Style {
            bold: true,
            ..style
        };
        paragraph.push(&title, title_style, note);
        let text = self.fitting.drawn(&figure.note);
        paragraph.push(&text, style, note);
        // The note stays with the chart.
        if let Some(last) = strips.last_mut() {
            last.keep = true;
        }
        let setting = Setting::column(LEFT, MEASURE, style).spaced(4.0, 13.0);
        strips.extend(self.paragraph(&paragraph, setting));
        strips
    }

    fn shape(&mut self, shape: &Shape, top: u32, owner: TagId, to: &mut Vec<Mark>) {
        let mut draw = |x: u32, y: u32, ink: Ink| {
            to.push(Mark {
                owner: Some(owner),
                x: LEFT + length(x),
                y: length(y.saturating_sub(top)),
                ink,
            });
        };
        let line = |from: (u32, u32), to: (u32, u32), stroke: f32, colour: Colour| Ink::Line {
            by: (length(to.0) - length(from.0), length(to.1) - length(from.1)),
            stroke: stroke * SCALE,
            colour,
        };
        match shape {
            Shape::Bar {
                x,
                y,
                width,
                height,
            } => draw(
                *x,
                *y,
                Ink::Fill {
                    width: length(*width),
                    height: length(*height),
                    colour: HUE,
                },
            ),
            Shape::Open {
                x,
                y,
                width,
                height,
            } => draw(
                *x,
                *y,
                Ink::Frame {
                    width: length(*width),
                    height: length(*height),
                    stroke: 2.0 * SCALE,
                    colour: HUE,
                },
            ),
            Shape::Axis { from, to } => draw(from.0, from.1, line(*from, *to, 1.5, CHART_INK)),
            Shape::Rule { from, to } => draw(from.0, from.1, line(*from, *to, 1.0, RULE)),
            Shape::Ring { x, y } => draw(
                *x,
                *y,
                Ink::Ring {
                    radius: length(RADIUS),
                    stroke: 2.5 * SCALE,
                    colour: CHART_INK,
                },
            ),
            Shape::Text {
                x,
                y,
                from,
                bold,
                text,
            } => {
                let style = Style {
                    size: length(LETTER),
                    bold: *bold,
                    colour: CHART_INK,
                };
                let text = self.fitting.said(text);
                let paragraph = Paragraph::of(&text, style, owner);
                let y = length(y.saturating_sub(top));
                for line in paragraph.set(&mut self.shaper, f32::MAX) {
                    let back = match from {
                        From::Start => 0.0,
                        From::Middle => line.width / 2.0,
                        From::End => line.width,
                    };
                    to.extend(marks(line, LEFT + length(*x) - back, y));
                }
            }
        }
    }
}

/// The top of a shape, as far as it matters where a chart is cut.
fn above(shape: &Shape) -> u32 {
    match shape {
        Shape::Text { y, .. } => y.saturating_sub(LETTER),
        Shape::Bar { y, .. } | Shape::Open { y, .. } => *y,
        Shape::Axis { from, .. } | Shape::Rule { from, .. } => from.1,
        Shape::Ring { y, .. } => y.saturating_sub(RADIUS),
    }
}

#[allow(clippy::cast_precision_loss)]
fn length(units: u32) -> f32 {
    units as f32 * SCALE
}
