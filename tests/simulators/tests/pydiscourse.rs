//! Somebody else's client against the simulated forum: pydiscourse from PyPI, where it is installed (`LECTERN_PYTHON` names an
//! interpreter that has it). Where none is named and the system's has it not, the test says so and passes.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on says where")]

use std::path::PathBuf;
use std::process::Command;

use simulators::discourse::{Discourse, Profile};

/// The smallest picture: one grey point.
const IMAGE: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82,
    0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

#[tokio::test(flavor = "multi_thread")]
async fn pydiscourse_reads_writes_and_is_refused_as_by_a_real_forum() {
    let named = std::env::var("LECTERN_PYTHON").ok();
    let python = named.clone().unwrap_or_else(|| "python3".to_owned());
    let installed = Command::new(&python).args(["-c", "import pydiscourse"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        assert!(named.is_none(), "{python} has no pydiscourse");
        println!("skipped: {python} has no pydiscourse (pip install pydiscourse)");
        return;
    }
    let image = std::env::temp_dir().join(format!("lectern-pydiscourse-{}.png", std::process::id()));
    std::fs::write(&image, IMAGE).unwrap();
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients/drive_pydiscourse.py");
    for profile in [Profile::V3_1, Profile::V2026] {
        let server = Discourse::start(profile).await.unwrap();
        let (key, category) = server.with(|forum| {
            // This client knows tags by name alone.
            forum.settings.takes_tags_as_names = true;
            let mara = forum.add_user("mara", "admin", 4);
            forum.add_user("lena", "member", 2);
            let category = forum.add_category("Field trips", "field-trips", None);
            let words = "We meet at low water, at six o'clock.";
            let (topic, _) = forum.add_topic(mara, category, "Tide pools at the ledge", words, &[]);
            forum.add_post(mara, topic, "Bring boots, and a lamp for the way back.", None);
            (forum.add_admin_key(Some(mara)), category)
        });
        let (address, place) = (server.base_url(), format!("field-trips/{category}"));
        let (python, script, image) = (python.clone(), script.clone(), image.clone());
        let driven = tokio::task::spawn_blocking(move || {
            Command::new(python)
                .arg(script)
                .args([address, key, category.to_string(), place])
                .arg(image)
                .output()
                .unwrap()
        });
        let output = driven.await.unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{profile:?}: {said}");
    }
    std::fs::remove_file(image).unwrap();
}
