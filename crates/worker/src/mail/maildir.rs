//! Mail into a folder, for a service that has no mail server.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use futures::future::BoxFuture;
use lettre::message::Mailbox;

use super::{Mail, MailChannel, MailFailure, Sent, SetupError, compose};

/// A maildir. A message is named after its notification, so that sending it
/// again does not double it.
#[derive(Debug, Clone)]
pub struct Maildir {
    folder: PathBuf,
    from: Mailbox,
}

impl Maildir {
    /// A maildir at `folder`, which is created if missing.
    ///
    /// # Errors
    /// If the folder cannot be used or `from` is not an address.
    pub fn open(folder: impl Into<PathBuf>, from: &str) -> Result<Self, SetupError> {
        let folder = folder.into();
        let from = from
            .parse()
            .map_err(|_| SetupError("the sender is not an address".to_owned()))?;
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(folder.join(part))
                .map_err(|error| SetupError(format!("the mail folder: {error}")))?;
        }
        Ok(Self { folder, from })
    }
}

impl MailChannel for Maildir {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<Sent, MailFailure>> {
        Box::pin(async move {
            let bytes = compose(&self.from, mail)?.formatted();
            let folder = self.folder.clone();
            let name = format!("{}.group-inspection", mail.id);
            let written = tokio::task::spawn_blocking(move || deliver(&folder, &name, &bytes));
            let failure = match written.await {
                Ok(Ok(())) => return Ok(Sent::Delivered),
                Ok(Err(error)) => error.to_string(),
                Err(error) => error.to_string(),
            };
            tracing::warn!(error = %failure, "mail was not written to its folder");
            Err(MailFailure::Temporary {
                status: None,
                text: "the mail folder cannot be written".to_owned(),
            })
        })
    }
}

/// Writes a message completely before it appears.
fn deliver(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    if has_been_read(folder, name)? {
        return Ok(());
    }
    let (tmp, new) = (folder.join("tmp").join(name), folder.join("new"));
    let mut file = File::create(&tmp)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&tmp, new.join(name))?;
    // The name is durable only with its folder.
    File::open(&new)?.sync_all()
}

/// A reader moves a message to `cur` and appends flags to its name.
fn has_been_read(folder: &Path, name: &str) -> io::Result<bool> {
    for entry in fs::read_dir(folder.join("cur"))? {
        let file = entry?.file_name();
        let rest = file.to_str().and_then(|file| file.strip_prefix(name));
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':')) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn mail(text: &str) -> Mail {
        Mail {
            id: Uuid::from_u128(7),
            to: "clerk@example.org".to_owned(),
            subject: "The report on Elm Trust is published".to_owned(),
            text: text.to_owned(),
            again: false,
            at: "2026-09-15T09:00:00Z".parse().unwrap(),
            traced: None,
        }
    }

    fn files(folder: &Path) -> Vec<String> {
        let mut files = Vec::new();
        for part in ["tmp", "new", "cur"] {
            for entry in fs::read_dir(folder.join(part)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                files.push(format!("{part}/{name}"));
            }
        }
        files
    }

    const NAME: &str = "00000000-0000-0000-0000-000000000007.group-inspection";

    #[tokio::test]
    async fn a_message_that_is_sent_twice_is_there_once() {
        let folder = tempfile::tempdir().unwrap();
        let channel = Maildir::open(folder.path(), "reports@example.org").unwrap();
        channel.send(&mail("One")).await.unwrap();
        let first = fs::read(folder.path().join("new").join(NAME)).unwrap();
        channel.send(&mail("One")).await.unwrap();
        assert_eq!(files(folder.path()), [format!("new/{NAME}")]);
        assert_eq!(
            fs::read(folder.path().join("new").join(NAME)).unwrap(),
            first
        );
    }

    #[tokio::test]
    async fn a_message_that_was_read_does_not_come_again() {
        let folder = tempfile::tempdir().unwrap();
        let channel = Maildir::open(folder.path(), "reports@example.org").unwrap();
        channel.send(&mail("One")).await.unwrap();
        let read = folder.path().join("cur").join(format!("{NAME}:2,S"));
        fs::rename(folder.path().join("new").join(NAME), read).unwrap();
        channel.send(&mail("One")).await.unwrap();
        assert_eq!(files(folder.path()), [format!("cur/{NAME}:2,S")]);
    }

    #[tokio::test]
    async fn a_folder_that_is_gone_may_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let channel = Maildir::open(folder.path().join("mail"), "reports@example.org").unwrap();
        fs::remove_dir_all(folder.path().join("mail")).unwrap();
        let sent = channel.send(&mail("One")).await;
        assert!(
            matches!(sent, Err(MailFailure::Temporary { .. })),
            "{sent:?}"
        );
    }
}
