//! Sends recorded exchanges again and compares the answers.

use std::path::{Path, PathBuf};

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value};
use simulators::canvas::{Canvas, Role, TokenState};

/// The recordings' folder, or a line that says that it is missing.
pub(crate) fn root() -> Option<PathBuf> {
    let shared = std::env::var_os("LECTERN_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    let root = shared.join("recordings/canvas");
    if root.is_dir() {
        return Some(root);
    }
    println!("skipped: there are no recordings at {}", root.display());
    None
}

pub(crate) fn cases(root: &Path, file: &str) -> Vec<Value> {
    let value: Value = serde_json::from_slice(&std::fs::read(root.join(file)).unwrap()).unwrap();
    value["cases"].as_array().unwrap().clone()
}

pub(crate) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// A server with the people of the recordings. Their tokens are the recordings' own placeholders.
pub(crate) struct World {
    pub(crate) canvas: Canvas,
    client: reqwest::Client,
}

impl World {
    pub(crate) const TEACHER: i64 = 3;
    const STUDENT: i64 = 4;

    pub(crate) async fn new() -> Self {
        let canvas = Canvas::start().await.unwrap();
        canvas.add_user("Site Owner");
        for (name, token, admin) in [
            ("Ada Admin", "<ADMIN_TOKEN>", true),
            ("Tess Teacher", "<TEACHER_TOKEN>", false),
            ("Stu Dent", "<STUDENT_TOKEN>", false),
            ("Otto Other", "<OTHER_TOKEN>", false),
        ] {
            let user = if admin { canvas.add_admin(name) } else { canvas.add_user(name) };
            canvas.add_token(user, token);
        }
        canvas.add_token(Self::TEACHER, "<EXPIRED_TOKEN>");
        canvas.set_token("<EXPIRED_TOKEN>", TokenState::Expired(canvas.clock().now()));
        canvas.add_token(Self::TEACHER, "<DELETED_TOKEN>");
        canvas.set_token("<DELETED_TOKEN>", TokenState::Revoked);
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { canvas, client }
    }

    /// A course with the teacher and the student in it, under this id.
    pub(crate) fn course(&self, id: i64) {
        self.foreign_course(id);
        self.canvas.enroll(id, Self::TEACHER, Role::Teacher);
        self.canvas.enroll(id, Self::STUDENT, Role::Student);
    }

    /// A course with neither.
    pub(crate) fn foreign_course(&self, id: i64) {
        self.canvas.continue_ids("course", id - 1);
        assert_eq!(self.canvas.add_course(&format!("Course {id}"), &format!("C{id}")), id);
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.canvas.base_url()));
        let response = request.bearer_auth("<TEACHER_TOKEN>").json(body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or(Value::Null))
    }
}

/// A folder of exchanges that build upon each other.
pub(crate) struct Folder {
    pub(crate) names: &'static [&'static str],
    pub(crate) setup: fn(&World),
    /// Beginnings of file names, each with the reason why the exchange is not compared.
    pub(crate) skips: &'static [(&'static str, &'static str)],
}

#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) same: usize,
    pub(crate) skipped: Vec<(String, String)>,
    pub(crate) failures: Vec<String>,
}

/// What later exchanges of a folder take over from earlier answers.
#[derive(Default)]
struct Learned {
    /// Recorded text and what stands in its place here: verifiers, entity tags, upload policies.
    replaced: Vec<(String, String)>,
}

impl Learned {
    fn apply(&self, text: &str) -> String {
        self.replaced.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }
}

const RECORDED_HOST: &str = "http://127.0.0.1:3022";

impl Folder {
    pub(crate) async fn replay(&self, root: &Path) -> Outcome {
        let world = World::new().await;
        (self.setup)(&world);
        let mut outcome = Outcome::default();
        let mut learned = Learned::default();
        for folder in self.names {
            let mut files: Vec<PathBuf> =
                std::fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
            files.sort();
            for file in files {
                let name = format!("{folder}/{}", file.file_stem().unwrap().to_string_lossy());
                let exchange: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
                if exchange.get("request").is_none() {
                    outcome.skipped.push((name, "a summary of several exchanges".to_owned()));
                    continue;
                }
                prepare(&name, &world);
                let answer = send(&world, &exchange["request"], &learned).await;
                learn(&exchange["response"], &answer, &mut learned);
                let skip = self.skips.iter().find(|(start, _)| {
                    name.starts_with(start) || name.split('/').next_back().unwrap().starts_with(start)
                });
                if let Some((_, reason)) = skip {
                    outcome.skipped.push((name, (*reason).to_owned()));
                    continue;
                }
                let differences = compare(&exchange["response"], &answer, &world.canvas.base_url());
                if differences.is_empty() {
                    outcome.same += 1;
                } else {
                    outcome.failures.push(format!("{name}: {}", differences.join("; ")));
                }
            }
        }
        outcome
    }
}

