//! Accepting connections and serving HTTP on them.
//!
//! Invariant: at most `connections_max` connections are in the hands of HTTP; further ones wait in the system's queue. One
//! that sends no request head in time is closed. A socket that was upgraded is no longer counted here.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tower::ServiceExt;

use super::Peer;

/// Largest request head, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long requests under way may take once the server stops.
const STOP_GRACE: Duration = Duration::from_millis(500);
/// The system holds at most about so much that it has not sent.
#[cfg(target_os = "linux")]
const UNSENT_BYTES_MAX: u32 = 16 * 1024;
/// Pause after the system refused to accept, for instance for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a connection may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListenerLimits {
    /// Connections in the hands of HTTP at once.
    pub(crate) connections_max: usize,
    /// Within this time a request's head must have come, also on a connection kept alive.
    pub(crate) head_timeout: Duration,
    /// After this time a connection that was not upgraded is closed, whatever it is doing: a peer that does not read must not hold a place.
    pub(crate) life: Duration,
}

/// The place and the time that a connection has. A request that goes on and on keeps its connection beyond that time, and may cut it off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lease(Arc<Terms>);

#[derive(Debug, Default)]
struct Terms {
    lifted: AtomicUsize,
    cut: Notify,
}

/// The time limit of a connection does not count while this is there.
#[derive(Debug)]
pub(crate) struct Lifted(Lease);

impl Lease {
    /// Lifts the time limit.
    pub(crate) fn lift(self) -> Lifted {
        self.0.lifted.fetch_add(1, Ordering::Relaxed);
        Lifted(self)
    }

    fn is_lifted(&self) -> bool {
        self.0.lifted.load(Ordering::Relaxed) > 0
    }
}

impl Lifted {
    /// Closes the connection at once, whatever waits to be sent.
    pub(crate) fn cut(&self) {
        self.0.0.cut.notify_one();
    }
}

impl Drop for Lifted {
    fn drop(&mut self) {
        self.0.0.lifted.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Accepts and serves until `stop` says true, then lets requests under way end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ListenerLimits,
    mut stop: watch::Receiver<bool>,
) {
    let permits = Arc::new(Semaphore::new(limits.connections_max));
    let stopped = stop.clone();
    tokio::select! {
        () = accept(&listener, &router, &permits, limits, &stopped) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
    drop(listener);
    let all = u32::try_from(limits.connections_max).unwrap_or(u32::MAX);
    if tokio::time::timeout(STOP_GRACE, permits.acquire_many(all)).await.is_err() {
        tracing::debug!("requests were still under way when the listener ended");
    }
}

async fn accept(
    listener: &TcpListener,
    router: &Router,
    permits: &Arc<Semaphore>,
    limits: ListenerLimits,
    stop: &watch::Receiver<bool>,
) {
    while let Ok(permit) = Arc::clone(permits).acquire_owned().await {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let (router, stop) = (router.clone(), stop.clone());
        tokio::spawn(async move {
            let lease = Lease::default();
            let connection = connection((stream, peer), router, limits.head_timeout, lease.clone(), stop);
            tokio::select! {
                ended = connection => if let Err(error) = ended {
                    tracing::debug!(%peer, %error, "connection failed");
                },
                () = time_is_over(&lease, limits.life) => tracing::debug!(%peer, "connection closed: its time is over"),
            }
            drop(permit);
        });
    }
}

/// Waits for the end of a life of this length, and as long as the lease is lifted for the end of another; or until it is cut.
async fn time_is_over(lease: &Lease, life: Duration) {
    let lives = async {
        tokio::time::sleep(life).await;
        while lease.is_lifted() {
            tokio::time::sleep(life).await;
        }
    };
    tokio::select! {
        () = lives => {}
        () = lease.0.cut.notified() => {}
    }
}

/// A peer that was gone before it was accepted is its own affair; anything else will not mend itself at once.
async fn pause_after(error: &io::Error) {
    if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
        return;
    }
    tracing::error!(%error, "cannot accept connections");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

async fn connection(
    (stream, peer): (TcpStream, SocketAddr),
    router: Router,
    head_timeout: Duration,
    lease: Lease,
    mut stop: watch::Receiver<bool>,
) -> hyper::Result<()> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "cannot turn Nagle's algorithm off");
    }
    // A peer that reads nothing shows soon.
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT_BYTES_MAX) {
        tracing::debug!(%peer, %error, "cannot limit what the system holds");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(lease.clone());
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return ended,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Nothing here takes longer on a machine that works.
    const PATIENCE: Duration = Duration::from_secs(10);
    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    async fn start(limits: ListenerLimits) -> (SocketAddr, watch::Sender<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let router = Router::new().route("/", get(|| async { "here" }));
        tokio::spawn(serve(listener, router, limits, stopped));
        (addr, stop)
    }

    /// Everything that comes until the server closes.
    async fn rest(mut stream: TcpStream) -> String {
        let mut text = Vec::new();
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut text)).await.unwrap().unwrap();
        String::from_utf8(text).unwrap()
    }

    #[tokio::test]
    async fn a_connection_that_sends_no_whole_head_in_time_is_closed() {
        let head_timeout = Duration::from_millis(20);
        let (addr, _stop) = start(ListenerLimits { connections_max: 8, head_timeout, life: PATIENCE }).await;
        for part in [&b""[..], b"GET / HTTP/1.1\r\nHost:"] {
            let mut stream = TcpStream::connect(addr).await.unwrap();
            stream.write_all(part).await.unwrap();
            assert!(!rest(stream).await.contains("200"), "no request was made");
        }
        let mut idle = TcpStream::connect(addr).await.unwrap();
        idle.write_all(REQUEST).await.unwrap();
        assert!(rest(idle).await.ends_with("here"), "answered, then closed for want of a second head");
    }

    #[tokio::test]
    async fn beyond_the_limit_a_connection_waits_until_another_one_ends() {
        let head_timeout = Duration::from_secs(60);
        let (addr, stop) = start(ListenerLimits { connections_max: 1, head_timeout, life: PATIENCE }).await;
        let mut first = TcpStream::connect(addr).await.unwrap();
        first.write_all(REQUEST).await.unwrap();
        let mut answered = [0; 4];
        first.read_exact(&mut answered).await.unwrap();
        let mut second = TcpStream::connect(addr).await.unwrap();
        second.write_all(REQUEST).await.unwrap();
        // Only one permit exists, and the first connection, kept alive, has it.
        let early = second.try_read(&mut answered).expect_err("nobody serves it yet");
        assert_eq!(early.kind(), io::ErrorKind::WouldBlock);
        drop(first);
        tokio::time::timeout(PATIENCE, second.read_exact(&mut answered)).await.unwrap().unwrap();
        stop.send(true).unwrap();
        assert!(rest(second).await.ends_with("here"));
    }

    #[tokio::test]
    async fn a_connection_that_is_kept_busy_is_closed_when_its_time_is_over() {
        let limits = ListenerLimits { connections_max: 1, head_timeout: PATIENCE, life: Duration::from_millis(50) };
        let (addr, _stop) = start(limits).await;
        let mut busy = TcpStream::connect(addr).await.unwrap();
        busy.write_all(REQUEST).await.unwrap();
        assert!(rest(busy).await.ends_with("here"), "it was served, and closed although it may ask again");
    }
}
