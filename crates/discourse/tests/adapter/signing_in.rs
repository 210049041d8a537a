//! How a person hands over a key: device flow, pasted text, redirect; both paddings; forums that allow no writing; and giving it back.

use std::sync::Arc;
use std::time::Duration;

use discourse::{ALLOWED_LANDING, Auth, KeyRequest, Landing, Polled, Scopes, SignIn, Wish};
use domain::{Remote, RemoteErrorKind};
use rest::{Stop, Url};
use rsa::rand_core::OsRng;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use simulators::discourse::Profile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::place::{Forum, forum, now};

fn base(forum: &Forum) -> Url {
    Url::parse(&forum.server.base_url()).unwrap()
}

fn asked(request: &KeyRequest) -> Value {
    let pairs = Url::parse(request.url()).unwrap();
    let pairs = pairs.query_pairs().map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())));
    Value::Object(pairs.collect::<Map<String, Value>>())
}

fn user_key(key: &SecretString, client: &str, scopes: Scopes) -> Auth {
    Auth::UserKey { key: SecretString::from(key.expose_secret().to_owned()), client_id: client.to_owned(), scopes }
}

#[tokio::test]
async fn a_forum_that_offers_the_device_flow_delivers_the_key_once_after_a_yes() {
    let forum = forum(Profile::V2026).await;
    let mara = forum.mara();
    let sign_in = SignIn::at(base(&forum), Arc::new(now), Stop::new()).unwrap();
    assert!(sign_in.offers_device().await.unwrap());
    let wish = Wish { oaep: true, ..Wish::default() };
    let begin =
        || KeyRequest::begin(&base(&forum), "client-d", "nonce-of-the-device", wish.clone(), &mut OsRng).unwrap();
    let device = sign_in.begin_device(begin()).await.unwrap();
    assert!(device.address.contains(&device.user_code) && device.interval.as_secs() == 5);
    assert!(matches!(sign_in.poll(&device).await.unwrap(), Polled::Pending));
    assert!(forum.server.with(|state| state.decide_device(mara, &device.user_code, true)));
    let Polled::Key(key) = sign_in.poll(&device).await.unwrap() else { panic!("a key is due") };
    let remote = forum.connect(user_key(&key, "client-d", Scopes::ReadAndWrite));
    assert_eq!(remote.identify().await.unwrap().user_name, "mara");
    assert!(matches!(sign_in.poll(&device).await.unwrap(), Polled::Expired), "delivered once");
    let second = sign_in.begin_device(begin()).await.unwrap();
    forum.server.with(|state| state.decide_device(mara, &second.user_code, false));
    assert!(matches!(sign_in.poll(&second).await.unwrap(), Polled::Denied));
}

