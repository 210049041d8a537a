//! Makes a write of an earlier run again, over HTTP as it came.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request to make.
pub(super) struct Again<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    /// Headers that sign it, each ended by CR LF.
    pub(super) signed: &'a str,
    pub(super) content_type: Option<&'a str>,
    pub(super) body: &'a [u8],
}

/// Sends it and waits for the whole answer, which nobody reads: it succeeded the first time.
pub(super) async fn send(address: SocketAddr, again: &Again<'_>) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let kind = again.content_type.map(|kind| format!("Content-Type: {kind}\r\n")).unwrap_or_default();
    let head = format!(
        "{} {} HTTP/1.1\r\nHost: {address}\r\n{}{kind}Content-Length: {}\r\nConnection: close\r\n\r\n",
        again.method,
        again.path,
        again.signed,
        again.body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(again.body).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(())
}
