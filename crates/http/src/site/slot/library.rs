//! What one gets and what people ask, from the library and the slot itself.

use dayshelf_core::product::Faq;
use dayshelf_desk::SlotSheet;
use dayshelf_pages::{FaqView, ProductView};

use super::super::say;

/// The products that have something to say.
pub(super) fn products(sheet: &SlotSheet) -> Vec<ProductView> {
    let said = sheet.shown.products.iter().filter(|product| !product.about.trim().is_empty());
    said.map(|product| ProductView { title: product.title.clone(), about: say::paragraphs(&product.about) })
        .collect()
}

/// What people ask about this date, then about its products; each question once.
pub(super) fn faqs(sheet: &SlotSheet) -> Vec<FaqView> {
    let products = sheet.shown.products.iter().flat_map(|product| &product.faqs);
    let mut all: Vec<&Faq> = Vec::new();
    for faq in sheet.slot.spec.faqs.iter().chain(products) {
        if all.iter().all(|known| known.question != faq.question) {
            all.push(faq);
        }
    }
    let view = |faq: &Faq| FaqView { question: faq.question.clone(), answer: say::paragraphs(&faq.answer) };
    all.into_iter().map(view).collect()
}
