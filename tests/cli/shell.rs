//! A terminal: one process per call, with the access key in a variable.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// The access key that the site knows.
pub(crate) const TOKEN: &str = "7~kq0mVtZ2hWc9sLr4XbYpEa";
/// The variable that holds it.
pub(crate) const VARIABLE: &str = "LECTERN_TEST_KEY";
/// A variable that holds a key which no site knows.
pub(crate) const WRONG: &str = "LECTERN_TEST_WRONG_KEY";

pub(crate) struct Shell {
    folder: TempDir,
    key: String,
    program: PathBuf,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self::with_key(TOKEN)
    }

    pub(crate) fn with_key(key: &str) -> Self {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_lecternctl"));
        Self { folder: tempfile::tempdir().unwrap(), key: key.to_owned(), program }
    }

    /// The same workspace in the hands of another build; answers with the one before.
    pub(crate) fn hand_to(&mut self, program: PathBuf) -> PathBuf {
        std::mem::replace(&mut self.program, program)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn run(&self, json: bool, words: &[&str], input: &str) -> (i32, String, String) {
        self.start(json, words, input, Some(&self.key)).await
    }

    /// As JSON, where the key's variable is not set.
    pub(crate) async fn without_key(&self, words: &[&str]) -> (i32, String, String) {
        self.start(true, words, "", None).await
    }

    async fn start(&self, json: bool, words: &[&str], input: &str, key: Option<&str>) -> (i32, String, String) {
        let mut command = Command::new(&self.program);
        command.arg("--workspace").arg(self.folder.path()).args(json.then_some("--json")).args(words);
        command.env("RUST_LOG", "trace").env(WRONG, "nobody-knows-this-key").env_remove(VARIABLE);
        if let Some(key) = key {
            command.env(VARIABLE, key);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that reads no input may be gone before it is written.
        let _closed = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(!out.contains(&self.key) && !log.contains(&self.key), "the key is printed by {words:?}");
        (output.status.code().unwrap(), out, after_log(&log))
    }

    /// The output as words; the exit code is what it has to be.
    pub(crate) async fn words(&self, code: i32, words: &[&str]) -> String {
        let (exit, out, err) = self.run(false, words, "").await;
        assert_eq!(exit, code, "{words:?}: {out}{err}");
        out
    }

    pub(crate) async fn json(&self, code: i32, words: &[&str]) -> Value {
        self.json_of(code, words, "").await
    }

    pub(crate) async fn json_of(&self, code: i32, words: &[&str], input: &str) -> Value {
        let (exit, out, err) = self.run(true, words, input).await;
        assert_eq!(exit, code, "{words:?}: {out}{err}");
        serde_json::from_str(&out).unwrap()
    }

    /// Searches the bytes of every file of the workspace.
    pub(crate) fn nothing_holds_the_key(&self) {
        let mut files = 0;
        search(self.folder.path(), self.key.as_bytes(), &mut files);
        assert!(files > 1, "the search saw {files} files");
    }
}

/// The log goes to the same place; its lines begin with a time.
fn after_log(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("20")).map(|line| format!("{line}\n")).collect()
}

fn search(folder: &Path, key: &[u8], files: &mut usize) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, key, files);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            let held = bytes.windows(key.len()).any(|window| window == key);
            assert!(!held, "{} holds the key", path.display());
            *files += 1;
        }
    }
}
