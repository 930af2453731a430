//! Products: the things in the pictures, which offers of the same key sell.

mod change;
mod create;
mod list;
mod remove;
mod show;

use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, ProductId};
use dayshelf_core::product::Product;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_wire::library::{ProductRequest, ProductShape};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::{Which, look};
use crate::answer::Answer;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list, create::create)).routes(routes!(
        show::show,
        change::change,
        remove::remove
    ))
}

/// A product as it stands.
async fn shown(app: &App, id: ProductId) -> Result<Product, No> {
    let unknown = Refusal::Unknown(Noun::Product);
    look(app, id.home(), move |books| books.products.get(&id).cloned().ok_or(unknown)).await
}

/// Makes or changes a product.
async fn put(app: &App, home: Home, which: Which<ProductId>, said: ProductRequest) -> Result<Answer, No> {
    let id = which.id().unwrap_or_else(|| ProductId(app.desk.mint().id(home)));
    let (expected, once) = which.terms();
    let command = Command::PutProduct { expected, product: Box::new(said.product(id)) };
    let decided = app.submit(home, command, once).await?;
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::ProductPut(product) => Some(Product::clone(product)),
        _ => None,
    });
    let product = match put {
        Some(product) => product,
        // Nothing was to be changed.
        None => shown(app, id).await?,
    };
    let shape = ProductShape::from(&product);
    let answer = if once.is_some() { Answer::created(&shape) } else { Answer::ok(&shape) };
    Ok(answer?.version(product.version).replayed(decided.replayed))
}
