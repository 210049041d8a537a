//! Starts the program with a private home and drives its window.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

/// Why a window test could not go on, in words.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Whether window tests are to run; says so where they are not.
pub fn is_wanted(test: &str) -> bool {
    let wanted = std::env::var_os("LECTERN_E2E").is_some();
    if !wanted {
        eprintln_skip(test);
    }
    wanted
}

#[allow(clippy::print_stderr, reason = "a skipped test has to say so where a person looks")]
fn eprintln_skip(test: &str) {
    eprintln!("{test}: skipped, LECTERN_E2E is not set");
}

/// A running program and the driver of its window. Both end when this is dropped.
pub struct Program {
    /// The window.
    pub window: WebDriver,
    driver: Child,
    home: PathBuf,
    workspace: PathBuf,
    /// Removed with this, where it was made for this run.
    made: Option<TempDir>,
    /// When the window was asked for.
    pub began: Instant,
}

impl Program {
    /// Starts the program on a workspace; the rest of its home is made for this run.
    ///
    /// # Errors
    /// The driver or the program did not start within 30 s.
    pub async fn start(workspace: &Path) -> Result<Self, Failure> {
        let made = tempfile::tempdir()?;
        let mut program = Self::start_at(made.path(), workspace).await?;
        program.made = Some(made);
        // A window of the size that the pictures are drawn for.
        program.window.set_window_rect(0, 0, 1600, 1000).await?;
        Ok(program)
    }

    /// Starts the program on a workspace, in a home that outlives it.
    ///
    /// # Errors
    /// The driver or the program did not start within 30 s.
    pub async fn start_at(home: &Path, workspace: &Path) -> Result<Self, Failure> {
        let options = json!({ "binary": binary(), "args": ["--workspace", workspace] });
        Self::launch(home, workspace, Some(options)).await
    }

    /// Starts an empty window of the same web engine, for comparison: the engine's own small browser on a blank page.
    ///
    /// # Errors
    /// The driver or the window did not start within 30 s.
    pub async fn start_empty(home: &Path) -> Result<Self, Failure> {
        Self::launch(home, home, None).await
    }

    async fn launch(home: &Path, workspace: &Path, options: Option<Value>) -> Result<Self, Failure> {
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("LECTERN_OPENED_LINKS", home.join("opened-links"))
            .stdout(Stdio::null());
        for (name, folder) in [("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")] {
            let path = home.join(folder);
            std::fs::create_dir_all(&path)?;
            command.env(name, path);
        }
        let driver = command.spawn()?;
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let began = Instant::now();
        let mut capabilities = Capabilities::new();
        if let Some(options) = options {
            capabilities.set("webkitgtk:browserOptions", options)?;
        }
        let window = open(port, capabilities).await?;
        let (home, workspace) = (home.to_owned(), workspace.to_owned());
        Ok(Self { window, driver, home, workspace, made: None, began })
    }

    /// The addresses that the program handed to the system's browser.
    pub fn opened_links(&self) -> Vec<String> {
        let list = std::fs::read_to_string(self.home.join("opened-links")).unwrap_or_default();
        list.lines().map(str::to_owned).collect()
    }

    /// Ends the program as a crash would, with SIGKILL.
    ///
    /// # Errors
    /// No process works on this workspace.
    pub fn crash(&self) -> Result<(), Failure> {
        let wanted = self.workspace.to_string_lossy().into_owned();
        for entry in std::fs::read_dir("/proc")?.flatten() {
            let Ok(line) = std::fs::read(entry.path().join("cmdline")) else { continue };
            let words: Vec<_> = line.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
            if words.first().is_some_and(|first| first.ends_with("/lectern"))
                && words.iter().any(|word| *word == wanted)
            {
                let id = entry.file_name();
                return match Command::new("kill").arg("-KILL").arg(id).status()?.success() {
                    true => Ok(()),
                    false => Err("the program could not be ended".into()),
                };
            }
        }
        Err("no program works on this workspace".into())
    }

    /// Closes the window and ends the program.
    ///
    /// # Errors
    /// The driver did not answer.
    pub async fn close(self) -> Result<(), Failure> {
        self.window.clone().quit().await.map_err(Into::into)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Its session's program ends with it; a driver that is gone already is what we want.
        self.driver.kill().and_then(|()| self.driver.wait()).ok();
    }
}

async fn open(port: u16, capabilities: Capabilities) -> Result<WebDriver, Failure> {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        match WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities.clone()).await {
            Ok(window) => return Ok(window),
            Err(error) if Instant::now() > end => return Err(error.into()),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

fn free_port() -> Result<u16, Failure> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The program, as built: `LECTERN_BINARY`, or where Cargo puts it.
fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("LECTERN_BINARY") {
        return named.into();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("debug/lectern")
}
