//! What is wrong with a text while it is written, and mending it.

use domain::accessibility::{Check, Finding, findings, fixed};
use domain::fields::check;
use domain::html::Span;
use domain::{Changed, Content, EntityId, Format};

use super::{App, id};
use crate::dto::{ChecksDto, ChosenFixDto, EditDto, FindingDto, FixDto, SavedDto};
use crate::error::{Failure, Result};

impl App {
    /// What is found in a document as it is being written: its draft, where there is one.
    pub async fn checks(&self, document: &str) -> Result<ChecksDto> {
        let id: EntityId = id(document)?;
        let entity = self.store.get(id).await?;
        let content = self.store.draft(id)?.map_or_else(|| entity.content.clone(), |draft| draft.content);
        let whole = Changed { title: true, body: true, fields: Default::default() };
        let refused = check(entity.kind, &content, &whole).into_iter().map(|invalid| invalid.words).collect();
        let on_canvas = entity.format == Format::Html && self.store.space(entity.space).await?.site.is_some();
        let will_drop = if on_canvas { dropped(&content) } else { Vec::new() };
        let findings = findings(entity.format, &content.body).iter().map(finding_dto).collect();
        Ok(ChecksDto { findings, will_drop, refused })
    }

    /// Mends one finding in the document as it is saved. What is no longer there is said, and nothing is changed.
    pub async fn check_fix(&self, document: &str, chosen: ChosenFixDto) -> Result<SavedDto> {
        let entity = self.store.get(id(document)?).await?;
        let span = Span::new(chosen.start as usize, chosen.end as usize);
        let body = named(&chosen.check)
            .and_then(|check| {
                fixed(entity.format, &entity.content.body, check, span, chosen.fix as usize, &chosen.answer)
            })
            .ok_or_else(|| Failure::Invalid("The text has changed, and this is no longer in it.".to_owned()))?;
        self.save_over(&entity, EditDto { body: Some(body), ..EditDto::default() }).await
    }
}

fn dropped(content: &Content) -> Vec<String> {
    domain::canonical::canvas::dropped(&content.body).into_iter().map(|dropped| dropped.what).collect()
}

fn finding_dto(finding: &Finding) -> FindingDto {
    FindingDto {
        check: serde_json::to_value(finding.check)
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default(),
        start: u32::try_from(finding.span.start).unwrap_or(u32::MAX),
        end: u32::try_from(finding.span.end).unwrap_or(u32::MAX),
        quote: finding.quote.clone(),
        words: finding.words.clone(),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| FixDto {
                words: fix.words.clone(),
                asks: fix.asks.as_ref().map(|question| question.words.clone()),
                suggestion: fix.asks.as_ref().map(|question| question.suggestion.clone()).unwrap_or_default(),
            })
            .collect(),
    }
}

fn named(check: &str) -> Option<Check> {
    serde_json::from_value(serde_json::Value::from(check)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_crosses_to_the_window_and_back() {
        let body = "<h2>A</h2><p><img src=\"/a.png\"></p>";
        let found = findings(Format::Html, body);
        let dto = finding_dto(&found[0]);
        assert_eq!(named(&dto.check), Some(found[0].check));
        let span = Span::new(dto.start as usize, dto.end as usize);
        let fixed = fixed(Format::Html, body, found[0].check, span, 0, "A map").unwrap();
        assert!(fixed.contains("alt=\"A map\""), "{fixed}");
        assert_eq!(named("noSuchCheck"), None);
    }
}
