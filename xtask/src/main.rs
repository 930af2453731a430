//! The repository commands: `cargo xtask up|test|tidy|gen|bench`.
fn main() {}
