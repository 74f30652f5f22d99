//! Limits against archives that unpack into too much or to another place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::media::MediaType;

/// Limits of attachments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a file.
    pub file_bytes: u64,
    /// Files attached to one item.
    pub files: u32,
    /// Entries of an archive.
    pub entries: u32,
    /// How deep documents may be embedded in documents, such as a workbook
    /// behind a chart.
    pub depth: u32,
    /// Bytes of all entries of an archive, unpacked.
    pub unpacked_bytes: u64,
    /// How many times larger unpacked than packed an entry may be, and the
    /// archive as a whole.
    pub ratio: u64,
    /// Bytes from which on the ratio of an entry counts: short texts of one
    /// letter pack well and harm nobody.
    pub ratio_from_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 25 * 1024 * 1024,
            files: 10,
            entries: 2_000,
            depth: 1,
            unpacked_bytes: 200 * 1024 * 1024,
            ratio: 100,
            ratio_from_bytes: 1024 * 1024,
        }
    }
}

/// An entry as the archive's directory describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name with its folders.
    pub name: String,
    /// Bytes packed.
    pub packed: u64,
    /// Bytes unpacked, as declared; see [`Meter`].
    pub unpacked: u64,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Whether it is a link to another entry or file.
    pub link: bool,
}

/// Why an archive is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveRefusal {
    /// It has too many entries.
    #[error("the archive has more than {maximum} entries")]
    Entries {
        /// Entries allowed.
        maximum: u32,
    },
    /// It unpacks into too much.
    #[error("the archive unpacks into more than {maximum} bytes")]
    Unpacked {
        /// Bytes allowed.
        maximum: u64,
    },
    /// It unpacks into too many times its size.
    #[error("{name} unpacks into more than {maximum} times its size")]
    Ratio {
        /// Entry.
        name: String,
        /// Times allowed.
        maximum: u64,
    },
    /// It holds an archive that is no document, or one too deep.
    #[error("{0} is an archive within the archive")]
    Nested(String),
    /// An entry would be unpacked to another place.
    #[error("{0} leads outside the archive")]
    LeadsOutside(String),
    /// An entry is encrypted and cannot be scanned.
    #[error("{0} is encrypted")]
    Encrypted(String),
    /// It holds a program.
    #[error("{0} is a program")]
    Program(String),
    /// Two entries have one name.
    #[error("{0} is there twice")]
    Repeated(String),
    /// It is not the document that its name says.
    #[error("the archive is not the document its name says")]
    NotTheDocument,
}

const ARCHIVES: [&str; 12] = [
    "zip", "7z", "rar", "gz", "tgz", "bz2", "xz", "zst", "tar", "cab", "iso", "jar",
];
const PROGRAMS: [&str; 12] = [
    "exe", "dll", "com", "scr", "bat", "cmd", "ps1", "vbs", "js", "msi", "lnk", "hta",
];
/// Where Office documents keep their macros and embedded objects.
const MACROS: [&str; 2] = ["vbaproject.bin", "vbadata.xml"];

/// Checks the entries of a document that is an archive, and stops at the
/// first that breaks a limit, so that a directory without end is not read to
/// its end. Gives the documents embedded in it, each to be checked in the
/// same way with `depth` one more; it is zero for the attachment itself. All
/// of them share one [`Meter`].
///
/// Declared sizes can lie. Whoever unpacks an entry counts what really comes
/// out with a [`Meter`].
///
/// # Errors
///
/// The first limit broken.
pub fn check(
    media: MediaType,
    entries: impl IntoIterator<Item = Entry>,
    depth: u32,
    limits: &Limits,
) -> Result<Vec<(String, MediaType)>, ArchiveRefusal> {
    let mut embedded = Vec::new();
    let (mut packed, mut unpacked) = (0_u64, 0_u64);
    let mut names = std::collections::BTreeSet::new();
    let mut told = media.telling_entry().is_none();
    for (index, entry) in entries.into_iter().enumerate() {
        if u32::try_from(index).is_ok_and(|index| index >= limits.entries) {
            return Err(ArchiveRefusal::Entries {
                maximum: limits.entries,
            });
        }
        if let Some(document) = check_entry(&entry)? {
            if depth >= limits.depth {
                return Err(ArchiveRefusal::Nested(entry.name));
            }
            embedded.push((entry.name.clone(), document));
        }
        packed = packed.saturating_add(entry.packed);
        unpacked = unpacked.saturating_add(entry.unpacked);
        if unpacked > limits.unpacked_bytes {
            return Err(ArchiveRefusal::Unpacked {
                maximum: limits.unpacked_bytes,
            });
        }
        let too_dense = |packed: u64, unpacked: u64| {
            unpacked >= limits.ratio_from_bytes && unpacked / packed.max(1) > limits.ratio
        };
        if too_dense(entry.packed, entry.unpacked) || too_dense(packed, unpacked) {
            return Err(ArchiveRefusal::Ratio {
                name: entry.name,
                maximum: limits.ratio,
            });
        }
        told |= media.telling_entry() == Some(entry.name.as_str());
        // File systems that ignore case would unpack both to one place.
        if !names.insert(entry.name.to_lowercase()) {
            return Err(ArchiveRefusal::Repeated(entry.name));
        }
    }
    if told {
        Ok(embedded)
    } else {
        Err(ArchiveRefusal::NotTheDocument)
    }
}

/// The type of an embedded document, if the entry is one.
fn check_entry(entry: &Entry) -> Result<Option<MediaType>, ArchiveRefusal> {
    let name = entry.name.to_lowercase();
    let outside = entry.link
        || name.is_empty()
        || name.starts_with('/')
        || name.contains(['\\', ':', '\0'])
        || name.split('/').any(|part| part == "..");
    let (_, file) = name.rsplit_once('/').unwrap_or(("", &name));
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let name = || entry.name.clone();
    if outside {
        Err(ArchiveRefusal::LeadsOutside(name()))
    } else if entry.encrypted {
        Err(ArchiveRefusal::Encrypted(name()))
    } else if MACROS.contains(&file) || PROGRAMS.contains(&extension) {
        Err(ArchiveRefusal::Program(name()))
    } else if ARCHIVES.contains(&extension) {
        Err(ArchiveRefusal::Nested(name()))
    } else {
        Ok(MediaType::of_extension(extension).filter(|media| media.is_archive()))
    }
}

/// Counts the bytes that really come out of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    left: u64,
    maximum: u64,
}

impl Meter {
    /// A meter for one archive.
    #[must_use]
    pub const fn new(limits: &Limits) -> Self {
        Self {
            left: limits.unpacked_bytes,
            maximum: limits.unpacked_bytes,
        }
    }

    /// Counts bytes that came out.
    ///
    /// # Errors
    ///
    /// [`ArchiveRefusal::Unpacked`] once they are too many.
    pub fn count(&mut self, bytes: u64) -> Result<(), ArchiveRefusal> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(ArchiveRefusal::Unpacked {
                    maximum: self.maximum,
                })
            }
        }
    }
}
