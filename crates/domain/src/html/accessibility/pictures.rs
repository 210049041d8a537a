//! Pictures without alternative text.

use super::super::document::Element;
use super::super::edit::{with_attribute, without_attribute};
use super::{Check, Finding, Fix, Page, Place, cut};
use crate::accessibility::{file_in_words, is_file_name};

pub(super) fn check(page: &Page<'_, '_>, found: &mut Vec<Finding>) {
    for id in page.elements() {
        let Some(element) = page.document.element(id).filter(|_| page.document.html_name(id) == "img") else {
            continue;
        };
        let decorative = matches!(element.attr("role"), Some("presentation" | "none"))
            || element.attr("aria-hidden").is_some_and(|hidden| hidden == "true");
        let labelled = ["aria-label", "aria-labelledby"]
            .iter()
            .any(|name| element.attr(name).is_some_and(|v| !v.trim().is_empty()));
        let words = match element.attr("alt") {
            _ if labelled => continue,
            None if decorative => continue,
            None => "This picture has no alternative text.",
            Some(alt) if alt.trim().is_empty() => continue,
            Some(alt) if is_file_name(alt) => "The alternative text of this picture is a file name.",
            Some(_) => continue,
        };
        let old = element.attrs.iter().find(|attr| attr.name == "alt" && !attr.span.is_empty());
        let edit = with_attribute(page.source, element, "alt", "");
        let place = Place::Attribute(old.map_or(edit.span, |attr| attr.span), "alt");
        let mut hide = vec![edit];
        if element.attr("role").is_some() {
            hide.extend(without_attribute(page.source, element, "role"));
        }
        // Two attributes put in at one place are one edit.
        if let Some(first) = hide.first_mut() {
            first.text.push_str(" role=\"presentation\"");
        }
        let mut finding = page.finding(
            Check::PictureWithoutText,
            id,
            words,
            vec![
                Fix::asking("Describe it", "What does the picture show?", suggestion(element), place),
                Fix::ready("It is only decoration", hide),
            ],
        );
        if let Some(src) = element.attr("src") {
            finding.quote = cut(src.split(['?', '#']).next().unwrap_or(src), 80);
        }
        found.push(finding);
    }
}

/// What is known of the picture already: its formula, its title, or its file's name in words.
fn suggestion(element: &Element) -> String {
    if let Some(latex) = element.attr("data-equation-content") {
        return format!("LaTeX: {latex}");
    }
    if let Some(title) = element.attr("title").filter(|title| !title.trim().is_empty() && !is_file_name(title)) {
        return title.trim().to_owned();
    }
    let name =
        element.attr("alt").or_else(|| element.attr("title")).filter(|name| is_file_name(name)).unwrap_or_default();
    file_in_words(name)
}
