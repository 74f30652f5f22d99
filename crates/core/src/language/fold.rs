//! Words of a text with disguises taken off: look-alike letters, invisible
//! characters, accents, case.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Folded to lower-case ASCII letters and digits where that is possible.
    pub(super) text: String,
    /// The same with digits read as the letters they resemble.
    pub(super) disguised: Option<String>,
    /// What stands between the word before and this one.
    pub(super) gap: String,
    /// First byte in the original text.
    pub(super) start: usize,
    /// Byte after the last.
    pub(super) end: usize,
    /// Whether the first letter is in upper case.
    pub(super) capital: bool,
    /// Whether it has two letters or more, all in upper case.
    pub(super) upper: bool,
}

impl Token {
    /// Whether a clause ends before this word.
    pub(super) fn after_clause(&self) -> bool {
        ends_clause(&self.gap)
    }

    /// Whether a sentence ends before this word.
    pub(super) fn after_sentence(&self) -> bool {
        self.gap.contains(['.', '!', '?', '\n', ';'])
    }
}

/// Whether what stands between two words ends a clause.
pub(super) fn ends_clause(gap: &str) -> bool {
    gap.contains([
        '.', '!', '?', ';', ':', ',', '(', ')', '“', '”', '"', '–', '—', '\n', '|', '/',
    ])
}

/// The words of `text`, and what follows the last of them.
pub(super) fn tokens(text: &str) -> (Vec<Token>, String) {
    let mut tokens: Vec<Token> = Vec::new();
    let mut gap = String::new();
    let mut word: Option<Token> = None;
    let mut skip_to = 0;
    for (at, letter) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        if word.is_some()
            && let Some(length) = markup(text.get(at..).unwrap_or_default())
        {
            skip_to = at + length;
            continue;
        }
        let end = at + letter.len_utf8();
        let folded = if word.is_some() && stands_for_a(text.get(at..).unwrap_or_default()) {
            "a".to_owned()
        } else {
            fold(letter)
        };
        if folded.is_empty() && (is_invisible(letter) || word.is_some()) {
            continue;
        }
        if !folded.is_empty() && folded.chars().all(char::is_alphanumeric) {
            let is_upper = letter.is_uppercase() || folded.starts_with(char::is_uppercase);
            let token = word.get_or_insert_with(|| Token {
                text: String::new(),
                disguised: None,
                gap: std::mem::take(&mut gap),
                start: at,
                end,
                capital: is_upper,
                upper: true,
            });
            token.upper &= is_upper;
            token.end = end;
            token.text.push_str(&folded.to_lowercase());
        } else {
            tokens.extend(word.take());
            match space(letter) {
                Some(' ') if gap.ends_with(' ') => {}
                Some(space) => gap.push(space),
                None if folded.is_empty() => gap.push(' '),
                None => gap.push_str(&folded),
            }
        }
    }
    tokens.extend(word);
    for token in &mut tokens {
        token.upper &= token.text.chars().count() > 1;
        token.disguised = undisguise(&token.text);
    }
    (tokens, gap)
}

/// Spaces of every width as one, and ends of lines and paragraphs as one.
fn space(letter: char) -> Option<char> {
    match letter {
        '\n' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // A braille cell without dots looks like a space.
        '\u{2800}' => Some(' '),
        letter => letter.is_whitespace().then_some(' '),
    }
}

/// Length of markup that a word goes on behind: "**out**standing",
/// "out</b>standing", "out&shy;standing".
fn markup(text: &str) -> Option<usize> {
    /// Characters of a tag or entity at the most.
    const LONGEST: usize = 24;
    let first = text.chars().next()?;
    let length = match first {
        '*' | '_' | '~' | '`' => text.len() - text.trim_start_matches(first).len(),
        '<' => enclosed(text, '>', LONGEST)?,
        '&' => enclosed(text, ';', LONGEST)?,
        _ => return None,
    };
    let next = text.get(length..)?.chars().find(|c| !is_invisible(*c))?;
    next.is_alphanumeric().then_some(length)
}

/// Length of `text` up to `end`, if only a name comes before it.
fn enclosed(text: &str, end: char, longest: usize) -> Option<usize> {
    let mut seen = 0;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == end {
            return Some(at + end.len_utf8());
        }
        if !is_invisible(letter) {
            seen += 1;
            if seen >= longest || !(letter.is_alphanumeric() || matches!(letter, '/' | '#')) {
                return None;
            }
        }
    }
    None
}

/// Whether a sign inside a word stands for the letter a: "outst@nding", but
/// not the sign of an address.
fn stands_for_a(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('@') else {
        return false;
    };
    let word: &str = rest
        .split(|c: char| c.is_whitespace())
        .next()
        .unwrap_or_default();
    let inner = word.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    !inner.is_empty()
        && inner
            .chars()
            .all(|letter| letter.is_alphanumeric() || is_invisible(letter))
}

/// Digits inside a word read as letters: "0utstanding".
fn undisguise(word: &str) -> Option<String> {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    (letters >= 2 && digits > 0).then(|| {
        word.chars()
            .map(|letter| match letter {
                '0' => 'o',
                '1' => 'i',
                '3' => 'e',
                '4' => 'a',
                '5' => 's',
                '7' => 't',
                other => other,
            })
            .collect()
    })
}

/// Characters that readers do not see, or that only change the one before.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E01EF}'
        // Fillers of Hangul and Khmer, separators of Mongolian, marks of
        // annotations and music.
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}')
        || is_combining_mark(letter)
        || (letter.is_control() && !letter.is_whitespace())
}

