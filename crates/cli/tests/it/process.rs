//! Running the program, and talking to it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// How long any one thing may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The program, on data of its own, with nothing of this environment.
pub(crate) fn program(data: &Path) -> Command {
    program_at(Path::new(env!("CARGO_BIN_EXE_group-inspection")), data)
}

/// The same, of another build.
pub(crate) fn program_at(program: &Path, data: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars() {
        if name.starts_with("GROUP_INSPECTION_") {
            command.env_remove(name);
        }
    }
    command.env("GROUP_INSPECTION_DATA_DIR", data);
    command
}

/// Runs a command to its end; returns standard output.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A running service. Killed with -9 when dropped.
pub(crate) struct Service {
    child: Child,
    pub(crate) origin: String,
}

impl Service {
    /// Starts `role` on a free port and waits until it serves.
    pub(crate) fn start(mut command: Command, role: &str) -> Self {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut child = command
            .arg(role)
            .env("GROUP_INSPECTION_BIND", format!("127.0.0.1:{port}"))
            .env("GROUP_INSPECTION_LOG", "error")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut lines = stderr.lines();
        if role != "work" {
            let serving = lines
                .by_ref()
                .map_while(Result::ok)
                .any(|line| line.starts_with("Serving on "));
            assert!(serving, "the service did not start");
        }
        // What it says later must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            origin: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Kills it with -9.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Calls the API.
pub(crate) struct Client {
    http: reqwest::Client,
    key: String,
}

impl Client {
    pub(crate) fn new(key: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            key: key.trim().to_owned(),
        }
    }

    pub(crate) async fn get(&self, url: String) -> Value {
        let answer = self
            .http
            .get(&url)
            .bearer_auth(&self.key)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{url}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn text(&self, url: String) -> (u16, String) {
        let answer = self.http.get(&url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub(crate) async fn post(&self, url: String, key: &str, body: &Value) -> Value {
        let answer = self
            .http
            .post(&url)
            .bearer_auth(&self.key)
            .header("idempotency-key", format!("\"{key}\""))
            .json(body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{url}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Follows an operation to its good end.
    pub(crate) async fn follow(&self, origin: &str, begun: &Value) -> Value {
        let path = begun["operation"].as_str().unwrap();
        let end = Instant::now() + PATIENCE;
        loop {
            let operation = self.get(format!("{origin}{path}")).await;
            match operation["state"].as_str().unwrap() {
                "succeeded" => return operation["result"].clone(),
                "failed" => panic!("{operation}"),
                _ => assert!(Instant::now() < end, "{operation}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
