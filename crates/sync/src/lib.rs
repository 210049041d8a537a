//! How both sides are brought together: one run, one readable function ([`sync`]).
//!
//! The engine knows `domain::Remote` and the store, and no site. It decides nothing itself: `domain::plan` does, and the
//! steps here carry out its lines. A run may be stopped or killed anywhere; running it again reaches the same end.

mod apply;
mod arrivals;
mod as_shown;
mod brought_back;
mod confirming;
mod error;
mod far;
mod guards;
mod linked;
mod lost_answers;
mod moved_links;
mod notes;
mod open;
mod order;
mod own_addresses;
mod progress;
mod pull;
mod push;
mod report;
mod review;
mod run;
mod set_back;
mod site;
mod spaces;
mod states;
mod strategy;
mod turn;
mod undo;
mod workspace;

pub use error::{Error, Result};
pub use far::kept_at_home;
pub use guards::{EngineGuard, Guards};
pub use progress::{Phase, SiteProgress, Watch};
pub use report::{Did, Item, LeftOut, Notifications, Outcome, PhaseTime, Report};
pub use review::{Executed, Review, ReviewLine, execute, execute_without, newest_review, review, review_without};
pub use run::{Options, Run, preview, sync, sync_without};
pub use set_back::{SET_BACK, go_on};
pub use site::{Site, SiteSpace};
pub use strategy::{Scope, choose_strategy, chosen_strategy, strategy_for};
pub use undo::{Undone, undo};
pub use workspace::Workspace;
