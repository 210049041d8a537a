//! What a person's hands do in the window: open a row of the tree, write in an editor, wait until something is so.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::{By, Key};

use crate::{Failure, Program};

/// How long anything may take before it counts as not coming.
const PATIENCE: Duration = Duration::from_secs(30);

/// Presses the first row of the tree whose name begins with these words; an open branch stays open. Only rows to be seen are drawn, so the tree is scrolled through.
const ROW: &str = r#"
const [name] = arguments;
const tree = document.querySelector('[role=tree]');
if (!tree) return false;
const row = [...tree.querySelectorAll('[role=treeitem]')].find((row) => row.getAttribute('aria-label').startsWith(name));
if (row) { if (row.getAttribute('aria-expanded') !== 'true') row.click(); return true; }
const before = tree.scrollTop;
tree.scrollTop += tree.clientHeight / 2;
if (tree.scrollTop === before) tree.scrollTop = 0;
return false;
"#;

const IMAGES: &str =
    "return [...document.images].map((image) => [image.src, image.complete ? image.naturalWidth : -1])";

/// Puts the caret behind the paragraph of this number, counted from 0.
const CARET: &str = r#"
const [number] = arguments;
const editor = document.querySelector('[role=textbox]');
if (!editor) return null;
const part = editor.querySelectorAll('p')[number] || editor;
editor.focus();
getSelection().selectAllChildren(part);
getSelection().collapseToEnd();
return part.textContent;
"#;

impl Program {
    /// Waits until a script's answer satisfies, at most half a minute.
    ///
    /// # Errors
    /// It never did; the message has the last answer and the words on the screen.
    pub async fn until(
        &self,
        what: &str,
        script: &str,
        arguments: Vec<Value>,
        is_so: impl Fn(&Value) -> bool,
    ) -> Result<Value, Failure> {
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = self.window.execute(script, arguments.clone()).await?.json().clone();
            if is_so(&answer) {
                return Ok(answer);
            }
            if Instant::now() > end {
                return Err(format!("{what}: never so, last {answer}; the screen says: {}", self.words().await?).into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Opens a row of the tree by the beginning of its name.
    ///
    /// # Errors
    /// There is no such row.
    pub async fn row(&self, name: &str) -> Result<(), Failure> {
        self.until(&format!("a row {name:?}"), ROW, vec![json!(name)], |found| found == &json!(true)).await.map(drop)
    }

    /// Waits until a document of this title is open to be edited.
    ///
    /// # Errors
    /// It is not.
    pub async fn titled(&self, title: &str) -> Result<(), Failure> {
        let script = "return document.getElementById('title')?.value";
        self.until("the title", script, vec![], |now| now == &json!(title)).await.map(drop)
    }

    /// Goes into the first frame that a selector finds; [`Program::leave`] comes back.
    ///
    /// # Errors
    /// There is no such frame.
    pub async fn enter(&self, frame: &str) -> Result<(), Failure> {
        self.until("a frame", "return document.querySelector(arguments[0]) !== null", vec![json!(frame)], |there| {
            there == &json!(true)
        })
        .await?;
        self.window.find(By::Css(frame)).await?.enter_frame().await.map_err(Into::into)
    }

    /// Comes back from a frame to the window.
    ///
    /// # Errors
    /// The window did not answer.
    pub async fn leave(&self) -> Result<(), Failure> {
        self.window.enter_default_frame().await.map_err(Into::into)
    }

    /// Waits until a script's answer inside a frame satisfies; a frame that is replaced meanwhile is gone into again.
    ///
    /// # Errors
    /// It never did, or there is no such frame.
    pub async fn until_in(
        &self,
        frame: &str,
        what: &str,
        script: &str,
        is_so: impl Fn(&Value) -> bool,
    ) -> Result<Value, Failure> {
        let end = Instant::now() + PATIENCE;
        loop {
            let looked = match self.enter(frame).await {
                Ok(()) => {
                    self.window.execute(script, vec![]).await.map(|answer| answer.json().clone()).map_err(Into::into)
                }
                Err(failure) => Err(failure),
            };
            self.leave().await?;
            match looked {
                Ok(answer) if is_so(&answer) => return Ok(answer),
                looked if Instant::now() > end => return Err(format!("{what}: never so, last {looked:?}").into()),
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Waits until all pictures of a frame are there, at least `least`, and gives their widths.
    ///
    /// # Errors
    /// A picture did not come.
    pub async fn pictures_in(&self, frame: &str, least: usize) -> Result<usize, Failure> {
        let all = self
            .until_in(frame, "pictures", IMAGES, |images| {
                let images = images.as_array().cloned().unwrap_or_default();
                images.len() >= least && images.iter().all(|image| image[1].as_i64().unwrap_or(0) > 0)
            })
            .await?;
        Ok(all.as_array().map_or(0, Vec::len))
    }

    /// Types behind a paragraph of the open page, key by key.
    ///
    /// # Errors
    /// The editor did not come, or took no keys.
    pub async fn write_in_page(&self, paragraph: usize, text: &str) -> Result<(), Failure> {
        self.enter(".editor iframe").await?;
        self.until("the editor", CARET, vec![json!(paragraph)], |found| found.is_string()).await?;
        self.type_slowly(text).await?;
        self.leave().await
    }

    /// Types a word behind a paragraph of the editor in a frame, in one go.
    ///
    /// # Errors
    /// The editor did not come, or took no keys.
    pub async fn type_in(&self, frame: &str, paragraph: usize, word: &str) -> Result<(), Failure> {
        self.enter(frame).await?;
        self.until("the editor", CARET, vec![json!(paragraph)], |found| found.is_string()).await?;
        self.window.action_chain().send_keys(word).perform().await?;
        self.leave().await
    }

    /// Follows a link of the page in a frame, as an editor does: with Control and a click.
    ///
    /// # Errors
    /// There is no such link.
    pub async fn follow(&self, frame: &str, words: &str) -> Result<(), Failure> {
        self.enter(frame).await?;
        let link = self.window.find(By::LinkText(words)).await?;
        link.scroll_into_view().await?;
        self.window.action_chain().key_down(Key::Control).click_element(&link).key_up(Key::Control).perform().await?;
        self.leave().await
    }

    /// Types at the end of the source editor that a selector finds.
    ///
    /// # Errors
    /// The editor did not come, or took no keys.
    pub async fn write_in_source(&self, editor: &str, text: &str) -> Result<(), Failure> {
        self.until(
            "the editor",
            "return document.querySelector(arguments[0]) !== null",
            vec![json!(editor)],
            |there| there == &json!(true),
        )
        .await?;
        let field = self.window.find(By::Css(editor)).await?;
        field.scroll_into_view().await?;
        field.click().await?;
        self.window.action_chain().key_down(Key::Control).send_keys(Key::End).key_up(Key::Control).perform().await?;
        self.type_slowly(text).await
    }

    /// One key after the other, slow enough that each pause of the program's own falls between two keys of a word: an editor that
    /// loses what comes after its own save loses it here.
    async fn type_slowly(&self, text: &str) -> Result<(), Failure> {
        for (number, letter) in text.chars().enumerate() {
            self.window.action_chain().send_keys(letter.to_string()).perform().await?;
            let pause = if number % 7 == 6 { 300 } else { 15 };
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        Ok(())
    }

    /// Presses a chord with Control.
    ///
    /// # Errors
    /// The window took no keys.
    pub async fn control(&self, key: impl Into<String>) -> Result<(), Failure> {
        let keys = self.window.action_chain().key_down(Key::Control).send_keys(key.into()).key_up(Key::Control);
        keys.perform().await.map_err(Into::into)
    }
}
