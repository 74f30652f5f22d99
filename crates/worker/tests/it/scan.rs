//! Files attached to evidence: checked, and scanned by a scanner's socket.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use group_inspection_core::{
    digest::Digest,
    library::{
        archive::Limits,
        attachment::{Attachment, State},
    },
};
use group_inspection_store::{
    blob::Blobs,
    evidence::{self, StoredAttachment},
    jobs::{self, Kind},
    records::{self, Owner},
};
use group_inspection_worker::{
    Handlers, Settings,
    handlers::{Retention, Scan, scan::Scanner},
    settings::Queue,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixListener,
};
use uuid::Uuid;

use crate::support::{Bench, DAY, in_real_time};

/// Speaks as clamd does (clamd(8): zVERSION, zINSTREAM). It finds the text
/// "EICAR", and does not answer the first `deaf` scans.
async fn clamd(listener: UnixListener, deaf: usize) {
    let heard = Arc::new(AtomicUsize::new(0));
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let heard = Arc::clone(&heard);
        tokio::spawn(async move {
            let mut command = Vec::new();
            while command.last() != Some(&0) {
                command.push(stream.read_u8().await.unwrap());
            }
            if command == b"zVERSION\0" {
                stream.write_all(b"ClamAV 1.4.3/27800\0").await.unwrap();
                return;
            }
            assert_eq!(command, b"zINSTREAM\0");
            let mut content = Vec::new();
            loop {
                let length = stream.read_u32().await.unwrap();
                if length == 0 {
                    break;
                }
                let mut piece = vec![0; usize::try_from(length).unwrap()];
                stream.read_exact(&mut piece).await.unwrap();
                content.extend(piece);
            }
            if heard.fetch_add(1, Ordering::SeqCst) < deaf {
                return;
            }
            let found = content.windows(5).any(|run| run == b"EICAR");
            let answer: &[u8] = if found {
                b"stream: Eicar-Signature FOUND\0"
            } else {
                b"stream: OK\0"
            };
            stream.write_all(answer).await.unwrap();
        });
    }
}

fn settings() -> Settings {
    Settings {
        queues: vec![Queue {
            name: jobs::IMPORTS.to_owned(),
            concurrency: 2,
        }],
        // The clock stands still; the test says when to look.
        poll_interval: DAY,
        sweep_every: DAY,
        ..Settings::default()
    }
}

async fn attached(bench: &Bench, blobs: &Blobs, name: &'static str, bytes: &'static [u8]) -> Uuid {
    let id = Uuid::now_v7();
    let key = format!("attachments/{id}");
    let mut upload = blobs.upload(&key).await.unwrap();
    upload.write(Bytes::from_static(bytes)).await.unwrap();
    upload.finish().await.unwrap();
    bench
        .write(move |tx| {
            let stored = StoredAttachment {
                item: Uuid::nil(),
                blob: key.clone(),
                attachment: Attachment {
                    id,
                    name: name.to_owned(),
                    bytes: u64::try_from(bytes.len()).unwrap(),
                    sha256: Digest::of(bytes),
                    state: State::Received,
                },
            };
            records::insert(tx, id, Owner::default(), &stored, None)?;
            let scan = jobs::Scan { attachment_id: id };
            tx.enqueue(&scan.job(id.to_string(), None)?)
        })
        .await;
    id
}

async fn state(bench: &Bench, id: Uuid) -> State {
    bench
        .read(move |connection| evidence::attachment(connection, id))
        .await
        .value
        .attachment
        .state
}

fn with_scan(test: impl AsyncFnOnce(Bench, Blobs, &Path)) {
    in_real_time(async |bench| {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(&folder.path().join("blobs")).unwrap();
        test(bench, blobs, folder.path()).await;
    });
}

