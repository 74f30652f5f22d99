//! Addresses of what is published. Every copy links to the others through
//! these, and whoever serves them should route by them.

use uuid::Uuid;

use crate::SiteFacts;

/// Media type of the JSON copy.
pub const JSON_TYPE: &str = "application/json";
/// Media type of the PDF copy.
pub const PDF_TYPE: &str = "application/pdf";
/// Media type of the feed.
pub const ATOM_TYPE: &str = "application/atom+xml";

impl SiteFacts {
    /// Listing of publications.
    #[must_use]
    pub fn home_path(&self) -> String {
        format!("{}/", self.base_path)
    }

    /// Search of groups.
    #[must_use]
    pub fn search_path(&self) -> String {
        format!("{}/search", self.base_path)
    }

    /// The page of a group.
    #[must_use]
    pub fn group_path(&self, group: Uuid) -> String {
        format!("{}/groups/{group}", self.base_path)
    }

    /// `path`, which starts with a slash, below the base path.
    #[must_use]
    pub fn below(&self, path: &str) -> String {
        format!("{}{path}", self.base_path)
    }

    /// What group inspection is.
    #[must_use]
    pub fn about_path(&self) -> String {
        format!("{}/about", self.base_path)
    }

    /// How accessible the pages are.
    #[must_use]
    pub fn accessibility_path(&self) -> String {
        format!("{}/accessibility", self.base_path)
    }

    /// All published reports as one file: `csv` or `jsonl`.
    #[must_use]
    pub fn download_path(&self, extension: &str) -> String {
        format!("{}/reports.{extension}", self.base_path)
    }

    /// An early copy under embargo, for whoever has the token.
    #[must_use]
    pub fn early_copy_path(&self, token: &str) -> String {
        format!("{}/early-copies/{token}", self.base_path)
    }

    /// The newest version of a report.
    #[must_use]
    pub fn report_path(&self, report: Uuid) -> String {
        format!("{}/reports/{report}", self.base_path)
    }

    /// One version of a report as a page.
    #[must_use]
    pub fn version_path(&self, report: Uuid, version: u32) -> String {
        format!("{}/reports/{report}/v{version}", self.base_path)
    }

    /// One version of a report as a file: `pdf`, `json` or `txt`.
    #[must_use]
    pub fn copy_path(&self, report: Uuid, version: u32, extension: &str) -> String {
        format!(
            "{}/reports/{report}/v{version}/report.{extension}",
            self.base_path
        )
    }

    /// What changed in a version since the one published before it.
    #[must_use]
    pub fn changes_path(&self, report: Uuid, version: u32) -> String {
        format!("{}/reports/{report}/v{version}/changes", self.base_path)
    }

    /// The response of the group to a report.
    #[must_use]
    pub fn response_path(&self, report: Uuid) -> String {
        format!("{}/reports/{report}/response", self.base_path)
    }

    /// The feed of publications.
    #[must_use]
    pub fn feed_path(&self) -> String {
        format!("{}/feed.atom", self.base_path)
    }

    /// The stylesheet; its name changes with its content, so it may be cached
    /// for ever.
    #[must_use]
    pub fn stylesheet_path(&self) -> String {
        format!("{}{}", self.base_path, crate::html::stylesheet_path())
    }

    /// `path` with scheme and host.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}
