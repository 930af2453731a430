//! What befalls workers too seldom by chance alone to show what goes wrong then: a worker's turn goes over to a node that
//! is behind, where the one before has told counts that are true further on ([`World::hand_over`]); a node is gone in
//! the midst of a worker's step, between what it writes down and what it sends ([`World::end_at_work`]).

use dayshelf_core::command::Command;
use dayshelf_desk::Ask;
use dayshelf_relay::webhooks;

use super::disk::{Act, Blow, Trap};
use super::errand::Errand;
use super::worker::WORKERS;
use super::{POLLS_MAX, Verdict, World};

impl World {
    /// Of three nodes at rest the first tells what the other two have done, and ends in good order; the second goes on
    /// with what it had been rung for before the third did something.
    pub(super) fn hand_over(&mut self) -> Verdict {
        let free = |node: &usize| {
            let node = &self.nodes[*node];
            node.is_at_rest() && !node.is_busy()
        };
        let free: Vec<usize> = (0..self.nodes.len()).filter(free).collect();
        let [first, second, third] = free[..] else { return Ok(()) };
        self.note("hand over");
        self.sell_at(first)?;
        for node in [second, third] {
            self.nodes[node].poked = true;
            self.go_on_alone(node)?;
        }
        // It has been rung for the sale; what comes next it will find on its board all the same.
        self.begin_step(first, 0);
        self.sell_at(second)?;
        let add = self.beside.add();
        self.ask_at(third, add)?;
        self.go_on_alone(first)?;
        if let Some(step) = self.nodes[first].step() {
            self.nodes[first].begin(|_| Box::pin(async move { webhooks::leave(&step).await }));
            self.go_on_alone(first)?;
        }
        self.begin_step(second, 0);
        self.go_on_alone(second)
    }

    /// A node is killed at one of the syncs of a worker's step.
    pub(super) fn end_at_work(&mut self) -> Verdict {
        let node = self.any_node();
        // While one is driven alone, no other may hold the data.
        let quiet = self.nodes.iter().all(|node| node.is_at_rest() && !node.is_busy());
        let Some(process) = self.nodes[node].process().filter(|_| quiet) else { return Ok(()) };
        let worker = self.chance.between(0, WORKERS - 1);
        let after = self.chance.between(0, 3) as u32;
        self.note(&format!("end {node} at work {worker}, sync {after}"));
        self.common.disk.trap(Trap { process, act: Some(Act::Sync), after, blow: Blow::Kill });
        self.begin_step(node, worker);
        self.go_on_alone(node)
    }

    fn sell_at(&mut self, node: usize) -> Verdict {
        match self.wants_hold() {
            Some(hold) => self.ask_at(node, hold),
            None => Ok(()),
        }
    }

    /// Hands something of the shop beside in at a node, which goes on until it is done.
    fn ask_at(&mut self, node: usize, command: Command) -> Verdict {
        let key = Some(self.key());
        let mut errand = Errand::new(Ask { home: self.beside.home, command, key });
        self.hand_in(&mut errand, node)?;
        self.errands.push(errand);
        self.go_on_alone(node)
    }

    /// Polls one node until it has nothing to go on with, while the others stand still.
    fn go_on_alone(&mut self, node: usize) -> Verdict {
        for _ in 0..POLLS_MAX {
            if !self.nodes[node].is_busy() {
                return Ok(());
            }
            self.poll(node)?;
        }
        Err("I13: a node never comes to rest".to_owned())
    }
}
