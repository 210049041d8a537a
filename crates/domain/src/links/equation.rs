//! Equations as Canvas stores them: a picture whose address and text hold the LaTeX (contract 6.5).

use super::percent::encode;
use super::{Address, Target};
use crate::html::{Document, Element, NodeId};

/// The class by which Canvas knows an equation.
const CLASS: &str = "equation_image";

/// An equation of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equation {
    /// Its source.
    pub latex: String,
}

impl Equation {
    /// The equation that `element` shows, if it is one.
    pub fn of(element: &Element) -> Option<Equation> {
        let is_one = element.name() == "img"
            && element.attr("class").is_some_and(|class| class.split_ascii_whitespace().any(|c| c == CLASS));
        if !is_one {
            return None;
        }
        let noted = element.attr("data-equation-content").filter(|latex| !latex.is_empty()).map(str::to_owned);
        let addressed = || match Address::parse(element.attr("src")?)?.target {
            Target::Equation(latex) => Some(latex),
            _ => None,
        };
        let said = || element.attr("alt")?.strip_prefix("LaTeX:").map(|latex| latex.trim().to_owned());
        noted.or_else(addressed).or_else(said).map(|latex| Equation { latex })
    }

    /// The equations of `body`, in order.
    pub fn all(body: &str) -> Vec<Equation> {
        let document = Document::parse(body);
        let ids: Vec<NodeId> = document.descendants(document.root());
        ids.into_iter().filter_map(|id| document.element(id).and_then(Equation::of)).collect()
    }

    /// The tag that Canvas's own editor would store.
    pub fn html(&self) -> String {
        let latex = self.latex.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let address = encode(&encode(&self.latex));
        format!(
            "<img class=\"{CLASS}\" title=\"{latex}\" src=\"/equation_images/{address}?scale=1\" alt=\"LaTeX: {latex}\" data-equation-content=\"{latex}\">"
        )
    }
}
