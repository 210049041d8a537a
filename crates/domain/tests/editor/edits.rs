//! Edits as a person makes them. Each changes the tree and says which top-level nodes of the tree before it touched; none
//! where the page has no place for it.

use std::ops::RangeInclusive;

use super::{Dom, Path, Random};

pub type Touched = RangeInclusive<usize>;
pub type Edit = fn(&mut Dom, &mut Random) -> Option<Touched>;

/// Every kind of edit, by name.
pub const EDITS: &[(&str, Edit)] = &[
    ("type", type_word),
    ("delete a word", delete_word),
    ("Enter", enter),
    ("join", join),
    ("delete across blocks", delete_across),
    ("delete a block", delete_block),
    ("bold", bold),
    ("remove emphasis", unwrap_emphasis),
    ("link", link),
    ("unlink", unlink),
    ("new list item", new_item),
    ("delete a list item", delete_item),
    ("indent a list item", indent_item),
    ("paragraph to list", to_list),
    ("list to paragraphs", from_list),
    ("heading", heading),
    ("align", align),
    ("new row", new_row),
    ("delete a row", delete_row),
    ("new column", new_column),
    ("delete a column", delete_column),
    ("new table", new_table),
    ("paste from a word processor", paste_office),
    ("paste from a browser", paste_browser),
    ("picture", picture),
    ("describe a picture", describe),
    ("delete a picture", delete_picture),
    ("move a block", move_block),
    ("copy a block", copy_block),
    ("find and replace in a block", replace_words),
];

fn editable_text(node: &Dom) -> bool {
    matches!(node, Dom::Text(text) if !text.trim().is_empty())
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "blockquote"
            | "td"
            | "th"
            | "div"
            | "pre"
            | "dt"
            | "dd"
            | "figcaption"
    )
}

fn a_text(tree: &Dom, random: &mut Random) -> Option<Path> {
    random.pick(&tree.find(&editable_text)).cloned()
}

fn of_kind(tree: &Dom, random: &mut Random, names: &[&str]) -> Option<Path> {
    random.pick(&tree.find(&|node| names.contains(&node.name()))).cloned()
}

fn one(path: &Path) -> Option<Touched> {
    Some(path[0]..=path[0])
}

fn words(tree: &Dom, path: &Path) -> Vec<(usize, usize)> {
    let Dom::Text(text) = tree.at(path) else { return Vec::new() };
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn text_mut<'t>(tree: &'t mut Dom, path: &Path) -> &'t mut String {
    match tree.at_mut(path) {
        Dom::Text(text) => text,
        Dom::Element { name, .. } => panic!("{name} is no text"),
    }
}

fn type_word(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = a_text(tree, random)?;
    let text = text_mut(tree, &path);
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    text.insert_str(*random.pick(&places)?, ["Typed", " typed ", "é", "<", "& "][random.below(5)]);
    one(&path)
}

fn delete_word(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = a_text(tree, random)?;
    let (from, to) = *random.pick(&words(tree, &path))?;
    text_mut(tree, &path).replace_range(from..to, "");
    one(&path)
}

/// Splits the child of the node at `path[..depth]` on the way to the text, and everything below it, at byte `at` of the text.
fn split(tree: &mut Dom, path: &Path, depth: usize, at: usize) {
    let mut tail = Dom::Text(text_mut(tree, path).split_off(at));
    for level in (depth..path.len() - 1).rev() {
        let parent = tree.at_mut(&path[..=level]);
        let index = path[level + 1];
        let rest: Vec<Dom> = parent.children_mut().drain(index + 1..).collect();
        let mut clone = parent.clone();
        *clone.children_mut() = std::iter::once(tail).chain(rest).collect();
        tail = clone;
    }
    tree.at_mut(&path[..depth]).children_mut().insert(path[depth] + 1, tail);
}

fn block_depth(tree: &Dom, path: &Path) -> Option<usize> {
    (0..path.len() - 1).rev().find(|depth| is_block(tree.at(&path[..=*depth]).name()))
}

fn enter(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = a_text(tree, random)?;
    let depth = block_depth(tree, &path)?;
    let (from, _) = *random.pick(&words(tree, &path))?;
    if matches!(tree.at(&path[..=depth]).name(), "td" | "th" | "pre" | "dt" | "dd") {
        split(tree, &path, path.len() - 1, from);
        let (last, parent) = path.split_last()?;
        tree.at_mut(parent).children_mut().insert(last + 1, Dom::element("br", Vec::new()));
    } else {
        split(tree, &path, depth, from);
    }
    one(&path)
}

