//! A client that was written by others, for real Canvases, works with the simulated one: a check on our reading of the API.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails a test")]

use std::process::Command;

use simulators::canvas::{Canvas, Role};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/canvasapi/drive.py");

/// A Python that knows canvasapi: the one that `LECTERN_PYTHON` names, which has to, else the system's.
fn python() -> Option<String> {
    let named = std::env::var("LECTERN_PYTHON").ok();
    let python = named.clone().unwrap_or_else(|| "python3".to_owned());
    let knows = Command::new(&python).args(["-c", "import canvasapi"]).output();
    let knows = knows.is_ok_and(|knows| knows.status.success());
    assert!(knows || named.is_none(), "{python} has no canvasapi");
    knows.then_some(python)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn canvasapi_lists_shows_makes_edits_deletes_and_uploads_each_kind_it_knows() {
    let Some(python) = python() else {
        println!(
            "skipped: no Python with canvasapi here (`pip install canvasapi`, and LECTERN_PYTHON for one of its own)"
        );
        return;
    };
    let canvas = Canvas::start().await.unwrap();
    let teacher = canvas.add_user("Tess Teacher");
    canvas.add_token(teacher, "python-token");
    let course = canvas.add_course("Shore Life", "BIO 1");
    canvas.enroll(course, teacher, Role::Teacher);
    let base = canvas.base_url();
    let run = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(python);
        command.args([SCRIPT, &base, "python-token", &course.to_string()]);
        for proxy in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
            command.env_remove(proxy);
        }
        command.output()
    });
    let output = run.await.unwrap().unwrap();
    let (told, trouble) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{told}");
    assert!(output.status.success(), "{told}\n{trouble}");
    assert!(told.contains(" passed, 0 failed"), "{told}");
}
