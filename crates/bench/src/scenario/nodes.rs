//! `nodes`: hold-hot on a shared database that waits for its disk, with one node and with three.

use dayshelf_testkit::cluster::{Cluster, Durability};

use super::{HOT, holds};
use crate::Outcome;
use crate::child::Server;
use crate::load::{Load, Pace};
use crate::report::Row;
use crate::scale::Scale;

/// One node, then three.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let Some(cluster) = Cluster::start(Durability::Synced) else {
        return Ok(vec![Row::new("nodes", "none").note("the database's server programs are not installed")]);
    };
    let mut rows = Vec::new();
    for nodes in [1, 3] {
        for connections in &scale.connections {
            let database = cluster.database();
            let first = Server::start(&database.url(), Some(HOT))?;
            let more: Outcome<Vec<Server>> =
                (1..nodes).map(|_| Server::start(&database.url(), None)).collect();
            let more = more?;
            let addresses = std::iter::once(&first).chain(&more).map(|server| server.address).collect();
            let load = Load { addresses, connections: *connections, span: scale.span };
            let measured = load.run(Pace::Closed, holds(&first, "/v1/holds"))?;
            super::holds::only_successes(&measured)?;
            rows.push(
                Row::new("nodes", format!("{nodes} nodes, {connections} connections")).measured(&measured),
            );
        }
    }
    Ok(rows)
}