/// A character as readers see it. Empty for invisible ones and apostrophes,
/// so that "trust's" reads as "trusts".
fn fold(letter: char) -> String {
    if is_invisible(letter) || matches!(letter, '\'' | '’' | 'ʼ' | '‘') {
        return String::new();
    }
    let code = u32::from(letter);
    let from = |base: u8, offset: u32| {
        u8::try_from(offset)
            .ok()
            .and_then(|offset| base.checked_add(offset))
            .map_or(letter, char::from)
    };
    let plain = match code {
        // Full-width forms.
        0xFF01..=0xFF5E => from(b'!', code - 0xFF01),
        // Mathematical letters come in runs of 52: capitals, then small.
        0x1D400..=0x1D6A3 => {
            let offset = (code - 0x1D400) % 52;
            if offset < 26 {
                from(b'A', offset)
            } else {
                from(b'a', offset - 26)
            }
        }
        0x1D7CE..=0x1D7FF => from(b'0', (code - 0x1D7CE) % 10),
        0x24B6..=0x24CF => from(b'A', code - 0x24B6),
        0x24D0..=0x24E9 => from(b'a', code - 0x24D0),
        // Letters in boxes and circles, and those of flags.
        0x1F130..=0x1F149 => from(b'A', code - 0x1F130),
        0x1F150..=0x1F169 => from(b'A', code - 0x1F150),
        0x1F170..=0x1F189 => from(b'A', code - 0x1F170),
        0x1F1E6..=0x1F1FF => from(b'A', code - 0x1F1E6),
        _ => look_alike(letter),
    };
    match plain {
        '‐' | '‑' | '‒' => "-".to_owned(),
        plain if plain == letter && !letter.is_ascii() && letter.is_alphabetic() => {
            taken_apart(letter)
        }
        plain => plain.to_string(),
    }
}

/// A letter without its marks; a ligature as its letters.
fn taken_apart(letter: char) -> String {
    let mut parts = String::new();
    decompose_compatible(letter, |part| {
        if !is_combining_mark(part) {
            parts.push(look_alike(part));
        }
    });
    if parts.is_empty() {
        parts.push(letter);
    }
    parts
}

/// Accented, Greek and Cyrillic letters by the Latin letter they look like.
const fn look_alike(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'а' | 'α' | 'ɑ' => 'a',
        'À'..='Å' | 'Ā' | 'А' | 'Α' => 'A',
        'Ь' | 'В' | 'Β' => 'B',
        'ç' | 'ć' | 'č' | 'ċ' | 'с' | 'ϲ' => 'c',
        'Ç' | 'С' | 'Ϲ' => 'C',
        'ď' | 'đ' | 'ԁ' | 'ɗ' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'е' | 'ё' | 'є' | 'ε' | 'ҽ' => 'e',
        'È'..='Ë' | 'Ē' | 'Е' | 'Ε' => 'E',
        'ğ' | 'ģ' | 'ġ' | 'ɡ' | 'ց' => 'g',
        'һ' | 'հ' => 'h',
        'Н' | 'Η' => 'H',
        'ì'..='ï' | 'ī' | 'į' | 'ı' | 'і' | 'ї' | 'ι' | 'ɩ' => 'i',
        'Ì'..='Ï' | 'İ' | 'І' | 'Ι' => 'I',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'К' | 'Κ' => 'K',
        'ł' | 'ĺ' | 'ļ' | 'ӏ' => 'l',
        'М' | 'Μ' => 'M',
        'ñ' | 'ń' | 'ņ' | 'ň' | 'п' | 'ո' | 'η' => 'n',
        'Ñ' | 'Ν' => 'N',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'о' | 'ο' | 'σ' | 'օ' => 'o',
        'Ò'..='Ö' | 'Ø' | 'О' | 'Ο' => 'O',
        'р' | 'ρ' => 'p',
        'Р' | 'Ρ' => 'P',
        'ŕ' | 'ř' | 'г' => 'r',
        'ś' | 'š' | 'ş' | 'ș' | 'ѕ' | 'ſ' => 's',
        'Ѕ' | 'Š' => 'S',
        'ţ' | 'ť' | 'ț' | 'т' | 'τ' => 't',
        'Т' | 'Τ' => 'T',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'х' | 'χ' => 'x',
        'Х' | 'Χ' => 'X',
        'у' | 'ý' | 'ÿ' | 'γ' => 'y',
        'У' | 'Υ' => 'Y',
        'ź' | 'ż' | 'ž' | 'ᴢ' => 'z',
        // Small capitals.
        'ᴀ' => 'a',
        'ʙ' => 'b',
        'ᴄ' => 'c',
        'ᴅ' => 'd',
        'ᴇ' => 'e',
        'ꜰ' => 'f',
        'ɢ' => 'g',
        'ʜ' => 'h',
        'ɪ' => 'i',
        'ᴊ' => 'j',
        'ᴋ' => 'k',
        'ʟ' => 'l',
        'ᴍ' => 'm',
        'ɴ' => 'n',
        'ᴏ' => 'o',
        'ᴘ' => 'p',
        'ʀ' => 'r',
        'ꜱ' => 's',
        'ᴛ' => 't',
        'ᴜ' => 'u',
        'ᴠ' => 'v',
        'ᴡ' => 'w',
        'ʏ' => 'y',
        other => other,
    }
}
