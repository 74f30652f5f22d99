//! The conformance check against services that do not keep the contract.

use std::{
    io::{Read, Write},
    net::TcpListener,
};

use crate::process::program;

/// A service that answers everything with the same words.
fn parrot(answer: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let mut head = [0; 16 * 1024];
                let _ = stream.read(&mut head);
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                     content-length: {}\r\nconnection: close\r\n\r\n{answer}",
                    answer.len()
                );
                // What is still being sent has to be read, or the answer is lost.
                let _ = stream.shutdown(std::net::Shutdown::Write);
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
            });
        }
    });
    format!("http://{address}")
}

#[test]
fn a_service_that_agrees_to_everything_keeps_no_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let url = parrot(r#"{"id":"01a2231a-6e1a-7462-9c7d-c5f515598517","body_id":"b"}"#);
    let done = program(folder.path())
        .args(["conformance", "--url", &url, "--key", "any", "--inspection"])
        .arg("01a2231a-6e1a-7462-9c7d-c5f515598517")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(!done.status.success(), "{told}");
    let met: Vec<&str> = told
        .lines()
        .filter(|line| line.starts_with("  ok"))
        .collect();
    // Allowing no other site's script is all that such a service gets right.
    assert_eq!(met, ["  ok      no other site's script may read answers"]);
}

#[test]
fn without_an_inspection_that_takes_evidence_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let done = program(folder.path())
        .args(["conformance", "--url", &parrot("{}"), "--key", "any"])
        .output()
        .unwrap();
    assert!(!done.status.success());
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.contains("name one with --inspection"), "{said}");
}
