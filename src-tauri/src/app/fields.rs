//! The fields of a document as the Properties panel shows and sets them.

use chrono::SecondsFormat;
use domain::fields::{Field, Takes, check, field_of, fields as known, locked};
use domain::{Content, FieldValue, Kind, fact, field};
use store::{Entity, Space};

use super::App;
use super::categories::Categories;
use super::on_site::OnSite;
use crate::dto::{ChoiceDto, EditDto, FieldDto};
use crate::error::{Failure, Result};

/// Most characters of a tag, and most tags of a topic, where the site says nothing else (contract discourse 5.2).
const LONGEST_TAG: u32 = 20;
const MOST_TAGS: u32 = 5;

impl App {
    /// An edit in which each date that says no zone is read in the course's (contract canvas 1.2: servers keep UTC).
    pub(crate) async fn in_course_time(&self, entity: &Entity, mut edit: EditDto) -> Result<EditDto> {
        let Some(fields) = edit.fields.as_mut().filter(|fields| !fields.is_empty()) else { return Ok(edit) };
        let Some(zone) = self.store.space(entity.space).await?.time_zone else { return Ok(edit) };
        for (name, json) in fields {
            let is_time = field_of(entity.kind, name).is_some_and(|known| known.takes == Takes::Time);
            if let (true, Ok(serde_json::Value::String(text))) = (is_time, serde_json::from_str(json)) {
                let at = super::zones::in_zone(&text, &zone).map_err(Failure::Invalid)?;
                *json = serde_json::Value::from(at).to_string();
            }
        }
        Ok(edit)
    }
}

/// A document's fields in the order in which a person meets them: those it has, and, while no site has it yet, those it may get.
pub(crate) fn fields(entity: &Entity, on_site: &OnSite, space: &Space, categories: &Categories) -> Vec<FieldDto> {
    let has = &entity.content.fields;
    let read_only = on_site.read_only.clone().or_else(|| space.why_not(entity.kind, on_site.base.is_some()));
    let may_get = space.site.is_some() && on_site.base.is_none();
    let known = known(entity.kind).iter().filter(|field| may_get || has.contains_key(field.name));
    let mut shown: Vec<FieldDto> = known
        .filter(|field| !matches!(field.name, field::POST_NUMBER | field::REPLY_TO))
        // A personal message stands in no category.
        .filter(|field| field.name != field::CATEGORY || has.contains_key(field::CATEGORY) || is_category(space))
        .map(|field| {
            let value = has.get(field.name).unwrap_or(&FieldValue::Empty);
            let why = read_only.clone().or_else(|| why_not(field, on_site));
            if field.name == field::CATEGORY {
                category(field, value, on_site, space, categories, why)
            } else {
                described(field, value, on_site, why.as_deref())
            }
        })
        .collect();
    shown.extend(
        has.iter().filter(|(name, _)| field_of(entity.kind, name).is_none()).map(|(name, value)| unknown(name, value)),
    );
    shown
}

fn is_category(space: &Space) -> bool {
    space.remote.as_ref().is_some_and(|remote| remote.0.parse::<i64>().is_ok())
}

/// The site tells a category by its number; the person knows it by its name.
fn category(
    field: &Field,
    value: &FieldValue,
    on_site: &OnSite,
    space: &Space,
    categories: &Categories,
    why: Option<String>,
) -> FieldDto {
    let here = || space.remote.as_ref().map(|remote| remote.0.as_str());
    let now = match value {
        FieldValue::Text(id) => id.as_str(),
        _ => here().unwrap_or_default(),
    };
    let why = why.or_else(|| categories.why_not(now, on_site.base.is_none()).map(str::to_owned));
    let value = FieldValue::Text(now.to_owned());
    let mut shown = described(field, &value, on_site, why.as_deref());
    shown.kind = "choice".to_owned();
    shown.choices = categories.choices(now).into_iter().map(|(id, name)| choice(id, name)).collect();
    if !shown.choices.iter().any(|known| known.value == shown.value) {
        shown.choices.push(choice(now, &format!("A category that is not kept here ({now})")));
    }
    shown
}

