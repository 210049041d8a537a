//! Which strategy settles a concurrent edit: the document's own, else its space's, else the workspace's, else the one that
//! the run was started with.

use domain::plan::ConflictStrategy;
use domain::{EntityId, SpaceId};

use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// For what a strategy is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything that nothing nearer is chosen for.
    Workspace,
    /// One space.
    Space(SpaceId),
    /// One document.
    Document(EntityId),
}

impl Scope {
    fn name(self) -> String {
        match self {
            Self::Workspace => "strategy".to_owned(),
            Self::Space(space) => format!("strategy.space.{space}"),
            Self::Document(entity) => format!("strategy.document.{entity}"),
        }
    }
}

/// Chooses a strategy; `None` leaves the choice to what is farther out.
///
/// # Errors
/// When the workspace cannot be written.
pub async fn choose_strategy(store: &dyn Workspace, scope: Scope, strategy: Option<ConflictStrategy>) -> Result<()> {
    let text = match strategy {
        Some(strategy) => serde_json::to_string(&strategy).map_err(|error| Error::Stored(error.to_string()))?,
        None => String::new(),
    };
    Ok(store.set_setting(&scope.name(), &text).await?)
}

/// The strategy chosen for exactly this.
///
/// # Errors
/// When the workspace cannot be read, or a newer version wrote a strategy that this one does not know.
pub async fn chosen_strategy(store: &dyn Workspace, scope: Scope) -> Result<Option<ConflictStrategy>> {
    match store.setting(&scope.name()).await?.filter(|text| !text.is_empty()) {
        Some(text) => serde_json::from_str(&text).map(Some).map_err(|error| Error::Stored(error.to_string())),
        None => Ok(None),
    }
}

/// The strategy that holds for a document.
///
/// # Errors
/// As [`chosen_strategy`].
pub async fn strategy_for(
    store: &dyn Workspace,
    space: SpaceId,
    document: EntityId,
    otherwise: ConflictStrategy,
) -> Result<ConflictStrategy> {
    for scope in [Scope::Document(document), Scope::Space(space), Scope::Workspace] {
        if let Some(strategy) = chosen_strategy(store, scope).await? {
            return Ok(strategy);
        }
    }
    Ok(otherwise)
}
