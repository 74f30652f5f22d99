//! Makes texts fit the embedded fonts. PDF/A and PDF/UA forbid glyphs that
//! stand for nothing, so one emoji in a school's name would otherwise stop the
//! publication. The attached JSON keeps every text as it is.

use serde_json::Value;
use typst::text::Font;

use super::{PdfError, world};

/// Letters without a place to break: longer than all but a few words, and about
/// what a narrow column of a table can hold.
const UNBROKEN: usize = 20;
/// Letters before a mark that then makes a good place to break.
const PAUSE: usize = 9;
/// Where a line may break without a hyphen.
const BREAK: char = '\u{200B}';
/// Fields that are not shown as text.
const NOT_SHOWN: [&str; 5] = ["kind", "anchor", "target", "svg", "address"];

/// Replaces, in all shown texts, what the fonts cannot show. Gives the stand-in
/// if it was needed.
pub(super) fn fit(data: &mut Value) -> Result<Option<char>, PdfError> {
    let fonts = world::fonts()?;
    let stand_in = ['\u{FFFD}', '\u{25A1}', '?']
        .into_iter()
        .find(|letter| covered(*letter, fonts))
        .ok_or(PdfError::Setup("the fonts have no stand-in"))?;
    let mut fitting = Fitting {
        fonts,
        stand_in,
        used: false,
    };
    fitting.walk(data);
    Ok(fitting.used.then_some(stand_in))
}

/// One pass over the texts of a document.
struct Fitting {
    fonts: &'static [Font],
    stand_in: char,
    used: bool,
}

impl Fitting {
    fn walk(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.fitted(text, true),
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    match field {
                        // Alternative texts are read aloud, not drawn: no breaks.
                        Value::String(text) if name == "description" => {
                            *text = self.fitted(text, false);
                        }
                        _ if NOT_SHOWN.contains(&name.as_str()) => {}
                        _ => self.walk(field),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
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
        if !private && covered(letter, self.fonts) {
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

fn covered(letter: char, fonts: &[Font]) -> bool {
    fonts
        .iter()
        .all(|font| font.info().coverage.contains(u32::from(letter)))
}
