//! The processes of the service: killed by faults, started again at once as a
//! supervisor would.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::sleep;

use super::signals::{Signal, send};
use crate::failure::Failure;

/// How often the supervisor looks.
const LOOK_AGAIN: Duration = Duration::from_millis(30);
/// How long a process may take to end when told to.
const TO_END: Duration = Duration::from_secs(8);

/// What a process is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// API and pages, on this port.
    Api(u16),
    /// Jobs.
    Worker,
}

struct Slot {
    name: String,
    role: Role,
    /// Seconds by which its clock is wrong.
    skew: i64,
    child: Option<Child>,
}

/// All of them.
pub(super) struct Processes {
    program: PathBuf,
    environment: Vec<(String, String)>,
    logs: PathBuf,
    slots: Vec<Mutex<Slot>>,
    starts: AtomicU64,
}

impl Processes {
    /// Starts one for each role, and keeps them running.
    pub(super) fn start(
        environment: Vec<(String, String)>,
        logs: &Path,
        roles: &[Role],
    ) -> Result<Arc<Self>, Failure> {
        let doing = "starting the service";
        std::fs::create_dir(logs).map_err(|error| Failure::because(doing, error))?;
        let slots = roles
            .iter()
            .enumerate()
            .map(|(number, role)| {
                let kind = match role {
                    Role::Api(_) => "api",
                    Role::Worker => "worker",
                };
                Mutex::new(Slot {
                    name: format!("{kind}-{number}"),
                    role: *role,
                    skew: 0,
                    child: None,
                })
            })
            .collect();
        let processes = Arc::new(Self {
            program: std::env::current_exe().map_err(|error| Failure::because(doing, error))?,
            environment,
            logs: logs.to_owned(),
            slots,
            starts: AtomicU64::new(0),
        });
        let supervised = Arc::downgrade(&processes);
        tokio::spawn(async move {
            while let Some(processes) = supervised.upgrade() {
                processes.look();
                drop(processes);
                sleep(LOOK_AGAIN).await;
            }
        });
        Ok(processes)
    }

    /// Slots of processes of a kind.
    pub(super) fn of(&self, is: impl Fn(Role) -> bool) -> Vec<usize> {
        (0..self.slots.len())
            .filter(|slot| self.with(*slot, |slot| is(slot.role)).unwrap_or_default())
            .collect()
    }

    /// How often a process was started.
    pub(super) fn starts(&self) -> u64 {
        self.starts.load(Ordering::Relaxed)
    }

    /// Kills one with -9.
    pub(super) fn kill(&self, slot: usize) {
        self.signal(slot, Signal::Kill);
    }

    /// Stops one for a while, without its knowing.
    pub(super) async fn pause(&self, slot: usize, time: Duration) {
        // The one that is there now, even if another takes its place.
        let Some(process) = self.with(slot, |slot| slot.child.as_ref().map(Child::id)) else {
            return;
        };
        let Some(process) = process else { return };
        send(Signal::Stop, &[process]);
        sleep(time).await;
        send(Signal::Continue, &[process]);
    }

    /// Starts one anew with a clock that is wrong, for a while.
    pub(super) async fn skew(&self, slot: usize, seconds: i64, time: Duration) {
        self.with(slot, |slot| slot.skew = seconds);
        self.kill(slot);
        sleep(time).await;
        self.with(slot, |slot| slot.skew = 0);
        let old = self.id(slot);
        // Whoever sets a clock right restarts in good order.
        self.signal(slot, Signal::Terminate);
        let end = tokio::time::Instant::now() + TO_END;
        while old.is_some() && self.id(slot) == old {
            if tokio::time::Instant::now() > end {
                self.kill(slot);
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    fn id(&self, slot: usize) -> Option<u32> {
        self.with(slot, |slot| slot.child.as_ref().map(Child::id))
            .flatten()
    }

    fn signal(&self, slot: usize, signal: Signal) {
        self.with(slot, |slot| {
            if let Some(child) = &slot.child {
                send(signal, &[child.id()]);
            }
        });
    }

    fn with<T>(&self, slot: usize, change: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        let mut slot = self
            .slots
            .get(slot)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Some(change(&mut slot))
    }

    /// Starts what does not run.
    fn look(&self) {
        for slot in &self.slots {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            let runs = slot
                .child
                .as_mut()
                .is_some_and(|child| matches!(child.try_wait(), Ok(None)));
            if !runs {
                slot.child = self.spawn(&slot).ok();
            }
        }
    }

    fn spawn(&self, slot: &Slot) -> std::io::Result<Child> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.logs.join(&slot.name))?;
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars() {
            if name.starts_with("GROUP_INSPECTION_") {
                command.env_remove(name);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        match slot.role {
            Role::Api(port) => command
                .arg("serve")
                .env("GROUP_INSPECTION_BIND", format!("127.0.0.1:{port}")),
            Role::Worker => command.arg("work"),
        };
        if slot.skew != 0
            && let Some(library) = wrong_clock()
        {
            command
                .env("LD_PRELOAD", library)
                .env("FAKETIME", format!("{:+}s", slot.skew))
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        self.starts.fetch_add(1, Ordering::Relaxed);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
    }

    /// What the processes said that they never should.
    pub(super) fn said(&self, word: &str) -> Vec<String> {
        self.slots
            .iter()
            .map(|slot| {
                let slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
                self.logs.join(&slot.name)
            })
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .flat_map(|log| {
                log.lines()
                    .filter(|line| line.contains(word))
                    .map(ToOwned::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for slot in &self.slots {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(mut child) = slot.child.take() {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

/// The library that gives a process a wrong clock, if it is installed.
pub(super) fn wrong_clock() -> Option<PathBuf> {
    std::fs::read_dir("/usr/lib")
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.exists())
}
