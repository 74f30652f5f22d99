//! Which files may be attached: by their first bytes and by their name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Media type of an attachment.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    /// Portable document.
    Pdf,
    /// Word document without macros.
    Docx,
    /// Excel workbook without macros.
    Xlsx,
    /// PowerPoint presentation without macros.
    Pptx,
    /// OpenDocument text.
    Odt,
    /// OpenDocument spreadsheet.
    Ods,
    /// Comma-separated values in UTF-8.
    Csv,
    /// Plain text in UTF-8.
    Txt,
    /// PNG image.
    Png,
    /// JPEG image.
    Jpeg,
}

/// Why a file is refused before it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaRefusal {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than allowed.
    #[error("the file has {bytes} bytes; {maximum} are allowed")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// Size allowed.
        maximum: u64,
    },
    /// The name has no extension, or one that is not allowed.
    #[error("files named like {0} are not allowed")]
    Extension(String),
    /// The content is not what the name says.
    #[error("the content is not what the extension {0} says")]
    NotAsNamed(String),
    /// The name could lead outside a folder, or shows as another name.
    #[error("the name holds characters that are not allowed")]
    Name,
}

const ZIP: &[u8] = b"PK\x03\x04";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";
const PDF: &[u8] = b"%PDF-";
/// What files begin with that could pass for text.
const NO_TEXT: [&[u8]; 5] = [b"%PDF-", b"%!PS", b"{\\rtf", b"<?xml", b"MZ"];

/// Characters that turn the direction of writing and so disguise a name.
const TURNING: std::ops::RangeInclusive<char> = '\u{202A}'..='\u{202E}';
const ISOLATING: std::ops::RangeInclusive<char> = '\u{2066}'..='\u{2069}';
/// Characters of a name at the most.
const NAME_MAXIMUM: usize = 200;

impl MediaType {
    /// The type with this extension, in lower case.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "pdf" => Self::Pdf,
            "docx" => Self::Docx,
            "xlsx" => Self::Xlsx,
            "pptx" => Self::Pptx,
            "odt" => Self::Odt,
            "ods" => Self::Ods,
            "csv" => Self::Csv,
            "txt" => Self::Txt,
            "png" => Self::Png,
            "jpg" | "jpeg" => Self::Jpeg,
            _ => return None,
        })
    }

    /// Registered name of the type.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Csv => "text/csv",
            Self::Txt => "text/plain",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// Whether the file is an archive, so that [`super::archive::check`] must
    /// read its entries.
    #[must_use]
    pub const fn is_archive(self) -> bool {
        match self {
            Self::Docx | Self::Xlsx | Self::Pptx | Self::Odt | Self::Ods => true,
            Self::Pdf | Self::Csv | Self::Txt | Self::Png | Self::Jpeg => false,
        }
    }

    /// An entry that an archive of this type holds; `None` for other files.
    #[must_use]
    pub const fn telling_entry(self) -> Option<&'static str> {
        match self {
            Self::Docx => Some("word/document.xml"),
            Self::Xlsx => Some("xl/workbook.xml"),
            Self::Pptx => Some("ppt/presentation.xml"),
            Self::Odt | Self::Ods => Some("content.xml"),
            Self::Pdf | Self::Csv | Self::Txt | Self::Png | Self::Jpeg => None,
        }
    }

    fn begins(self, head: &[u8]) -> bool {
        match self {
            Self::Pdf => head.starts_with(PDF),
            Self::Docx | Self::Xlsx | Self::Pptx => head.starts_with(ZIP),
            // OpenDocument says its type in its first entry, uncompressed.
            Self::Odt | Self::Ods => {
                let mime = self.mime().as_bytes();
                head.starts_with(ZIP) && head.windows(mime.len()).any(|run| run == mime)
            }
            Self::Png => head.starts_with(PNG),
            Self::Jpeg => head.starts_with(JPEG),
            Self::Csv | Self::Txt => is_text(head),
        }
    }
}

/// Recognises a file by its name and its first bytes (a kilobyte is enough),
/// which must agree.
///
/// # Errors
///
/// Why it is refused.
pub fn recognise(
    name: &str,
    head: &[u8],
    bytes: u64,
    maximum: u64,
) -> Result<MediaType, MediaRefusal> {
    let disguised = |letter: char| {
        letter.is_control()
            || matches!(letter, '/' | '\\' | ':')
            || TURNING.contains(&letter)
            || ISOLATING.contains(&letter)
    };
    if name.contains(disguised) || name.starts_with('.') || name.chars().count() > NAME_MAXIMUM {
        return Err(MediaRefusal::Name);
    }
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_lowercase())
        .unwrap_or_default();
    let media = MediaType::of_extension(&extension)
        .ok_or_else(|| MediaRefusal::Extension(extension.clone()))?;
    if head.is_empty() || bytes == 0 {
        return Err(MediaRefusal::Empty);
    }
    if bytes > maximum {
        return Err(MediaRefusal::TooLarge { bytes, maximum });
    }
    if media.begins(head) {
        Ok(media)
    } else {
        Err(MediaRefusal::NotAsNamed(extension))
    }
}

/// Whether bytes are UTF-8 text without control characters. The last letter
/// may be cut.
fn is_text(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if NO_TEXT.iter().any(|start| head.starts_with(start)) {
        return false;
    }
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            let valid = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
        Err(_) => return false,
    };
    text.chars()
        .all(|letter| !letter.is_control() || matches!(letter, '\t' | '\r' | '\n'))
}
