//! What stops a site from being connected, each in its own sentence, on both kinds of site.

use std::collections::BTreeMap;
use std::net::TcpListener;

use serde_json::{Value, json};
use simulators::clock::Clock;
use simulators::discourse::{Discourse, Forum, Profile, Settings};
use simulators::fault::{Fault, FaultPlan, On};

use super::shell::{self, Shell};

struct Sites {
    canvas: simulators::canvas::Canvas,
    forum: Discourse,
    key: String,
}

impl Sites {
    async fn new() -> Self {
        let clock = Clock::default();
        let mut forum = Forum::new(Profile::V2026, Settings::default(), clock.now());
        forum.add_user("admin", "admin", 4);
        let key = forum.add_admin_key(None);
        let forum = Discourse::serve(forum, FaultPlan::new(), clock).await.unwrap();
        Self { canvas: super::canvas().await.0, forum, key }
    }

    fn shell(&self, site: &str) -> Shell {
        if site == "canvas" { Shell::new() } else { Shell::with_key(&self.key) }
    }

    fn address(&self, site: &str) -> String {
        if site == "canvas" { self.canvas.base_url() } else { self.forum.base_url() }
    }

    /// Every request of both is answered so.
    fn answer(&self, fault: Option<&Fault>) {
        for plan in [self.canvas.faults(), self.forum.faults()] {
            plan.clear();
            if let Some(fault) = fault {
                plan.add(On::any(), fault.clone());
            }
        }
    }
}

async fn add(shell: &Shell, site: &str, url: &str, variable: &str) -> Value {
    let words: &[&str] = match site {
        "canvas" => &["account", "add", "canvas", "--url", url, "--token-env", variable],
        _ => &["account", "add", "discourse", "--url", url, "--api-key-env", variable, "--username", "admin"],
    };
    let (code, out, err) = shell.run(true, words, "").await;
    assert_eq!((code, out.as_str()), (1, ""), "{site} at {url}: {err}");
    serde_json::from_str(&err).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_why_a_site_is_not_connected_has_a_sentence_of_its_own_and_nothing_is_kept() {
    let sites = Sites::new().await;
    // A port that was free a moment ago: nobody answers there.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = format!("http://{nobody}");
    let page = |title: &str| Fault::Status {
        code: 404,
        body: format!("<!DOCTYPE html><title>{title}</title>"),
        content_type: "text/html".to_owned(),
        headers: Vec::new(),
    };
    for site in ["canvas", "discourse"] {
        let (shell, own, other) = (
            sites.shell(site),
            sites.address(site),
            sites.address(if site == "canvas" { "discourse" } else { "canvas" }),
        );
        shell.json(0, &["init"]).await;
        let cases: [(&str, &str, &str, Option<Fault>, &str); 9] = [
            ("no such name", "https://canvas.nowhere.invalid", shell::VARIABLE, None, "unreachable"),
            ("nobody answers", &nobody, shell::VARIABLE, None, "unreachable"),
            ("the other kind of site", &other, shell::VARIABLE, None, "wrong_site"),
            ("a website of any kind", &own, shell::VARIABLE, Some(page("A blog")), "wrong_site"),
            ("a key nobody knows", &own, shell::WRONG, None, "wrong_token"),
            ("a captive portal", &own, shell::VARIABLE, Some(Fault::CaptivePortal), "captive_portal"),
            ("a gateway without its site", &own, shell::VARIABLE, Some(Fault::bad_gateway()), "site_down"),
            ("no address at all", "not an address", shell::VARIABLE, None, "invalid"),
            ("in clear over the network", "http://canvas.nowhere.invalid", shell::VARIABLE, None, "invalid"),
        ];
        let mut sentences: BTreeMap<String, String> = BTreeMap::new();
        for (case, url, variable, fault, expected) in cases {
            sites.answer(fault.as_ref());
            let told = add(&shell, site, url, variable).await;
            assert_eq!(told["code"], json!(expected), "{site}, {case}: {told}");
            for part in ["what", "safe", "next"] {
                assert!(!told[part].as_str().unwrap().is_empty(), "{site}, {case}: {told}");
            }
            let sentence = told["what"].as_str().unwrap().replace(url, "");
            println!("{site}, {case}: {}", told["what"]);
            let known = sentences.entry(sentence).or_insert_with(|| expected.to_owned());
            assert_eq!(known, expected, "{site}, {case}: two reasons, one sentence");
        }
        sites.answer(None);
        assert_eq!(shell.json(0, &["account", "list"]).await, json!([]), "{site}");
        shell.nothing_holds_the_key();
    }
}
