//! A proxy of our own in front of a server, to break what passes through it.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

use crate::failure::Failure;

/// What the proxy does with what arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Passes it on.
    Pass,
    /// Keeps it, and every connection open.
    Stall,
    /// Resets whoever connects.
    Refuse,
}

/// A proxy on a port of this machine.
pub(super) struct Proxy {
    pub(super) port: u16,
    mode: watch::Sender<Mode>,
    cuts: watch::Sender<u64>,
    /// One thing at a time is done to it.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Proxy {
    /// Starts one in front of a port.
    pub(super) async fn before(server: u16) -> Result<Self, Failure> {
        let doing = "the proxy";
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(|error| Failure::because(doing, error))?;
        let port = listener
            .local_addr()
            .map_err(|error| Failure::because(doing, error))?
            .port();
        let (mode, modes) = watch::channel(Mode::Pass);
        let (cuts, cut) = watch::channel(0);
        let server = SocketAddr::from(([127, 0, 0, 1], server));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, modes.clone(), cut.clone()));
            }
        });
        Ok(Self {
            port,
            mode,
            cuts,
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// Resets every connection.
    pub(super) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Lets nothing through for a while.
    pub(super) async fn stall(&self, time: Duration) {
        self.during(Mode::Stall, time).await;
    }

    /// Resets every connection, and every new one for a while.
    pub(super) async fn refuse(&self, time: Duration) {
        let refusing = self.during(Mode::Refuse, time);
        self.cut();
        refusing.await;
    }

    async fn during(&self, mode: Mode, time: Duration) {
        self.mode.send_replace(mode);
        sleep(time).await;
        self.mode.send_replace(Mode::Pass);
    }
}

async fn carry(
    client: TcpStream,
    server: SocketAddr,
    mode: watch::Receiver<Mode>,
    mut cut: watch::Receiver<u64>,
) {
    // Closing resets, as when a machine in between goes away.
    let _ = client.set_zero_linger();
    if *mode.borrow() == Mode::Refuse {
        return;
    }
    cut.mark_unchanged();
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    for stream in [&client, &server] {
        let _ = stream.set_nodelay(true);
    }
    let _ = server.set_zero_linger();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pass(from_client, to_server, mode.clone()) => {}
        () = pass(from_server, to_client, mode) => {}
        _ = cut.changed() => {}
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut mode: watch::Receiver<Mode>,
) {
    let mut bytes = vec![0_u8; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut bytes).await else {
            return;
        };
        if mode.wait_for(|mode| *mode != Mode::Stall).await.is_err() {
            return;
        }
        let Some(read) = bytes.get(..length) else {
            return;
        };
        if to.write_all(read).await.is_err() {
            return;
        }
    }
}
