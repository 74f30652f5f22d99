//! Text of one cell: decoding and cleaning.
//!
//! GIAS and Ofsted write Windows-1252 without saying so, re-exports write
//! UTF-8, and most files are plain ASCII for months, so the decision is made
//! row by row: a row that is valid UTF-8 is UTF-8, any other is Windows-1252.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// What cleaning changed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repairs {
    pub(crate) latin_control: bool,
    pub(crate) replacement: bool,
    pub(crate) control: bool,
    pub(crate) spaces: bool,
}

/// Decodes bytes that are not part of a UTF-8 row.
pub(crate) fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

/// Trims, repairs Latin-1 misreadings and drops control characters.
pub(crate) fn clean(text: Cow<'_, str>) -> (Cow<'_, str>, Repairs) {
    if is_clean(&text) {
        return (text, Repairs::default());
    }
    let mut repairs = Repairs::default();
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for found in text.trim().chars() {
        let char = if matches!(found, '\u{80}'..='\u{9f}') {
            repairs.latin_control = true;
            latin_control(found)
        } else {
            found
        };
        if char.is_whitespace() {
            repairs.spaces |= space || char != ' ';
            space = true;
            continue;
        }
        if char.is_control() || char == '\u{feff}' {
            repairs.control = true;
            continue;
        }
        repairs.replacement |= char == '\u{fffd}';
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(char);
    }
    (Cow::Owned(out), repairs)
}

/// The Windows-1252 character that a C1 control stands for; U+FFFD where
/// Windows-1252 has none.
fn latin_control(char: char) -> char {
    u8::try_from(u32::from(char))
        .ok()
        .and_then(|byte| windows_1252(&[byte]).chars().next())
        .filter(|decoded| *decoded != char)
        .unwrap_or('\u{fffd}')
}

fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut previous = b' ';
    for &byte in bytes {
        if !(0x20..0x7f).contains(&byte) || (byte == b' ' && previous == b' ') {
            return false;
        }
        previous = byte;
    }
    previous != b' ' || bytes.is_empty()
}

/// Whether a cell says that it has no value, in any of the registers' words
/// for it (numbers, dates and codes).
pub(crate) fn is_absent(text: &str) -> bool {
    matches!(
        text,
        "" | "NULL" | "null" | "NA" | "N/A" | "NaN" | "nan" | "SUPP" | "LOWCOV" | "NE" | "-"
    ) || says_nothing(text)
}

/// Whether a cell has words that stand for no value (texts).
pub(crate) fn says_nothing(text: &str) -> bool {
    matches!(
        text,
        "" | "NULL"
            | "-"
            | "Not applicable"
            | "Not Applicable"
            | "Not-applicable"
            | "Not recorded"
            | "Does not apply"
            | "Unknown"
            | "X999999"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> (String, Repairs) {
        let (out, repairs) = clean(Cow::Borrowed(text));
        (out.into_owned(), repairs)
    }

    #[test]
    fn latin_misreadings_become_their_windows_characters() {
        let (text, repairs) = cleaned("St Example\u{92}s \u{c9}COLE");
        assert_eq!(text, "St Example’s ÉCOLE");
        assert!(repairs.latin_control && !repairs.replacement);
        assert_eq!(cleaned("a\u{81}b").0, "a\u{fffd}b");
    }

    #[test]
    fn plain_text_is_borrowed_and_spaces_collapse() {
        assert!(matches!(
            clean(Cow::Borrowed("Plain School")).0,
            Cow::Borrowed(_)
        ));
        let (text, repairs) = cleaned("  Two  Spaces\r\nSchool\u{a0}");
        assert_eq!(text, "Two Spaces School");
        assert!(repairs.spaces);
        assert_eq!(cleaned(" trimmed "), ("trimmed".into(), Repairs::default()));
        assert_eq!(cleaned("nul\0l").0, "null");
    }
}
