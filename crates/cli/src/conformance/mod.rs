//! `group-inspection conformance`: the contract with senders, held against any
//! service that claims to keep it.
//!
//! It knows the service by its address alone, as a sender does. The key should
//! be a sender's: limited to one body, with an inspection that takes evidence.

mod framing;
mod reading;
mod subject;
mod submitting;
mod webhooks;

use futures::future::BoxFuture;
use uuid::Uuid;

use self::subject::Subject;
use crate::{failure::Failure, output::say};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where the service is.
    #[arg(long, env = "GI_URL")]
    url: String,
    /// A sender's key.
    #[arg(long, env = "GI_KEY", hide_env_values = true)]
    key: String,
    /// An inspection that takes evidence; otherwise the newest that does.
    #[arg(long, env = "GI_INSPECTION")]
    inspection: Option<Uuid>,
}

/// Why a check was not met.
#[derive(Debug)]
enum Unmet {
    /// The service does otherwise.
    Otherwise(String),
    /// It cannot be told with this key.
    Untold(String),
}

impl From<Failure> for Unmet {
    fn from(failure: Failure) -> Self {
        Self::Otherwise(failure.to_string())
    }
}

type Verdict = Result<(), Unmet>;

/// One sentence of the contract.
struct Check<'a> {
    says: &'static str,
    holds: BoxFuture<'a, Verdict>,
}

fn check<'a>(says: &'static str, holds: impl Future<Output = Verdict> + Send + 'a) -> Check<'a> {
    Check {
        says,
        holds: Box::pin(holds),
    }
}

/// Not met unless `holds`.
fn ensure(holds: bool, found: impl FnOnce() -> String) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(Unmet::Otherwise(found()))
    }
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let subject = Subject::find(&arguments.url, &arguments.key, arguments.inspection).await?;
    let groups = [
        ("Requests and errors", framing::checks(&subject)),
        ("Submissions", submitting::checks(&subject)),
        ("Reading", reading::checks(&subject)),
        ("Webhooks", webhooks::checks(&subject)),
    ];
    let (mut met, mut unmet, mut untold) = (0, 0, 0);
    for (name, checks) in groups {
        say(&format!("\n{name}"));
        for Check { says, holds } in checks {
            match holds.await {
                Ok(()) => {
                    met += 1;
                    say(&format!("  ok      {says}"));
                }
                Err(Unmet::Otherwise(found)) => {
                    unmet += 1;
                    say(&format!("  FAILED  {says}\n          {found}"));
                }
                Err(Unmet::Untold(why)) => {
                    untold += 1;
                    say(&format!("  untold  {says}\n          {why}"));
                }
            }
        }
    }
    say(&format!("\n{met} met, {unmet} not met, {untold} not told"));
    if unmet == 0 {
        Ok(())
    } else {
        Err(Failure::because(
            "conformance",
            format!("{unmet} of the contract's sentences are not kept"),
        ))
    }
}
