//! Who is notified by what is sent, said before it goes: a notification cannot be taken back.

use chrono::{DateTime, Utc};
use domain::plan::{Action, Line};
use domain::{Content, FieldValue, Kind, field};

use super::zones::value_words;
use super::{App, now};
use crate::error::Result;

impl App {
    /// What a line of a plan notifies people of, as a sentence; nothing where it tells nobody.
    pub(crate) async fn notified_by(&self, line: &Line) -> Result<Option<String>> {
        let Some(entity) = line.entity.filter(|_| line.action == Action::CreateThere) else { return Ok(None) };
        let entity = self.store.get(entity).await?;
        let zone = self.store.space(line.space).await?.time_zone;
        Ok(on_creating(line.kind, &entity.content, zone.as_deref(), now()))
    }
}

/// Canvas tells a course of a new announcement at once, or when it is to be posted; of an edit, and of anything else that is sent
/// without asking for it, it tells nobody (contract canvas 3.7, trap 10).
pub(crate) fn on_creating(kind: Kind, content: &Content, zone: Option<&str>, now: DateTime<Utc>) -> Option<String> {
    if kind != Kind::Announcement {
        return None;
    }
    Some(match content.fields.get(field::DELAYED_POST_AT) {
        Some(at @ FieldValue::Time(later)) if *later > now => {
            format!("Everyone in the course is notified when it is posted, {}.", value_words(at, zone))
        }
        _ => "Everyone in the course is notified as soon as it is sent. That cannot be undone.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_new_announcement_notifies_a_course_and_one_for_later_does_so_later() {
        let now: DateTime<Utc> = "2031-03-05T12:00:00Z".parse().unwrap();
        let news = Content::new("Boots on Friday", "<p>Bring boots.</p>");
        let at = |text: &str| news.clone().with(field::DELAYED_POST_AT, FieldValue::Time(text.parse().unwrap()));
        let words = |content: &Content| on_creating(Kind::Announcement, content, None, now).unwrap();
        assert!(words(&news).contains("as soon as it is sent. That cannot be undone"));
        assert!(words(&at("2031-03-05T11:00:00Z")).contains("as soon as it is sent"), "its time has come");
        let later = words(&at("2031-03-07T08:00:00Z"));
        assert!(later.contains("when it is posted") && later.contains("2031"), "{later}");
        for kind in [Kind::Page, Kind::Assignment, Kind::Discussion, Kind::Quiz, Kind::Topic] {
            assert_eq!(on_creating(kind, &news, None, now), None);
        }
    }
}
