//! What the typesetter can see: our template, the data of one report and our
//! two fonts. No file system, no clock, no network.

use std::sync::LazyLock;

use typst::{
    Feature, Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use super::PdfError;

const TEMPLATE: &str = include_str!("template.typ");
const REGULAR: &[u8] = include_bytes!("../../fonts/LiberationSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/LiberationSans-Bold.ttf");

/// What is the same for every report.
struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    document: FileId,
    attachment: FileId,
}

fn shared() -> Result<&'static Shared, PdfError> {
    static SHARED: LazyLock<Option<Shared>> = LazyLock::new(|| {
        let fonts: Vec<Font> = [REGULAR, BOLD]
            .into_iter()
            .filter_map(|data| Font::new(Bytes::new(data), 0))
            .collect();
        if fonts.len() != 2 {
            return None;
        }
        let library = Library::builder()
            // Row headers of tables are still behind this switch.
            .with_features([Feature::A11yExtras].into_iter().collect())
            .build();
        Some(Shared {
            library: LazyHash::new(library),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(file("report.typ")?, TEMPLATE.to_owned()),
            document: file("document.json")?,
            attachment: file("report.json")?,
        })
    });
    SHARED
        .as_ref()
        .ok_or(PdfError::Setup("fonts or template cannot be read"))
}

fn file(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// The fonts a document is set in.
pub(super) fn fonts() -> Result<&'static [Font], PdfError> {
    Ok(&shared()?.fonts)
}

/// The world of one report.
pub(super) struct ReportWorld {
    shared: &'static Shared,
    document: Bytes,
    attachment: Bytes,
}

impl ReportWorld {
    pub(super) fn new(document: Vec<u8>, attachment: Vec<u8>) -> Result<Self, PdfError> {
        Ok(Self {
            shared: shared()?,
            document: Bytes::new(document),
            attachment: Bytes::new(attachment),
        })
    }
}

impl World for ReportWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.shared.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.shared.template.id() {
            Ok(self.shared.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.shared.document {
            Ok(self.document.clone())
        } else if id == self.shared.attachment {
            Ok(self.attachment.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
