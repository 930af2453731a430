//! `hold-hot`: every request is a durable hold on the same pool. Beside it what the least durable answer costs, and
//! the least durable record.

use super::{Data, HOT, beside, holds, load};
use crate::Outcome;
use crate::load::Pace;
use crate::report::Row;
use crate::scale::Scale;

/// The share of what was reached in a closed loop that an open loop then asks for.
const OPEN_SHARE: f64 = 0.7;

/// The same for holds, for the bare log and for the bare journal.
const KINDS: [(&str, &str); 3] =
    [("", "/v1/holds"), (", a bare synced log", "/log"), (", a bare journal", "/journal")];

/// Closed loop beside the floor, then an open loop at a part of that; log and journal are asked at the holds' rate.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for connections in &scale.connections {
        let data = Data::new()?;
        let server = data.serve(HOT)?;
        let mut rate = None;
        for (kind, path) in KINDS {
            let found = beside(scale, &server, *connections, &|| holds(&server, path))?;
            only_successes(&found.measured)?;
            let rate = *rate.get_or_insert(found.measured.per_second() * OPEN_SHARE);
            let closed = Row::new("hold-hot", format!("{connections} connections{kind}"))
                .measured(&found.measured)
                .beside(found.floor)
                .figure("floor_per_second", found.floor)
                .figure("server_us", found.server_micros)
                .figure("floor_server_us", found.floor_micros)
                .figure("percent_were_no_core_idle", found.ceiling()?);
            rows.push(closed);
            let open = load(scale, &server, *connections).run(Pace::Open(rate), holds(&server, path))?;
            only_successes(&open)?;
            let case = format!("{connections} connections, open, 70 %{kind}");
            rows.push(Row::new("hold-hot", case).measured(&open).figure("asked_per_second", rate));
        }
    }
    Ok(rows)
}

/// A load that should succeed always.
pub(super) fn only_successes(measured: &crate::load::Measured) -> Outcome {
    if measured.hundred(2) == measured.micros.len() {
        return Ok(());
    }
    Err(format!("answers other than successes: {:?}", measured.statuses).into())
}