/// Neighbouring paragraphs and headings under one parent: the parent, and the numbers of both.
fn neighbours(tree: &Dom, random: &mut Random) -> Option<(Path, usize, usize)> {
    let plain = |node: &Dom| matches!(node.name(), "p" | "h2" | "h3" | "h4" | "li");
    let mut found = Vec::new();
    for path in tree.find(&plain) {
        let (last, parent) = path.split_last()?;
        let siblings = tree.at(parent).children();
        let next =
            (last + 1..siblings.len()).find(|at| !matches!(&siblings[*at], Dom::Text(text) if text.trim().is_empty()));
        if let Some(next) = next.filter(|next| {
            plain(&siblings[*next]) && (siblings[*last].name() == "li") == (siblings[*next].name() == "li")
        }) {
            found.push((parent.to_vec(), *last, next));
        }
    }
    random.pick(&found).cloned()
}

fn touched(parent: &Path, first: usize, last: usize) -> Option<Touched> {
    Some(parent.first().map_or(first..=last, |top| *top..=*top))
}

fn join(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let (parent, first, second) = neighbours(tree, random)?;
    let siblings = tree.at_mut(&parent).children_mut();
    let moved = std::mem::take(siblings[second].children_mut());
    siblings.drain(first + 1..=second);
    siblings[first].children_mut().extend(moved);
    touched(&parent, first, second)
}

fn delete_across(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let (parent, first, second) = neighbours(tree, random)?;
    let keep_before = random.below(tree.at(&parent).children()[first].children().len() + 1);
    let siblings = tree.at_mut(&parent).children_mut();
    let mut tail = std::mem::take(siblings[second].children_mut());
    let cut = random.below(tail.len() + 1);
    siblings.drain(first + 1..=second);
    siblings[first].children_mut().truncate(keep_before);
    siblings[first].children_mut().extend(tail.drain(cut..));
    touched(&parent, first, second)
}

fn delete_block(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let at = random.below(tree.children().len());
    (!tree.children().is_empty()).then(|| tree.children_mut().remove(at))?;
    Some(at..=at)
}

fn wrap_word(tree: &mut Dom, random: &mut Random, wrapper: Dom) -> Option<Touched> {
    let path = a_text(tree, random)?;
    let (from, to) = *random.pick(&words(tree, &path))?;
    let text = text_mut(tree, &path).clone();
    let mut wrapper = wrapper;
    wrapper.children_mut().push(Dom::text(&text[from..to]));
    let (last, parent) = path.split_last()?;
    let siblings = tree.at_mut(parent).children_mut();
    let parts = [Dom::text(&text[..from]), wrapper, Dom::text(&text[to..])];
    siblings.splice(*last..=*last, parts.into_iter().filter(|part| *part != Dom::text("")));
    one(&path)
}

fn bold(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    wrap_word(tree, random, Dom::element("strong", Vec::new()))
}

fn link(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = a_text(tree, random)?;
    // A link in a link is no tree that a browser has.
    if (1..path.len()).any(|len| tree.at(&path[..len]).name() == "a") {
        return None;
    }
    let (from, to) = *random.pick(&words(tree, &path))?;
    let text = text_mut(tree, &path).clone();
    let (last, parent) = path.split_last()?;
    let wrapper = Dom::element("a", vec![Dom::text(&text[from..to])]).with("href", "https://x.example/?a=1&b=2");
    let parts = [Dom::text(&text[..from]), wrapper, Dom::text(&text[to..])];
    tree.at_mut(parent).children_mut().splice(*last..=*last, parts.into_iter().filter(|part| *part != Dom::text("")));
    one(&path)
}

fn unwrap(tree: &mut Dom, random: &mut Random, names: &[&str]) -> Option<Touched> {
    let path = of_kind(tree, random, names)?;
    let (last, parent) = path.split_last()?;
    let siblings = tree.at_mut(parent).children_mut();
    let inside = std::mem::take(siblings[*last].children_mut());
    siblings.splice(*last..=*last, inside);
    one(&path)
}

fn unwrap_emphasis(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    unwrap(tree, random, &["strong", "b", "em", "i", "u", "span"].map(|name| name))
}

fn unlink(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    unwrap(tree, random, &["a"])
}

