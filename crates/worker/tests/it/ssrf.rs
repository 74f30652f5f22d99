//! A name is resolved once for each call, and what it leads to is looked at
//! each time, also where a connection is still open.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::future::BoxFuture;
use group_inspection_worker::webhook::{Answer, Request, Sender, Settings, route::Resolve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use uuid::Uuid;

/// Leads to one address after another.
struct Fickle {
    answers: Vec<&'static str>,
    asked: Arc<AtomicUsize>,
}

impl Resolve for Fickle {
    fn resolve<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let address = self.answers[turn].parse().unwrap();
        Box::pin(async move { Ok(vec![address]) })
    }
}

/// A receiver that keeps its connections; counts connections and calls.
async fn keeping() -> (u16, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (connections, calls) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = (Arc::clone(&connections), Arc::clone(&calls));
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.0.fetch_add(1, Ordering::SeqCst);
            let calls = Arc::clone(&counted.1);
            tokio::spawn(async move {
                let mut read = vec![0; 4096];
                let mut seen = String::new();
                while let Ok(some @ 1..) = stream.read(&mut read).await {
                    seen.push_str(&String::from_utf8_lossy(&read[..some]));
                    while let Some(end) = seen.find("\r\n\r\n{}") {
                        seen.drain(..end + 6);
                        calls.fetch_add(1, Ordering::SeqCst);
                        stream
                            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
                            .await
                            .unwrap();
                    }
                }
            });
        }
    });
    (port, connections, calls)
}

#[tokio::test]
async fn a_name_that_leads_inside_later_is_not_called_although_a_connection_is_open() {
    let (port, connections, calls) = keeping().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let sender = Sender::new(Settings {
        allow_loopback: true,
        ..Settings::default()
    })
    .unwrap()
    .with_resolver(Fickle {
        answers: vec![
            "127.0.0.1",
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "127.0.0.1",
        ],
        asked: Arc::clone(&asked),
    });
    let request = Request {
        url: format!("http://hooks.example:{port}/"),
        keys: vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()],
        id: Uuid::from_u128(7),
        at: "2026-09-15T09:00:00Z".parse().unwrap(),
        body: "{}".into(),
        traced: None,
    };
    let accepted = Answer::Accepted { status: 204 };
    assert_eq!(sender.send(&request).await, accepted);
    assert_eq!(sender.send(&request).await, accepted);
    let open = (
        connections.load(Ordering::SeqCst),
        calls.load(Ordering::SeqCst),
    );
    assert_eq!(open, (1, 2), "the connection was used again");
    for _ in 0..2 {
        let answer = sender.send(&request).await;
        assert!(
            matches!(
                answer,
                Answer::Blocked {
                    error: "address",
                    ..
                }
            ),
            "{answer:?}"
        );
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(sender.send(&request).await, accepted);
    assert_eq!(asked.load(Ordering::SeqCst), 5, "once for each call");
}