fn described(field: &Field, value: &FieldValue, on_site: &OnSite, why_not: Option<&str>) -> FieldDto {
    let before = on_site.base.as_ref().map(|base| base.fields.get(field.name));
    let group = on_site.facts.get(fact::GROUP_NAME).filter(|_| field.name == field::GROUP);
    let mut dto = FieldDto {
        name: field.name.to_owned(),
        label: field.label.to_owned(),
        kind: "text".to_owned(),
        value: group.map_or_else(|| json_of(value), |name| serde_json::Value::from(name.as_str()).to_string()),
        edited: before.is_some_and(|before| before.unwrap_or(&FieldValue::Empty) != value),
        before: before.flatten().map(json_of),
        editable: why_not.is_none(),
        reason: why_not.map(str::to_owned),
        choices: Vec::new(),
        range: None,
        longest: None,
        most: None,
        not_before: not_before(field.name).iter().map(|&earlier| earlier.to_owned()).collect(),
    };
    let choices = |choices: &[(&str, &str)]| {
        choices.iter().map(|(value, words)| choice(value, words)).collect::<Vec<ChoiceDto>>()
    };
    match field.takes {
        Takes::Flag => dto.kind = "flag".to_owned(),
        Takes::Time => dto.kind = "time".to_owned(),
        Takes::Whole(least, most) => {
            dto.kind = "number".to_owned();
            dto.range = Some((least.to_string(), most.to_string()));
        }
        Takes::Decimal(least, most) => {
            dto.kind = "decimal".to_owned();
            dto.range = Some((least.to_string(), most.to_string()));
        }
        Takes::Text(most) => dto.longest = u32::try_from(most).ok(),
        Takes::OneOf(known) => {
            dto.kind = "choice".to_owned();
            dto.choices = choices(known);
            // What the site has beside the known ones is shown as it is.
            if let FieldValue::Text(text) = value
                && !known.iter().any(|(value, _)| value == text)
            {
                dto.choices.push(choice(text, text));
            }
            if field.may_be_empty || *value == FieldValue::Empty {
                dto.choices.insert(0, ChoiceDto { value: "null".to_owned(), words: "Not set".to_owned() });
            }
        }
        Takes::SetOf(known) => {
            dto.kind = "set".to_owned();
            dto.choices = choices(known);
        }
        Takes::Address | Takes::Id => {}
    }
    if field.name == field::TAGS {
        (dto.longest, dto.most) = (Some(LONGEST_TAG), Some(MOST_TAGS));
    }
    dto
}

/// A field that this version has no words for: shown, never changed.
fn unknown(name: &str, value: &FieldValue) -> FieldDto {
    FieldDto {
        name: name.to_owned(),
        label: domain::fields::label(name),
        kind: "text".to_owned(),
        value: serde_json::Value::from(value.words()).to_string(),
        edited: false,
        before: None,
        editable: false,
        reason: Some("Change it on the site.".to_owned()),
        choices: Vec::new(),
        range: None,
        longest: None,
        most: None,
        not_before: Vec::new(),
    }
}

fn choice(value: &str, words: &str) -> ChoiceDto {
    ChoiceDto { value: serde_json::Value::from(value).to_string(), words: words.to_owned() }
}

/// Dates are in order when none of these is later (contract canvas 3.4: the client must check it itself).
fn not_before(name: &str) -> &'static [&'static str] {
    match name {
        field::DUE_AT => &[field::UNLOCK_AT, field::DELAYED_POST_AT],
        field::LOCK_AT => &[field::UNLOCK_AT, field::DELAYED_POST_AT, field::DUE_AT],
        _ => &[],
    }
}

