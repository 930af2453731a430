//! What goes out, over a real desk on real data. One file for each worker.

mod live;
mod payments;
mod stand;
mod webhooks;
