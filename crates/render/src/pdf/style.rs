//! Sizes, spaces and colours of the PDF copy, in points.

/// One millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;

/// A4.
pub(super) const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
pub(super) const LEFT: f32 = 22.0 * MM;
pub(super) const RIGHT: f32 = PAGE.0 - LEFT;
pub(super) const TOP: f32 = 26.0 * MM;
pub(super) const BOTTOM: f32 = PAGE.1 - 25.0 * MM;
/// Width of everything that uses the whole page.
pub(super) const FULL: f32 = RIGHT - LEFT;
/// Width of text that is read line by line.
pub(super) const MEASURE: f32 = 144.0 * MM;

/// Height of capitals, in shares of the size of letters.
pub(super) const CAPITALS: f32 = 0.716;

/// A colour of the screen: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

pub(super) const INK: Colour = Colour(0x14, 0x20, 0x2c);
pub(super) const SOFT: Colour = Colour(0x46, 0x53, 0x60);
pub(super) const HUE: Colour = Colour(0x3d, 0x5a, 0x80);
pub(super) const RULE: Colour = Colour(0xb9, 0xc3, 0xcf);
pub(super) const PANEL: Colour = Colour(0xef, 0xf2, 0xf6);
pub(super) const LINK: Colour = Colour(0x1a, 0x4d, 0x87);
pub(super) const PAPER: Colour = Colour(0xff, 0xff, 0xff);

/// How letters look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) colour: Colour,
}

impl Style {
    pub(super) const fn plain(size: f32) -> Self {
        Self {
            size,
            bold: false,
            colour: INK,
        }
    }

    pub(super) const fn bold(size: f32) -> Self {
        Self {
            size,
            bold: true,
            colour: INK,
        }
    }

    pub(super) const fn soft(size: f32) -> Self {
        Self {
            size,
            bold: false,
            colour: SOFT,
        }
    }

    pub(super) const fn in_colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// From one base line to the next in running text.
    pub(super) const fn pitch(self) -> f32 {
        self.size * 1.4
    }

    /// From one base line to the next in tables.
    pub(super) const fn close_pitch(self) -> f32 {
        self.size * 1.27
    }

    /// Where the base line lies in a line of this height.
    pub(super) const fn base(self, pitch: f32) -> f32 {
        (pitch + self.size * CAPITALS) / 2.0
    }
}

/// Running text.
pub(super) const BODY: Style = Style::plain(10.5);
/// What a passage rests on, and lines at the edges of pages.
pub(super) const SMALL: Style = Style::soft(8.5);
