//! The program in its real window, driven from outside through WebKitWebDriver. Needs a display, a session bus and a
//! binary built with `custom-protocol`; the tests say that they were skipped unless `LECTERN_E2E` is set.

mod axe;
mod canary;
mod hands;
mod program;
mod screen;

pub use canary::{Canary, armed};
pub use program::{Failure, Program, is_wanted};