fn new_item(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["li"])?;
    let (last, parent) = path.split_last()?;
    tree.at_mut(parent).children_mut().insert(last + 1, Dom::element("li", vec![Dom::text("A new item")]));
    one(&path)
}

fn delete_item(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["li"])?;
    let (last, parent) = path.split_last()?;
    tree.at_mut(parent).children_mut().remove(*last);
    one(&path)
}

fn indent_item(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["li"])?;
    let (last, parent) = path.split_last()?;
    let list = tree.at(parent).name().to_owned();
    if !matches!(list.as_str(), "ul" | "ol") {
        return None;
    }
    let before = (0..*last).rev().find(|at| tree.at(parent).children()[*at].name() == "li")?;
    let siblings = tree.at_mut(parent).children_mut();
    let item = siblings.remove(*last);
    siblings[before].children_mut().push(Dom::element(&list, vec![item]));
    one(&path)
}

fn to_list(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["p"])?;
    let inside = std::mem::take(tree.at_mut(&path).children_mut());
    *tree.at_mut(&path) = Dom::element("ul", vec![Dom::element("li", inside)]);
    one(&path)
}

fn from_list(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["ul", "ol"])?;
    let (last, parent) = path.split_last()?;
    if matches!(tree.at(parent).name(), "ul" | "ol" | "p" | "span" | "a" | "em" | "strong" | "b" | "i" | "u") {
        return None;
    }
    let siblings = tree.at_mut(parent).children_mut();
    let items = std::mem::take(siblings[*last].children_mut());
    let blocks = items.into_iter().filter(|item| item.name() == "li").map(|mut item| {
        let name = if item
            .children()
            .iter()
            .any(|child| is_block(child.name()) || matches!(child.name(), "ul" | "ol" | "table" | "hr"))
        {
            "div"
        } else {
            "p"
        };
        Dom::element(name, std::mem::take(item.children_mut()))
    });
    let blocks: Vec<Dom> = blocks.collect();
    siblings.splice(*last..=*last, blocks);
    one(&path)
}

fn heading(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["p", "h2", "h3", "h4"])?;
    if let Dom::Element { name, .. } = tree.at_mut(&path) {
        *name = if name == "h3" { "p".to_owned() } else { "h3".to_owned() };
    }
    one(&path)
}

fn set(tree: &mut Dom, path: &Path, attr: &str, value: &str) {
    if let Dom::Element { attrs, .. } = tree.at_mut(path) {
        match attrs.iter_mut().find(|(name, _)| name == attr) {
            Some((_, old)) => value.clone_into(old),
            None => attrs.push((attr.to_owned(), value.to_owned())),
        }
    }
}

fn align(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["p", "h2", "h3", "div", "td"])?;
    set(tree, &path, "style", "text-align: center;");
    one(&path)
}

fn rows(table: &Dom) -> Vec<Path> {
    table.find(&|node| node.name() == "tr")
}

/// The number of cells of the first row, where the table is plain: no cell of a cell, none that spans.
fn plain_width(table: &Dom) -> Option<usize> {
    let nested = table.find(&|node| node.name() == "table").is_empty();
    let spans = table.find(&|node| node.attr("colspan").is_some() || node.attr("rowspan").is_some()).is_empty();
    let cells = |row: &Path| table.at(row).children().iter().filter(|cell| matches!(cell.name(), "td" | "th")).count();
    rows(table).first().map(cells).filter(|width| nested && spans && *width > 0)
}

fn new_row(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["table"])?;
    let table = tree.at_mut(&path);
    let width = plain_width(table)?;
    let row = random.pick(&rows(table)).cloned()?;
    let (last, parent) = row.split_last()?;
    let cells = (0..width).map(|n| Dom::element("td", vec![Dom::Text(format!("cell {n}"))])).collect();
    table.at_mut(parent).children_mut().insert(last + 1, Dom::element("tr", cells));
    one(&path)
}

fn delete_row(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["table"])?;
    let table = tree.at_mut(&path);
    plain_width(table)?;
    let row = random.pick(&rows(table)).cloned()?;
    let (last, parent) = row.split_last()?;
    table.at_mut(parent).children_mut().remove(*last);
    one(&path)
}

