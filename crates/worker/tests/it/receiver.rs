//! A receiver of webhooks that answers as it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub line: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

/// In the place of an answer: none, and the connection stays.
pub const HANGS: &str = "";

pub struct Receiver {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// Gives these answers in turn: everything after `HTTP/1.1 `.
    pub async fn answering(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let answers: VecDeque<String> = answers.iter().map(|text| (*text).to_owned()).collect();
        let task = tokio::spawn(serve(listener, Arc::clone(&received), answers));
        Self {
            url,
            received,
            task,
        }
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    listener: TcpListener,
    received: Arc<Mutex<Vec<Received>>>,
    mut answers: VecDeque<String>,
) {
    let mut hanging = Vec::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let request = read(&mut stream).await;
        received.lock().unwrap().push(request);
        let answer = answers.pop_front().expect("no more calls than answers");
        if answer == HANGS {
            hanging.push(stream);
            continue;
        }
        // Each call has a connection of its own, so that none is used again
        // just as it is closed.
        let close = "\r\nconnection: close\r\n";
        let text = match answer.split_once("\r\n") {
            Some((status, rest)) => format!("HTTP/1.1 {status}{close}{rest}"),
            None => format!("HTTP/1.1 {answer}{close}content-length: 0\r\n\r\n"),
        };
        // The sender may hang up before it has read everything.
        let _ = stream.write_all(text.as_bytes()).await;
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Received {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    let mut headers = HeaderMap::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(
            name.parse::<HeaderName>().unwrap(),
            value.parse::<HeaderValue>().unwrap(),
        );
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.to_str().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    Received {
        line: line.trim_end().to_owned(),
        headers,
        body,
    }
}
