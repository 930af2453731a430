//! Pictures that lie beside a plan: they go into the organiser's library, and their addresses into the plan.
//!
//! A picture's title in the library is its file's name and a piece of its content's digest, so the same file is put
//! up once, however often the plan is applied. A dry run puts nothing up. Start at [`put_up`].

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::client::{Client, No};

/// What files may be called, and what they are then.
const KINDS: [(&str, &str); 4] =
    [("webp", "image/webp"), ("jpg", "image/jpeg"), ("jpeg", "image/jpeg"), ("png", "image/png")];
/// The address of a picture that is only going to be put up: its own is not known before.
const NOT_YET: &str = "/pictures/not-yet-put-up";
/// Pages of the library that are looked through at most.
const PAGES_MAX: usize = 50;

/// Reads a file that lies beside the plan, or says in a sentence why not.
pub type ReadFile<'r> = &'r dyn Fn(&str) -> Result<Vec<u8>, String>;

/// A picture that can't be put up: the field that names it, and why.
pub struct Flaw {
    /// The field, as `slots[0].image`.
    pub field: String,
    /// What is wrong, as a sentence.
    pub detail: String,
}

/// What is done about a picture that is not in the library.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is put up.
    PutUp,
    /// Nothing: the plan is only tried.
    Leave,
    /// Nothing, and none is looked for: there is no library yet.
    NoLibrary,
}

/// Writes the library's addresses in place of the files that a plan names.
///
/// # Errors
/// The first picture that can't be read, or that the server does not take.
pub async fn put_up(
    client: &Client,
    plan: &mut Value,
    read: ReadFile<'_>,
    missing: Missing,
) -> Result<(), Flaw> {
    let mut named = Vec::new();
    find(plan, String::new(), &mut named);
    for Named { field, pointer, file, alt } in named {
        let flaw = |detail: String| Flaw { field: field.clone(), detail };
        let bytes = read(&file).map_err(flaw)?;
        let digest = Sha256::digest(&bytes);
        let title = format!("{file} ({:02x}{:02x}{:02x}{:02x})", digest[0], digest[1], digest[2], digest[3]);
        let known = match missing {
            Missing::NoLibrary => None,
            _ => address_of(client, &title).await.map_err(|no| flaw(no.to_string()))?,
        };
        let address = match (known, missing) {
            (Some(address), _) => address,
            (None, Missing::Leave | Missing::NoLibrary) => NOT_YET.to_owned(),
            (None, Missing::PutUp) => {
                let put = client.post_picture(&title, &alt, (media_type(&file), bytes)).await;
                largest(&put.map_err(|no| flaw(no.to_string()))?.body).unwrap_or_default()
            }
        };
        if let Some(image) = plan.pointer_mut(&pointer) {
            *image = address.into();
        }
    }
    Ok(())
}

/// A file that a plan names as a picture.
struct Named {
    field: String,
    pointer: String,
    file: String,
    /// What it shows: the title of what it stands for.
    alt: String,
}

/// Everything in a plan that is called `image` and names a file.
fn find(value: &Value, field: String, named: &mut Vec<Named>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let dot = if field.is_empty() { "" } else { "." };
                let field = format!("{field}{dot}{name}");
                match inner {
                    Value::String(file) if name == "image" && is_file(file) => {
                        let (file, pointer, alt) = (file.clone(), pointer(&field), alt(fields));
                        named.push(Named { field, pointer, file, alt });
                    }
                    inner => find(inner, field, named),
                }
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                find(item, format!("{field}[{place}]"), named);
            }
        }
        _ => {}
    }
}

fn alt(fields: &Map<String, Value>) -> String {
    let said = ["title", "slug", "key"].into_iter().find_map(|name| fields.get(name)?.as_str());
    said.unwrap_or_default().to_owned()
}

/// `slots[0].image` as `/slots/0/image`.
fn pointer(field: &str) -> String {
    format!("/{}", field.replace('[', "/").replace(']', "").replace('.', "/"))
}

/// Whether this is the name of a file beside the plan, and no address.
fn is_file(image: &str) -> bool {
    !image.contains("://") && !image.starts_with('/') && kind(image).is_some()
}

fn kind(file: &str) -> Option<&'static str> {
    let (_, extension) = file.rsplit_once('.')?;
    let known = KINDS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known));
    known.map(|(_, media_type)| *media_type)
}

fn media_type(file: &str) -> &'static str {
    kind(file).unwrap_or("application/octet-stream")
}

/// The address of the picture with this title, if the library has it.
async fn address_of(client: &Client, title: &str) -> Result<Option<String>, No> {
    let mut path = "/v1/pictures".to_owned();
    for _ in 0..PAGES_MAX {
        let page = client.get(&path).await?;
        let mut items = page.body["items"].as_array().into_iter().flatten();
        if let Some(found) = items.find(|item| item["title"] == title) {
            return Ok(largest(found));
        }
        match page.text("/next") {
            "" => return Ok(None),
            next => path = format!("/v1/pictures?cursor={next}"),
        }
    }
    Ok(None)
}

/// The address of a picture's largest file.
fn largest(picture: &Value) -> Option<String> {
    picture["files"].as_array()?.last()?["address"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Files are found wherever a plan has pictures; addresses, and what is called so by chance, are left alone.
    #[test]
    fn files_are_found() {
        let plan = json!({
            "slots": [
                { "title": "One", "image": "https://example.org/a.webp", "offers": [{ "key": "cup", "image": "cups/Cup.JPG" }] },
                { "title": "Two", "image": "two.webp" },
                { "title": "Three", "image": "/pictures/organiser_1/x.webp" },
                { "title": "Four", "image": "" },
            ],
        });
        let mut named = Vec::new();
        find(&plan, String::new(), &mut named);
        let found: Vec<_> = named.iter().map(|one| (&*one.field, &*one.pointer, &*one.alt)).collect();
        assert_eq!(
            found,
            [
                ("slots[0].offers[0].image", "/slots/0/offers/0/image", "cup"),
                ("slots[1].image", "/slots/1/image", "Two"),
            ]
        );
        assert_eq!(
            (media_type("Cup.JPG"), media_type("cup.svg")),
            ("image/jpeg", "application/octet-stream")
        );
    }
}
