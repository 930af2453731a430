//! Writes every page in several states, with sample data, to the folder given as argument.
//!
//! For looking at pages without a server: open the files in a browser. The script finds no stock
//! stream there and leaves the server's texts.

mod sample;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: preview <folder>")?;
    let folder = Path::new(&folder);
    let assets = folder.join("assets").join(dayshelf_pages::ASSETS_HASH);
    std::fs::create_dir_all(&assets)?;
    for asset in dayshelf_pages::ASSETS {
        std::fs::write(assets.join(asset.name), asset.body)?;
    }
    std::fs::write(folder.join("photo.svg"), sample::PHOTO)?;
    for (name, page) in sample::pages(&str::to_owned)? {
        let page = page.replace("\"/assets/", "\"assets/").replace("\"/photo.svg", "\"photo.svg");
        std::fs::write(folder.join(format!("{name}.html")), page)?;
    }
    Ok(())
}
