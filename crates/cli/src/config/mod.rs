//! Settings, from environment variables `GROUP_INSPECTION_*` only.
//!
//! Each may be given as a file instead: `GROUP_INSPECTION_X_FILE` names a file
//! that holds the value of `GROUP_INSPECTION_X`. Each concern has a module with
//! its settings: their names, how they are read, and how `check` shows them.

use std::path::PathBuf;

use group_inspection_api::OidcSettings;

use crate::failure::Failure;

mod database;
mod files;
mod given;
mod http;
mod mail;
mod oidc;
mod telling;
mod webhooks;

pub(crate) use database::DatabaseSettings;
pub(crate) use files::FileSettings;
pub(crate) use http::HttpSettings;
pub(crate) use mail::MailSettings;
pub(crate) use telling::TellingSettings;
pub(crate) use webhooks::WebhookSettings;

use given::{Given, Shown, wrong};

/// Not a setting of a service: what `bench faults` tells the processes it
/// starts.
const FAULT_STEPS: &str = "FAULT_STEPS";

/// Settings of all roles.
#[derive(Clone)]
pub(crate) struct Config {
    /// The database, and Redis beside it.
    pub(crate) database: DatabaseSettings,
    /// Files.
    pub(crate) files: FileSettings,
    /// Addresses of the service, and how often a client may ask.
    pub(crate) http: HttpSettings,
    /// Issuers of access tokens; `None` for API keys alone.
    pub(crate) oidc: Option<OidcSettings>,
    /// How mail leaves.
    pub(crate) mail: MailSettings,
    /// Where webhooks may go.
    pub(crate) webhooks: WebhookSettings,
    /// What the service tells of itself.
    pub(crate) telling: TellingSettings,
    /// Folder in which `bench faults` arms the steps at which this process is
    /// killed. Leases and retries are then short as well.
    pub(crate) fault_steps: Option<PathBuf>,
}

/// Names of all settings, without the prefix.
fn known() -> Vec<&'static str> {
    [
        DatabaseSettings::NAMES,
        FileSettings::NAMES,
        HttpSettings::NAMES,
        oidc::NAMES,
        MailSettings::NAMES,
        WebhookSettings::NAMES,
        TellingSettings::NAMES,
    ]
    .concat()
}

impl Config {
    /// Reads the environment.
    pub(crate) fn from_environment() -> Result<Self, Failure> {
        Self::from_variables(std::env::vars())
    }

    fn from_variables(variables: impl Iterator<Item = (String, String)>) -> Result<Self, Failure> {
        let mut taken = known();
        taken.push(FAULT_STEPS);
        let given = Given::read(variables, &taken)?;
        let config = Self {
            database: DatabaseSettings::read(&given)?,
            files: FileSettings::read(&given)?,
            http: HttpSettings::read(&given)?,
            oidc: oidc::read(&given)?,
            mail: MailSettings::read(&given)?,
            webhooks: WebhookSettings::read(&given)?,
            telling: TellingSettings::read(&given)?,
            fault_steps: given.text(FAULT_STEPS).map(PathBuf::from),
        };
        let is_apart = config.webhooks.allow_loopback && config.http.bind.ip().is_loopback();
        if config.fault_steps.is_some() && !is_apart {
            return Err(wrong(
                FAULT_STEPS,
                "is for rehearsals of faults on one machine; it is refused unless webhooks may \
                 go to this machine and the API listens to it alone",
            ));
        }
        Ok(config)
    }

    /// The same settings, with files in `folder`.
    pub(crate) fn in_folder(&self, folder: impl Into<PathBuf>) -> Self {
        let mut config = self.clone();
        config.files.data_dir = folder.into();
        config
    }

    /// Every setting with its value, secrets left out.
    pub(crate) fn redacted(&self) -> Shown {
        [
            self.database.shown(),
            self.files.shown(),
            self.http.shown(),
            oidc::shown(self.oidc.as_ref()),
            self.mail.shown(),
            self.webhooks.shown(),
            self.telling.shown(),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests;