/// Site settings that a recorded exchange names in its file name, and ids that were taken by objects off the record.
fn prepare(name: &str, world: &World) {
    for (start, kind, last) in [
        ("announcements/08_", "topic", 39),
        ("announcements/09_", "topic", 17),
        ("files/11a", "folder", 4),
        ("assignments/65_", "progress", 20),
    ] {
        if name.starts_with(start) {
            world.canvas.continue_ids(kind, last);
        }
    }
    if name.starts_with("throttle/") {
        world.canvas.configure(|s| s.throttle.send_429 = name.ends_with("_429"));
    }
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    json: Option<Value>,
    text: String,
}

async fn send(world: &World, request: &Value, learned: &Learned) -> Answer {
    let base = world.canvas.base_url();
    let method: Method = request["method"].as_str().unwrap().parse().unwrap();
    let path = learned.apply(request["path"].as_str().unwrap());
    let path = path.replace("<TEACHER_TOKEN>", "%3CTEACHER_TOKEN%3E");
    let mut builder = world.client.request(method, format!("{base}{path}"));
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        if !matches!(name.to_lowercase().as_str(), "content-type" | "content-length" | "accept-encoding") {
            builder = builder.header(name, learned.apply(value.as_str().unwrap()));
        }
    }
    let body = &request["body"];
    let rewritten = |value: &Value| learned.apply(&value.to_string()).replace(RECORDED_HOST, &base);
    builder = if let Some(raw) = body.get("raw").and_then(Value::as_str) {
        builder.header("Content-Type", "application/json").body(raw.to_owned())
    } else if let Some(form) = body.get("form").and_then(Value::as_array) {
        let encode = |text: &Value| {
            percent_encoding::utf8_percent_encode(text.as_str().unwrap(), percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let pairs: Vec<String> = form.iter().map(|pair| format!("{}={}", encode(&pair[0]), encode(&pair[1]))).collect();
        builder.header("Content-Type", "application/x-www-form-urlencoded").body(pairs.join("&"))
    } else if let Some(parts) = body.get("multipart").and_then(Value::as_array) {
        builder.multipart(multipart(parts, learned))
    } else if body.is_null() {
        builder
    } else {
        builder.header("Content-Type", "application/json").body(rewritten(body))
    };
    let response = builder.send().await.unwrap();
    let status = response.status().as_u16();
    let headers =
        response.headers().iter().map(|(k, v)| (k.to_string(), v.to_str().unwrap_or_default().to_owned())).collect();
    let text = response.text().await.unwrap();
    Answer { status, headers, json: serde_json::from_str(&text).ok(), text }
}

fn multipart(parts: &[Value], learned: &Learned) -> Form {
    parts.iter().fold(Form::new(), |form, part| {
        let name = part["name"].as_str().unwrap().to_owned();
        match part.get("value").and_then(Value::as_str) {
            Some(value) => form.text(name, learned.apply(value)),
            None => {
                let bytes = vec![b'x'; usize::try_from(number(&part["bytes"])).unwrap()];
                form.part(name, Part::bytes(bytes).file_name(part["filename"].as_str().unwrap().to_owned()))
            }
        }
    })
}

/// Remembers opaque values of this answer that later requests send back.
fn learn(recorded: &Value, answer: &Answer, learned: &mut Learned) {
    let recorded_header = |name: &str| header_of(recorded, name);
    let own = |name: &str| answer.headers.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone());
    if let (Some(from), Some(to)) = (recorded_header("etag"), own("etag")) {
        learned.replaced.push((from, to));
    }
    if let (Some(from), Some(to)) = (recorded_header("location"), own("location")) {
        let uuid = |text: &str| text.split("uuid=").nth(1).unwrap_or_default().to_owned();
        learned.replaced.push((uuid(&from), uuid(&to)));
    }
    let (Some(from), Some(to)) = (recorded.get("json"), &answer.json) else { return };
    for field in ["/upload_params/Policy", "/upload_params/Signature", "/upload_params/key", "/uuid"] {
        if let (Some(Value::String(from)), Some(Value::String(to))) = (from.pointer(field), to.pointer(field)) {
            learned.replaced.push((from.clone(), to.clone()));
        }
    }
}

fn header_of(recorded: &Value, name: &str) -> Option<String> {
    let headers = recorded["headers"].as_array()?;
    headers.iter().find(|h| h[0] == name).and_then(|h| h[1].as_str()).map(str::to_owned)
}

