//! Nothing: crates that a check must refuse need a name and a licence, no code.
