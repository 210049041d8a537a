//! A reply while it is written: a draft like any other, though there is no document yet whose draft it is.

use domain::{Content, EntityId, FieldValue, field};
use store::Draft;

use super::{App, id, now, text_of};
use crate::dto::{PostDto, ReplyDraftDto};
use crate::error::Result;

impl App {
    /// Makes a reply that is being written to a document durable; answers with the time. A reply without a word is none.
    pub async fn reply_draft_save(&self, document: &str, reply_to: Option<i64>, body: String) -> Result<String> {
        let document: EntityId = id(document)?;
        self.store.get(document).await?;
        if body.trim().is_empty() {
            self.store.remove_draft(document.reply_being_written())?;
            return Ok(text_of(now()));
        }
        let mut content = Content::new("", body);
        if let Some(number) = reply_to {
            content = content.with(field::REPLY_TO, FieldValue::Number(number));
        }
        let base = Content::default();
        let draft = Draft { content, base, counter: 0, visual: None, saved_at: now(), session: self.session.clone() };
        self.store.put_draft(document.reply_being_written(), &draft)?;
        Ok(text_of(draft.saved_at))
    }

    /// Ends a reply that was being written: it is a document now, or thrown away.
    pub async fn reply_draft_discard(&self, document: &str) -> Result<()> {
        let document: EntityId = id(document)?;
        self.store.remove_draft(document.reply_being_written())?;
        self.tell_changed(self.store.get(document).await?.space, document);
        Ok(())
    }

    /// The reply being written to a document. One that is among its replies is none any more: the program ended between the two.
    pub(crate) fn reply_of(&self, document: EntityId, replies: &[PostDto]) -> Result<Option<ReplyDraftDto>> {
        let Some(draft) = self.store.draft(document.reply_being_written())? else { return Ok(None) };
        let reply_to = draft.content.number(field::REPLY_TO);
        if replies.iter().any(|reply| reply.body == draft.content.body && reply.reply_to == reply_to) {
            self.store.remove_draft(document.reply_being_written())?;
            return Ok(None);
        }
        Ok(Some(ReplyDraftDto {
            reply_to,
            body: draft.content.body,
            saved_at: text_of(draft.saved_at),
            recovered: draft.session != self.session,
        }))
    }
}
