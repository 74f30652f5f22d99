//! The program while it runs, and a client for it.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStderr, ChildStdout, Command, Stdio},
    sync::{Arc, Condvar, Mutex},
    thread::JoinHandle,
    time::Duration,
};

/// How long any one thing may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// The program, on data of its own, with nothing of this environment.
pub(crate) fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_group-inspection"));
    for (name, _) in std::env::vars() {
        if name.starts_with("GROUP_INSPECTION_") {
            command.env_remove(name);
        }
    }
    command.env("GROUP_INSPECTION_DATA_DIR", data);
    command
}

pub(crate) fn free_address() -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Lines of standard error so far.
type Said = Arc<(Mutex<Vec<String>>, Condvar)>;

pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    said: Said,
    listening: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Said::default();
        let stderr = child.stderr.take().unwrap();
        let listening = std::thread::spawn({
            let said = Arc::clone(&said);
            move || listen(stderr, &said)
        });
        Self {
            out: BufReader::new(child.stdout.take().unwrap()),
            child,
            said,
            listening: Some(listening),
        }
    }

    /// Lines of standard output up to one that begins like this.
    pub(crate) fn until(&mut self, beginning: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.out.read_line(&mut line).unwrap();
            assert!(
                read > 0,
                "it ended: {lines:?} {:?}",
                self.said.0.lock().unwrap()
            );
            let is_it = line.starts_with(beginning);
            lines.push(line);
            if is_it {
                return lines;
            }
        }
    }

    /// Waits for a line of standard error that begins like this.
    pub(crate) fn until_said(&self, beginning: &str) {
        let (lines, more) = &*self.said;
        let is_said =
            |lines: &mut Vec<String>| !lines.iter().any(|line| line.starts_with(beginning));
        let (lines, waited) = more
            .wait_timeout_while(lines.lock().unwrap(), PATIENCE, is_said)
            .unwrap();
        assert!(!waited.timed_out(), "{lines:?}");
    }

    /// Stops it in order; returns all it said on standard error.
    pub(crate) fn stop(mut self) -> String {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(told.success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        let status = self.child.wait().unwrap();
        self.listening.take().unwrap().join().unwrap();
        let said = self.said.0.lock().unwrap().join("\n");
        assert!(status.success(), "{status} {rest} {said}");
        said
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(stderr: ChildStderr, said: &Said) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        said.0.lock().unwrap().push(line);
        said.1.notify_all();
    }
}

/// Asks for a page.
pub(crate) fn get(url: &str, headers: &[(&str, &str)]) -> (u16, String) {
    thread_local! {
        static CLIENT: reqwest::blocking::Client = {
            let _ = rustls::crypto::ring::default_provider().install_default();
            reqwest::blocking::Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .unwrap()
        };
    }
    CLIENT.with(|client| {
        let mut asked = client.get(url);
        for (name, value) in headers {
            asked = asked.header(*name, *value);
        }
        let answer = asked.send().unwrap();
        (answer.status().as_u16(), answer.text().unwrap())
    })
}
