//! Digest of a file while it is read.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// Passes bytes through and keeps their SHA-256 digest and number.
///
/// Registers keep their file name while their content changes daily, and a
/// month's Ofsted file can be issued again, so the digest is what identifies
/// the file that was read.
#[derive(Debug, Clone)]
pub struct Sha256Reader<R> {
    inner: R,
    hasher: Sha256,
    bytes: u64,
}

impl<R: Read> Sha256Reader<R> {
    /// Starts over `inner`.
    #[must_use]
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hasher: Sha256::new(),
            bytes: 0,
        }
    }

    /// Bytes passed through so far.
    #[must_use]
    pub const fn byte_count(&self) -> u64 {
        self.bytes
    }

    /// Lower-case hexadecimal SHA-256 of the bytes passed through so far.
    #[must_use]
    pub fn digest_hex(&self) -> String {
        hex::encode(self.hasher.clone().finalize())
    }

    /// Reads what is left, so that the digest covers the whole file even when
    /// its reader stopped early.
    ///
    /// # Errors
    /// Any error of the underlying reader.
    pub fn drain(&mut self) -> io::Result<()> {
        let mut buffer = [0_u8; 16 * 1024];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The underlying reader.
    #[must_use]
    pub fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: Read> Read for Sha256Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn digest_covers_every_byte() {
        let mut reader = Sha256Reader::new(&b"abc"[..]);
        let mut one = [0_u8; 1];
        assert_eq!(reader.read(&mut one).unwrap(), 1);
        reader.drain().unwrap();
        assert_eq!(reader.byte_count(), 3);
        assert_eq!(
            reader.digest_hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
