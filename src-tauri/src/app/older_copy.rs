//! What the person is told when the workspace turns out to be an older copy of itself.

use store::{Descent, Recognised, Store};

use super::now;
use crate::dto::NoticeDto;
use crate::error::Result;

/// Looks whether the workspace is an older copy, and says so. A copy in which nothing waits needs no word where it came from elsewhere.
pub(super) async fn recognise(store: &Store) -> Result<Option<NoticeDto>> {
    Ok(words(store.recognise(now()).await?).map(|words| NoticeDto { words, kept_as: None }))
}

fn words(found: Recognised) -> Option<String> {
    let first = match (found.descent, found.waiting) {
        (Descent::Own, _) | (Descent::Elsewhere, 0) => return None,
        (Descent::Elsewhere, _) => "This workspace was brought here from another place.".to_owned(),
        (Descent::Older { .. }, _) => {
            "This workspace is an older copy: something was sent from here after it was made.".to_owned()
        }
    };
    let rest = match found.waiting {
        0 => "The next sync joins it with what the sites have now.".to_owned(),
        1 => "1 change that was not sent in it may have been sent since. It goes by itself where nothing came in between, and waits for you elsewhere.".to_owned(),
        many => format!(
            "{many} changes that were not sent in it may have been sent since. They go by themselves where nothing came in between, and wait for you elsewhere."
        ),
    };
    Some(format!("{first} {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_told_where_something_follows_from_it() {
        for (descent, waiting, told) in [
            (Descent::Own, 0, None),
            (Descent::Elsewhere, 0, None),
            (Descent::Elsewhere, 1, Some("1 change that")),
            (Descent::Older { runs: 2 }, 0, Some("The next sync joins")),
            (Descent::Older { runs: 2 }, 4, Some("4 changes that")),
        ] {
            let words = words(Recognised { descent, waiting });
            assert_eq!(words.is_some(), told.is_some(), "{descent:?} {waiting}: {words:?}");
            assert!(words.unwrap_or_default().contains(told.unwrap_or_default()));
        }
    }
}
