//! A loopback server that hears of every script that ran and every request that left.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::Failure;

/// Hears requests; what was asked for is kept.
pub struct Canary {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Canary {
    /// Begins to hear on a free port of this computer.
    ///
    /// # Errors
    /// No port could be had.
    pub async fn listen() -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let ears = Arc::clone(&ears);
                tokio::spawn(async move {
                    // A connection alone counts: a preconnect sends nothing.
                    let mut bytes = [0_u8; 1024];
                    let read = stream.read(&mut bytes).await.unwrap_or(0);
                    let first =
                        String::from_utf8_lossy(&bytes[..read]).lines().next().unwrap_or("(connected)").to_owned();
                    if let Ok(mut heard) = ears.lock() {
                        heard.push(first);
                    }
                    let answer =
                        b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n";
                    // The asker may be gone; that it asked is all that counts.
                    stream.write_all(answer).await.ok();
                });
            }
        });
        Ok(Self { port, heard })
    }

    /// Where it hears, without a scheme: `127.0.0.1:4711`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The first lines of all requests so far.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().map(|heard| heard.clone()).unwrap_or_default()
    }
}

/// Arms a payload: what would have been a harmless assignment now calls out by every way there is, and the stranger's
/// address is the canary's.
pub fn armed(payload: &str, number: usize, address: &str) -> String {
    let call = format!("top.postMessage('canary{number}','*')");
    payload
        .replace("window.pwned=1", &call)
        .replace("parent.pwned=1", &call)
        .replace("https://evil.example", &format!("http://{address}/{number}"))
        .replace("//evil.example", &format!("//{address}/{number}"))
        .replace("\\\\evil.example", &format!("\\\\{address}\\{number}"))
}
