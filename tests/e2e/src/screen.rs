//! What is on the screen, found as a person with a screen reader finds it: by role and name.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};

use crate::{Failure, Program};

/// Finds visible elements by role and accessible name (a part of it is enough).
const FIND: &str = r#"
const [role, name] = arguments;
const of = {
  button: 'button,[role=button],summary,input[type=submit]', link: 'a[href],[role=link]', textbox: 'input:not([type]),input[type=text],input[type=url],input[type=password],textarea,[role=textbox],[contenteditable=true]',
  treeitem: '[role=treeitem]', heading: 'h1,h2,h3,h4,[role=heading]', checkbox: 'input[type=checkbox],[role=checkbox]', radio: 'input[type=radio],[role=radio]',
  dialog: 'dialog,[role=dialog],[role=alertdialog]', main: 'main', switch: '[role=switch]', tab: '[role=tab]', option: '[role=option]', frame: 'iframe',
};
const text = (element) => element.getAttribute('aria-label')
  || (element.getAttribute('aria-labelledby') || '').split(/\s+/).map((id) => document.getElementById(id)?.textContent || '').join(' ').trim()
  || (element.labels && element.labels[0] && element.labels[0].textContent)
  || element.title || element.textContent || element.placeholder || '';
const seen = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
const plain = (words) => words.replace(/\s+/g, ' ').trim().toLowerCase();
const all = [...document.querySelectorAll(of[role] || `[role=${role}]`)].filter(seen);
return all.find((element) => plain(text(element)) === plain(name)) || all.find((element) => plain(text(element)).includes(plain(name))) || null;
"#;

impl Program {
    /// Waits until an element of this role and name is there, at most 20 s, and gives it.
    ///
    /// # Errors
    /// It did not come; the message has the words that are on the screen.
    pub async fn find(&self, role: &str, name: &str) -> Result<thirtyfour::WebElement, Failure> {
        for _ in 0..200 {
            let found = self.window.execute(FIND, vec![json!(role), json!(name)]).await?;
            if let Ok(element) = found.element() {
                return Ok(element);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(format!("no {role} named {name:?}; the screen says: {}", self.words().await?).into())
    }

    /// Presses what has this role and name.
    ///
    /// # Errors
    /// It did not come, or could not be pressed.
    pub async fn press(&self, role: &str, name: &str) -> Result<(), Failure> {
        self.find(role, name).await?.click().await.map_err(Into::into)
    }

    /// Fills a field.
    ///
    /// # Errors
    /// It did not come, or took no text.
    pub async fn fill(&self, name: &str, text: &str) -> Result<(), Failure> {
        let field = self.find("textbox", name).await?;
        field.clear().await?;
        field.send_keys(text).await.map_err(Into::into)
    }

    /// Waits until these words are on the screen, at most `limit`.
    ///
    /// # Errors
    /// They did not come; the message has the words that did.
    pub async fn see(&self, words: &str, limit: Duration) -> Result<(), Failure> {
        let end = std::time::Instant::now() + limit;
        loop {
            let now = self.words().await?;
            if now.contains(words) {
                return Ok(());
            }
            if std::time::Instant::now() > end {
                return Err(format!("{words:?} did not appear; the screen says: {now}").into());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// All words on the screen.
    ///
    /// # Errors
    /// The window did not answer.
    pub async fn words(&self) -> Result<String, Failure> {
        Ok(self
            .window
            .execute("return document.body.innerText", vec![])
            .await?
            .json()
            .as_str()
            .unwrap_or("")
            .to_owned())
    }

    /// Runs a script in the window; it answers by calling its last argument.
    ///
    /// # Errors
    /// The script failed, or gave no answer.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Result<Value, Failure> {
        Ok(self.window.execute_async(script, arguments).await?.json().clone())
    }

    /// A picture of the window in `target/tour/` of the checkout.
    ///
    /// # Errors
    /// The picture could not be taken or written.
    pub async fn picture(&self, name: &str) -> Result<(), Failure> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tour");
        std::fs::create_dir_all(&folder)?;
        // The driver waits for the window's next drawing, and a window at rest never draws again.
        self.window.execute(BREATHE, vec![]).await?;
        self.window.screenshot(&folder.join(format!("{name}.png"))).await?;
        self.window
            .execute("clearInterval(window.breath); document.documentElement.style.outline = ''", vec![])
            .await?;
        Ok(())
    }
}

const BREATHE: &str = "window.breath = setInterval(() => { \
    document.documentElement.style.outline = `1px solid rgb(0 0 0 / 0.0${Date.now() % 9})` }, 30)";
