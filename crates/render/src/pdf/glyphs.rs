//! Makes texts fit the embedded fonts. PDF/A and PDF/UA forbid glyphs that
//! stand for nothing, so one emoji in a school's name would otherwise stop the
//! publication. The attached JSON keeps every text as it is.

use serde_json::Value;
use typst::text::Font;

use super::{PdfError, world};

/// Letters without a place to break, beyond any English word: file names and
/// the like.
const UNBROKEN: usize = 30;
/// Where a line may break without a hyphen.
const BREAK: char = '\u{200B}';
/// Fields that are not shown as text.
const NOT_SHOWN: [&str; 6] = ["kind", "anchor", "target", "svg", "address", "description"];

/// Replaces, in all shown texts, what the fonts cannot show.
pub(super) fn fit(data: &mut Value) -> Result<(), PdfError> {
    let fonts = world::fonts()?;
    walk(data, fonts);
    Ok(())
}

fn walk(value: &mut Value, fonts: &[Font]) {
    match value {
        Value::String(text) => *text = fitted(text, fonts, true),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, fonts)),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                if !NOT_SHOWN.contains(&name.as_str()) {
                    walk(field, fonts);
                } else if let Value::String(text) = field {
                    // Alternative texts are read aloud, not drawn: no breaks.
                    if name == "description" {
                        *text = fitted(text, fonts, false);
                    }
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn fitted(text: &str, fonts: &[Font], breakable: bool) -> String {
    let mut fitted = String::with_capacity(text.len());
    let mut unbroken = 0;
    for letter in text.chars() {
        if letter.is_whitespace() {
            // Line feeds, tabs and exotic spaces are all one space here.
            fitted.push(if letter == '\u{A0}' { letter } else { ' ' });
            unbroken = 0;
        } else if let Some(letter) = shown(letter, fonts) {
            fitted.push(letter);
            unbroken += 1;
            let pause = matches!(letter, '_' | '/' | '.' | '@' | ':') && unbroken >= 9;
            if breakable && (pause || unbroken >= UNBROKEN) {
                fitted.push(BREAK);
                unbroken = 0;
            }
        }
    }
    fitted
}

/// The letter, a stand-in for it, or nothing where it is not visible anyway.
fn shown(letter: char, fonts: &[Font]) -> Option<char> {
    let invisible = letter.is_control()
        || matches!(letter,
            '\u{AD}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}');
    let private = matches!(letter,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    if invisible {
        None
    } else if !private && covered(letter, fonts) {
        Some(letter)
    } else {
        ['\u{FFFD}', '\u{25A1}', '?']
            .into_iter()
            .find(|stand_in| covered(*stand_in, fonts))
    }
}

fn covered(letter: char, fonts: &[Font]) -> bool {
    fonts
        .iter()
        .all(|font| font.info().coverage.contains(u32::from(letter)))
}
