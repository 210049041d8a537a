//! The editors in the real window, each in its frame, under the policy that ships.

use e2e::{Failure, Program, is_wanted};
use serde_json::json;

const OPEN: &str = "const [html, done] = arguments; window.bench.visual(html).then(done);";
const NOW: &str = "const [done] = arguments; window.bench.visualNow().then(done);";

#[tokio::test(flavor = "multi_thread")]
async fn the_visual_editor_opens_reads_back_and_obeys_in_its_frame() -> Result<(), Failure> {
    if !is_wanted("visual editor") {
        return Ok(());
    }
    let workspace = tempfile::tempdir()?;
    let program = Program::start(workspace.path()).await?;
    program.window.goto("tauri://localhost/bench/index.html").await?;
    for html in [
        "<p>Water <b>sinks</b> here.</p>",
        "<div class=\"box\" style=\"color: #123456\"><p>&nbsp;</p><p>One<br>two</p></div>",
        "text alone <i>with</i> marks",
        "<ul>\n<li>one</li>\n<li>two <span></span></li>\n</ul>\n<table border=\"1\"><tbody><tr><td>1</td></tr></tbody></table>",
    ] {
        let loaded = program.ask(OPEN, vec![json!(html)]).await?;
        assert_eq!(program.ask(NOW, vec![]).await?, loaded, "not stable: {html}");
        assert_eq!(loaded, json!(html), "not read back as it was");
    }
    program.ask("window.bench.visualCommand('heading', 2); setTimeout(arguments[0], 400)", vec![]).await?;
    program.picture("visual-editor").await?;

    // The frame is a stranger to the window: it has an origin of its own.
    let reach =
        "try { return String(document.querySelector('iframe').contentDocument) } catch (error) { return 'refused' }";
    let reached = program.window.execute(reach, vec![]).await?.json().clone();
    assert!(reached == json!("null") || reached == json!("refused"), "the frame can be reached: {reached}");
    program.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_read_back_byte_for_byte_and_a_document_is_as_tall_as_its_text() -> Result<(), Failure> {
    if !is_wanted("source editor") {
        return Ok(());
    }
    let workspace = tempfile::tempdir()?;
    let program = Program::start(workspace.path()).await?;
    program.window.goto("tauri://localhost/bench/index.html").await?;
    for text in ["a\r\nb\r\n", "a\nb", "mixed\r\nand\n"] {
        let script = "const [text, done] = arguments; bench.source(text, 'markdown'); setTimeout(() => done(bench.sourceNow()), 300);";
        assert_eq!(program.ask(script, vec![json!(text)]).await?, json!(text));
    }
    let tall = "const [done] = arguments; bench.reading('<p>line</p>'.repeat(100)); setTimeout(() => done(bench.height()), 800);";
    let height = program.ask(tall, vec![]).await?.as_f64().unwrap_or(0.0);
    assert!((3000.0..6000.0).contains(&height), "{height} px for 100 lines");
    program.picture("reading").await?;
    program.close().await
}
