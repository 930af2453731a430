//! What those are told who wait at a desk while its disk fails: at any of the disk's calls, they all hear the same.
//!
//! A desk that has stopped says so, to those whose request was decided and to those whose turn did not come: trying
//! again here would be in vain. One that goes on says that they may try again. And whoever does gets one effect.

use dayshelf_desk::{Ask, DeskFault};

use super::disk::{Blow, Trap};
use super::errand::{Errand, News};
use super::{Verdict, World};

/// How many wait.
const WAITING: usize = 6;
/// More calls than one batch makes.
const CALLS: u32 = 60;

/// Lets each of the calls of a batch fail, one world for each; says in how many the desk stopped.
///
/// # Errors
/// Somebody was told something else, or was not served afterwards.
pub fn prove_stops(seed: u64) -> Result<u64, String> {
    (0..CALLS).try_fold(0, |stops, after| {
        let stopped = fail_at(seed, after).map_err(|cause| format!("call {after} fails: {cause}"))?;
        Ok(stops + u64::from(stopped))
    })
}

fn fail_at(seed: u64, after: u32) -> Verdict<bool> {
    let mut world = World::open_calm(seed)?;
    let node = world.any_node();
    world.run_out(node)?;
    let mut waiting: Vec<Errand> = Vec::new();
    for _ in 0..WAITING {
        let (home, command) = (world.beside.home, world.beside.add());
        let key = Some(world.key());
        let mut errand = Errand::new(Ask { home, command, key });
        world.hand_in(&mut errand, node)?;
        waiting.push(errand);
    }
    let process = world.nodes[node].process().ok_or("no process")?;
    world.common.disk.trap(Trap { process, act: None, after, blow: Blow::Fail });
    world.run_out(node)?;
    let stopped = world.count.stopped > 0;
    for errand in &mut waiting {
        match errand.listen()? {
            News::Answered if !stopped => {}
            News::Fault(_, fault) if stopped == (fault == DeskFault::Stopped) => {}
            News::Fault(_, fault) => {
                return Err(format!("one who waits is told: {fault}; stopped: {stopped}"));
            }
            News::Answered => return Err("one who waits is answered by a desk that has stopped".to_owned()),
            News::Waits | News::Gone => return Err("one who waits is told nothing".to_owned()),
        }
    }
    world.calm();
    for errand in &mut waiting {
        world.carry(errand)?;
        world.beside.units += 1;
    }
    world.rest()?;
    Ok(stopped)
}
