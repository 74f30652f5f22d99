//! Files on their way in.

use actix_web::{HttpRequest, web::Payload};
use group_inspection_store::{
    blob::{Upload, Uploaded},
    idempotency::{KeyedRequest, SavedAnswer},
};

use crate::{
    auth::Caller,
    body::content_length,
    keyed,
    pace::Pace,
    problem::{Code, Problem},
    state::AppState,
};

/// Takes the body of a request as a file of at most `limit` bytes, under
/// `key`. Nothing is kept of one that does not arrive whole.
pub(crate) async fn receive(
    state: &AppState,
    request: &HttpRequest,
    mut payload: Payload,
    key: &str,
    limit: u64,
) -> Result<Upload, Problem> {
    let too_large = || Problem::because(Code::TooLarge, format!("The limit is {limit} bytes."));
    let announced = content_length(request);
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut upload = state.blobs.upload(key).await?;
    let mut pace = Pace::within(&state.limits);
    let problem = loop {
        match pace.next(&mut payload).await {
            Ok(None) if announced.is_some_and(|length| length != upload.bytes()) => {
                break Problem::new(Code::UploadTruncated);
            }
            Ok(None) if upload.bytes() == 0 => {
                break Problem::because(Code::MalformedRequest, "The file is empty.");
            }
            Ok(None) => return Ok(upload),
            Err(problem) => break problem,
            Ok(Some(piece)) if upload.bytes() + piece.len() as u64 > limit => break too_large(),
            Ok(Some(piece)) => upload.write(piece).await?,
        }
    };
    upload.abandon().await?;
    Err(problem)
}

/// Whether nothing needs the file of a request: a replay has its file already,
/// and a refused request needs none. After a failure of ours the change may
/// have been made although nobody heard of it, so its file stays; the daily job
/// deletes what no row names.
pub(crate) fn is_left_over(result: &Result<SavedAnswer, Problem>) -> bool {
    match result {
        Ok(answer) => answer.replayed,
        Err(problem) => problem.code.status() < 500,
    }
}

/// The key of a request whose body is a file.
pub(crate) fn fingerprint(
    request: &HttpRequest,
    caller: &Caller,
    uploaded: &Uploaded,
) -> Result<KeyedRequest, Problem> {
    let sha256: [u8; 32] = hex::decode(&uploaded.sha256)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Problem::internal("the hash of an upload"))?;
    keyed::keyed(request, caller, &sha256)
}

/// A name, never a path.
pub(crate) fn file_name(sent: &str) -> Result<String, Problem> {
    let name = sent.trim();
    let usable = (1..=200).contains(&name.chars().count())
        && !name
            .chars()
            .any(|c| c.is_control() || matches!(c, '/' | '\\'))
        && !name.starts_with('.');
    if usable {
        Ok(name.to_owned())
    } else {
        Err(Problem::because(
            Code::MalformedQuery,
            "filename is a name of 1 to 200 characters without slashes.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_unless_it_is_certain_that_nothing_names_it() {
        let answer = |replayed| {
            Ok(SavedAnswer {
                status: 201,
                headers: Vec::new(),
                body: Vec::new(),
                replayed,
            })
        };
        assert!(!is_left_over(&answer(false)));
        assert!(is_left_over(&answer(true)));
        assert!(is_left_over(&Err(Problem::new(Code::NotFound))));
        assert!(is_left_over(&Err(Problem::new(Code::IdempotencyRunning))));
        // The connection may have broken after the commit.
        for code in [Code::Unavailable, Code::Internal] {
            assert!(!is_left_over(&Err(Problem::new(code))), "{code:?}");
        }
    }
}
