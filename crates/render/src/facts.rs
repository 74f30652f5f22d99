//! What a rendering needs to know that is not part of the report: where it is
//! published, when, and what became of it since.

use chrono::{DateTime, Utc};

/// What every public page needs to know about the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFacts {
    /// Name of the service, shown in every header.
    pub service_name: String,
    /// Scheme and host without a trailing slash, such as
    /// `https://reports.example.org`; feeds, canonical links and the PDF need
    /// absolute addresses.
    pub origin: String,
    /// Path under which the public pages live: empty, or starting with a
    /// slash and not ending with one.
    pub base_path: String,
    /// A sentence shown on every page, such as that all schools are fictional.
    pub notice: Option<String>,
    /// Links in the footer.
    pub footer: Vec<FooterLink>,
}

/// A link in the footer of every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FooterLink {
    /// Text of the link.
    pub label: String,
    /// Its target.
    pub href: String,
}

/// What a report page needs to know about its publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFacts {
    /// The service.
    pub site: SiteFacts,
    /// When this version was published.
    pub published_at: DateTime<Utc>,
    /// This version, from 1.
    pub version: u32,
    /// The newest published version.
    pub latest_version: u32,
    /// What this version is now.
    pub status: PublicationStatus,
    /// What readers are told about the status: what was corrected, or why the
    /// report was withdrawn.
    pub public_note: Option<String>,
    /// All published versions, newest first.
    pub history: Vec<VersionFacts>,
    /// The other copies; [`crate::render_all`] fills them in.
    pub copies: Copies,
}

impl PageFacts {
    /// Whether it is an early copy: nothing leads to it, and nothing of it to
    /// addresses that are not there yet.
    #[must_use]
    pub fn is_early(&self) -> bool {
        self.status == PublicationStatus::UnderEmbargo
    }
}

/// What a published version is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicationStatus {
    /// An early copy: it is not public yet.
    UnderEmbargo,
    /// The version in force.
    Current,
    /// The version in force, which corrects an earlier one.
    Corrected,
    /// A newer version has replaced it.
    Superseded,
    /// It was withdrawn.
    Withdrawn,
}

impl PublicationStatus {
    /// Words for readers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::UnderEmbargo => "Under embargo",
            Self::Current => "Current",
            Self::Corrected => "Current, corrected",
            Self::Superseded => "Superseded",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// One line of a report's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFacts {
    /// Version, from 1.
    pub version: u32,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// What it is now.
    pub status: PublicationStatus,
    /// What readers are told about it.
    pub note: Option<String>,
}

/// The copies that stand beside the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copies {
    /// The PDF.
    pub pdf: Option<CopyFacts>,
    /// The JSON.
    pub json: Option<CopyFacts>,
    /// The plain text.
    pub text: Option<CopyFacts>,
}

/// Size and hash of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFacts {
    /// SHA-256, in hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

impl CopyFacts {
    /// Size and hash of `content`.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self {
            sha256: crate::sha256_hex(content),
            bytes: content.len() as u64,
        }
    }
}
