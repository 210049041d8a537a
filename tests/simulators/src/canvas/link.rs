//! Addresses inside HTML: which are this Canvas's own, and which file they mean.

/// Path and query of an address on the host of `base`; a rooted path is already one. None for all other addresses.
pub(super) fn rooted<'a>(address: &'a str, base: &str) -> Option<&'a str> {
    if address.starts_with('/') && !address.starts_with("//") {
        return Some(address);
    }
    let rest = address.strip_prefix(base)?;
    if rest.is_empty() { Some("/") } else { rest.starts_with('/').then_some(rest) }
}

/// A link to a file by its id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileLink<'a> {
    pub(super) course: Option<i64>,
    pub(super) file: i64,
    /// `download` or `preview`.
    pub(super) action: Option<&'a str>,
}

impl<'a> FileLink<'a> {
    /// Reads `/files/F`, `/courses/C/files/F` and either with `/download` or `/preview` behind it.
    pub(super) fn find(path: &'a str) -> Option<Self> {
        let plain = path.split(['?', '#']).next()?;
        let parts: Vec<&str> = plain.trim_start_matches('/').split('/').collect();
        let (course, rest) = match parts.as_slice() {
            ["courses", course, rest @ ..] => (Some(course.parse().ok()?), rest),
            rest => (None, rest),
        };
        match rest {
            ["files", file] => Some(Self { course, file: file.parse().ok()?, action: None }),
            ["files", file, action @ ("download" | "preview")] => {
                Some(Self { course, file: file.parse().ok()?, action: Some(action) })
            }
            _ => None,
        }
    }
}

/// Path and query of an absolute address on any host.
pub(super) fn path_of_any_host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    rest.find('/').map(|at| &rest[at..])
}
