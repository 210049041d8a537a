//! What a forum offers for signing in, the device flow (contract 2.6), and giving a key back (contract 2.7).

use std::fmt;
use std::time::Duration;

use domain::{RemoteError, RemoteErrorKind};
use rest::{Clock, Settings, Stop, Url};
use secrecy::SecretString;
use serde::Deserialize;

use crate::client::{Client, read};
use crate::errors::{from_answer, from_failure};
use crate::{DiscourseRemote, KeyRequest, Scopes};

/// Why nothing can be written with a key for reading, as a sentence.
pub const READ_ONLY_KEY: &str =
    "This forum lets programs read and not write. You can read everything here; changes stay on this computer.";

/// A device request goes on at this pace where the forum says none.
const INTERVAL: u64 = 5;
/// And it lives this long.
const EXPIRES: u64 = 600;

/// Asks a forum before anybody has signed in.
pub struct SignIn {
    client: Client,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

/// A request that waits for the person's yes on the forum.
pub struct Device {
    /// The request; its key pair opens the answer.
    pub request: KeyRequest,
    /// What the person compares with the forum's page.
    pub user_code: String,
    /// The address to open in the system's browser.
    pub address: String,
    /// Time between two questions.
    pub interval: Duration,
    /// The request is void after this time.
    pub expires_in: Duration,
    code: String,
}

/// What became of a device request.
#[derive(Debug)]
pub enum Polled {
    /// The person has not answered yet.
    Pending,
    /// The person said no.
    Denied,
    /// It is too late; begin again.
    Expired,
    /// The key.
    Key(SecretString),
}

#[derive(Deserialize)]
struct Started {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_with_request: Option<String>,
    expires_in: Option<u64>,
    interval: Option<u64>,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    status: String,
    payload: Option<String>,
}

impl SignIn {
    /// A forum's address; makes no request.
    ///
    /// # Errors
    /// `WrongSite` for an address that is neither HTTPS nor on loopback.
    pub fn at(base: Url, now: Clock, stop: Stop) -> Result<Self, RemoteError> {
        let mut settings = Settings::new(base, rest::Auth::Anonymous, now);
        settings.stop = stop;
        Ok(Self { client: Client::new(rest::Client::new(settings).map_err(from_failure)?) })
    }

    /// Whether the forum announces the device flow. An old one does not answer this question at all.
    ///
    /// # Errors
    /// Those of the network; a forum that refuses user keys altogether answers `NotFound`.
    pub async fn offers_device(&self) -> Result<bool, RemoteError> {
        let answer = self.client.http().head("user-api-key/new").any_content().send().await.map_err(from_failure)?;
        match answer.status {
            404 | 410 => Err(RemoteError::new(RemoteErrorKind::NotFound, "this forum gives no keys to programs")),
            _ => Ok(answer.header("auth-api-device-code").is_some_and(|offer| offer.eq_ignore_ascii_case("true"))),
        }
    }

    /// Begins the device flow. A forum that allows no `write` is asked again for reading alone.
    ///
    /// # Errors
    /// The forum's refusal, and those of the network.
    pub async fn begin_device(&self, request: KeyRequest) -> Result<Device, RemoteError> {
        let http = self.client.http();
        let answer = self.client.write(http.post("user-api-key/device.json"), &request.parameters()).await?;
        let (request, answer) = match answer.status {
            400 | 403 | 422 if request.scopes() == Scopes::ReadAndWrite => {
                let request = request.for_reading();
                let answer = self.client.write(http.post("user-api-key/device.json"), &request.parameters()).await?;
                (request, answer)
            }
            _ => (request, answer),
        };
        let started: Started = read(&answer)?;
        Ok(Device {
            request,
            user_code: started.user_code,
            address: started.verification_uri_with_request.unwrap_or(started.verification_uri),
            interval: Duration::from_secs(started.interval.unwrap_or(INTERVAL).clamp(1, 60)),
            expires_in: Duration::from_secs(started.expires_in.unwrap_or(EXPIRES)),
            code: started.device_code,
        })
    }

    /// Asks once whether the person has answered. The key is delivered once: what comes is to be kept at once.
    ///
    /// # Errors
    /// Those of the network, and `Refused` for an answer that is not to this request.
    pub async fn poll(&self, device: &Device) -> Result<Polled, RemoteError> {
        let body = serde_json::json!({ "device_code": device.code });
        let answer = self.client.write(self.client.http().post("user-api-key/device/poll.json"), &body).await?;
        if !answer.is_success() {
            return Err(from_answer(&answer));
        }
        let Status { status, payload } = read(&answer)?;
        Ok(match (status.as_str(), payload) {
            ("authorized", Some(payload)) => Polled::Key(device.request.finish(&payload)?),
            ("access_denied", _) => Polled::Denied,
            ("expired_token", _) => Polled::Expired,
            _ => Polled::Pending,
        })
    }
}

impl DiscourseRemote {
    /// Gives the person's key back: the forum takes it no more (contract 2.7). An admin-issued key is not the person's to revoke.
    ///
    /// # Errors
    /// Those of the network; a key that is dead already is no error.
    pub async fn revoke(&self) -> Result<(), RemoteError> {
        if self.admin_key {
            return Ok(());
        }
        let request = self.client.http().post("user-api-key/revoke.json").any_content();
        let answer = self.client.write(request, &serde_json::json!({})).await?;
        if answer.is_success() || matches!(answer.status, 403 | 404) { Ok(()) } else { Err(from_answer(&answer)) }
    }
}
