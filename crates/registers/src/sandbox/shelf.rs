//! Where the files go.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::SandboxError;

/// A place for files.
pub trait Shelf {
    /// A new, empty file.
    ///
    /// # Errors
    ///
    /// When the file cannot be made.
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write>>;
}

/// A folder on disk.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A folder, made where it is missing.
    ///
    /// # Errors
    ///
    /// [`SandboxError::File`] when it cannot be made.
    pub fn new(path: &Path) -> Result<Self, SandboxError> {
        fs::create_dir_all(path).map_err(|source| SandboxError::File {
            name: path.display().to_string(),
            source,
        })?;
        Ok(Self(path.to_owned()))
    }
}

impl Shelf for Folder {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write>> {
        let file = File::create(self.0.join(name))?;
        Ok(Box::new(BufWriter::with_capacity(1 << 20, file)))
    }
}

/// Files in memory, for tests.
#[derive(Debug, Clone, Default)]
pub struct Memory(Rc<RefCell<BTreeMap<String, Vec<u8>>>>);

impl Memory {
    /// The files by name.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.0.borrow().clone()
    }
}

impl Shelf for Memory {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write>> {
        self.0.borrow_mut().insert(name.to_owned(), Vec::new());
        Ok(Box::new(MemoryFile {
            files: self.0.clone(),
            name: name.to_owned(),
        }))
    }
}

struct MemoryFile {
    files: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    name: String,
}

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(file) = self.files.borrow_mut().get_mut(&self.name) {
            file.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
