//! Makes texts fit the embedded fonts. PDF/A and PDF/UA forbid glyphs that
//! stand for nothing, so one emoji in a school's name would otherwise stop the
//! publication. The attached JSON keeps every text as it is.

use super::{PdfError, fonts::Fonts, shape::BREAK};

/// Letters without a place to break: longer than all but a few words, and about
/// what a narrow column of a table can hold.
const UNBROKEN: usize = 20;
/// Letters before a mark that then makes a good place to break.
const PAUSE: usize = 9;

/// Replaces what the fonts cannot show.
pub(super) struct Fitting {
    fonts: &'static Fonts,
    stand_in: char,
    used: bool,
}

impl Fitting {
    pub(super) fn new(fonts: &'static Fonts) -> Result<Self, PdfError> {
        let stand_in = ['\u{FFFD}', '\u{25A1}', '?']
            .into_iter()
            .find(|letter| fonts.cover(*letter))
            .ok_or(PdfError::Setup("the fonts have no stand-in"))?;
        Ok(Self {
            fonts,
            stand_in,
            used: false,
        })
    }

    /// The stand-in, if it was needed so far.
    pub(super) fn stand_in(&self) -> Option<char> {
        self.used.then_some(self.stand_in)
    }

    /// A text to be drawn: it can be broken everywhere it has to be.
    pub(super) fn drawn(&mut self, text: &str) -> String {
        self.fitted(text, true)
    }

    /// A text to be read aloud.
    pub(super) fn said(&mut self, text: &str) -> String {
        self.fitted(text, false)
    }

    fn fitted(&mut self, text: &str, breakable: bool) -> String {
        let mut fitted = String::with_capacity(text.len());
        let mut unbroken = 0;
        for letter in text.chars() {
            if letter.is_whitespace() {
                // Line feeds, tabs and exotic spaces are all one space here.
                fitted.push(if letter == '\u{A0}' { letter } else { ' ' });
                unbroken = 0;
            } else if !invisible(letter) {
                fitted.push(self.shown(letter));
                unbroken += 1;
                let pause = matches!(letter, '_' | '/' | '.' | '@' | ':') && unbroken >= PAUSE;
                if breakable && (pause || unbroken >= UNBROKEN) {
                    fitted.push(BREAK);
                    unbroken = 0;
                }
            }
        }
        fitted
    }

    fn shown(&mut self, letter: char) -> char {
        // Private characters have no meaning that could be read aloud.
        let private = matches!(letter,
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
        if letter.is_ascii_graphic() || (!private && self.fonts.cover(letter)) {
            letter
        } else {
            self.used = true;
            self.stand_in
        }
    }
}

/// Whether the letter leaves no mark: controls, joiners, direction marks and
/// the like.
fn invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{AD}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn fitting() -> Fitting {
        Fitting::new(Fonts::get().unwrap()).unwrap()
    }

    #[test]
    fn the_fonts_have_every_letter_that_is_not_asked_for() {
        let fonts = Fonts::get().unwrap();
        assert!((' '..='~').all(|letter| fonts.cover(letter)));
    }

    #[test]
    fn what_the_fonts_lack_is_replaced_and_told() {
        let mut fitting = fitting();
        assert_eq!(fitting.drawn("Dŵr, Ελλάδα"), "Dŵr, Ελλάδα");
        assert_eq!(fitting.stand_in(), None);
        assert_eq!(fitting.drawn("a\u{200D}b\u{7}\u{1F600}\tc"), "ab\u{25A1} c");
        assert_eq!(fitting.stand_in(), Some('\u{25A1}'));
        assert_eq!(fitting.drawn("\u{FFFF}"), "\u{25A1}");
    }

    #[test]
    fn long_words_can_be_broken_where_they_are_drawn() {
        let long = "a".repeat(25);
        let drawn = fitting().drawn(&long);
        assert_eq!(drawn.find(BREAK), Some(UNBROKEN));
        assert_eq!(fitting().said(&long), long);
    }
}
