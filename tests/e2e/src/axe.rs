//! Accessibility of the screen as it stands, by axe-core from the window's own packages.

use std::path::Path;

use serde_json::json;

use crate::{Failure, Program};

const LOOK: &str = r#"
const done = arguments[arguments.length - 1];
axe.run({ exclude: ['.cm-scroller'] }, { iframes: false, resultTypes: ['violations'] }).then(
  (result) => done(result.violations.filter((it) => ['serious', 'critical'].includes(it.impact))
    .map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`)),
  (error) => done([String(error)]));
"#;

impl Program {
    /// What axe finds serious or critical on this screen.
    ///
    /// # Errors
    /// axe is not installed, or the window did not answer.
    pub async fn accessibility(&self) -> Result<Vec<String>, Failure> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let there = self.window.execute("return typeof window.axe", vec![]).await?;
        if there.json() != &json!("object") {
            // The window's policy allows no evaluated text; a script of the driver is no text of the page.
            self.window.execute(&format!("{source}\nwindow.axe = axe;"), vec![]).await?;
        }
        let found = self.ask(LOOK, vec![]).await?;
        Ok(serde_json::from_value(found)?)
    }
}