/// Refuses fields that the site would refuse. Title and text are never refused here: what a person wrote is kept, and the checks say what is wrong.
pub(crate) fn refuse_invalid(kind: Kind, mine: &Content, base: &Content) -> Result<()> {
    let changed = mine.changed_since(base);
    let mut invalid = check(kind, mine, &changed).into_iter();
    match invalid.find(|invalid| !matches!(invalid.part.as_str(), "title" | "body")) {
        Some(invalid) => Err(Failure::Invalid(invalid.words)),
        None => Ok(()),
    }
}

/// A value as JSON text.
pub(super) fn json_of(value: &FieldValue) -> String {
    match value {
        FieldValue::Empty => serde_json::Value::Null,
        FieldValue::Flag(flag) => (*flag).into(),
        FieldValue::Number(number) => (*number).into(),
        FieldValue::Text(text) => text.as_str().into(),
        FieldValue::Time(time) => time.to_rfc3339_opts(SecondsFormat::Secs, true).into(),
        FieldValue::Set(members) => members.iter().map(String::as_str).collect(),
    }
    .to_string()
}

/// A value of a kind's field from JSON text, in the spelling it is compared by. A text is read as a person types it.
///
/// # Errors
/// Where the kind has no such field, or the value does not fit into it.
pub(crate) fn value_of(kind: Kind, name: &str, json: &str) -> Result<FieldValue> {
    let known = field_of(kind, name).ok_or_else(|| no_field(name))?;
    let wrong = || Failure::Invalid(format!("{} has a value of another type.", known.label));
    let read = |text: &str| known.read(text).map_err(Failure::Invalid);
    let value = match serde_json::from_str(json).map_err(|_| wrong())? {
        serde_json::Value::Bool(flag) => FieldValue::Flag(flag),
        serde_json::Value::Number(number) => read(&number.to_string())?,
        serde_json::Value::String(text) => read(&text)?,
        serde_json::Value::Array(items) => {
            let members = items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong));
            FieldValue::Set(members.collect::<Result<_>>()?)
        }
        serde_json::Value::Null => FieldValue::Empty,
        serde_json::Value::Object(_) => return Err(wrong()),
    };
    let value = known.tidied(value);
    known.check(&value).map_or(Ok(value), |words| Err(Failure::Invalid(words)))
}

/// Refuses a field that the document has not, or that may not be changed here.
pub(crate) fn refuse_locked(entity: &Entity, on_site: &OnSite, name: &str) -> Result<()> {
    let Some(known) = field_of(entity.kind, name) else {
        return Err(if entity.content.fields.contains_key(name) {
            Failure::Locked("Change it on the site.".to_owned())
        } else {
            no_field(name)
        });
    };
    match why_not(known, on_site) {
        Some(why) => Err(Failure::Locked(why)),
        None => Ok(()),
    }
}

/// Why a field of this very document may not be changed here.
fn why_not(field: &Field, on_site: &OnSite) -> Option<String> {
    locked(&on_site.facts)
        .remove(field.name)
        .or_else(|| field.why_not(on_site.base.is_none()).map(str::to_owned))
        .or_else(|| {
            (field.takes == Takes::Id && field.name != field::CATEGORY).then(|| "Change it on the site.".to_owned())
        })
}

