//! Register files as they lie on this machine.

use std::{fs::File, io::Read, path::Path, sync::Arc};

use chrono::NaiveDate;
use group_inspection_registers::Sha256Reader;
use group_inspection_store::{Error, imports::NewFile, register::Open};

use crate::failure::Failure;

/// A file as an import records it; its path stands for the upload.
pub(crate) fn described(path: &Path, as_at: Option<NaiveDate>) -> Result<NewFile, Failure> {
    let doing = format!("reading {}", path.display());
    let file = File::open(path).map_err(|error| Failure::because(&doing, error))?;
    let mut reader = Sha256Reader::new(file);
    reader
        .drain()
        .map_err(|error| Failure::because(&doing, error))?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(NewFile {
        file_name: name.to_string_lossy().into_owned(),
        as_at,
        sha256: reader.digest_hex(),
        bytes: reader.byte_count(),
        blob: path.to_string_lossy().into_owned(),
    })
}

/// Opens the files that [`described`] described.
pub(crate) fn opener() -> Open {
    Arc::new(|path| {
        let file =
            File::open(path).map_err(|error| Error::internal("opening a register file", error))?;
        Ok(Box::new(file) as Box<dyn Read>)
    })
}
