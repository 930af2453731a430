//! What the parts have in common: nodes, a crowd that asks them, and a judge.

use std::path::Path;

use super::Tally;
use crate::Outcome;
use crate::chance::Chance;
use crate::crowd::{Crowd, Hall};
use crate::judge::Judge;
use crate::ledger::Ledger;
use crate::node::{Node, Setup};
use crate::shelf::Shelf;

/// Nodes under load.
pub struct Stage {
    /// How each is started.
    pub setups: Vec<Setup>,
    /// Those that run; none where one was killed.
    pub nodes: Vec<Option<Node>>,
    /// Those who ask.
    pub crowd: Crowd,
    /// Who judges.
    pub judge: Judge,
    /// What was seen.
    pub tally: Tally,
}

impl Stage {
    /// Starts nodes, puts the shelf up, and lets the crowd in.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn open(setups: Vec<Setup>, folder: &Path, chance: &mut Chance) -> Outcome<Self> {
        let mut nodes = Vec::new();
        for setup in &setups {
            nodes.push(Some(setup.start()?));
        }
        let (Some(setup), Some(Some(node))) = (setups.first(), nodes.first()) else {
            return Err("no node".into());
        };
        let shelf = Shelf::lay(setup, node).await?;
        let ledger = Ledger::new(&folder.join("ledger.jsonl"))?;
        let bases = nodes.iter().flatten().map(|node| node.base.clone()).collect();
        let hall = Hall::new(shelf, ledger, bases)?;
        let crowd = Crowd::begin(&hall, 5, 3, chance);
        Ok(Self { setups, nodes, crowd, judge: Judge::default(), tally: Tally::default() })
    }

    /// Kills a node.
    pub fn kill(&mut self, place: usize) {
        if let Some(mut node) = self.nodes.get_mut(place).and_then(Option::take) {
            node.kill();
        }
    }

    /// Starts a node again.
    ///
    /// # Errors
    /// When it does not serve.
    pub fn start(&mut self, place: usize) -> Outcome {
        let setup = self.setups.get(place).ok_or("there is no such node")?;
        let node = setup.start()?;
        self.crowd.hall.moved(place, &node.base);
        self.nodes[place] = Some(node);
        Ok(())
    }

    /// Lets everybody finish, judges, and lets them go on.
    ///
    /// # Errors
    /// When there are no answers any more.
    pub async fn judge(&mut self, chance: &mut Chance) -> Outcome {
        self.crowd.pause().await?;
        let setup = self.setups.first().ok_or("there is no node")?;
        match self.judge.judge(&self.crowd.hall, setup, chance).await {
            Ok(found) => self.tally.violations.extend(found),
            Err(fault) => self.tally.violations.push(format!("could not be judged: {fault}")),
        }
        self.crowd.resume();
        Ok(())
    }

    /// Sends everybody home; what was seen.
    pub async fn close(mut self) -> Tally {
        self.tally.acknowledged += self.crowd.hall.ledger.acknowledged();
        self.tally.unsettled += self.crowd.hall.ledger.again();
        self.tally.histories += self.judge.histories.count;
        self.tally.operations += self.judge.histories.operations;
        self.crowd.end().await;
        self.tally
    }
}
