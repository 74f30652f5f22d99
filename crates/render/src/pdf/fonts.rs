//! The two faces that everything is set in. They are part of the program.

use std::sync::LazyLock;

use krilla::{Data, text::Font};
use rustybuzz::{Direction, Face, ShapePlan, script};

use super::PdfError;

const REGULAR: &[u8] = include_bytes!("../../fonts/LiberationSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/LiberationSans-Bold.ttf");

/// One face: for measuring and for embedding.
pub(super) struct Typeface {
    pub(super) face: Face<'static>,
    /// How Latin letters become glyphs.
    pub(super) latin: ShapePlan,
    pub(super) embedded: Font,
}

/// Both faces.
pub(super) struct Fonts {
    regular: Typeface,
    bold: Typeface,
}

impl Fonts {
    /// The fonts, read once.
    pub(super) fn get() -> Result<&'static Self, PdfError> {
        static FONTS: LazyLock<Option<Fonts>> = LazyLock::new(|| {
            Some(Fonts {
                regular: Typeface::read(REGULAR)?,
                bold: Typeface::read(BOLD)?,
            })
        });
        FONTS
            .as_ref()
            .ok_or(PdfError::Setup("the fonts cannot be read"))
    }

    pub(super) fn face(&self, bold: bool) -> &Typeface {
        if bold { &self.bold } else { &self.regular }
    }

    /// Whether both faces have the letter.
    pub(super) fn cover(&self, letter: char) -> bool {
        [&self.regular, &self.bold].iter().all(|typeface| {
            let glyph = typeface.face.glyph_index(letter);
            // A table may name the glyph for everything that is missing.
            glyph.is_some_and(|glyph| glyph.0 != 0)
        })
    }
}

impl Typeface {
    fn read(data: &'static [u8]) -> Option<Self> {
        let face = Face::from_slice(data, 0)?;
        let latin = ShapePlan::new(
            &face,
            Direction::LeftToRight,
            Some(script::LATIN),
            None,
            &[],
        );
        Some(Self {
            face,
            latin,
            embedded: Font::new(Data::from(data), 0)?,
        })
    }
}
