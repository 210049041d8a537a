//! What the clipboard brought as markup, made fit for a text: plain markup of our own, and its pictures made files.

use std::collections::{BTreeMap, HashMap};

use domain::html::paste::cleaned;
use domain::html::safe::{ImageSource, for_editing, restore};
use domain::{Format, SpaceId};

use super::{App, id};
use crate::dto::PastedDto;
use crate::error::Result;

/// What the addresses begin with by which the window loads pictures.
const SHOWN: &str = "attach://localhost/";

impl App {
    /// Cleans what was pasted into a text of a space. What was copied out of an editor of ours refers to its pictures as the texts do.
    pub async fn paste(&self, space: &str, html: &str) -> Result<PastedDto> {
        let space: SpaceId = id(space)?;
        let mut html = restore(html).into_owned();
        self.with_files(space, Format::Html, &mut html).await?;
        let images = self.images(space).await?;
        let pasted = cleaned(&as_texts_do(html, &images));
        let find =
            |address: &str| images.get(address).map_or(ImageSource::Blocked, |local| ImageSource::Local(local.clone()));
        Ok(PastedDto {
            editing: for_editing(&pasted.html, &find),
            source: pasted.html,
            lost_pictures: u32::try_from(pasted.lost_pictures).unwrap_or(u32::MAX),
        })
    }
}

/// A picture that was copied with nothing but the address it is shown by has that of the texts again.
fn as_texts_do(mut html: String, images: &HashMap<String, String>) -> String {
    if html.contains(SHOWN) {
        let by_shown: BTreeMap<&String, &String> = images.iter().map(|(address, shown)| (shown, address)).collect();
        for (shown, address) in by_shown {
            if html.contains(shown) {
                html =
                    html.replace(shown, &address.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;"));
            }
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::html::{Document, Namespace};

    use super::*;

    const GIF: &str = "data:image/png;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    #[tokio::test]
    async fn pictures_of_what_is_pasted_are_files_and_no_base64_comes_along() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap().id;
        let word = format!(
            "<html><body><!--StartFragment--><p class=MsoNormal style='color:red'>Birds<o:p></o:p></p><p><img src=\"{GIF}\" alt=\"A heron\"><img src='data:image/bmp;base64,Qk0A' alt='A bay'><img src='file:///C:/a.png'></p></body></html>"
        );
        let pasted = app.paste(&space, &word).await.unwrap();
        assert_eq!(pasted.lost_pictures, 2);
        assert!(!pasted.source.contains("base64") && !pasted.editing.contains("base64"), "{pasted:?}");
        assert!(pasted.source.starts_with("<p>Birds</p><p><img src=\"/lectern/files/"), "{}", pasted.source);
        assert!(pasted.source.ends_with("/picture.gif\" alt=\"A heron\">A bay</p>"), "{}", pasted.source);
        assert!(pasted.editing.contains("src=\"attach://localhost/"), "{}", pasted.editing);
        // Copied out of the editor and pasted again, also by a clipboard that leaves out addresses it does not know.
        let bare = pasted.editing.replace(" data-lectern-", " data-other-");
        for copied in [pasted.editing.clone(), pasted.editing.replace(" src=\"attach:", " was=\"attach:"), bare] {
            assert_eq!(app.paste(&space, &copied).await.unwrap().source, pasted.source, "{copied}");
        }
        let unknown = app.paste(&space, &format!("<p>a<img src='{SHOWN}{}'></p>", "0".repeat(64))).await.unwrap();
        assert_eq!((unknown.source.as_str(), unknown.lost_pictures), ("<p>a</p>", 1));
        assert_eq!(std::fs::read_dir(folder.path().join("blobs")).unwrap().count(), 1);
        app.close().await;
    }

    /// What of a pasted text acts, loads or covers, read as a browser reads it.
    fn faults(html: &str, shown: bool) -> Vec<String> {
        let document = Document::parse(html);
        let mut faults = Vec::new();
        for (id, element) in
            document.descendants(document.root()).into_iter().filter_map(|id| Some((id, document.element(id)?)))
        {
            let name = element.name();
            let forbidden = "script style link meta base iframe frame object embed applet form input button select textarea svg \
                template noscript title video audio source track area map";
            if id != document.root()
                && (forbidden.split_ascii_whitespace().any(|word| word == name) || element.namespace == Namespace::Svg)
            {
                faults.push(format!("the element {name}"));
            }
            for attr in &element.attrs {
                let value: String =
                    attr.value.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
                let bad = match attr.name.as_str() {
                    "src" if shown => !value.starts_with(SHOWN),
                    "src" => !["http://", "https://", "/"].iter().any(|known| value.starts_with(known)),
                    "href" => {
                        ["javascript:", "data:", "vbscript:", "file:", "blob:"].iter().any(|it| value.starts_with(it))
                    }
                    "style" => value.contains("url") || value.contains("expression") || value.contains("fixed"),
                    "srcset" | "srcdoc" | "action" | "formaction" | "ping" | "autofocus" | "background" | "id" => true,
                    name => name.starts_with("on"),
                };
                if bad {
                    faults.push(format!("{}={}", attr.name, attr.value));
                }
            }
        }
        faults
    }

    #[tokio::test]
    async fn what_a_hostile_page_puts_on_the_clipboard_comes_without_what_acts() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap().id;
        let bad = "<img src='data:image/png;base64,PHNjcmlwdD4=' onerror=alert(1)><a href='javascript:alert(1)'>x</a>";
        assert!(faults(bad, false).len() == 3, "the test sees what acts: {:?}", faults(bad, false));
        let payloads: Vec<&str> = include_str!("../../../tests/hostile/payloads.html").lines().collect();
        assert!(payloads.len() > 150, "{}", payloads.len());
        for payload in payloads {
            // Also as what the editor stands in for something it does not show, which is taken back to its source.
            let quoted = payload.replace('&', "&amp;").replace('"', "&quot;");
            let hidden = format!("<span class=\"lectern-embed\" data-lectern-embed=\"{quoted}\">x</span>");
            let pictured =
                format!("<img src=\"{quoted}\" data-lectern-shown=\"{quoted}\" data-lectern-src=\"{quoted}\">");
            for html in [payload, &hidden, &pictured] {
                let pasted = app.paste(&space, html).await.unwrap();
                assert_eq!(faults(&pasted.source, false), Vec::<String>::new(), "{html}\n  became {}", pasted.source);
                assert_eq!(faults(&pasted.editing, true), Vec::<String>::new(), "{html}\n  became {}", pasted.editing);
            }
        }
        app.close().await;
    }
}
