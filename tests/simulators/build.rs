//! Lists the files of the built-in sample, so that adding one to `sample/` is enough to have it in the program.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable =
        |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("{name} is not set")));
    let root = variable("CARGO_MANIFEST_DIR")?.join("sample");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        writeln!(table, "    ({name:?}, include_bytes!({:?})),", file.to_string_lossy()).map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    // Cargo looks into a folder named here, so a new file is noticed too.
    let mut out = io::stdout().lock();
    io::Write::write_all(&mut out, format!("cargo::rerun-if-changed={}\n", root.display()).as_bytes())?;
    fs::write(variable("OUT_DIR")?.join("sample_files.rs"), table)
}

/// The files below `folder` which the program needs; the SVG sources of the images are for people.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_none_or(|extension| extension != "svg") && !path.ends_with("README.md") {
            files.push(path);
        }
    }
    Ok(())
}
