//! Every answer that a test gets is compared with the OpenAPI document: its status is there, and so is the
//! code of its problem.

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

use super::Got;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(dayshelf_http::openapi()).unwrap());

/// Panics when the document does not know of this answer. Addresses that it does not know are no matter.
pub fn check(method: &Method, path: &str, got: &Got) {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let item = paths.iter().find(|(template, _)| fits(template, path)).map(|(_, item)| item);
    let Some(operation) = item.and_then(|item| item.get(method.as_str().to_lowercase())) else { return };
    let response = &operation["responses"][got.status.as_str()];
    assert!(response.is_object(), "{method} {path} does not document {}: {got:?}", got.status);
    if got.header("content-type") == Some("application/problem+json") {
        let (code, known) = (got.problem(), response["description"].as_str().unwrap());
        assert!(
            known.split(", ").any(|known| known == code),
            "{method} {path} does not document {code}: {known}"
        );
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let same = |(one, other): (&&str, &&str)| one.starts_with('{') || one == other;
    template.len() == path.len() && template.iter().zip(&path).all(same)
}
