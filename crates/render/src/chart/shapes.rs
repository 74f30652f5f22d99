//! What charts are drawn with, on the page and on paper alike.

use maud::{Markup, html};

use super::{FONT, HUE, INK, LETTER, PALE};

/// One thing drawn, in the chart's own units. The colours are those of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Letters of size [`LETTER`] on the base line `y`.
    Text {
        x: u32,
        y: u32,
        from: From,
        bold: bool,
        text: String,
    },
    /// A filled bar.
    Bar {
        x: u32,
        y: u32,
        width: u32,
        height: u32,
    },
    /// The outline of a bar.
    Open {
        x: u32,
        y: u32,
        width: u32,
        height: u32,
    },
    /// An axis.
    Axis { from: (u32, u32), to: (u32, u32) },
    /// A thin line that only guides the eye.
    Rule { from: (u32, u32), to: (u32, u32) },
    /// A ring.
    Ring { x: u32, y: u32 },
}

/// What of a text stands at its `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    Start,
    Middle,
    End,
}

/// Radius of a ring.
pub(crate) const RADIUS: u32 = 6;

impl Shape {
    pub(super) fn text(x: u32, y: u32, text: impl ToString) -> Self {
        Self::Text {
            x,
            y,
            from: From::Start,
            bold: false,
            text: text.to_string(),
        }
    }

    pub(super) fn bold(x: u32, y: u32, text: impl ToString) -> Self {
        Self::Text {
            x,
            y,
            from: From::Start,
            bold: true,
            text: text.to_string(),
        }
    }

    /// The shape as SVG. Attributes are for paper; the stylesheet overrides them
    /// by class.
    pub(super) fn markup(&self) -> Markup {
        match self {
            Self::Text {
                x,
                y,
                from,
                bold,
                text,
            } => html! {
                text class="c-text" x=(x) y=(y) text-anchor=[from.anchor()] fill=(INK)
                    font-size=(LETTER) font-weight=[bold.then_some("bold")] font-family=(FONT) {
                    (text)
                }
            },
            Self::Bar {
                x,
                y,
                width,
                height,
            } => html! {
                rect class="c-bar" x=(x) y=(y) width=(width) height=(height) fill=(HUE) {}
            },
            Self::Open {
                x,
                y,
                width,
                height,
            } => html! {
                rect class="c-open" x=(x) y=(y) width=(width) height=(height) fill="#ffffff"
                    stroke=(HUE) stroke-width="2" {}
            },
            Self::Axis { from, to } => html! {
                line class="c-line" x1=(from.0) y1=(from.1) x2=(to.0) y2=(to.1) stroke=(INK)
                    stroke-width="1.5" {}
            },
            Self::Rule { from, to } => html! {
                line class="c-rule" x1=(from.0) y1=(from.1) x2=(to.0) y2=(to.1) stroke=(PALE)
                    stroke-width="1" {}
            },
            Self::Ring { x, y } => html! {
                circle class="c-dot" cx=(x) cy=(y) r=(RADIUS) fill="#ffffff" stroke=(INK)
                    stroke-width="2.5" {}
            },
        }
    }
}

impl From {
    const fn anchor(self) -> Option<&'static str> {
        match self {
            Self::Start => None,
            Self::Middle => Some("middle"),
            Self::End => Some("end"),
        }
    }
}
