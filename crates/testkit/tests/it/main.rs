//! The tests of the testkit itself, one module per thing it offers.

mod cluster;
