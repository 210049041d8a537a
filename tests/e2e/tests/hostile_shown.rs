//! Hostile pages and posts in the real window: no script runs, no request leaves, no command is reached, no link opens.
//! Each payload goes the program's own way (kept as a page, made safe in Rust, shown and edited; and as Markdown in the preview),
//! and raw into the frame that shows documents, as if nothing had made it safe.

#![allow(clippy::print_stdout, reason = "the counts are what this test is run for")]

use std::time::Duration;

use e2e::{Canary, Failure, Program, armed, is_wanted};
use serde_json::{Value, json};

/// One payload a line, shared with the sanitiser's own test.
const PAYLOADS: &str = include_str!("../../hostile/payloads.html");

/// Shows a body one way, waits for its frame to load, then a moment in which it may do its worst. A frame that says nothing is waited
/// for a second and a half.
const SHOW: &str = r#"
const [way, html, done] = arguments;
let told = false;
const worst = () => { if (!told) { told = true; setTimeout(() => done(window.bench.ran), 40); } };
if (way === 'visual') window.bench.visual(html).then(worst);
else {
  document.addEventListener('load', worst, { once: true, capture: true });
  window.bench[way](html);
}
setTimeout(worst, 1500);
"#;

/// Keeps a body as a page of the person's own and gives it as the window gets it from Rust.
const KEEP: &str = r#"
const [space, title, body, done] = arguments;
window.asking('document_new', { new: { space, kind: 'page', parent: null, replyTo: null, title, body } })
  .then((doc) => done([doc.reading, doc.editing]), (error) => done(String(error.what ?? error)));
"#;

/// Counts commands: each goes to Rust by a request of the scheme `ipc`, those of this test itself left out. The calling function
/// cannot be replaced, which is as it should be.
const COUNT: &str = r#"
const [done] = arguments;
const fetched = window.fetch;
let own = false;
window.commands = [];
window.fetch = (address, ...rest) => { if (!own) window.commands.push(String(address)); return fetched(address, ...rest); };
window.asking = (name, given) => { own = true; const answer = window.__TAURI_INTERNALS__.invoke(name, given); own = false; return answer; };
window.asking('local_space_new', { name: 'Hostile' }).then((space) => done(space.id), (error) => done(String(error.what ?? error)));
"#;

const CONTROL: &str = r#"
const [done] = arguments;
const before = window.bench.ran.length;
const frame = document.createElement('iframe');
frame.setAttribute('sandbox', 'allow-scripts');
frame.src = '/bench/control.html';
document.body.append(frame);
const end = Date.now() + 10000;
const heard = () => (window.bench.ran.length > before || Date.now() > end ? done(window.bench.ran.length - before) : setTimeout(heard, 20));
heard();
"#;

#[tokio::test(flavor = "multi_thread")]
async fn hostile_documents_run_nothing_send_nothing_and_reach_no_command() -> Result<(), Failure> {
    if !is_wanted("hostile documents") {
        return Ok(());
    }
    let workspace = tempfile::tempdir()?;
    let canary = Canary::listen().await?;
    let program = Program::start(workspace.path()).await?;
    program.window.goto("tauri://localhost/bench/index.html").await?;
    let space = program.ask(COUNT, vec![]).await?;

    let payloads: Vec<&str> = PAYLOADS.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(payloads.len() >= 150, "{} payloads", payloads.len());
    let mut shown = 0;
    for (number, payload) in payloads.iter().enumerate() {
        let body = armed(payload, number, &canary.address());
        let kept = program.ask(KEEP, vec![space.clone(), json!(format!("Payload {number}")), json!(body)]).await?;
        let (reading, editing) = (kept[0].clone(), kept[1].clone());
        assert!(reading.is_string() && editing.is_string(), "payload {number} could not be kept: {kept}");
        for (way, html) in
            [("reading", reading), ("visual", editing), ("preview", json!(body)), ("reading", json!(body))]
        {
            let ran = program.ask(SHOW, vec![json!(way), html]).await?;
            assert_eq!(ran, json!([]), "payload {number} ran, {way}: {payload}");
            shown += 1;
        }
        let heard = canary.heard();
        assert!(heard.is_empty(), "up to payload {number} ({payload}) requests left: {heard:?}");
    }
    // A late one counts as well.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(canary.heard(), Vec::<String>::new(), "requests left");
    assert_eq!(program.ask("arguments[0](window.bench.ran)", vec![]).await?, json!([]), "scripts ran");
    let commands = program.ask("arguments[0](window.commands)", vec![]).await?;
    assert_eq!(commands, json!([]), "commands were reached");
    assert_eq!(program.opened_links(), Vec::<String>::new(), "links opened by themselves");
    let address = program.window.current_url().await?;
    assert_eq!(address.as_str(), "tauri://localhost/bench/index.html", "the window went elsewhere");

    counters_count(&program, &canary).await?;
    println!("{} payloads, {shown} showings: 0 scripts, 0 requests, 0 commands, 0 links", payloads.len());
    program.close().await
}

/// Silence proves something only where each counter can be heard.
async fn counters_count(program: &Program, canary: &Canary) -> Result<(), Failure> {
    let ran: Value = program.ask(CONTROL, vec![]).await?;
    assert_eq!(ran, json!(1), "a script that runs is not heard");
    let call = "window.__TAURI_INTERNALS__.invoke('status').then(() => arguments[0](window.commands))";
    assert_eq!(program.ask(call, vec![]).await?, json!(["ipc://localhost/status"]), "a command is not counted");
    let open = format!(
        "window.__TAURI_INTERNALS__.invoke('link_open', {{ url: 'http://{}/link' }}).then(() => arguments[0](true))",
        canary.address()
    );
    program.ask(&open, vec![]).await?;
    assert_eq!(program.opened_links().len(), 1, "an opened link is not counted");
    plain_get(&canary.address()).await?;
    assert!(!canary.heard().is_empty(), "a request is not heard");
    Ok(())
}

/// A request by the test itself, answered when the canary has heard it.
async fn plain_get(address: &str) -> Result<(), Failure> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(b"GET /control HTTP/1.1\r\n\r\n").await?;
    stream.read_to_end(&mut Vec::new()).await?;
    Ok(())
}
