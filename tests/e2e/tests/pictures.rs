//! Pictures in the real window: pasted into the page editor, whose frame is a stranger to the program, and dropped on the Markdown
//! editor; each comes to the disk in pieces, is shown from there, asks for its words, and stands in the library.

use std::{path::Path, time::Duration};

use e2e::{Failure, Program, is_wanted};
use serde_json::{Value, json};
use thirtyfour::Key;

/// Hands a picture of 2.5 MB over to an element, as the clipboard or a drop does. What comes behind the end of a PNG is not looked at.
const HAND_OVER: &str = r#"
const [kind, where, name, done] = arguments;
const canvas = document.createElement('canvas');
[canvas.width, canvas.height] = [640, 400];
const pen = canvas.getContext('2d');
pen.fillStyle = '#a9cbe8'; pen.fillRect(0, 0, 640, 400);
pen.fillStyle = '#2f6d8c'; pen.fillRect(0, 240, 640, 160);
canvas.toBlob((drawn) => {
  const data = new DataTransfer();
  data.items.add(new File([drawn, new Uint8Array(2_500_000)], name, { type: 'image/png' }));
  const target = document.querySelector(where);
  target.focus();
  const box = target.getBoundingClientRect();
  const event = new Event(kind, { bubbles: true, cancelable: true });
  Object.assign(event, { clientX: box.left + 40, clientY: box.top + 12 });
  Object.defineProperty(event, kind === 'paste' ? 'clipboardData' : 'dataTransfer', { value: data });
  target.dispatchEvent(event);
  done(event.defaultPrevented);
}, 'image/png');
"#;

const SHOWN: &str = "return [...document.querySelectorAll('img[data-lectern-src^=\"/lectern/files/\"]')].map((it) => [it.naturalWidth, it.getAttribute('alt')])";

fn kept(workspace: &Path) -> Result<Vec<u64>, Failure> {
    let mut sizes = Vec::new();
    for entry in std::fs::read_dir(workspace.join("blobs"))? {
        sizes.push(entry?.metadata()?.len());
    }
    sizes.retain(|size| *size > 2_500_000);
    Ok(sizes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_goes_from_the_clipboard_to_the_disk_in_pieces_and_is_shown_from_there() -> Result<(), Failure> {
    if !is_wanted("pictures") {
        return Ok(());
    }
    let workspace = tempfile::tempdir()?;
    let program = Program::start(workspace.path()).await?;
    program.see("What would you like to open?", Duration::from_secs(20)).await?;
    program.press("button", "Open the sample").await?;
    program.see("items are on this computer", Duration::from_secs(60)).await?;

    program.row("Pages").await?;
    program.row("Glossary, page").await?;
    program.titled("Glossary").await?;
    program.type_in(".editor iframe", 0, " See below.").await?;
    program.enter(".editor iframe").await?;
    let taken = program.ask(HAND_OVER, vec![json!("paste"), json!("[role=textbox]"), json!("Sea and sky.png")]).await?;
    program.leave().await?;
    assert_eq!(taken, json!(true));
    let loaded = |images: &Value| images.as_array().is_some_and(|all| all.len() == 1 && all[0][0] == json!(640));
    let image = program.until_in(".editor iframe", "the picture", SHOWN, loaded).await?;
    assert_eq!(image[0][1], Value::Null, "its words are still missing");
    assert_eq!(kept(workspace.path())?.len(), 1);
    program.picture("pictures-asks").await?;
    program.fill("What does Sea and sky.png show?", "The sea under the sky").await?;
    program.picture("pictures-words").await?;
    program.press("button", "Set the text").await?;
    let said = |images: &Value| images[0][1] == json!("The sea under the sky");
    program.until_in(".editor iframe", "the words", SHOWN, said).await?;

    program.press("tab", "Files").await?;
    program.find("button", "Sea-and-sky.png").await?;
    program.see("in 1 document", Duration::from_secs(20)).await?;
    program.picture("pictures-library").await?;
    let found = program.accessibility().await?;
    assert!(found.is_empty(), "{found:?}");

    // The same picture, dropped on a post: the same bytes, kept once more for another space under the same name of its content.
    for name in ["Tern Point Commons", "Field trips", "Topics", "Tide pools"] {
        program.row(name).await?;
    }
    program.titled("Tide pools at Gull Ledge, this Sunday").await?;
    program
        .until("the text", "return document.querySelector('.half .cm-content') !== null", vec![], |it| {
            it == &json!(true)
        })
        .await?;
    let taken =
        program.ask(HAND_OVER, vec![json!("drop"), json!(".half .cm-content"), json!("Sea and sky.png")]).await?;
    assert_eq!(taken, json!(true));
    let text = "return document.querySelector('.half .cm-content').innerText";
    program
        .until("the address", text, vec![], |it| it.as_str().is_some_and(|it| it.contains("![](/lectern/files/")))
        .await?;
    program.fill("What does Sea and sky.png show?", "The same sea").await?;
    program.window.action_chain().send_keys(Key::Enter).perform().await?;
    program
        .until("the words", text, vec![], |it| {
            it.as_str().is_some_and(|it| it.contains("![The same sea](/lectern/files/"))
        })
        .await?;
    let widths = "return [...document.images].map((it) => it.naturalWidth)";
    let shown = |it: &Value| it.as_array().is_some_and(|all| all.contains(&json!(640)));
    program.until_in(".half iframe", "the preview's picture", widths, shown).await?;
    program.picture("pictures-post").await?;
    assert_eq!(kept(workspace.path())?.len(), 1, "the same bytes are kept once");
    program.close().await
}
