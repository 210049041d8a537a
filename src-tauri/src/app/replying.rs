//! A reply while it is written: a draft like any other, though there is no document yet whose draft it is.

use domain::html::safe::{ImageSource, for_editing};
use domain::{Content, EntityId, FieldValue, Format, field, html};
use store::{Draft, Entity, Visual};

use super::saving::given;
use super::threads::answer_kind;
use super::tree::kind_dto;
use super::{App, id, now, text_of};
use crate::dto::{DocumentDto, EditDto, NewDocumentDto, PostDto, ReplyDraftDto};
use crate::error::{Failure, Result};

/// Parts of HTML that say something without a word.
const SHOWN: [&str; 8] = ["<img", "<iframe", "<video", "<audio", "<object", "<embed", "<table", "<hr"];

impl App {
    /// Makes a reply that is being written to a document durable; answers with the time. A reply without a word is none.
    pub async fn reply_draft_save(&self, document: &str, reply_to: Option<i64>, edit: EditDto) -> Result<String> {
        let document = self.store.get(id(document)?).await?;
        let place = document.id.reply_being_written();
        let known = self.store.draft(place)?;
        let base = Content::default();
        let visual = edit.visual.map(|visual| Visual {
            source: given(&base, &visual, known.as_ref()).to_owned(),
            loaded: visual.loaded,
            now: visual.now,
        });
        let body = match (edit.body, &visual) {
            (Some(body), _) => body,
            (None, Some(visual)) => html::preserve::save(&visual.source, &visual.loaded, &visual.now).html,
            (None, None) => known.map(|draft| draft.content.body).unwrap_or_default(),
        };
        if is_blank(document.format, &body) {
            self.store.remove_draft(place)?;
            return Ok(text_of(now()));
        }
        let mut content = Content::new("", body);
        if let Some(number) = reply_to {
            content = content.with(field::REPLY_TO, FieldValue::Number(number));
        }
        let draft = Draft { content, base, counter: 0, visual, saved_at: now(), session: self.session.clone() };
        self.store.put_draft(place, &draft)?;
        Ok(text_of(draft.saved_at))
    }

    /// Makes a document of the reply that is being written; the next sync sends it.
    pub async fn reply_keep(&self, document: &str) -> Result<DocumentDto> {
        let answered = self.store.get(id(document)?).await?;
        let draft = self.store.draft(answered.id.reply_being_written())?.ok_or(store::Error::NotFound("draft"))?;
        let kind = answer_kind(answered.kind)
            .ok_or_else(|| Failure::Invalid("Nothing can be written under it.".to_owned()))?;
        let made = self
            .document_new(NewDocumentDto {
                space: answered.space.to_string(),
                kind: kind_dto(kind),
                parent: Some(document.to_owned()),
                reply_to: draft.content.number(field::REPLY_TO),
                title: String::new(),
                body: draft.content.body,
            })
            .await?;
        self.reply_draft_discard(document).await?;
        Ok(made)
    }

    /// Ends a reply that was being written: it is a document now, or thrown away.
    pub async fn reply_draft_discard(&self, document: &str) -> Result<()> {
        let document: EntityId = id(document)?;
        self.store.remove_draft(document.reply_being_written())?;
        self.tell_changed(self.store.get(document).await?.space, document);
        Ok(())
    }

    /// The reply being written to a document. One that is among its replies is none any more: the program ended between the two.
    pub(crate) fn reply_of(
        &self,
        document: &Entity,
        draft: Option<Draft>,
        replies: &[PostDto],
        images: &(dyn Fn(&str) -> ImageSource + Sync),
    ) -> Result<Option<ReplyDraftDto>> {
        let Some(draft) = draft else { return Ok(None) };
        let reply_to = draft.content.number(field::REPLY_TO);
        if replies.iter().any(|reply| reply.body == draft.content.body && reply.reply_to == reply_to) {
            self.store.remove_draft(document.id.reply_being_written())?;
            return Ok(None);
        }
        let is_html = document.format == Format::Html;
        Ok(Some(ReplyDraftDto {
            reply_to,
            editing: is_html.then(|| for_editing(&draft.content.body, &|address| images(address))),
            body: draft.content.body,
            saved_at: text_of(draft.saved_at),
            recovered: draft.session != self.session,
        }))
    }
}

fn is_blank(format: Format, body: &str) -> bool {
    match format {
        Format::Html => {
            let tags = body.to_ascii_lowercase();
            html::plain_text(body).trim().is_empty() && !SHOWN.iter().any(|tag| tags.contains(tag))
        }
        Format::Markdown | Format::None => body.trim().is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_blank_when_nobody_would_see_anything_of_it() {
        for (format, body, blank) in [
            (Format::Html, "<p><br></p>", true),
            (Format::Html, "<p>&nbsp;</p>\n<p></p>", true),
            (Format::Html, "<p>Yes.</p>", false),
            (Format::Html, "<p><IMG src=\"a.png\"></p>", false),
            (Format::Markdown, " \n", true),
            (Format::Markdown, "<p></p>", false),
        ] {
            assert_eq!(is_blank(format, body), blank, "{body}");
        }
    }
}
