//! Where an access token may not be: after it was typed into the window, kept, used for a sync and the program ended, no file of the
//! program's holds it; and it is read back from the system's keychain by the next start.

use std::{path::Path, time::Duration};

use e2e::{Failure, Program, is_wanted};
use serde_json::json;
use simulators::canvas::Canvas;

const TOKEN: &str = "7103~QhTb4VzYf8kNcW2mXs6LpRd9GjEa";

/// Every file below a folder in whose bytes the token stands, plain or as UTF-16.
fn holders(folder: &Path, found: &mut Vec<String>, looked: &mut usize) -> Result<(), Failure> {
    let wide: Vec<u8> = TOKEN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for entry in std::fs::read_dir(folder)?.flatten() {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            holders(&entry.path(), found, looked)?;
        } else if kind.is_file() {
            let bytes = std::fs::read(entry.path())?;
            *looked += 1;
            let holds = |sought: &[u8]| bytes.windows(sought.len()).any(|part| part == sought);
            if holds(TOKEN.as_bytes()) || holds(&wide) {
                found.push(entry.path().display().to_string());
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_typed_into_the_window_is_in_the_keychain_and_in_no_file() -> Result<(), Failure> {
    if !is_wanted("token") {
        return Ok(());
    }
    let canvas = Canvas::start().await?;
    let course = canvas.add_course("Tides", "TID 1");
    let teacher = canvas.add_user("Mara Lindqvist");
    canvas.enroll(course, teacher, simulators::canvas::Role::Teacher);
    canvas.add_token(teacher, TOKEN);
    let (home, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let workspace = folder.path().join("workspace");

    let program = Program::start_at(home.path(), &workspace).await?;
    program.press("button", "Connect Canvas").await?;
    program.fill("Address of Canvas", &canvas.base_url()).await?;
    program.fill("Access token", TOKEN).await?;
    program.press("button", "Continue").await?;
    program.press("checkbox", "Tides").await?;
    program.press("button", "Keep").await?;
    program
        .until("the sync's end", "return document.body.innerText", vec![], |text| {
            text.as_str().is_some_and(|text| text.contains("In sync"))
        })
        .await?;
    program.crash()?;
    drop(program);

    let again = Program::start_at(home.path(), &workspace).await?;
    again.see("Sync", Duration::from_secs(20)).await?;
    let before = canvas.log().total();
    again.control("\u{e007}").await?;
    again
        .until("the next sync", "return document.querySelector('footer').innerText", vec![], |text| {
            text.as_str().is_some_and(|text| text.contains("Both sides agree."))
        })
        .await?;
    assert!(canvas.log().total() > before, "the key was not read back from the keychain");
    let places = again.ask(
        "window.__TAURI_INTERNALS__.invoke('accounts').then((accounts) => arguments[0](accounts.map((it) => it.secret)))",
        vec![],
    );
    assert_eq!(places.await?, json!(["keychain"]), "where the program says that the key is");
    again.close().await?;

    let (mut found, mut looked) = (Vec::new(), 0);
    for place in [home.path(), folder.path()] {
        holders(place, &mut found, &mut looked)?;
    }
    assert!(looked > 3, "only {looked} files were looked at");
    assert_eq!(found, Vec::<String>::new(), "files that hold the token");
    Ok(())
}
