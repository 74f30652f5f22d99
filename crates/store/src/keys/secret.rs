//! The form of a secret: `gik_`, 64 hexadecimal digits of chance, and 8 of a
//! checksum (CRC-32 of all before), by which scanners tell a key from what only
//! looks like one. Secrets made before there were checksums have none.

use sha2::{Digest, Sha256};

/// Beginning of every key, for secret scanners.
pub const PREFIX: &str = "gik_";
const RANDOM: usize = 64;
const CHECKSUM: usize = 8;

/// A new secret out of random bytes.
pub(super) fn secret(random: [u8; 32]) -> String {
    let body = format!("{PREFIX}{}", hex::encode(random));
    let checksum = crc32fast::hash(body.as_bytes());
    format!("{body}{checksum:08x}")
}

/// Whether a text has the form of a secret; others need not be looked up.
#[must_use]
pub fn is_well_formed(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return false;
    };
    let digits = rest
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let checksum_fits = || {
        text.split_at_checked(PREFIX.len() + RANDOM)
            .is_some_and(|(body, end)| end == format!("{:08x}", crc32fast::hash(body.as_bytes())))
    };
    digits && (rest.len() == RANDOM || (rest.len() == RANDOM + CHECKSUM && checksum_fits()))
}

pub(super) fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_a_checksum_and_an_old_one_has_none() {
        let new = secret([0xab; 32]);
        assert_eq!(new.len(), 76);
        assert!(is_well_formed(&new));
        let old = new.get(..68).unwrap_or_default();
        assert!(is_well_formed(old));
        let changed = new.replacen("ab", "ac", 1);
        for wrong in [
            changed.as_str(),
            new.get(..75).unwrap_or_default(),
            "gik_",
            &new.to_ascii_uppercase(),
            &format!("{new}0"),
            &old.replacen("ab", "\u{e9}", 1),
        ] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
    }
}
