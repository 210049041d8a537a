//! Connections that can be lost, at the level of TCP: every accepted stream is wrapped in a [`Wire`] which the middleware can cut. After
//! the cut each read and write on it fails, hyper gives the connection up, and the client sees it close without (the rest of) an answer.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Default)]
struct WireState {
    cut: AtomicBool,
    waiting: Mutex<Vec<Waker>>,
}

/// Cuts one connection.
#[derive(Debug, Clone)]
pub(crate) struct WireHandle(Arc<WireState>);

impl WireHandle {
    pub(crate) fn cut(&self) {
        self.0.cut.store(true, Ordering::SeqCst);
        for waker in self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            waker.wake();
        }
    }
}

impl Connected<IncomingStream<'_, Loopback>> for WireHandle {
    fn connect_info(stream: IncomingStream<'_, Loopback>) -> Self {
        Self(Arc::clone(&stream.io().state))
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Wires(Arc<Mutex<Vec<Weak<WireState>>>>);

impl Wires {
    fn add(&self, state: &Arc<WireState>) {
        let mut wires = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wires.retain(|wire| wire.strong_count() > 0);
        wires.push(Arc::downgrade(state));
    }

    pub(crate) fn cut_all(&self) {
        let wires: Vec<_> = self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect();
        for state in wires.iter().filter_map(Weak::upgrade) {
            WireHandle(state).cut();
        }
    }
}

pub(crate) struct Loopback {
    pub(crate) listener: TcpListener,
    pub(crate) wires: Wires,
}

impl Listener for Loopback {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small answers wait for a delayed acknowledgement otherwise. A stream that refuses is only slower.
        let _ = stream.set_nodelay(true);
        let state = Arc::new(WireState::default());
        self.wires.add(&state);
        (Wire { stream, state }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A TCP stream that can be cut from outside.
pub(crate) struct Wire {
    stream: TcpStream,
    state: Arc<WireState>,
}

impl Wire {
    fn check(&self, cx: &Context<'_>) -> io::Result<()> {
        let mut waiting = self.state.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if self.state.cut.load(Ordering::SeqCst) {
            return Err(io::Error::from(io::ErrorKind::ConnectionReset));
        }
        if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            waiting.clear();
            waiting.push(cx.waker().clone());
        }
        Ok(())
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
