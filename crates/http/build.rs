//! Tells cargo when the console that this crate embeds has been built anew. It builds nothing itself: npm is
//! never run from here, and without the folder the program serves everything but the console.

fn main() {
    let dist = std::path::Path::new("../../web/dist");
    // A path that is not there would count as changed at every build; the folder around it changes when it comes.
    let watched = if dist.is_dir() { "../../web/dist" } else { "../../web" };
    println!("cargo::rerun-if-changed={watched}");
    println!("cargo::rerun-if-changed=build.rs");
}