fn no_field(name: &str) -> Failure {
    Failure::Invalid(format!("It has no field \u{201c}{name}\u{201d}."))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::categories::Category;
    use super::*;

    #[test]
    fn a_value_comes_back_from_its_json() {
        let time = DateTime::from_timestamp(1_796_300_000, 0).unwrap_or_default();
        let values = [
            (Kind::Page, field::PUBLISHED, FieldValue::Flag(true)),
            (Kind::Assignment, field::POSITION, FieldValue::Number(3)),
            (Kind::Assignment, field::POINTS, FieldValue::Text("12.5".to_owned())),
            (Kind::Assignment, field::DUE_AT, FieldValue::Time(time)),
            (Kind::Assignment, field::DUE_AT, FieldValue::Empty),
            (Kind::Topic, field::TAGS, FieldValue::Set(["week-6".to_owned(), "tides".to_owned()].into())),
        ];
        for (kind, name, value) in values {
            assert_eq!(value_of(kind, name, &json_of(&value)).ok(), Some(value));
        }
        for points in ["12.50", "\"12.50\""] {
            let read = value_of(Kind::Assignment, field::POINTS, points).ok();
            assert_eq!(read, Some(FieldValue::Text("12.5".to_owned())), "a fraction is kept: {points}");
        }
    }

    #[test]
    fn what_is_no_value_of_its_field_is_refused_with_a_sentence() {
        for (kind, name, json) in [
            (Kind::Assignment, field::DUE_AT, "\"tomorrow\""),
            (Kind::Assignment, field::DUE_AT, "{}"),
            (Kind::Assignment, field::POINTS, "true"),
            (Kind::Page, field::PUBLISHED, "null"),
            (Kind::Page, field::PUBLISHED, "\"perhaps\""),
            (Kind::Page, "colour", "\"red\""),
            (Kind::Topic, field::TAGS, "[1]"),
        ] {
            let refused = value_of(kind, name, json).err().map(|failure| failure.words().what);
            assert!(refused.is_some_and(|words| words.ends_with('.')), "{name} {json}");
        }
    }

    #[test]
    fn a_topics_category_is_a_choice_by_names_and_says_why_where_it_is_none() {
        let id = domain::IdSeed { unix_millis: 1, random: [0; 10] };
        let space = Space {
            id: domain::SpaceId::new(id),
            name: "Field trips".to_owned(),
            account: None,
            site: Some(domain::SiteKind::Discourse),
            remote: Some("2".into()),
            read_only: None,
            last_synced_at: None,
            time_zone: None,
        };
        let kept = |id: &str, name: &str| Category { id: id.to_owned(), name: name.to_owned(), open: true };
        let (one, two) = (kept("2", "Field trips"), kept("3", "Lab help"));
        let shown = |category: &str, kept: &[&Category]| {
            let content = Content::new("Gull Ledge", "").with(field::CATEGORY, FieldValue::Text(category.to_owned()));
            let topic = Entity {
                id: domain::EntityId::new(id),
                space: space.id,
                kind: Kind::Topic,
                parent: None,
                content,
                format: domain::Format::None,
                created_at: DateTime::UNIX_EPOCH,
                updated_at: DateTime::UNIX_EPOCH,
                deleted_at: None,
                counter: 1,
                opened_at: None,
            };
            let on_site = OnSite { base: Some(topic.content.clone()), ..OnSite::default() };
            let kept = Categories(kept.iter().map(|kept| (*kept).clone()).collect());
            let field = fields(&topic, &on_site, &space, &kept).remove(0);
            let names: Vec<String> = field.choices.iter().map(|choice| choice.words.clone()).collect();
            (field.value, names.join(", "), field.editable)
        };
        let told = |value: &str, names: &str, editable| (value.to_owned(), names.to_owned(), editable);
        assert_eq!(shown("2", &[&one, &two]), told("\"2\"", "Field trips, Lab help", true));
        assert_eq!(shown("2", &[&one]), told("\"2\"", "Field trips", false));
        let elsewhere = "Field trips, A category that is not kept here (9)";
        assert_eq!(shown("9", &[&one]), told("\"9\"", elsewhere, true), "it can come back into sight");
    }

    #[test]
    fn dates_out_of_order_are_refused_and_long_titles_are_kept() {
        let day = |day: i64| FieldValue::Time(DateTime::from_timestamp(day * 86_400, 0).unwrap_or_default());
        let base = Content::new("Title", "Body").with(field::UNLOCK_AT, day(10)).with(field::DUE_AT, day(12));
        let early = base.clone().with(field::DUE_AT, day(9));
        assert!(refuse_invalid(Kind::Assignment, &early, &base).is_err());
        let mut long = base.clone();
        long.title = "x".repeat(300);
        assert!(refuse_invalid(Kind::Assignment, &long, &base).is_ok());
    }
}
