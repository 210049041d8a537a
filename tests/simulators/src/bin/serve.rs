//! Serves the reference course and the reference forum on loopback until its input ends, every answer held back by the given
//! milliseconds, so that clients can be timed against the same servers: `serve 40`.
//!
//! Prints one line of JSON: where both are, their keys, and the address at which `GET /canvas`, `/discourse` tell what was asked
//! since `GET /reset`.

#![allow(clippy::print_stdout, reason = "this is how a script learns the addresses")]

use std::io::Read as _;

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use simulators::canvas::{Canvas, reference_course};
use simulators::clock::Clock;
use simulators::discourse::{Discourse, Profile, reference_forum};
use simulators::fault::{Fault, FaultPlan, On};
use simulators::server::RequestLog;

const TOKEN: &str = "7~reference";

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let millis = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned()).parse()?;
    let canvas = Canvas::start().await?;
    let teacher = canvas.add_user("Tess Teacher");
    canvas.add_token(teacher, TOKEN);
    let course = canvas.seed(teacher, &reference_course())?.course;

    let clock = Clock::default();
    let mut forum = reference_forum(Profile::V2026, 200, 20, clock.now());
    let key = forum.add_admin_key(None);
    let discourse = Discourse::serve(forum, FaultPlan::new(), clock).await?;

    for faults in [canvas.faults(), discourse.server().faults()] {
        faults.add(On::any(), Fault::Slow { millis });
    }
    let control = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let told = json!({
        "canvas": { "url": canvas.base_url(), "token": TOKEN, "course": course },
        "discourse": { "url": discourse.base_url(), "key": key, "user": "ada" },
        "control": format!("http://{}", control.local_addr()?),
    });
    let logs = [canvas.log().clone(), discourse.server().log().clone()];
    tokio::spawn(async move {
        // Ends with the program.
        let _ = axum::serve(control, counting(logs)).await;
    });
    println!("{told}");
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}

fn counting([canvas, discourse]: [RequestLog; 2]) -> Router {
    let both = [canvas.clone(), discourse.clone()];
    Router::new()
        .route("/canvas", get(move || async move { Json(counted(&canvas)) }))
        .route("/discourse", get(move || async move { Json(counted(&discourse)) }))
        .route(
            "/reset",
            get(move || async move {
                for log in &both {
                    log.reset();
                }
                Json(json!({}))
            }),
        )
}

fn counted(log: &RequestLog) -> Value {
    let all = log.all();
    let bytes: usize = all.iter().map(|request| request.bytes_out).sum();
    json!({ "requests": all.len(), "bytes": bytes, "writes": log.writes().len() })
}