/// Sends a first line as browsers and others do, and gives the answer's status line.
async fn come(address: &Url, target: &str) -> String {
    let mut stream = TcpStream::connect((address.host_str().unwrap(), address.port().unwrap())).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_key_comes_to_an_address_of_this_computer_where_the_forum_allows_it_and_nobody_else_can_bring_one() {
    for profile in [Profile::V3_1, Profile::V2026] {
        let forum = forum(profile).await;
        let mara = forum.mara();
        let landing = Landing::open().await.unwrap();
        let wish = Wish { redirect: Some(landing.address().to_owned()), ..Wish::default() };
        let request = KeyRequest::begin(&base(&forum), "client-l", "nonce-of-landing", wish, &mut OsRng).unwrap();
        assert!(forum.server.with(|state| state.approve_user_key(mara, &asked(&request))).is_err(), "not allowed yet");
        forum.server.with(|state| state.settings.allowed_user_api_auth_redirects.push(ALLOWED_LANDING.to_owned()));
        let payload = forum.server.with(|state| state.approve_user_key(mara, &asked(&request)).unwrap());

        let address = Url::parse(landing.address()).unwrap();
        let wait = Duration::from_secs(5);
        assert_eq!(landing.look(Duration::from_millis(5)).await, None, "nobody came");
        for (target, status) in [("/favicon.ico", "404"), ("/lectern", "404"), ("/lectern?payload=bm90aGluZw", "200")] {
            let (came, answer) = tokio::join!(landing.look(wait), come(&address, target));
            assert!(answer.contains(status), "{target}: {answer}");
            assert!(came.is_none_or(|came| request.finish(&came).is_err()), "{target}");
        }
        let target = format!("/lectern?payload={}", url_encoded(&payload));
        let (came, answer) = tokio::join!(landing.look(wait), come(&address, &target));
        assert!(answer.contains("200"), "{answer}");
        let key = request.finish(&came.unwrap()).unwrap();
        let remote = forum.connect(user_key(&key, "client-l", Scopes::ReadAndWrite));
        assert_eq!(remote.identify().await.unwrap().user_name, "mara", "{profile:?}");
    }
}

#[tokio::test]
async fn an_older_forum_offers_no_device_flow() {
    let forum = forum(Profile::V3_1).await;
    let sign_in = SignIn::at(base(&forum), Arc::new(now), Stop::new()).unwrap();
    assert!(!sign_in.offers_device().await.unwrap());
}

#[tokio::test]
async fn a_key_comes_by_text_or_by_redirect_in_either_padding() {
    let schemes = ["discourse://auth_redirect", "lectern://discourse/auth"];
    for (profile, oaep, redirect) in [
        (Profile::V3_1, false, None),
        (Profile::V3_1, true, None),
        (Profile::V2026, true, None),
        (Profile::V3_1, false, Some(schemes[0])),
        (Profile::V2026, true, Some(schemes[1])),
    ] {
        let forum = forum(profile).await;
        let mara = forum.mara();
        forum.server.with(|state| state.settings.allowed_user_api_auth_redirects.push(schemes[1].to_owned()));
        let wish = Wish { oaep, redirect: redirect.map(str::to_owned), ..Wish::default() };
        let request = KeyRequest::begin(&base(&forum), "client-r", "nonce-of-this-request", wish, &mut OsRng).unwrap();
        let payload = forum.server.with(|state| state.approve_user_key(mara, &asked(&request)).unwrap());
        let encoded: String = url_encoded(&payload);
        // A handler of a private scheme may hand the address on decoded, with spaces for pluses.
        let ways = match redirect {
            None => vec![payload.clone(), payload.replace('\n', "\r\n")],
            Some(redirect) => vec![
                format!("{redirect}?payload={encoded}"),
                format!("{redirect}?payload={}", payload.replace('\n', "").replace('+', " ")),
            ],
        };
        for way in ways {
            let key = request.finish(&way).unwrap();
            let remote = forum.connect(user_key(&key, "client-r", Scopes::ReadAndWrite));
            assert_eq!(remote.identify().await.unwrap().user_name, "mara", "{profile:?} {oaep} {redirect:?}");
        }
    }
}

fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[tokio::test]
async fn a_forum_that_lets_programs_write_nothing_is_read_only_with_its_reason() {
    let forum = forum(Profile::V2026).await;
    let mara = forum.mara();
    forum.server.with(|state| state.settings.allow_user_api_key_scopes.retain(|scope| scope != "write"));
    let request =
        KeyRequest::begin(&base(&forum), "client-o", "nonce-of-reading", Wish::default(), &mut OsRng).unwrap();
    assert_eq!(forum.server.with(|state| state.approve_user_key(mara, &asked(&request))), Err(403));
    let sign_in = SignIn::at(base(&forum), Arc::new(now), Stop::new()).unwrap();
    let wish = Wish::default();
    let device = KeyRequest::begin(&base(&forum), "client-o", "nonce-of-a-device", wish, &mut OsRng).unwrap();
    let device = sign_in.begin_device(device).await.unwrap();
    assert_eq!(device.request.scopes(), Scopes::Read, "asked again for reading alone");
    let request = request.for_reading();
    let payload = forum.server.with(|state| state.approve_user_key(mara, &asked(&request)).unwrap());
    let key = request.finish(&payload).unwrap();
    let remote = forum.connect(user_key(&key, "client-o", request.scopes()));
    let identity = remote.identify().await.unwrap();
    assert!(identity.read_only.is_some_and(|why| why.contains("read and not write")));
    assert!(!forum.pull(&remote, &[]).await.is_empty());
}

#[tokio::test]
async fn a_key_that_was_given_back_is_taken_no_more() {
    for profile in [Profile::V3_1, Profile::V2026] {
        let forum = forum(profile).await;
        let (_, student) = forum.student();
        student.identify().await.unwrap();
        student.revoke().await.unwrap();
        assert_eq!(student.identify().await.unwrap_err().kind, RemoteErrorKind::SignIn);
        student.revoke().await.unwrap();
        let remote = forum.remote();
        remote.revoke().await.unwrap();
        assert!(remote.identify().await.is_ok(), "an administrator's key is not the person's to revoke");
    }
}
