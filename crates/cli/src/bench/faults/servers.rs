//! A private PostgreSQL and a private Redis, and what is done to them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep},
};

use super::{
    PATIENCE,
    signals::{Signal, send},
};
use crate::failure::Failure;

/// Pause between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A PostgreSQL server of our own that writes to disk as one in production.
pub(super) struct Postgres {
    programs: PathBuf,
    data: PathBuf,
    sockets: PathBuf,
    pub(super) port: u16,
    /// One thing at a time is done to it.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Postgres {
    /// Makes and starts one below `folder`.
    pub(super) fn start(folder: &Path) -> Result<Self, Failure> {
        let doing = "a private PostgreSQL";
        let programs = programs()?;
        let (data, sockets) = (folder.join("postgres"), folder.join("sockets"));
        for place in [&data, &sockets] {
            fs::create_dir(place).map_err(|error| Failure::because(doing, error))?;
            fs::set_permissions(place, fs::Permissions::from_mode(0o700))
                .map_err(|error| Failure::because(doing, error))?;
            if is_root() {
                run(Command::new("chown").arg("postgres").arg(place))?;
            }
        }
        let server = Self {
            programs,
            data,
            sockets,
            port: free_port()?,
            turn: tokio::sync::Mutex::default(),
        };
        run(server
            .program("initdb")
            .args(["--no-sync", "--username=postgres", "--auth=trust"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "-D"])
            .arg(&server.data))?;
        server.control(&["start"])?;
        Ok(server)
    }

    /// Its address without anything in between.
    pub(super) fn url(&self) -> String {
        format!(
            "postgresql:///postgres?host={}&port={}&user=postgres",
            self.sockets.display(),
            self.port
        )
    }

    /// Its address by way of a port of this machine.
    pub(super) fn url_by_way_of(port: u16) -> String {
        format!("postgresql://postgres@127.0.0.1:{port}/postgres")
    }

    /// Restarts it: `fast` asks sessions to go, `immediate` is a crash.
    pub(super) async fn restart(&self, mode: &str) -> Result<(), Failure> {
        let mut command = self.control_command(&["restart", "-m", mode]);
        tokio::task::spawn_blocking(move || run(&mut command))
            .await
            .map_err(|error| Failure::because("restarting PostgreSQL", error))?
    }

    /// Stops every process of it for a while.
    pub(super) async fn pause(&self, time: Duration) -> Result<(), Failure> {
        let stopped = self.processes()?;
        send(Signal::Stop, &stopped);
        sleep(time).await;
        send(Signal::Continue, &stopped);
        Ok(())
    }

    /// The postmaster and its children.
    fn processes(&self) -> Result<Vec<u32>, Failure> {
        let doing = "the processes of PostgreSQL";
        let first: u32 = fs::read_to_string(self.data.join("postmaster.pid"))
            .map_err(|error| Failure::because(doing, error))?
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok())
            .ok_or_else(|| Failure::because(doing, "no number in postmaster.pid"))?;
        let mut found = vec![first];
        for entry in fs::read_dir("/proc").map_err(|error| Failure::because(doing, error))? {
            let Ok(entry) = entry else { continue };
            let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else {
                continue;
            };
            let parent = fs::read_to_string(entry.path().join("stat"))
                .ok()
                // After the name in parentheses: state, then parent.
                .and_then(|stat| {
                    let (_, rest) = stat.rsplit_once(')')?;
                    rest.split_whitespace().nth(1)?.parse::<u32>().ok()
                });
            if parent == Some(first) {
                found.push(id);
            }
        }
        Ok(found)
    }

    fn control(&self, arguments: &[&str]) -> Result<(), Failure> {
        run(&mut self.control_command(arguments))
    }

    fn control_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program("pg_ctl");
        command
            .args(arguments)
            .args(["-w", "-s", "-D"])
            .arg(&self.data)
            .arg("-l")
            .arg(self.data.join("log"))
            .arg("-o")
            .arg(format!(
                "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories={} \
                 -c max_connections=200 -c shared_buffers=64MB",
                self.port,
                self.sockets.display()
            ));
        command
    }

    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/");
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.control(&["stop", "-m", "immediate"]);
    }
}

