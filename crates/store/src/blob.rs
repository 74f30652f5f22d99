//! Files: uploads on their way into the register, and attachments.
//!
//! Kept in an object store: a folder on one node, shared storage on several.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, WriteMultipart, local::LocalFileSystem,
    path::Path as Key, prefix::PrefixStore,
};
use sha2::{Digest, Sha256};

use crate::Error;

/// The object store.
#[derive(Debug, Clone)]
pub struct Blobs {
    objects: Arc<dyn ObjectStore>,
}

/// An upload in progress. Dropped without [`Upload::finish`] it leaves
/// nothing behind.
#[derive(Debug)]
pub struct Upload {
    writer: WriteMultipart,
    hash: Sha256,
    bytes: u64,
    key: String,
}

/// What an upload turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// Key to read it by.
    pub key: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// Parts of an upload that may be in flight at once.
const PARTS_IN_FLIGHT: usize = 2;

impl Blobs {
    /// Objects as files below `folder`, which is created if missing.
    ///
    /// # Errors
    /// If the folder cannot be used.
    pub fn folder(folder: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::internal("the folder for uploads", error))?;
        let objects = LocalFileSystem::new_with_prefix(folder)
            .map_err(|error| Error::internal("the folder for uploads", error))?
            .with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
        })
    }

    /// Objects at an address such as `s3://bucket/folder`. Settings of the
    /// provider, such as `AWS_REGION` or `AWS_ENDPOINT`, are found among
    /// `settings`; others there are left alone.
    ///
    /// # Errors
    /// If the address is of no known kind, or a setting is missing.
    pub fn at(
        address: &str,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Error> {
        let failed = |error: &dyn std::fmt::Display| Error::internal("the object store", error);
        let url = url::Url::parse(address).map_err(|error| failed(&error))?;
        let settings = settings
            .into_iter()
            .filter(|(name, _)| name.to_ascii_lowercase().starts_with("aws_"));
        let (objects, folder) =
            object_store::parse_url_opts(&url, settings).map_err(|error| failed(&error))?;
        Ok(Self {
            objects: Arc::new(PrefixStore::new(objects, folder)),
        })
    }

    /// Begins an upload under `key`.
    ///
    /// # Errors
    /// If the object store refuses.
    pub async fn upload(&self, key: &str) -> Result<Upload, Error> {
        let upload = self
            .objects
            .put_multipart(&Key::from(key))
            .await
            .map_err(|error| Error::internal("beginning an upload", error))?;
        Ok(Upload {
            writer: WriteMultipart::new(upload),
            hash: Sha256::new(),
            bytes: 0,
            key: key.to_owned(),
        })
    }

    /// The content under `key`, piece by piece.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, or if the object store fails.
    pub async fn read(&self, key: &str) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let got = self
            .objects
            .get(&Key::from(key))
            .await
            .map_err(|error| match error {
                object_store::Error::NotFound { .. } => Error::NotFound,
                other => Error::internal("reading an upload", other),
            })?;
        Ok(got
            .into_stream()
            .map(|piece| piece.map_err(|error| Error::internal("reading an upload", error)))
            .boxed())
    }

    /// Keys in a folder that were last written before a time.
    ///
    /// # Errors
    /// If the object store fails.
    pub async fn older(&self, folder: &str, than: DateTime<Utc>) -> Result<Vec<String>, Error> {
        let all: Vec<ObjectMeta> = self
            .objects
            .list(Some(&Key::from(folder)))
            .try_collect()
            .await
            .map_err(|error| Error::internal("listing uploads", error))?;
        Ok(all
            .into_iter()
            .filter(|object| object.last_modified < than)
            .map(|object| object.location.to_string())
            .collect())
    }

    /// Removes the content under `key`; nothing happens if there is none.
    ///
    /// # Errors
    /// If the object store fails.
    pub async fn remove(&self, key: &str) -> Result<(), Error> {
        match self.objects.delete(&Key::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal("removing an upload", error)),
        }
    }
}

impl Upload {
    /// Takes the next piece.
    ///
    /// # Errors
    /// If the object store fails.
    pub async fn write(&mut self, piece: Bytes) -> Result<(), Error> {
        self.writer
            .wait_for_capacity(PARTS_IN_FLIGHT)
            .await
            .map_err(|error| Error::internal("writing an upload", error))?;
        self.hash.update(&piece);
        self.bytes += piece.len() as u64;
        self.writer.put(piece);
        Ok(())
    }

    /// Bytes taken so far.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes the upload durable under its key.
    ///
    /// # Errors
    /// If the object store fails; then there is nothing under the key.
    pub async fn finish(self) -> Result<Uploaded, Error> {
        self.writer
            .finish()
            .await
            .map_err(|error| Error::internal("finishing an upload", error))?;
        Ok(Uploaded {
            key: self.key,
            sha256: hex::encode(self.hash.finalize()),
            bytes: self.bytes,
        })
    }

    /// Gives the upload up and removes its parts.
    ///
    /// # Errors
    /// If the object store fails.
    pub async fn abandon(self) -> Result<(), Error> {
        self.writer
            .abort()
            .await
            .map_err(|error| Error::internal("abandoning an upload", error))
    }
}