#[test]
fn files_are_checked_and_scanned() {
    with_scan(async |bench, blobs, folder| {
        let socket = folder.join("clamd.sock");
        tokio::spawn(clamd(UnixListener::bind(&socket).unwrap(), 0));
        let scanner = Scanner::at(
            &format!("unix:{}", socket.display()),
            Duration::from_secs(20),
        )
        .unwrap();
        let clean = attached(&bench, &blobs, "minutes.pdf", b"%PDF-1.7 minutes").await;
        let infected = attached(&bench, &blobs, "bad.pdf", b"%PDF-1.7 EICAR").await;
        let refused = attached(&bench, &blobs, "tool.pdf", b"MZ a program").await;
        let damaged = attached(&bench, &blobs, "plan.docx", b"PK\x03\x04 nothing").await;
        let scan = Scan::new(blobs.clone(), Limits::default(), Some(scanner));
        let handlers = Handlers::new().with(jobs::Scan::KIND, scan);
        let mut worker = bench.worker(settings(), handlers);
        worker.until(|counts| counts.done >= 4).await;
        worker.stop().await;
        match state(&bench, clean).await {
            State::Clean { scanner, .. } => assert_eq!(scanner, "ClamAV 1.4.3/27800"),
            other => panic!("{other:?}"),
        }
        match state(&bench, infected).await {
            State::Infected { threat, .. } => assert_eq!(threat, "Eicar-Signature"),
            other => panic!("{other:?}"),
        }
        for (id, why) in [(refused, "not what the extension"), (damaged, "damaged")] {
            match state(&bench, id).await {
                State::Refused { reason } => assert!(reason.contains(why), "{reason}"),
                other => panic!("{other:?}"),
            }
        }
    });
}

#[test]
fn a_silent_scanner_leaves_a_file_in_quarantine() {
    with_scan(async |bench, blobs, folder| {
        let socket = folder.join("clamd.sock");
        tokio::spawn(clamd(UnixListener::bind(&socket).unwrap(), usize::MAX));
        let scanner = Scanner::at(
            &format!("unix:{}", socket.display()),
            Duration::from_secs(20),
        )
        .unwrap();
        let id = attached(&bench, &blobs, "minutes.pdf", b"%PDF-1.7 minutes").await;
        let scan = Scan::new(blobs.clone(), Limits::default(), Some(scanner));
        let handlers = Handlers::new().with(jobs::Scan::KIND, scan);
        let mut worker = bench.worker(settings(), handlers);
        worker.until(|counts| counts.retried >= 1).await;
        worker.stop().await;
        assert!(matches!(state(&bench, id).await, State::Quarantined { .. }));
    });
}

#[test]
fn without_a_scanner_a_file_says_that_nothing_scanned_it() {
    with_scan(async |bench, blobs, _| {
        let id = attached(&bench, &blobs, "minutes.txt", b"What was decided.").await;
        let scan = Scan::new(blobs.clone(), Limits::default(), None);
        let handlers = Handlers::new().with(jobs::Scan::KIND, scan);
        let mut worker = bench.worker(settings(), handlers);
        worker.until(|counts| counts.done >= 1).await;
        worker.stop().await;
        match state(&bench, id).await {
            State::Clean { scanner, .. } => assert!(scanner.starts_with("none")),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn files_that_belong_to_nothing_are_removed_after_a_day() {
    with_scan(async |bench, blobs, _| {
        let kept = attached(&bench, &blobs, "minutes.txt", b"What was decided.").await;
        let mut cut_off = blobs.upload("attachments/orphan").await.unwrap();
        cut_off.write(Bytes::from_static(b"half")).await.unwrap();
        cut_off.finish().await.unwrap();
        let sweep = async || {
            bench
                .write(|tx| tx.enqueue(&jobs::Retention {}.job("daily", None)?))
                .await;
            let handlers =
                Handlers::new().with(jobs::Retention::KIND, Retention::new(blobs.clone()));
            let mut worker = bench.worker(settings(), handlers);
            worker.until(|counts| counts.done >= 1).await;
            worker.stop().await;
        };
        sweep().await;
        assert!(blobs.read("attachments/orphan").await.is_ok(), "too soon");
        bench.clock.advance(chrono::TimeDelta::days(2));
        sweep().await;
        assert!(blobs.read("attachments/orphan").await.is_err());
        let kept = format!("attachments/{kept}");
        assert!(blobs.read(&kept).await.is_ok());
    });
}
