//! The sanitiser's list, complete (contract 6.2).

use crate::html::Namespace;

const HTML: &str = "a abbr acronym address area article aside audio b bdo big blockquote br caption cite code col colgroup \
    dd del details dfn div dl dt em embed figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i iframe \
    img ins kbd legend li map mark nav object ol p param picture pre q rp rt ruby samp section small source \
    span strike strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var video";

const MATHML: &str = "annotation annotation-xml maction maligngroup malignmark math menclose merror mfenced mfrac mglyph mi \
    mlabeledtr mlongdiv mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mscarries \
    mscarry msgroup msline mspace msqrt msrow mstack mstyle msub msubsup msup mtable mtd mtext mtr munder \
    munderover none semantics";

const ARIA: &str = "atomic autocomplete busy checked controls describedby description disabled dropeffect expanded flowto \
    grabbed haspopup hidden invalid label labelledby level live multiline multiselectable orientation owns \
    pressed readonly relevant required selected sort valuemax valuemin valuenow valuetext";

/// Elements, and the attributes that they keep beside those that every element keeps.
const HTML_ATTRIBUTES: &[(&str, &str)] = &[
    ("a", "href name target"),
    ("area", "alt coords href shape target"),
    ("audio video", "allow allowfullscreen controls height muted name playsinline poster src width"),
    ("blockquote q", "cite"),
    ("col colgroup", "span width"),
    ("embed", "allowfullscreen allowscriptaccess height name pluginspage src type width wmode"),
    ("font", "color face size"),
    (
        "iframe",
        "align allow allowfullscreen frameborder height loading mozallowfullscreen name sandbox scrolling src \
    webkitallowfullscreen width",
    ),
    ("img", "align alt height longdesc src usemap width"),
    ("map", "name"),
    ("object", "classid codebase data height style type width"),
    ("ol", "start type"),
    ("param", "name value"),
    ("source", "height media sizes src srcset type width"),
    ("table", "border cellpadding cellspacing center frame rules summary width"),
    ("td", "abbr align axis colspan dir rowspan valign width"),
    ("th", "abbr align axis colspan dir rowspan scope valign width"),
    ("tr", "align dir valign"),
    ("track", "default kind label src srclang"),
    ("ul", "type"),
];

const COMMON: &str = "arg href intent mathbackground mathcolor xref";
const OPERATOR: &str = "accent fence form indentalign indentalignfirst indentalignlast indentshift indentshiftfirst \
    indentshiftlast indenttarget largeop linebreak linebreakmultchar linebreakstyle lineleading lspace \
    mathsize mathvariant maxsize minsize movablelimits rspace separator stretchy symmetric";
const BIG: &str = "accent accentunder align alignmentscope bevelled charalign charspacing close columnalign columnlines \
    columnspacing columnspan columnwidth crossout decimalpoint denomalign depth displaystyle edge \
    equalcolumns equalrows fence form frame framespacing groupalign height indentalign indentalignfirst \
    indentalignlast indentshift indentshiftfirst indentshiftlast indenttarget infixlinebreakstyle largeop \
    leftoverhang length linebreak linebreakmultchar linebreakstyle lineleading linethickness location \
    longdivstyle lquote lspace mathsize mathvariant maxsize minlabelspacing minsize movablelimits \
    mslinethickness notation numalign open position rightoverhang rowalign rowlines rowspacing rowspan \
    rquote rspace scriptlevel scriptminsize scriptsizemultiplier selection separator separators shift side \
    stackalign stretchy subscriptshift superscriptshift symmetric valign voffset width";

/// As above; the names in capitals stand for the lists above.
const MATHML_ATTRIBUTES: &[(&str, &str)] = &[
    ("annotation annotation-xml", "arg cd definitionURL encoding href intent name src xref"),
    ("maction", "COMMON actiontype selection"),
    ("maligngroup", "COMMON groupalign"),
    ("malignmark", "COMMON edge"),
    (
        "math",
        "BIG COMMON altimg altimg-height altimg-valign altimg-width alttext cdgroup display maxwidth overflow \
    xmlns",
    ),
    ("menclose", "COMMON notation"),
    ("merror mlabeledtr mphantom mprescripts mroot mrow msqrt none", "COMMON"),
    ("mfenced", "COMMON close open separators"),
    ("mfrac", "COMMON bevelled denomalign linethickness numalign"),
    ("mglyph", "COMMON alt height src valign width"),
    ("mi mn mspace", "COMMON mathsize mathvariant"),
    ("mlongdiv", "COMMON align charalign charspacing longdivstyle stackalign"),
    ("mmultiscripts msubsup", "COMMON subscriptshift superscriptshift"),
    ("mo", "COMMON OPERATOR"),
    ("mover", "COMMON accent align"),
    ("mpadded", "COMMON depth height lspace voffset width"),
    ("ms", "COMMON lquote mathsize mathvariant rquote"),
    ("mscarries", "COMMON crossout location position scriptsizemultiplier"),
    ("mscarry", "COMMON crossout location"),
    ("msgroup", "COMMON position shift"),
    ("msline", "COMMON leftoverhang length mslinethickness position rightoverhang"),
    ("msrow", "COMMON position"),
    ("mstack", "COMMON align charalign charspacing stackalign"),
    ("mstyle", "BIG COMMON"),
    ("msub", "COMMON subscriptshift"),
    ("msup", "COMMON superscriptshift"),
    (
        "mtable",
        "COMMON align alignmentscope columnalign columnlines columnspacing columnwidth displaystyle equalcolumns \
    equalrows frame framespacing groupalign minlabelspacing rowalign rowlines rowspacing side width",
    ),
    ("mtd", "COMMON columnalign columnspan groupalign rowalign rowspan"),
    ("mtext", "COMMON depth height linebreak mathsize mathvariant width"),
    ("mtr", "COMMON columnalign groupalign rowalign"),
    ("munder", "COMMON accentunder align"),
    ("munderover", "COMMON accent accentunder align"),
    ("semantics", "arg definitionURL encoding href intent xref"),
];

/// Beginnings of `data-` names that Canvas's own scripts act on.
const REFUSED_DATA: [&str; 7] =
    ["xml", "kyle-menu", "turn-into-dialog", "flash-message", "popup-within", "html-tooltip-title", "method"];

fn lists(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}

/// Whether Canvas keeps the HTML element `name`.
pub(crate) fn allows_html(name: &str) -> bool {
    lists(HTML, name)
}

/// Whether Canvas keeps the MathML element `name`.
pub(crate) fn allows_mathml(name: &str) -> bool {
    lists(MATHML, name)
}

/// Whether Canvas keeps the attribute `name` on `element`.
pub(crate) fn allows_attribute(namespace: Namespace, element: &str, name: &str) -> bool {
    if matches!(name, "class" | "dir" | "id" | "lang" | "role" | "style" | "title") {
        return true;
    }
    if let Some(data) = name.strip_prefix("data-") {
        return data.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && data.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
            && !REFUSED_DATA.iter().any(|refused| data.starts_with(refused));
    }
    if let Some(aria) = name.strip_prefix("aria-") {
        return lists(ARIA, aria);
    }
    let table = if namespace == Namespace::MathMl { MATHML_ATTRIBUTES } else { HTML_ATTRIBUTES };
    table.iter().filter(|(elements, _)| lists(elements, element)).any(|(_, attributes)| {
        attributes.split_ascii_whitespace().any(|listed| match listed {
            "COMMON" => lists(COMMON, name),
            "OPERATOR" => lists(OPERATOR, name),
            "BIG" => lists(BIG, name),
            listed => listed.eq_ignore_ascii_case(name),
        })
    })
}
