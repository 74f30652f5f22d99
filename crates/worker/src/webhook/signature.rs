//! Signatures of Standard Webhooks: `v1` with a shared secret, `v1a` with
//! ed25519.

use base64::{Engine, engine::general_purpose::STANDARD};
use group_inspection_store::recipients::PRIVATE_PREFIX;
use ring::signature::Ed25519KeyPair;
use standardwebhooks::Webhook;

/// Bytes of the seed of an ed25519 key.
const SEED: usize = 32;

/// The signature header of a call: one signature for each key, in their
/// order. `None` if there is no key, or one cannot be used.
pub(super) fn sign(keys: &[String], id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
    let signatures: Option<Vec<String>> = keys
        .iter()
        .map(|key| sign_with(key, id, timestamp, body))
        .collect();
    signatures
        .filter(|signatures| !signatures.is_empty())
        .map(|signatures| signatures.join(" "))
}

fn sign_with(key: &str, id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
    let Some(private) = key.strip_prefix(PRIVATE_PREFIX) else {
        // A deleted endpoint has no secret; an empty key would sign all the same.
        let secret = Some(key).filter(|secret| !secret.is_empty())?;
        return Webhook::new(secret).ok()?.sign(id, timestamp, body).ok();
    };
    let private = STANDARD.decode(private).ok()?;
    let (seed, public) = private.split_at_checked(SEED)?;
    let pair = Ed25519KeyPair::from_seed_and_public_key(seed, public).ok()?;
    let message = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    let signature = pair.sign(&message);
    Some(format!("v1a,{}", STANDARD.encode(signature.as_ref())))
}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, KeyPair, UnparsedPublicKey};

    use super::*;

    fn private(seed: [u8; SEED]) -> (String, Vec<u8>) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let public = pair.public_key().as_ref().to_vec();
        let both = [seed.as_slice(), &public].concat();
        (format!("{PRIVATE_PREFIX}{}", STANDARD.encode(both)), public)
    }

    #[test]
    fn the_shared_signature_is_that_of_the_standard() {
        // The example of the standard's own libraries.
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let signed = sign(
            &[key],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(
            signed.as_deref(),
            Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        );
    }

    #[test]
    fn an_ed25519_signature_is_verified_with_the_public_key_alone() {
        let (key, public) = private([7; SEED]);
        let signed = sign(&[key], "msg", 1, b"{}").unwrap();
        let signature = STANDARD
            .decode(signed.strip_prefix("v1a,").unwrap())
            .unwrap();
        let public = UnparsedPublicKey::new(&ED25519, public);
        assert!(public.verify(b"msg.1.{}", &signature).is_ok());
        for other in ["msg.2.{}", "msg.1.{ }", "other.1.{}"] {
            assert!(public.verify(other.as_bytes(), &signature).is_err());
        }
    }

    #[test]
    fn every_key_signs_and_one_that_cannot_be_used_stops_the_call() {
        let shared = format!("whsec_{}", STANDARD.encode([1; 32]));
        let (private, _) = private([7; SEED]);
        let both = sign(&[private.clone(), shared.clone()], "m", 1, b"{}").unwrap();
        let kinds: Vec<&str> = both
            .split(' ')
            .map(|one| one.split_once(',').unwrap().0)
            .collect();
        assert_eq!(kinds, ["v1a", "v1"]);
        for broken in ["", "whsec_%", "whsk_", "whsk_AAAA"] {
            let keys = [shared.clone(), broken.to_owned()];
            assert_eq!(sign(&keys, "m", 1, b"{}"), None, "{broken}");
        }
        // A public key that is not of the seed gives no signature either.
        let mixed = [[7_u8; SEED], [8; SEED]].concat();
        let mixed = format!("{PRIVATE_PREFIX}{}", STANDARD.encode(mixed));
        assert_eq!(sign(&[mixed], "m", 1, b"{}"), None);
        assert_eq!(sign(&[], "m", 1, b"{}"), None);
    }
}
