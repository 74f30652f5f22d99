//! Files: uploads, attachments, and what the embedded database keeps.

use std::path::PathBuf;

use super::given::{Given, Shown, or_none, without_secret};
use crate::failure::Failure;

/// Where files are, and who looks at them.
#[derive(Clone)]
pub(crate) struct FileSettings {
    /// Folder of the embedded database, of uploads and of mail.
    pub(crate) data_dir: PathBuf,
    /// Object store of uploads and attachments, such as `s3://bucket/folder`;
    /// `None` for a folder below the data folder.
    pub(crate) objects_url: Option<String>,
    /// ClamAV, as `tcp://host:port` or `unix:/path`; `None` for no scanner.
    pub(crate) scanner: Option<String>,
}

impl FileSettings {
    pub(super) const NAMES: &[&str] = &["DATA_DIR", "OBJECTS_URL", "SCANNER"];

    pub(super) fn read(given: &Given) -> Result<Self, Failure> {
        Ok(Self {
            data_dir: given.parsed("DATA_DIR", "group-inspection-data")?,
            objects_url: given.owned("OBJECTS_URL"),
            scanner: given.owned("SCANNER"),
        })
    }

    pub(super) fn shown(&self) -> Shown {
        let objects = self.objects_url.as_deref();
        vec![
            ("DATA_DIR", self.data_dir.display().to_string()),
            (
                "OBJECTS_URL",
                objects.map_or("a folder".to_owned(), without_secret),
            ),
            ("SCANNER", or_none(self.scanner.as_deref())),
        ]
    }
}
