//! The application on a real socket: what only a connection can show.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    time::{Duration, Instant},
};

use group_inspection_api::{Limits, serve};
use group_inspection_store::actor::Scope;
use tokio::sync::oneshot;

use crate::test_app::TestApp;

/// Serves `app` while `client` runs on a thread of its own.
async fn with_socket<T: Send + 'static>(
    app: &TestApp,
    client: impl FnOnce(SocketAddr) -> T + Send + 'static,
) -> T {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let state = app.state.clone();
    let server = actix_web::rt::spawn(async move {
        let told = async move {
            let _ = stopped.await;
        };
        serve(listener, state, told, std::future::ready(())).await
    });
    let result = tokio::task::spawn_blocking(move || client(address))
        .await
        .unwrap();
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    result
}

fn exchange(address: SocketAddr, request: &str, then: Option<Shutdown>) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    if let Some(how) = then {
        stream.shutdown(how).unwrap();
        if how == Shutdown::Both {
            return String::new();
        }
    }
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[actix_web::test]
async fn head_is_answered_without_a_body() {
    let app = TestApp::new().await;
    let answer = with_socket(&app, |address| {
        exchange(
            address,
            "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            None,
        )
    })
    .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("content-length: "), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[actix_web::test]
async fn a_connection_lost_during_an_upload_leaves_nothing() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    for how in [Shutdown::Write, Shutdown::Both] {
        let request = format!(
            "POST /v1/imports?filename=a.csv HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\
             Idempotency-Key: k\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nonly this"
        );
        with_socket(&app, move |address| exchange(address, &request, Some(how))).await;
    }
    let until = Instant::now() + Duration::from_secs(5);
    while app.kept_files() > 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(app.kept_files(), 0);
    let listed = app.get("/v1/imports").key(&key).send().await.value();
    assert_eq!(listed["items"].as_array().unwrap().len(), 0);
}

#[actix_web::test]
async fn a_body_too_large_in_pieces_is_refused() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let answer = with_socket(&app, move |address| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let head = format!(
            "POST /v1/bodies HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\
             Idempotency-Key: k\r\nContent-Type: application/json\r\n\
             Transfer-Encoding: chunked\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let piece = format!("{:x}\r\n{}\r\n", 65_536, " ".repeat(65_536));
        for _ in 0..40 {
            if stream.write_all(piece.as_bytes()).is_err() {
                break;
            }
        }
        let mut answer = [0; 32];
        let length = stream.read(&mut answer).unwrap_or(0);
        String::from_utf8_lossy(&answer[..length]).into_owned()
    })
    .await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

/// The first bytes of what comes back.
fn beginning(stream: &mut TcpStream) -> String {
    let mut answer = [0; 512];
    let length = stream.read(&mut answer).unwrap_or(0);
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let app = TestApp::with_limits(Limits {
        body_patience: Duration::from_millis(200),
        ..Limits::default()
    })
    .await;
    let key = app.key(&[Scope::Admin]).await;
    for target in ["/v1/bodies", "/v1/imports?filename=a.csv"] {
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\
             Idempotency-Key: k\r\nContent-Type: application/json\r\n\
             Content-Length: 1000\r\n\r\n{{"
        );
        // The connection stays open; only the service ends it.
        let answer = with_socket(&app, move |address| exchange(address, &request, None)).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{target}: {answer}");
        assert!(answer.contains("too slowly"), "{target}: {answer}");
    }
    assert_eq!(app.kept_files(), 0);
}

#[actix_web::test]
async fn headers_without_end_are_refused() {
    let app = TestApp::new().await;
    let many: String = (0..5_000).map(|n| format!("X-{n}: 1\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "a".repeat(1024 * 1024));
    for headers in [many, long] {
        let answer = with_socket(&app, move |address| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream
                .set_read_timeout(Some(Duration::from_secs(20)))
                .unwrap();
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n");
            // The service may hang up before all is sent.
            let _ = stream.write_all(headers.as_bytes());
            let _ = stream.write_all(b"\r\n");
            beginning(&mut stream)
        })
        .await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    let still = with_socket(&app, |address| {
        exchange(
            address,
            "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            None,
        )
    })
    .await;
    assert!(still.starts_with("HTTP/1.1 200"), "{still}");
}

#[actix_web::test]
async fn many_small_pieces_make_one_body() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let answer = with_socket(&app, move |address| {
        let body = r#"{"kind":"independent_group","name":"Ash Schools"}"#;
        let padded = format!("{}{body}", " ".repeat(20_000));
        let mut request = format!(
            "POST /v1/bodies HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\
             Idempotency-Key: k\r\nContent-Type: application/json\r\n\
             Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        );
        for byte in padded.chars() {
            request.push_str(&format!("1\r\n{byte}\r\n"));
        }
        request.push_str("0\r\n\r\n");
        exchange(address, &request, None)
    })
    .await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

#[actix_web::test]
async fn a_message_with_two_lengths_is_refused() {
    let app = TestApp::new().await;
    for lengths in [
        "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: +4\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
    ] {
        let request = format!(
            "POST /v1/bodies HTTP/1.1\r\nHost: a\r\n{lengths}Connection: close\r\n\r\n\
             0\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        );
        let answer = with_socket(&app, move |address| exchange(address, &request, None)).await;
        assert!(!answer.contains("HTTP/1.1 200"), "{lengths}: {answer}");
    }
}

#[actix_web::test]
async fn a_service_told_to_stop_says_so_and_still_answers() {
    let app = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let state = app.state.clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let (let_go, drained) = oneshot::channel::<()>();
    let server = actix_web::rt::spawn(async move {
        let told = async move {
            let _ = stopped.await;
        };
        let drained = async move {
            let _ = drained.await;
        };
        serve(listener, state, told, drained).await
    });
    let get = |path: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        async move {
            tokio::task::spawn_blocking(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                stream
                    .set_read_timeout(Some(Duration::from_secs(20)))
                    .unwrap();
                stream.write_all(request.as_bytes()).unwrap();
                let mut answer = vec![0; 16 * 1024];
                let length = stream.read(&mut answer).unwrap();
                String::from_utf8_lossy(&answer[..length]).into_owned()
            })
            .await
            .unwrap()
        }
    };
    let before = get("/readyz").await;
    assert!(before.starts_with("HTTP/1.1 200"), "{before}");
    assert!(!before.contains("connection: close"), "{before}");
    stop.send(()).unwrap();
    while get("/readyz").await.starts_with("HTTP/1.1 200") {}
    let ready = get("/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 503"), "{ready}");
    assert!(ready.contains("about to stop"), "{ready}");
    let alive = get("/livez").await;
    assert!(alive.starts_with("HTTP/1.1 200"), "{alive}");
    assert!(alive.contains("connection: close"), "{alive}");
    let_go.send(()).unwrap();
    server.await.unwrap().unwrap();
}
