//! Tests of the rules through their front door: books, an instant and a command go in.
//!
//! One module per area with tables in a small language of lines (`table` reads it), the properties that
//! hold after any stream of commands, and small states looked at exhaustively. Start at `holds`.

#[cfg(test)]
mod audit;
mod blocks;
#[cfg(test)]
mod chances;
mod changes;
#[cfg(test)]
mod conflicts;
#[cfg(test)]
mod exhaustive;
#[cfg(test)]
mod foresights;
#[cfg(test)]
mod handover;
mod hanging;
mod holds;
#[cfg(test)]
mod ladders;
#[cfg(test)]
mod library;
mod lobby;
mod look;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod previews;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod series;
#[cfg(test)]
mod singles;
#[cfg(test)]
mod stock;
#[cfg(test)]
mod table;
mod templates;
#[cfg(test)]
mod waiting_series;
mod waitlist;
#[cfg(test)]
mod windows;
#[cfg(test)]
mod written;
