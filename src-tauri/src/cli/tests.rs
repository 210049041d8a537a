use super::run;

async fn code_of(line: &str) -> u8 {
    let words = std::iter::once("lecternctl").chain(line.split_whitespace());
    run(words, &mut std::io::empty()).await.code
}

#[tokio::test]
async fn what_is_typed_wrong_is_usage_and_touches_nothing() {
    let folder = std::env::temp_dir().join("lecternctl-never-made");
    let at = format!("--workspace {}", folder.display());
    for (line, code) in [
        ("--help".to_owned(), 0),
        ("--version".to_owned(), 0),
        (String::new(), 2),
        ("init".to_owned(), 2),
        (format!("{at} fly"), 2),
        (format!("{at} show"), 2),
        (format!("{at} edit x"), 2),
        (format!("{at} edit x --set published"), 2),
        (format!("{at} edit x --set =1"), 2),
        (format!("{at} edit x --set points={{\"a\":1}}"), 2),
        (format!("{at} new quiz --space s --title t --body-file f"), 2),
        (format!("{at} new page --space s --body-file f"), 2),
        (format!("{at} new post --space s --body-file f"), 2),
        (format!("{at} attachment add f"), 2),
        (format!("{at} attachment add f --space s"), 1),
        (format!("{at} attachment list"), 2),
        (format!("{at} attachment remove --space s"), 2),
        (format!("{at} export s"), 2),
        (format!("{at} import d"), 2),
        (format!("{at} history"), 2),
        (format!("{at} history x --difference"), 2),
        (format!("{at} history x --difference a b c"), 2),
        (format!("{at} history x --difference a b"), 1),
        (format!("{at} retention 0"), 2),
        (format!("{at} retention 30 --for-ever"), 2),
        (format!("{at} retention --for-ever"), 1),
        (format!("{at} import --space s"), 2),
        (format!("{at} import d --space s --undo x"), 2),
        // Well typed, and there is no workspace.
        (format!("{at} export s d --plan"), 1),
        (format!("{at} import --undo x"), 1),
        (format!("{at} space list"), 1),
        (format!("space list {at} --json"), 1),
        (format!("{at} edit x --title T --set published=true"), 1),
        (format!("{at} edit x --set points=2.5"), 1),
        (format!("{at} new post --space s --parent p --body-file f"), 1),
        (format!("{at} new page --space s --title t --body-file f"), 1),
    ] {
        assert_eq!(code_of(&line).await, code, "{line}");
    }
    assert!(!folder.exists());
}

#[cfg(feature = "full-integration")]
#[tokio::test]
async fn a_key_is_named_once_and_a_choice_made_once() {
    let folder = std::env::temp_dir().join("lecternctl-never-made");
    let at = format!("--workspace {}", folder.display());
    for (line, code) in [
        ("account add canvas --url u", 2),
        ("account add canvas --url u --token-env V --token-stdin", 2),
        ("account add canvas --token-env V", 2),
        ("account add canvas --url u --token-env V", 1),
        ("account add discourse --url u", 2),
        ("account add discourse --url u --api-key-env V", 2),
        ("account add discourse --url u --api-key-env V --user-key-env W --username n", 2),
        ("account add discourse --url u --api-key-env V --username n", 1),
        ("account add discourse --url u --user-key-env V", 1),
        ("resolve x", 2),
        ("resolve x --mine --theirs", 2),
        ("resolve x --mine", 1),
        ("sync --plan --only s", 1),
    ] {
        assert_eq!(code_of(&format!("{at} {line}")).await, code, "{line}");
    }
}

#[tokio::test]
async fn a_workspace_is_looked_through_copied_and_brought_back() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (workspace, copy) = (path("workspace"), path("copy"));
    let at = format!("--workspace {workspace} --json");
    let answer = async |line: String| {
        let words: Vec<_> = std::iter::once("lecternctl").chain(line.split_whitespace()).map(str::to_owned).collect();
        let answer = run(words, &mut std::io::empty()).await;
        let json: serde_json::Value = serde_json::from_str(&answer.out).unwrap_or_default();
        (answer.code, json, answer.err)
    };
    answer(format!("{at} init")).await;
    answer(format!("{at} space new Notes")).await;
    let (code, report, said) = answer(format!("{at} doctor")).await;
    assert_eq!((code, report["findings"].as_array().map(Vec::len)), (0, Some(0)), "{report} {said}");
    let (code, stats, _) = answer(format!("{at} stats")).await;
    assert!(code == 0 && stats["operations"].as_array().is_some_and(|all| !all.is_empty()), "{stats}");
    assert!(stats["tables"][0]["bytes"].as_u64().is_some(), "{stats}");
    let (code, backup, said) = answer(format!("{at} backup {copy}")).await;
    assert_eq!((code, backup["files"].as_u64()), (0, Some(2)), "{said}");
    assert_eq!(answer(format!("{at} backup {copy}")).await.0, 1, "a backup is never written over");
    answer(format!("{at} space new Later")).await;
    let (code, restored, said) = answer(format!("{at} restore {copy}")).await;
    assert_eq!(code, 0, "{said}");
    assert!(std::path::Path::new(restored["before"].as_str().unwrap()).join("lectern.db").exists());
    let (_, spaces, _) = answer(format!("{at} space list")).await;
    assert_eq!(spaces.as_array().unwrap().len(), 1, "{spaces}");
    assert_eq!(answer(format!("{at} restore {}", path("nothing"))).await.0, 1);
}