fn column(tree: &mut Dom, random: &mut Random, change: &dyn Fn(&mut Vec<Dom>, usize)) -> Option<Touched> {
    let path = of_kind(tree, random, &["table"])?;
    let table = tree.at_mut(&path);
    let at = random.below(plain_width(table)?);
    for row in rows(table) {
        let cells = table.at_mut(&row).children_mut();
        let place = cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| matches!(cell.name(), "td" | "th"))
            .nth(at)
            .map(|(place, _)| place);
        if let Some(place) = place {
            change(cells, place);
        }
    }
    one(&path)
}

fn new_column(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    column(tree, random, &|cells, at| cells.insert(at + 1, Dom::element("td", vec![Dom::text("new")])))
}

fn delete_column(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    column(tree, random, &|cells, at| drop(cells.remove(at)))
}

/// Puts `nodes` after a top-level node.
fn after_block(tree: &mut Dom, random: &mut Random, nodes: Vec<Dom>) -> Option<Touched> {
    let blocks: Vec<usize> = (0..tree.children().len())
        .filter(|at| is_block(tree.children()[*at].name()) || tree.children()[*at].name() == "ul")
        .collect();
    let at = *random.pick(&blocks)?;
    tree.children_mut().splice(at + 1..at + 1, nodes);
    Some(at..=at)
}

fn paste(tree: &mut Dom, random: &mut Random, html: &str) -> Option<Touched> {
    after_block(tree, random, Dom::parse(html).children().to_vec())
}

fn new_table(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    paste(
        tree,
        random,
        "<table border=\"1\"><tbody><tr><th>A</th><th>B</th></tr><tr><td>1</td><td><br></td></tr></tbody></table>",
    )
}

const OFFICE: &str = "<p class=\"MsoNormal\" style=\"margin-bottom:8.0pt;line-height:107%\"><span style=\"mso-bidi-font-size:11.0pt\">From a <b>word</b> processor<o:p></o:p></span></p><p class=\"MsoListParagraph\" style=\"text-indent:-.25in;mso-list:l0 level1 lfo1\"><span style=\"mso-list:Ignore\">·<span>&nbsp;&nbsp; </span></span>an item<o:p></o:p></p><table class=\"MsoTableGrid\"><tbody><tr><td><p class=\"MsoNormal\">cell</p></td></tr></tbody></table>";
const BROWSER: &str = "<h2 style=\"color: rgb(1, 2, 3);\">From a page</h2><div class=\"x\"><p>One <a href=\"https://x.example/a\">link</a>,<br>two lines.</p><ul><li>x<ul><li>y</li></ul></li></ul></div><pre><code>let a = 1 &lt; 2;\n</code></pre><span style=\"font-weight: 700;\">loose</span>";

fn paste_office(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let html = if random.below(2) == 0 { OFFICE.to_owned() } else { domain::html::paste::cleaned(OFFICE).html };
    paste(tree, random, &html)
}

fn paste_browser(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let html = if random.below(2) == 0 { BROWSER.to_owned() } else { domain::html::paste::cleaned(BROWSER).html };
    paste(tree, random, &html)
}

fn picture(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = a_text(tree, random)?;
    let (last, parent) = path.split_last()?;
    let image = Dom::element("img", Vec::new()).with("src", "/courses/1/files/9/preview").with("alt", "A new picture");
    tree.at_mut(parent).children_mut().insert(last + 1, image);
    one(&path)
}

fn describe(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["img"])?;
    set(tree, &path, "alt", "What \"it\" shows & more");
    one(&path)
}

fn delete_picture(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = of_kind(tree, random, &["img"])?;
    let (last, parent) = path.split_last()?;
    tree.at_mut(parent).children_mut().remove(*last);
    one(&path)
}

fn move_block(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let len = tree.children().len();
    let (from, to) = (random.below(len), random.below(len));
    (len > 1 && from != to).then(|| {
        let block = tree.children_mut().remove(from);
        tree.children_mut().insert(to, block);
        from.min(to)..=from.max(to)
    })
}

fn copy_block(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let at = random.below(tree.children().len());
    let block = tree.children().get(at)?.clone();
    tree.children_mut().insert(at + 1, block);
    Some(at..=at)
}

fn replace_words(tree: &mut Dom, random: &mut Random) -> Option<Touched> {
    let path = a_text(tree, random)?;
    let (from, to) = *random.pick(&words(tree, &path))?;
    let word = text_mut(tree, &path)[from..to].to_owned();
    for text in tree.find(&editable_text).into_iter().filter(|text| text[0] == path[0]) {
        let new = text_mut(tree, &text).replace(&word, "replaced");
        *text_mut(tree, &text) = new;
    }
    one(&path)
}
