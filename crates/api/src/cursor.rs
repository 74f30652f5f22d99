//! Cursors of lists: where a page ends, in a form that callers hand back.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Layout of cursors; old ones are refused after a change.
const VERSION: u8 = 1;

#[derive(Serialize, Deserialize)]
struct Cursor<L, T>(u8, L, T);

/// The place that a cursor of the list called `list` stands for; `None` for
/// what is no cursor of that list.
pub(crate) fn read<T: DeserializeOwned>(list: &str, sent: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(sent).ok()?;
    let Cursor::<String, T>(version, of, position) = serde_json::from_slice(&json).ok()?;
    (version == VERSION && of == list).then_some(position)
}

/// The cursor of a place in the list called `list`.
///
/// # Errors
/// If the place cannot be written as JSON.
pub(crate) fn write(list: &str, position: &impl Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_vec(&Cursor(VERSION, list, position))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}
