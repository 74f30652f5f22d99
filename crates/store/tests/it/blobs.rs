//! Files in an object store: a folder, and an S3 server.

use bytes::Bytes;
use futures::TryStreamExt;
use group_inspection_core::digest::Digest;
use group_inspection_store::{Error, blob::Blobs};

/// Larger than one part of an upload.
fn content() -> Vec<u8> {
    (0..12 * 1024 * 1024_u32).map(|n| (n % 251) as u8).collect()
}

async fn read(blobs: &Blobs, key: &str) -> Result<Vec<u8>, Error> {
    let pieces: Vec<Bytes> = blobs.read(key).await?.try_collect().await?;
    Ok(pieces.concat())
}

/// What is written is read as it was, and is gone once removed; what is given
/// up was never there.
async fn keeps_and_removes(blobs: &Blobs) {
    let whole = content();
    let mut upload = blobs.upload("attachments/a").await.unwrap();
    for piece in whole.chunks(700_000) {
        upload.write(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    let uploaded = upload.finish().await.unwrap();
    assert_eq!(uploaded.bytes, 12 * 1024 * 1024);
    assert_eq!(uploaded.sha256, Digest::of(&whole).to_string());
    assert_eq!(read(blobs, "attachments/a").await.unwrap(), whole);
    let mut given_up = blobs.upload("attachments/b").await.unwrap();
    given_up.write(Bytes::from_static(b"half")).await.unwrap();
    given_up.abandon().await.unwrap();
    for gone in ["attachments/b", "attachments/never"] {
        assert!(matches!(read(blobs, gone).await, Err(Error::NotFound)));
    }
    blobs.remove("attachments/a").await.unwrap();
    blobs.remove("attachments/a").await.unwrap();
    let removed = read(blobs, "attachments/a").await;
    assert!(matches!(removed, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_folder_keeps_and_removes() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(&folder.path().join("uploads")).unwrap();
    keeps_and_removes(&blobs).await;
}

#[tokio::test]
async fn an_address_of_a_folder_keeps_and_removes() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("file://{}", folder.path().display());
    keeps_and_removes(&Blobs::at(&address, []).unwrap()).await;
}

#[tokio::test]
async fn an_address_of_no_known_kind_is_refused() {
    assert!(Blobs::at("ftp://example/folder", []).is_err());
    assert!(Blobs::at("not an address", []).is_err());
}

#[tokio::test]
#[ignore = "needs an S3 server, named by GROUP_INSPECTION_TEST_S3 with a bucket of the name test"]
async fn with_s3_objects_are_kept_and_removed() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let endpoint = std::env::var("GROUP_INSPECTION_TEST_S3").unwrap();
    let settings = [
        ("AWS_ENDPOINT", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "eu-west-2"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("HOME", "/left/alone"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let blobs = Blobs::at("s3://test/uploads", settings).unwrap();
    keeps_and_removes(&blobs).await;
}
