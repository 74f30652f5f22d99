//! Idempotency keys.

#[path = "../../api/src/idempotency_key.rs"]
mod idempotency_key;

/// A key is of the letters and the length that the store keeps, and the same
/// whether quoted or not.
pub(crate) fn target(bytes: &[u8]) {
    let Ok(value) = std::str::from_utf8(bytes) else {
        return;
    };
    let Some(key) = idempotency_key::parse(value) else {
        return;
    };
    assert!((1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    let quoted = format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
    assert_eq!(idempotency_key::parse(&quoted), Some(key));
}
