//! The address on this computer that a forum sends the browser to with the key, where its administrator has allowed such addresses
//! (contract 2.5): the person then copies nothing.

use std::io;
use std::time::Duration;

use domain::{RemoteError, RemoteErrorKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// What an administrator adds to `allowed_user_api_auth_redirects`. The port is another one each time.
pub const ALLOWED: &str = "http://127.0.0.1:*";

/// A payload has about 400 letters; browsers send some headers with it.
const LONGEST: usize = 16 * 1024;
/// A browser that connected and says nothing is left.
const SAYS_NOTHING: Duration = Duration::from_secs(5);

const PAGE: &str = "<!doctype html><meta charset=\"utf-8\"><title>Lectern</title><p>Lectern has what it needs. You can close this page.</p>";

/// Listens on loopback until it is dropped.
#[derive(Debug)]
pub struct Landing {
    listener: TcpListener,
    address: String,
}

impl Landing {
    /// Begins to listen.
    ///
    /// # Errors
    /// `Unreachable` where no port of this computer can be listened on.
    pub async fn open() -> Result<Self, RemoteError> {
        let opened = async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            let port = listener.local_addr()?.port();
            io::Result::Ok(Self { listener, address: format!("http://127.0.0.1:{port}/lectern") })
        };
        opened.await.map_err(|error| {
            RemoteError::new(RemoteErrorKind::Unreachable, format!("no port of this computer is free: {error}"))
        })
    }

    /// For [`Wish::redirect`](crate::Wish::redirect).
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address that a browser came with, for [`KeyRequest::finish`](crate::KeyRequest::finish); nothing where none came in this time.
    /// Anybody on this computer may come: what they bring proves itself, or is refused there.
    pub async fn look(&self, wait: Duration) -> Option<String> {
        let (stream, _) = timeout(wait, self.listener.accept()).await.ok()?.ok()?;
        timeout(SAYS_NOTHING, answer(stream)).await.ok()?.ok()?
    }
}

/// Reads the first line of a request and answers with a page.
async fn answer(mut stream: TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    let head = String::from_utf8_lossy(&head);
    let target = head.lines().next().and_then(|line| line.strip_prefix("GET ")).and_then(|line| line.split(' ').next());
    let carried = target.filter(|target| target.starts_with("/lectern?") && target.contains("payload="));
    let (status, page) = if carried.is_some() { ("200 OK", PAGE) } else { ("404 Not Found", "") };
    let length = page.len();
    let headers = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(headers.as_bytes()).await?;
    stream.write_all(page.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(carried.map(str::to_owned))
}
