//! The bytes of the sample's files, by their path below `sample/`.

use super::error::SampleError;

/// Sorted by path; written by the build script.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sample_files.rs"));

/// The bytes of one file.
pub(super) fn bytes(path: &str) -> Result<&'static [u8], SampleError> {
    let found = FILES.binary_search_by_key(&path, |(name, _)| name).ok();
    found
        .and_then(|index| FILES.get(index))
        .map(|(_, bytes)| *bytes)
        .ok_or_else(|| SampleError::new(path, "it is missing"))
}

/// The text of one file, without the line break at its end.
pub(super) fn text(path: &str) -> Result<&'static str, SampleError> {
    let text = std::str::from_utf8(bytes(path)?).map_err(|error| SampleError::new(path, error))?;
    Ok(text.trim_end_matches('\n'))
}

/// The paths that begin with `folder`.
pub(super) fn below(folder: &str) -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name).filter(move |name| name.starts_with(folder))
}
