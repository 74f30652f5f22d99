//! ClamAV, by its socket.

use std::{path::PathBuf, time::Duration};

use clamav_client::tokio::{Socket, Tcp, get_version, scan_buffer};
use tokio::time::timeout;

/// Where clamd listens, and how long it may take.
#[derive(Debug, Clone)]
pub struct Scanner {
    place: Place,
    within: Duration,
}

#[derive(Debug, Clone)]
enum Place {
    Tcp(String),
    Unix(PathBuf),
}

/// The address of a scanner is not usable.
#[derive(Debug, thiserror::Error)]
#[error("a scanner is given as tcp://host:port or unix:/path")]
pub struct BadAddress;

/// What a scanner found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Clean {
        /// The scanner and the version of what it knows.
        scanner: String,
    },
    /// Something.
    Infected {
        /// The scanner's name for it.
        threat: String,
    },
}

/// The scanner gave no verdict.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoVerdict {
    #[error("it took too long")]
    TooLong,
    #[error("{0}")]
    Unreachable(#[from] std::io::Error),
    #[error("it answered {0:?}")]
    Answer(String),
}

impl Scanner {
    /// The scanner at `address`, which is `tcp://host:port` or `unix:/path`.
    ///
    /// # Errors
    /// [`BadAddress`].
    pub fn at(address: &str, within: Duration) -> Result<Self, BadAddress> {
        let place = match (
            address.strip_prefix("tcp://"),
            address.strip_prefix("unix:"),
        ) {
            (Some(host), None) if host.contains(':') => Place::Tcp(host.to_owned()),
            (None, Some(path)) if path.starts_with('/') => Place::Unix(path.into()),
            _ => return Err(BadAddress),
        };
        Ok(Self { place, within })
    }

    /// Version of the scanner and of what it knows; also tells whether it
    /// answers.
    ///
    /// # Errors
    /// If it does not answer in time.
    pub async fn version(&self) -> std::io::Result<String> {
        let answer = match &self.place {
            Place::Tcp(host_address) => {
                timeout(self.within, get_version(Tcp { host_address })).await
            }
            Place::Unix(socket_path) => {
                timeout(self.within, get_version(Socket { socket_path })).await
            }
        };
        let answer = answer.map_err(|_| std::io::ErrorKind::TimedOut)??;
        Ok(text(&answer))
    }

    pub(super) async fn scan(&self, bytes: &[u8]) -> Result<Verdict, NoVerdict> {
        let scanner = self.version().await?;
        let answer = match &self.place {
            Place::Tcp(host_address) => {
                timeout(self.within, scan_buffer(bytes, Tcp { host_address }, None)).await
            }
            Place::Unix(socket_path) => {
                timeout(
                    self.within,
                    scan_buffer(bytes, Socket { socket_path }, None),
                )
                .await
            }
        };
        let answer = text(&answer.map_err(|_| NoVerdict::TooLong)??);
        verdict(&answer, scanner).ok_or(NoVerdict::Answer(answer))
    }
}

fn text(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer)
        .trim_matches(['\0', '\n', ' '])
        .to_owned()
}

/// clamd answers "stream: OK" or "stream: NAME FOUND"; anything else is no
/// verdict, so that a file is never taken for clean by mistake.
fn verdict(answer: &str, scanner: String) -> Option<Verdict> {
    let said = answer.strip_prefix("stream: ")?;
    if said == "OK" {
        return Some(Verdict::Clean { scanner });
    }
    let threat = said.strip_suffix(" FOUND")?;
    Some(Verdict::Infected {
        threat: threat.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_plain_word_of_the_scanner_counts() {
        let clean = |answer: &str| verdict(answer, "ClamAV 1".to_owned());
        assert_eq!(
            clean("stream: OK"),
            Some(Verdict::Clean {
                scanner: "ClamAV 1".to_owned()
            })
        );
        assert_eq!(
            clean("stream: Eicar-Test-Signature FOUND"),
            Some(Verdict::Infected {
                threat: "Eicar-Test-Signature".to_owned()
            })
        );
        for other in [
            "",
            "OK",
            "stream: ",
            "INSTREAM size limit exceeded. ERROR",
            "stream: OKAY",
        ] {
            assert_eq!(clean(other), None, "{other}");
        }
    }

    #[test]
    fn an_address_is_a_host_or_a_socket() {
        let at = |address| Scanner::at(address, Duration::from_secs(1));
        assert!(at("tcp://clamav:3310").is_ok());
        assert!(at("unix:/run/clamd.sock").is_ok());
        for wrong in ["clamav:3310", "tcp://clamav", "unix:clamd.sock", ""] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