/// Status, the headers that mean something, and JSON: keys, types, and values where they do not depend on the machine.
fn compare(recorded: &Value, answer: &Answer, base: &str) -> Vec<String> {
    let mut out = Vec::new();
    let want = number(&recorded["status"]);
    if want != i64::from(answer.status) {
        out.push(format!(
            "status {} instead of {want} ({})",
            answer.status,
            answer.text.chars().take(200).collect::<String>()
        ));
        return out;
    }
    for name in ["link", "www-authenticate", "content-type"] {
        let own = answer.headers.iter().find(|(k, _)| k == name).map(|(_, v)| v.replace(base, RECORDED_HOST));
        let recorded = header_of(recorded, name);
        // What has no body needs no type.
        if own != recorded && !(name == "content-type" && (want == 304 || answer.text.is_empty())) {
            out.push(format!("header {name}: {own:?} instead of {recorded:?}"));
        }
    }
    if (header_of(recorded, "etag").is_some()) != answer.headers.iter().any(|(k, _)| k == "etag") && want < 300 {
        out.push("an entity tag is there on one side only".to_owned());
    }
    match (recorded.get("json"), &answer.json) {
        (Some(want), Some(got)) => {
            let cut = recorded.get("json_items_total").is_some();
            difference("", want, got, base, cut, &mut out);
        }
        (Some(_), None) => out.push("JSON is missing".to_owned()),
        (None, _) => {}
    }
    out
}

/// Fields whose values belong to a run and not to a behaviour.
const OWN_TO_A_RUN: [&str; 30] = [
    "created_at",
    "updated_at",
    "posted_at",
    "modified_at",
    "last_reply_at",
    "deleted_at",
    "completed_at",
    "expired_at",
    "edited_at",
    "uuid",
    "secure_params",
    "lti_context_id",
    "filename",
    "assignment_group_id",
    "error_report_id",
    "ics",
    "name",
    "course_code",
    "key",
    "Policy",
    "Signature",
    "primary_email",
    "login_id",
    "lock_explanation",
    "quota_used",
    "attachment_id",
    "default_view",
    "created_at",
    "end_at",
    "storage_quota_mb",
];

fn difference(at: &str, want: &Value, got: &Value, base: &str, cut: bool, out: &mut Vec<String>) {
    let key = at.rsplit(['/']).next().unwrap_or(at);
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            let lacks = |a: &Map<String, Value>, b: &Map<String, Value>| {
                a.keys().filter(|k| !b.contains_key(*k)).cloned().collect::<Vec<_>>()
            };
            let (missing, more) = (lacks(want, got), lacks(got, want));
            if !missing.is_empty() || !more.is_empty() {
                out.push(format!("{at} lacks {missing:?} and has {more:?}"));
            }
            for (key, value) in want {
                if let Some(got) = got.get(key) {
                    difference(&format!("{at}/{key}"), value, got, base, false, out);
                }
            }
        }
        (Value::Array(want), Value::Array(got)) => {
            if want.len() != got.len() && !cut {
                out.push(format!("{at} has {} elements instead of {}", got.len(), want.len()));
            }
            for (n, (want, got)) in want.iter().zip(got).enumerate() {
                difference(&format!("{at}/{n}"), want, got, base, false, out);
            }
        }
        _ if kind(want) != kind(got) => out.push(format!("{at} is {got} instead of {want}")),
        _ if OWN_TO_A_RUN.contains(&key) || at.contains("/calendar/") => {}
        (Value::String(want), Value::String(got)) => {
            let (want, got) = (plain(want, RECORDED_HOST), plain(got, base));
            if want != got {
                out.push(format!("{at} is {got:?} instead of {want:?}"));
            }
        }
        (Value::Number(want), Value::Number(got)) if want.as_f64() != got.as_f64() => {
            out.push(format!("{at} is {got} instead of {want}"))
        }
        (Value::Bool(want), Value::Bool(got)) if want != got => out.push(format!("{at} is {got} instead of {want}")),
        _ => {}
    }
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

/// Text without what differs by run: the host, and verifiers.
fn plain(text: &str, host: &str) -> String {
    let mut out = text.replace(host, "");
    for mark in ["verifier=", "thumbnails/"] {
        let mut from = 0;
        while let Some(at) = out[from..].find(mark).map(|at| from + at + mark.len()) {
            let end = out[at..].find(['&', '"', ' ']).map_or(out.len(), |n| at + n);
            out.replace_range(at..end, "*");
            from = at;
        }
    }
    out
}
