//! The addresses of a forum's topics and posts (contract discourse 4.3, 5.5).

/// What an address of a forum leads to. Ids are as the site writes them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ForumTarget {
    /// A topic, at one of its posts where the address names its number.
    Topic(String, Option<i64>),
    /// A post by its own id.
    Post(String),
}

impl ForumTarget {
    /// Reads an address of the forum at `base`, which may lie in a folder of its host; none where it leads elsewhere in the forum
    /// or out of it.
    pub fn parse(url: &str, base: &str) -> Option<ForumTarget> {
        let path = path_within(url, base)?;
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        // A slug is never a number alone, so a number in its place is the topic's id.
        match parts.as_slice() {
            ["t", id] if is_id(id) => Some(ForumTarget::Topic((*id).to_owned(), None)),
            ["t", id, post, ..] if is_id(id) => Some(ForumTarget::Topic((*id).to_owned(), post.parse().ok())),
            ["t", _, id, rest @ ..] if is_id(id) => {
                Some(ForumTarget::Topic((*id).to_owned(), rest.first().and_then(|post| post.parse().ok())))
            }
            ["p" | "posts", id, ..] if is_id(id) => Some(ForumTarget::Post((*id).to_owned())),
            _ => None,
        }
    }
}

/// What of an address follows the base of its site, from its first `/` on; nothing where it leads to another site. A relative
/// address is of the site that says it.
pub fn path_within<'u>(url: &'u str, base: &str) -> Option<&'u str> {
    let base = base.trim_end_matches('/');
    let after_scheme = |url: &str| url.find("://").map(|at| at + 3);
    let (origin, folder) = base.split_at(origin_of(base).len());
    after_scheme(origin)?;
    let rest = if let Some(relative) = url.strip_prefix("//") {
        let host = &origin[after_scheme(origin)?..];
        let head = relative.get(..host.len()).filter(|head| head.eq_ignore_ascii_case(host))?;
        &relative[head.len()..]
    } else if url.starts_with('/') {
        url
    } else {
        // A site answers to both schemes, and an old text may name the other one.
        let host = &origin[after_scheme(origin)?..];
        let own = after_scheme(url).filter(|_| {
            url.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("https") || head.eq_ignore_ascii_case("http:"))
        })?;
        url.get(own..own + host.len()).filter(|head| head.eq_ignore_ascii_case(host))?;
        &url[own + host.len()..]
    };
    let rest = rest.strip_prefix(folder)?;
    match rest.bytes().next() {
        Some(b'/') => Some(rest),
        None => Some("/"),
        Some(b'?' | b'#') => Some("/"),
        Some(_) => None,
    }
}

/// Scheme, host and port of a web address; all of it where it has no path.
pub fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find(['/', '?', '#']).map_or(url, |at| &url[..host + at])
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_forum_is_read_with_or_without_slug_host_and_folder() {
        let topic = |id: &str, post| Some(ForumTarget::Topic(id.to_owned(), post));
        for (base, url, expected) in [
            ("https://f.test/", "/t/tide-pools/12", topic("12", None)),
            ("https://f.test/", "/t/tide-pools/12/3?u=ada", topic("12", Some(3))),
            ("https://f.test", "/t/12", topic("12", None)),
            ("https://f.test", "/t/12/3", topic("12", Some(3))),
            ("https://f.test", "/t/12/last", topic("12", None)),
            ("https://f.test", "/t/-/12.json", None),
            ("https://f.test", "https://F.test/t/tide-pools/12/3#a", topic("12", Some(3))),
            ("https://f.test", "http://f.test/t/x/12", topic("12", None)),
            ("https://f.test", "//f.test/t/x/12", topic("12", None)),
            ("https://f.test", "https://f.test.evil/t/x/12", None),
            ("https://f.test", "https://other.test/t/x/12", None),
            ("https://f.test", "ftp://f.test/t/x/12", None),
            ("http://127.0.0.1:99/", "http://127.0.0.1:99/t/x/12", topic("12", None)),
            ("https://h.test/forum/", "https://h.test/forum/t/x/12", topic("12", None)),
            ("https://h.test/forum", "/forum/t/x/12/2", topic("12", Some(2))),
            ("https://h.test/forum", "/t/x/12", None),
            ("https://h.test/forum", "/forums/t/x/12", None),
            ("https://f.test", "/p/77", Some(ForumTarget::Post("77".to_owned()))),
            ("https://f.test", "/posts/77", Some(ForumTarget::Post("77".to_owned()))),
            ("https://f.test", "/c/field-trips/4", None),
            ("https://f.test", "/u/ada", None),
            ("https://f.test", "https://f.test", None),
            ("https://f.test", "t/x/12", None),
            ("https://f.test", "mailto:a@f.test", None),
            ("https://f.test", "ä", None),
        ] {
            assert_eq!(ForumTarget::parse(url, base), expected, "{url} at {base}");
        }
    }
}
