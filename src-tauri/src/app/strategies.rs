//! What the person chose beforehand for changes on both sides: for everything, for a space, for a document.

use domain::plan::ConflictStrategy;
use sync::{Scope, choose_strategy, chosen_strategy};

use super::{App, id};
use crate::dto::{StrategyDto, StrategyScopeDto};
use crate::error::Result;

impl App {
    /// What was chosen for exactly this; nothing where what is farther out holds.
    pub async fn strategy(&self, scope: &StrategyScopeDto) -> Result<Option<StrategyDto>> {
        Ok(chosen_strategy(&self.store, scope_of(scope)?).await?.map(dto_of))
    }

    /// Chooses what the next syncs do with changes on both sides; nothing leaves the choice to what is farther out.
    pub async fn strategy_choose(&self, scope: &StrategyScopeDto, strategy: Option<StrategyDto>) -> Result<()> {
        Ok(choose_strategy(&self.store, scope_of(scope)?, strategy.map(strategy_of)).await?)
    }
}

fn scope_of(scope: &StrategyScopeDto) -> Result<Scope> {
    Ok(match scope {
        StrategyScopeDto::Everything => Scope::Workspace,
        StrategyScopeDto::Space { id: space } => Scope::Space(id(space)?),
        StrategyScopeDto::Document { id: document } => Scope::Document(id(document)?),
    })
}

fn dto_of(strategy: ConflictStrategy) -> StrategyDto {
    match strategy {
        ConflictStrategy::Ask => StrategyDto::Ask,
        ConflictStrategy::PreferCanvas => StrategyDto::PreferCanvas,
        ConflictStrategy::PreferDiscourse => StrategyDto::PreferDiscourse,
        ConflictStrategy::PreferMostRecent => StrategyDto::PreferMostRecent,
        ConflictStrategy::MergePreferCanvas => StrategyDto::MergePreferCanvas,
        ConflictStrategy::MergePreferDiscourse => StrategyDto::MergePreferDiscourse,
    }
}

fn strategy_of(dto: StrategyDto) -> ConflictStrategy {
    match dto {
        StrategyDto::Ask => ConflictStrategy::Ask,
        StrategyDto::PreferCanvas => ConflictStrategy::PreferCanvas,
        StrategyDto::PreferDiscourse => ConflictStrategy::PreferDiscourse,
        StrategyDto::PreferMostRecent => ConflictStrategy::PreferMostRecent,
        StrategyDto::MergePreferCanvas => ConflictStrategy::MergePreferCanvas,
        StrategyDto::MergePreferDiscourse => ConflictStrategy::MergePreferDiscourse,
    }
}
