//! The short names by which a forum's texts refer to uploads.

/// The SHA-1, in hex, that an upload's short name spells in base 62: the rendered text names the file by it (contract 6).
pub fn upload_digest(name: &str) -> Option<String> {
    const DIGITS: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let stem = name.split('.').next().filter(|stem| !stem.is_empty())?;
    let mut bytes = [0_u8; 20];
    for letter in stem.chars() {
        let mut carry = DIGITS.find(letter)?;
        for byte in bytes.iter_mut().rev() {
            let value = usize::from(*byte) * 62 + carry;
            *byte = u8::try_from(value & 0xff).ok()?;
            carry = value >> 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::upload_digest;

    #[test]
    fn an_upload_is_found_by_the_digest_that_its_name_spells() {
        for (name, digest) in [
            ("0.png", Some("0000000000000000000000000000000000000000")),
            ("Z.jpeg", Some("000000000000000000000000000000000000003d")),
            ("10.gif", Some("000000000000000000000000000000000000003e")),
            ("zzzzzzzzzzzzzzzzzzzzzzzzzzzz.png", None),
            ("no-name.png", None),
            (".png", None),
        ] {
            assert_eq!(upload_digest(name).as_deref(), digest, "{name}");
        }
    }
}