/// Where the programs of the newest PostgreSQL are.
fn programs() -> Result<PathBuf, Failure> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let version = entry.file_name().to_string_lossy().parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    found.sort();
    found
        .pop()
        .map(|(_, folder)| folder)
        .ok_or_else(|| Failure::because("a private PostgreSQL", "none is installed"))
}

/// A Redis of our own that keeps nothing.
pub(super) struct Redis {
    folder: PathBuf,
    pub(super) port: u16,
    child: Mutex<Option<Child>>,
    /// One thing at a time is done to it.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Redis {
    /// Starts one.
    pub(super) async fn start(folder: &Path) -> Result<Self, Failure> {
        let redis = Self {
            folder: folder.to_owned(),
            port: free_port()?,
            child: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        };
        redis.begin().await?;
        Ok(redis)
    }

    /// Starts it and waits until it answers.
    pub(super) async fn begin(&self) -> Result<(), Failure> {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--port"])
            .arg(self.port.to_string())
            .arg("--dir")
            .arg(&self.folder)
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| Failure::because("a private Redis", error))?;
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        let end = Instant::now() + PATIENCE;
        while self.say("PING").await.is_err() {
            if Instant::now() > end {
                return Err(Failure::because("a private Redis", "it does not answer"));
            }
            sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// Kills it.
    pub(super) fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut child) = child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Forgets everything it holds.
    pub(super) async fn flush(&self) -> Result<(), Failure> {
        self.say("FLUSHALL")
            .await
            .map_err(|error| Failure::because("flushing Redis", error))
    }

    /// Stops its process for a while.
    pub(super) async fn pause(&self, time: Duration) {
        let process = {
            let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
            child.as_ref().map(Child::id)
        };
        let Some(process) = process else { return };
        send(Signal::Stop, &[process]);
        sleep(time).await;
        send(Signal::Continue, &[process]);
    }

    async fn say(&self, word: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.write_all(format!("{word}\r\n").as_bytes()).await?;
        let mut answer = [0_u8; 1];
        stream.read_exact(&mut answer).await?;
        if answer == *b"+" {
            Ok(())
        } else {
            Err(std::io::Error::other("Redis refused"))
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A small disk of its own, so that it can be filled.
pub(super) struct SmallDisk {
    pub(super) folder: PathBuf,
    mounted: bool,
}

/// Its size.
const DISK: &str = "size=64m";

impl SmallDisk {
    /// Mounts one at `folder`; only root may, so otherwise it is a folder.
    pub(super) fn mount(folder: PathBuf) -> Result<Self, Failure> {
        fs::create_dir(&folder).map_err(|error| Failure::because("the data folder", error))?;
        let mounted = is_root()
            && run(Command::new("mount")
                .args(["-t", "tmpfs", "-o", DISK, "tmpfs"])
                .arg(&folder))
            .is_ok();
        Ok(Self { folder, mounted })
    }

    /// Whether it can be filled.
    pub(super) const fn can_be_filled(&self) -> bool {
        self.mounted
    }

    /// Fills it to the last byte for a while.
    pub(super) async fn fill(&self, time: Duration) -> Result<(), Failure> {
        use std::io::Write;
        let ballast = self.folder.join("ballast");
        let mut file = fs::File::create(&ballast)
            .map_err(|error| Failure::because("filling the disk", error))?;
        let block = [0_u8; 4096];
        while file.write_all(&block).is_ok() {}
        drop(file);
        sleep(time).await;
        fs::remove_file(&ballast).map_err(|error| Failure::because("emptying the disk", error))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.mounted {
            let _ = run(Command::new("umount").arg("-l").arg(&self.folder));
        }
    }
}

/// A port of this machine that nobody uses now.
pub(super) fn free_port() -> Result<u16, Failure> {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure::because("a free port", error))
}

/// Whether this program may do what only root may.
fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    // What a server that was started inherits must not keep a pipe open.
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| Failure::because(&name, error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::because(&name, format!("{command:?}: {status}")))
    }
}
