//! How a user hands a program a key: the browser page and the device flow (contract 2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs8::DecodePublicKey;
use rsa::{Oaep, Pkcs1v15Encrypt, RsaPublicKey};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::answer::{Answer, Outcome};
use super::cook::escape;
use super::create::hex;
use super::guard::{Actor, By};
use super::request::{Request, text_of};
use super::state::{DeviceRequest, Forum, UserKey};

impl Forum {
    /// A key or token no other call has given out. Made from a counter, so that a run can be repeated.
    pub(crate) fn secret(&mut self, length: usize) -> String {
        self.secrets += 1;
        let text = format!("{} {} {}", self.secrets, self.now.timestamp_nanos_opt().unwrap_or_default(), self.origin);
        let half = hex(&Sha1::digest(text.as_bytes()));
        let other = hex(&Sha1::digest(format!("{text}+").as_bytes()));
        format!("{half}{other}").chars().take(length).collect()
    }

    /// `HEAD` and `GET /user-api-key/new`.
    pub(crate) fn user_key_page(&self, actor: &Actor, request: &Request) -> Outcome {
        if request.method == "HEAD" {
            let answer = Answer::html(200, "").with("Auth-Api-Version", "4");
            return Ok(if self.profile.is_2026() { answer.with("Auth-Api-Device-Code", "true") } else { answer });
        }
        if actor.by != By::Cookie {
            return Ok(Answer::redirect(302, &format!("{}/login", self.origin)));
        }
        let mut fields = String::new();
        for name in [
            "application_name",
            "client_id",
            "scopes",
            "public_key",
            "nonce",
            "auth_redirect",
            "padding",
            "expires_in_seconds",
        ] {
            if let Some(value) = request.text(name) {
                fields.push_str(&format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escape(&value)));
            }
        }
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n\
             <form action=\"/user-api-key\" method=\"post\">\n{fields}<button>Authorize</button>\n</form>\n</body>\n</html>\n",
            escape(&self.settings.title)
        );
        Ok(Answer::html(200, &page))
    }

    /// `POST /user-api-key[.json]`: the approval, from a browser session.
    pub(crate) fn user_key_create(&mut self, actor: &Actor, request: &Request) -> Outcome {
        let Some(user) = actor.id().filter(|_| actor.by == By::Cookie) else { return Err(Answer::not_logged_in()) };
        let payload = self.approve(user, &request.params)?;
        if let Some(redirect) = request.text("auth_redirect") {
            let encoded = percent_encoding::utf8_percent_encode(&payload, percent_encoding::NON_ALPHANUMERIC);
            let mark = if redirect.contains('?') { '&' } else { '?' };
            return Ok(Answer::redirect(302, &format!("{redirect}{mark}payload={encoded}")));
        }
        let name = request.text("application_name").unwrap_or_default();
        let instructions = format!(
            "We just generated a new user API key for you to use with \"{name}\", please paste the following key into your application:"
        );
        if request.json {
            return Ok(Answer::ok(&json!({ "payload": payload, "instructions": instructions })));
        }
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<body>\n<p>{}</p>\n<pre><code>{payload}</code></pre>\n</body>\n</html>\n",
            escape(&instructions)
        );
        Ok(Answer::html(200, &page))
    }

    /// Makes a key and gives the text for the program: base64 with a line feed each 60 characters and at the end.
    pub(crate) fn approve(&mut self, user: i64, params: &Value) -> Result<String, Answer> {
        for name in ["public_key", "nonce", "scopes", "client_id", "application_name"] {
            if text_of(params, name).is_none_or(|value| value.is_empty()) {
                return Err(Answer::missing(name));
            }
        }
        let text = |name: &str| text_of(params, name).unwrap_or_default();
        let scopes: Vec<String> = text("scopes").split(',').map(str::to_owned).collect();
        if !scopes.iter().all(|scope| self.settings.allow_user_api_key_scopes.contains(scope)) {
            return Err(Answer::forbidden());
        }
        if let Some(redirect) = text_of(params, "auth_redirect")
            && !self.settings.allowed_user_api_auth_redirects.iter().any(|pattern| matches_pattern(pattern, &redirect))
        {
            return Err(Answer::forbidden());
        }
        let pem = text("public_key");
        let public =
            RsaPublicKey::from_public_key_pem(pem.trim()).or_else(|_| RsaPublicKey::from_pkcs1_pem(pem.trim()));
        let public = public.map_err(|_| Answer::server_error())?;
        let padding =
            text_of(params, "padding").filter(|_| self.profile.is_2026()).unwrap_or_else(|| "pkcs1".to_owned());
        if !matches!(padding.as_str(), "pkcs1" | "oaep") {
            return Err(Answer::invalid_parameters("padding"));
        }
        let key = self.secret(32);
        let plain = json!({ "key": key, "nonce": text("nonce"), "push": false, "api": 4 }).to_string();
        let mut rng = rsa::rand_core::OsRng;
        let sealed = match padding.as_str() {
            "oaep" => public.encrypt(&mut rng, Oaep::new::<Sha1>(), plain.as_bytes()),
            _ => public.encrypt(&mut rng, Pkcs1v15Encrypt, plain.as_bytes()),
        };
        let too_big =
            || if self.profile.is_2026() { Answer::invalid_parameters("nonce") } else { Answer::server_error() };
        let sealed = sealed.map_err(|_| too_big())?;
        let client_id = text("client_id");
        self.user_keys.retain(|_, other| other.client_id != client_id || other.user_id != user);
        self.user_keys.insert(key, UserKey { user_id: user, client_id, scopes });
        Ok(encode64(&sealed))
    }

    pub(crate) fn user_key_revoke(&mut self, actor: &Actor, request: &Request) -> Outcome {
        match request.header("user-api-key").filter(|_| actor.by == By::UserKey) {
            Some(key) => {
                self.user_keys.remove(key);
                Ok(Answer::ok(&json!({ "success": "OK" })))
            }
            None => Err(Answer::not_found()),
        }
    }

    /// `POST /user-api-key/device.json`, of 2026 only.
    pub(crate) fn device_start(&mut self, request: &Request) -> Outcome {
        if !request.json_body {
            return Err(Answer::invalid_parameters("content type"));
        }
        for name in ["nonce", "scopes", "client_id", "application_name", "public_key"] {
            if request.text(name).is_none() {
                return Err(Answer::missing(name));
            }
        }
        let scopes = request.text("scopes").unwrap_or_default();
        if !scopes
            .split(',')
            .all(|scope| self.settings.allow_user_api_key_scopes.iter().any(|allowed| allowed == scope))
        {
            return Err(Answer::forbidden());
        }
        let device_code = self.secret(64);
        const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let letters: Vec<char> = self
            .secret(16)
            .as_bytes()
            .chunks(2)
            .map(|pair| char::from(ALPHABET[(usize::from(pair[0]) * 7 + usize::from(pair[1])) % ALPHABET.len()]))
            .collect();
        let user_code: String = letters[..4].iter().chain(&['-']).chain(&letters[4..]).collect();
        let uri = format!("{}/user-api-key/device", self.origin);
        let expires_at = self.now + TimeDelta::seconds(600);
        let pending =
            DeviceRequest { params: request.params.clone(), user_code: user_code.clone(), expires_at, outcome: None };
        self.device.insert(device_code.clone(), pending);
        Ok(Answer::ok(&json!({
            "device_code": device_code, "user_code": user_code, "verification_uri": uri,
            "verification_uri_with_request": format!("{uri}?user_code={user_code}"), "expires_in": 600, "interval": 5,
        })))
    }

    /// The authorised answer is delivered once.
    pub(crate) fn device_poll(&mut self, request: &Request) -> Outcome {
        let code = request.text("device_code").ok_or_else(|| Answer::missing("device_code"))?;
        let status = |word: &str| Ok(Answer::ok(&json!({ "status": word })));
        let Some(pending) = self.device.get(&code) else { return status("expired_token") };
        match pending.outcome.clone() {
            _ if pending.expires_at < self.now => status("expired_token"),
            None => status("authorization_pending"),
            Some(Err(())) => status("access_denied"),
            Some(Ok(payload)) => {
                self.device.remove(&code);
                Ok(Answer::ok(&json!({ "status": "authorized", "payload": payload })))
            }
        }
    }

    /// What the person does on the verification page. False where no such code waits or the request is refused.
    pub(crate) fn device_decide(&mut self, user: i64, user_code: &str, allow: bool) -> bool {
        let Some((code, params)) =
            self.device.iter().find(|(_, d)| d.user_code == user_code).map(|(c, d)| (c.clone(), d.params.clone()))
        else {
            return false;
        };
        let outcome = if allow { self.approve(user, &params).map_err(|_| ()) } else { Err(()) };
        let granted = outcome.is_ok() == allow;
        if let Some(pending) = self.device.get_mut(&code) {
            pending.outcome = Some(outcome);
        }
        granted
    }

    pub(crate) fn csrf_token(&mut self) -> Outcome {
        let token = self.secret(40);
        self.csrf.insert(token.clone());
        Ok(Answer::ok(&json!({ "csrf": token })))
    }

    /// `POST /session.json`. A wrong password is a 200.
    pub(crate) fn log_in(&mut self, request: &Request) -> Outcome {
        let name = request.text("login").unwrap_or_default();
        let password = request.text("password").unwrap_or_default();
        if self.settings.limits.actions {
            let message = "You’ve performed this action too many times. Please wait %{time_left} before trying again.";
            self.action("logins", 6, 60, message)?;
        }
        let user =
            self.user_by_name(&name).filter(|user| !user.password.is_empty() && user.password == password).cloned();
        let Some(user) = user else {
            return Ok(Answer::ok(&json!({ "error": "Incorrect username, email or password" })));
        };
        let token = self.secret(32);
        self.sessions.insert(token.clone(), user.id);
        let body = json!({ "user_badges": [], "user": super::post_json::basic_user(&user) });
        Ok(Answer::ok(&body).with("Set-Cookie", &format!("_t={token}; path=/; HttpOnly")))
    }
}

/// Ruby's `encode64`.
fn encode64(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut out = String::with_capacity(text.len() + text.len() / 60 + 1);
    for (index, c) in text.chars().enumerate() {
        if index > 0 && index % 60 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out.push('\n');
    out
}

/// Whole, without regard to case, with at most one `*`; the address needs a scheme and a host.
fn matches_pattern(pattern: &str, address: &str) -> bool {
    let (pattern, address) = (pattern.to_lowercase(), address.to_lowercase());
    let has_host = address.split_once("://").is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
    let fits = match pattern.split_once('*') {
        None => pattern == address,
        Some((start, end)) => {
            address.len() >= start.len() + end.len()
                && address.starts_with(start)
                && address.ends_with(end)
                && !address.contains(' ')
        }
    };
    has_host && fits
}
