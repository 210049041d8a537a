//! One request, with its parameters in one shape whatever way they were sent.

use serde_json::{Map, Value, json};

/// A file part of a multipart body.
#[derive(Debug, Clone)]
pub(crate) struct FilePart {
    pub(crate) filename: String,
    pub(crate) bytes: Vec<u8>,
}

/// A request as the controllers see it: query and body merged into one object, as Rails does.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without a format suffix.
    pub(crate) path: Vec<String>,
    pub(crate) raw_path: String,
    /// Whether JSON is wanted: by suffix or by `Accept`.
    pub(crate) json: bool,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) params: Value,
    pub(crate) file: Option<FilePart>,
    /// The body claimed to be JSON and was not.
    pub(crate) broken_json: bool,
    pub(crate) json_body: bool,
}

impl Request {
    pub(crate) fn new(method: &str, path_and_query: &str, headers: Vec<(String, String)>, body: &[u8]) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let mut params = Map::new();
        for (name, value) in pairs(query) {
            insert_form(&mut params, &name, value);
        }
        let find = |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone());
        let content_type = find("content-type").unwrap_or_default();
        let mut broken_json = false;
        let mut file = None;
        let json_body = content_type.contains("json");
        if json_body && !body.is_empty() {
            match serde_json::from_slice::<Value>(body) {
                Ok(Value::Object(object)) => params.extend(object),
                Ok(other) => {
                    params.insert("_json".to_owned(), other);
                }
                Err(_) => broken_json = true,
            }
        } else if content_type.starts_with("multipart/") {
            file = read_multipart(&content_type, body, &mut params);
        } else if content_type.contains("urlencoded") {
            for (name, value) in pairs(&String::from_utf8_lossy(body)) {
                insert_form(&mut params, &name, value);
            }
        }
        let json_suffix = path.ends_with(".json");
        let bare = path.strip_suffix(".json").unwrap_or(path);
        let accept = find("accept").unwrap_or_default();
        let decode = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
        Self {
            method: method.to_owned(),
            path: bare.split('/').filter(|part| !part.is_empty()).map(decode).collect(),
            raw_path: path.to_owned(),
            json: json_suffix || accept.contains("json"),
            headers,
            params: Value::Object(params),
            file,
            broken_json,
            json_body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.header("cookie")?;
        cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// Whether it may change something.
    pub(crate) fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// The same without the text, title and tags that are compared before a write.
    pub(crate) fn without_what_it_started_from(&self) -> Self {
        let mut request = self.clone();
        let forget = |fields: &mut Value| {
            if let Some(fields) = fields.as_object_mut() {
                fields.retain(|name, _| !name.starts_with("original_") && name != "raw_old");
            }
        };
        forget(&mut request.params);
        if let Some(post) = request.params.get_mut("post") {
            forget(post);
        }
        request
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.params.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        text_of(&self.params, name)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        int_of(&self.params, name)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        flag_of(&self.params, name)
    }
}

pub(crate) fn text_of(params: &Value, name: &str) -> Option<String> {
    match params.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

pub(crate) fn int_of(params: &Value, name: &str) -> Option<i64> {
    match params.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

pub(crate) fn flag_of(params: &Value, name: &str) -> bool {
    match params.get(name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true" || text == "1" || text == "t",
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        _ => false,
    }
}

/// The members of an array parameter; `None` where it was not sent at all. A form's `tags[]=` is an empty array.
pub(crate) fn array_of(params: &Value, name: &str) -> Option<Vec<Value>> {
    match params.get(name)? {
        Value::Array(items) => Some(items.iter().filter(|item| item.as_str() != Some("")).cloned().collect()),
        _ => None,
    }
}

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// `a[b][]=c` becomes `{"a":{"b":["c"]}}`.
fn insert_form(params: &mut Map<String, Value>, name: &str, value: String) {
    let mut keys: Vec<&str> = Vec::new();
    let (first, rest) = name.split_once('[').map_or((name, ""), |(first, rest)| (first, rest));
    keys.push(first);
    keys.extend(rest.split('[').filter(|part| part.ends_with(']')).map(|part| part.trim_end_matches(']')));
    place(params.entry(keys[0].to_owned()).or_insert(Value::Null), &keys[1..], value);
}

fn place(slot: &mut Value, keys: &[&str], value: String) {
    match keys.split_first() {
        None => *slot = Value::String(value),
        Some((&"", rest)) => {
            if !slot.is_array() {
                *slot = json!([]);
            }
            if let Value::Array(items) = slot {
                let mut item = Value::Null;
                place(&mut item, rest, value);
                items.push(item);
            }
        }
        Some((key, rest)) => {
            if !slot.is_object() {
                *slot = json!({});
            }
            if let Value::Object(object) = slot {
                place(object.entry((*key).to_owned()).or_insert(Value::Null), rest, value);
            }
        }
    }
}

fn read_multipart(content_type: &str, body: &[u8], params: &mut Map<String, Value>) -> Option<FilePart> {
    let boundary = content_type.split("boundary=").nth(1)?.split(';').next()?.trim_matches('"');
    let mark = format!("--{boundary}").into_bytes();
    let mut file = None;
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(found) = find(&body[at..], &mark) {
        starts.push(at + found);
        at += found + mark.len();
    }
    for window in starts.windows(2) {
        let part = &body[window[0] + mark.len()..window[1]];
        let part = part.strip_prefix(b"\r\n".as_slice()).unwrap_or(part);
        let Some(split) = find(part, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&part[..split]).into_owned();
        let content = &part[split + 4..];
        let content = content.strip_suffix(b"\r\n".as_slice()).unwrap_or(content);
        let field = |key: &str| head.split(&format!(" {key}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        let Some(name) = field("name") else { continue };
        match field("filename") {
            Some(filename) => file = Some(FilePart { filename: filename.to_owned(), bytes: content.to_vec() }),
            None => insert_form(params, name, String::from_utf8_lossy(content).into_owned()),
        }
    }
    file
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len().max(1)).position(|window| window == needle)
}
