//! What kind of file the first bytes are.

use crate::Unrecognised;

/// What to read the file as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    Json,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const BINARY_STARTS: [&[u8]; 5] = [
    b"%PDF",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\x7fELF",
];

/// Decides by the first bytes; refuses what cannot be a register.
pub(crate) fn kind(first: &[u8]) -> Result<Kind, Unrecognised> {
    if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
        return Err(Unrecognised::Archive);
    }
    if BINARY_STARTS.iter().any(|start| first.starts_with(start)) {
        return Err(Unrecognised::Binary);
    }
    if first.starts_with(b"\xff\xfe") || first.starts_with(b"\xfe\xff") {
        return Err(Unrecognised::Utf16);
    }
    if first.contains(&0) {
        return Err(if every_other_is_nul(first) {
            Unrecognised::Utf16
        } else {
            Unrecognised::Binary
        });
    }
    let text = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first);
    match text.trim_ascii_start().first() {
        None => Err(Unrecognised::Empty),
        Some(b'<') => Err(Unrecognised::WebPage),
        Some(b'{' | b'[') => Ok(Kind::Json),
        Some(_) => Ok(Kind::Table),
    }
}

/// Text of Latin letters in UTF-16 has a NUL at every other byte.
fn every_other_is_nul(bytes: &[u8]) -> bool {
    let nuls = |offset: usize| {
        let of = bytes.iter().skip(offset).step_by(2);
        of.take(32).all(|byte| *byte == 0)
    };
    bytes.len() >= 4 && (nuls(0) != nuls(1))
}

/// Length of the byte order mark at the start.
pub(crate) fn byte_order_mark(first: &[u8]) -> usize {
    if first.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_text_with_its_own_sentence() {
        assert!(matches!(kind(b""), Err(Unrecognised::Empty)));
        assert!(matches!(
            kind(b"\xef\xbb\xbf \r\n"),
            Err(Unrecognised::Empty)
        ));
        assert!(matches!(
            kind(b"\n<!DOCTYPE html><html>"),
            Err(Unrecognised::WebPage)
        ));
        assert!(matches!(
            kind(b"PK\x03\x04rest"),
            Err(Unrecognised::Archive)
        ));
        assert!(matches!(
            kind(b"\xff\xfeU\0R\0N\0"),
            Err(Unrecognised::Utf16)
        ));
        assert!(matches!(kind(b"U\0R\0N\0,\0"), Err(Unrecognised::Utf16)));
        assert!(matches!(kind(b"URN,\0\x01\x02"), Err(Unrecognised::Binary)));
        assert!(matches!(kind(b"%PDF-1.7"), Err(Unrecognised::Binary)));
        assert!(matches!(kind(b"\"URN\",\"LA\""), Ok(Kind::Table)));
        assert!(matches!(kind(b"\xef\xbb\xbf{}"), Ok(Kind::Json)));
    }
}
