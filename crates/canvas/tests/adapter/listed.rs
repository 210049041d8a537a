//! That nothing of the contract is left out: each trap of section 9 has a test of its number.

use std::path::Path;

/// The names of all tests of a crate, by its folder in the repository.
pub(crate) fn tests_of(place: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(place)];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                // Split behind the attribute, so that this file names none.
                let found =
                    source.split("test]\n").skip(1).filter_map(|rest| rest.split_once("fn ")?.1.split_once('('));
                names.extend(found.map(|(name, _)| name.to_owned()));
            }
        }
    }
    names
}

#[test]
fn each_trap_of_the_contract_has_a_test_of_its_number() {
    let tests = tests_of("crates/canvas");
    let without: Vec<u32> =
        (1..=31).filter(|n| !tests.iter().any(|test| test.starts_with(&format!("trap_{n:02}_")))).collect();
    assert_eq!(without, Vec::<u32>::new());
}
