//! The `Link` header of paged lists.

/// The address with `rel` in a `Link` header (RFC 8288, as far as Canvas uses it: contract canvas 1.5).
pub(crate) fn target<'h>(header: &'h str, rel: &str) -> Option<&'h str> {
    let mut rest = header;
    while let Some(start) = rest.find('<') {
        let after = &rest[start + 1..];
        let end = after.find('>')?;
        let (address, parameters) = (&after[..end], &after[end + 1..]);
        // Parameters end where the next address begins; an address may itself hold commas and semicolons.
        let parameters = &parameters[..parameters.find('<').unwrap_or(parameters.len())];
        let is_it = parameters.split([';', ',']).any(|parameter| {
            parameter.trim().split_once('=').is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel") && value.trim().trim_matches('"').eq_ignore_ascii_case(rel)
            })
        });
        if is_it {
            return Some(address);
        }
        rest = &after[end + 1..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn the_next_address_is_found_among_the_others_and_only_there() {
        let header = "<https://a.test/x?page=1,2>; rel=\"current\",<https://a.test/x?page=bookmark:a;b>; rel=\"next\",<https://a.test/x?page=1>; rel=\"first\"";
        assert_eq!(target(header, "next"), Some("https://a.test/x?page=bookmark:a;b"));
        assert_eq!(target(header, "first"), Some("https://a.test/x?page=1"));
        for without in ["", "<https://a.test/x>; rel=\"prev\"", "<https://a.test/x", "rel=next"] {
            assert_eq!(target(without, "next"), None, "{without}");
        }
    }
}
