//! Turns letters into glyphs. A report says the same words again and again, so
//! each is shaped once.

use std::{collections::HashMap, ops::Range, rc::Rc};

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::{Direction, GlyphBuffer, UnicodeBuffer, script};

use super::fonts::{Fonts, Typeface};

/// Where a line may break without a hyphen.
pub(super) const BREAK: char = '\u{200B}';

/// Glyphs of a word with the space after it; lengths in shares of its size.
#[derive(Debug, Default)]
pub(super) struct Word {
    /// The letters drawn.
    pub(super) text: Box<str>,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
    /// Width without the space at the end.
    pub(super) trimmed: f32,
}

/// The words met so far.
pub(super) struct Shaper {
    fonts: &'static Fonts,
    regular: HashMap<Box<str>, Rc<Word>>,
    bold: HashMap<Box<str>, Rc<Word>>,
    buffer: Option<UnicodeBuffer>,
}

impl Shaper {
    pub(super) fn new(fonts: &'static Fonts) -> Self {
        Self {
            fonts,
            regular: HashMap::new(),
            bold: HashMap::new(),
            buffer: None,
        }
    }

    /// A word that is read from left to right.
    pub(super) fn word(&mut self, text: &str, bold: bool) -> Rc<Word> {
        let known = if bold { &self.bold } else { &self.regular };
        if let Some(word) = known.get(text) {
            return Rc::clone(word);
        }
        let word = Rc::new(self.shape(text, bold, Direction::LeftToRight));
        let known = if bold {
            &mut self.bold
        } else {
            &mut self.regular
        };
        known.insert(text.into(), Rc::clone(&word));
        word
    }

    /// Any piece of text, in the order in which it is seen.
    pub(super) fn shape(&mut self, text: &str, bold: bool, direction: Direction) -> Word {
        let drawn: String = text
            .chars()
            .filter(|letter| *letter != BREAK)
            // To the font they are one glyph, which should have one meaning.
            .map(|letter| if letter == '\u{A0}' { ' ' } else { letter })
            .collect();
        let typeface = self.fonts.face(bold);
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.push_str(&drawn);
        buffer.set_direction(direction);
        buffer.guess_segment_properties();
        let latin = direction == Direction::LeftToRight && buffer.script() == script::LATIN;
        let shaped = if latin {
            rustybuzz::shape_with_plan(&typeface.face, &typeface.latin, buffer)
        } else {
            rustybuzz::shape(&typeface.face, &[], buffer)
        };
        let glyphs = glyphs(&shaped, typeface, drawn.len(), direction);
        self.buffer = Some(shaped.clear());
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        let end = drawn.trim_end_matches(' ').len();
        let spaces: f32 = glyphs
            .iter()
            .filter(|glyph| glyph.text_range.start >= end)
            .map(|glyph| glyph.x_advance)
            .sum();
        Word {
            text: drawn.into(),
            glyphs,
            width,
            trimmed: width - spaces,
        }
    }
}

fn glyphs(
    shaped: &GlyphBuffer,
    typeface: &Typeface,
    length: usize,
    direction: Direction,
) -> Vec<KrillaGlyph> {
    #[allow(clippy::cast_precision_loss)]
    let scale = |units: i32| units as f32 / typeface.face.units_per_em() as f32;
    let mut starts: Vec<usize> = shaped
        .glyph_infos()
        .iter()
        .map(|info| info.cluster as usize)
        .collect();
    if direction == Direction::RightToLeft {
        starts.reverse();
    }
    let mut ranges: Vec<Range<usize>> = starts
        .iter()
        .enumerate()
        .map(|(index, start)| {
            let next = starts
                .iter()
                .skip(index + 1)
                .find(|other| *other > start)
                .copied();
            *start..next.unwrap_or(length)
        })
        .collect();
    if direction == Direction::RightToLeft {
        ranges.reverse();
    }
    shaped
        .glyph_infos()
        .iter()
        .zip(shaped.glyph_positions())
        .zip(ranges)
        .map(|((info, position), range)| {
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                scale(position.x_advance),
                scale(position.x_offset),
                scale(position.y_offset),
                scale(position.y_advance),
                range,
                None,
            )
        })
        .collect()
}
