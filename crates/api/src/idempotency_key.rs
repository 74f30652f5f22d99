//! The value of the header `Idempotency-Key`.

/// A structured-field string (RFC 8941) or a bare value.
pub(crate) fn parse(value: &str) -> Option<String> {
    let key = match value.strip_prefix('"') {
        None => value.to_owned(),
        Some(rest) => unquoted(rest)?,
    };
    let usable = (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    usable.then_some(key)
}

fn unquoted(rest: &str) -> Option<String> {
    let mut key = String::new();
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => break,
            '\\' => match characters.next()? {
                escaped @ ('"' | '\\') => key.push(escaped),
                _ => return None,
            },
            character => key.push(character),
        }
    }
    characters.as_str().is_empty().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn keys_are_quoted_or_bare() {
        assert_eq!(parse("abc").as_deref(), Some("abc"));
        assert_eq!(parse("\"abc\"").as_deref(), Some("abc"));
        assert_eq!(parse(r#""a\"b\\c""#).as_deref(), Some(r#"a"b\c"#));
        for wrong in [
            "", "\"\"", "\"abc", "\"a\"b\"", r#""a\b""#, "a b", "a\u{e9}",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert!(parse(&"k".repeat(255)).is_some());
        assert!(parse(&"k".repeat(256)).is_none());
    }
}
