//! Organisers and API keys from the command line: which key is used, and where new ones are kept.
//!
//! A key is never printed: it goes to a file that its owner alone may read. A link that lets somebody back in is: it is
//! opened at once, works once and ends soon.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::{KeyAct, OrganiserAct, PasswordAct, Scope, ServerArgs};
use crate::client::{Client, No};
use crate::config::{Config, Redacted};
use crate::failure::{Exit, Failure};
use crate::folder::{Folder, read_key, write_new};
use crate::out::tell;

/// The server that a command talks to, without a key.
///
/// # Errors
/// When there can be no client.
pub fn server(config: &Config, args: &ServerArgs) -> Result<Client, Failure> {
    Client::new(&args.server.clone().unwrap_or_else(|| config.local_url()))
}

/// The operator's key: from the file that was named, or from the data folder.
///
/// # Errors
/// When there is none.
pub fn operator_key(config: &Config, args: &ServerArgs) -> Result<Redacted, Failure> {
    if let Some(file) = &args.key_file {
        return read_key(file);
    }
    let path = Folder::at(&config.data.folder).operator_path();
    if !path.exists() {
        return Err(Failure::new(format!(
            "{} is not there. The server makes it at its first start: start it, name its data folder with --data, \
             or name a key with --key-file.",
            path.display()
        ))
        .exit(Exit::Usage));
    }
    read_key(&path)
}

/// Opens the books of a new organiser and keeps its key; the key, and the file that it is in.
///
/// The server tells the key once, and to retries under the same idempotency key. So that one is kept until
/// the answer is: whoever got none, because something crashed, asks again and is told.
///
/// # Errors
/// When the server says no, or the key can't be kept.
pub async fn found(client: &Client, folder: &Folder, spec: &Value) -> Result<(Redacted, PathBuf), Failure> {
    let slug = spec["slug"].as_str().unwrap_or_default();
    let asked = client.post_once("/v1/organisers", &folder.founding_key(slug)?, spec).await;
    if matches!(&asked, Err(no) if (400..500).contains(&no.status())) {
        folder.founded(slug)?;
    }
    let asked = match asked {
        // It was kept when something else was asked for; that is over.
        Err(no) if no.code() == "key_reused" => {
            client.post_once("/v1/organisers", &folder.founding_key(slug)?, spec).await
        }
        asked => asked,
    };
    let reply = asked.map_err(|no| not_founded(no, slug))?;
    let key = reply
        .body
        .pointer("/key/key")
        .and_then(Value::as_str)
        .map(Redacted::new)
        .ok_or_else(|| Failure::new("the server founded the organiser, but told no key"))?;
    let path = folder.keep_key(slug, &key)?;
    folder.founded(slug)?;
    Ok((key, path))
}

/// Nobody is there by this slug, as far as the public can see.
///
/// # Errors
/// When somebody is, or the server can't be asked.
pub async fn nobody_has(client: &Client, slug: &str) -> Result<(), Failure> {
    match client.get(&format!("/v1/organisers/{slug}/slots?limit=1")).await {
        Ok(_) => Err(is_there(slug)),
        Err(no) if no.code() == "unknown" => Ok(()),
        Err(no) => Err(no.into()),
    }
}

fn is_there(slug: &str) -> Failure {
    Failure::new(format!(
        "{slug:?} is there already. Use its key: the one in the data folder, or another with --key-file."
    ))
}

fn not_founded(no: No, slug: &str) -> Failure {
    match no.code() {
        "unauthorised" => Failure::new(format!(
            "the server does not take this key as its operator's, and there is no key of {slug:?} in the data \
             folder. Name the organiser's key with --key-file, or the server's data folder with --data."
        )),
        "name_taken" => is_there(slug),
        _ => no.into(),
    }
}

/// Does something with organisers.
///
/// # Errors
/// When the server says no.
pub async fn organiser(config: &Config, act: OrganiserAct) -> Result<(), Failure> {
    let OrganiserAct::Create { slug, name, zone, currency, server: args } = act;
    let client = server(config, &args)?.with_key(operator_key(config, &args)?);
    let name = name.unwrap_or_else(|| slug.clone());
    let spec = json!({ "slug": slug, "name": name, "zone": zone, "currency": currency });
    let (_, path) = found(&client, &Folder::at(&config.data.folder), &spec).await?;
    tell!("founded {slug}; its API key is in {}", path.display());
    Ok(())
}

/// Prints a link that lets somebody back in.
///
/// # Errors
/// When the server says no, or nobody signs in with that address.
pub async fn recover(config: &Config, email: &str, args: &ServerArgs) -> Result<(), Failure> {
    let client = server(config, args)?.with_key(operator_key(config, args)?);
    let reply = client.post("/v1/recovery/links", &json!({ "email": email })).await?;
    // Whoever has it gets in as that person, so it is for the terminal alone.
    tell!("Open this link by {}, once; it is for {email} alone:", reply.text("/until"));
    tell!("  {}", reply.text("/link"));
    Ok(())
}

/// Does something with API keys.
///
/// # Errors
/// When the server says no, or the file is there already.
pub async fn key(config: &Config, act: KeyAct) -> Result<(), Failure> {
    let KeyAct::Create { organiser, name, scope, out, server: args } = act;
    if out.exists() {
        return Err(Failure::new(format!("{} is there already", out.display())).exit(Exit::Usage));
    }
    let client = organiser_client(config, &organiser, &args)?;
    let scope = match scope {
        Scope::Read => "read",
        Scope::Sell => "sell",
        Scope::Manage => "manage",
    };
    let reply = client.post("/v1/keys", &json!({ "name": name, "scope": scope })).await?;
    let text = reply.text("/key");
    if text.is_empty() {
        return Err(Failure::new("the server made the key, but did not tell it"));
    }
    keep(&out, text)?;
    tell!("{} may {scope} for {organiser}; the key is in {}", reply.text("/id"), out.display());
    Ok(())
}

/// Does something with passwords of calendar apps.
///
/// # Errors
/// When the server says no, or the file is there already.
pub async fn calendar_password(config: &Config, act: PasswordAct) -> Result<(), Failure> {
    match act {
        PasswordAct::Create { organiser, name, read_only, calendars, out, server: args } => {
            if out.exists() {
                return Err(Failure::new(format!("{} is there already", out.display())).exit(Exit::Usage));
            }
            let client = organiser_client(config, &organiser, &args)?;
            let scope = if read_only { "read" } else { "write" };
            let asked = json!({ "name": name, "calendars": calendars, "scope": scope });
            let reply = client.post("/v1/calendar-passwords", &asked).await?;
            let text = reply.text("/password");
            if text.is_empty() {
                return Err(Failure::new("the server made the password, but did not tell it"));
            }
            keep(&out, text)?;
            let (id, url) = (reply.text("/id"), reply.text("/url"));
            tell!("{id} may {scope}; log in at {url} as {organiser}; the password is in {}", out.display());
        }
        PasswordAct::List { organiser, server: args } => {
            let client = organiser_client(config, &organiser, &args)?;
            let reply = client.get("/v1/calendar-passwords").await?;
            for one in reply.body["items"].as_array().into_iter().flatten() {
                let text = |name: &str| one[name].as_str().unwrap_or("never").to_owned();
                tell!("{}  {}  used {}  {}", text("id"), text("scope"), text("used_at"), text("name"));
            }
        }
        PasswordAct::Revoke { organiser, password, server: args } => {
            let client = organiser_client(config, &organiser, &args)?;
            client.delete(&format!("/v1/calendar-passwords/{password}")).await?;
            tell!("{password} works no longer");
        }
    }
    Ok(())
}

/// A client with an organiser's key.
///
/// # Errors
/// When there is no key.
pub fn organiser_client(config: &Config, organiser: &str, args: &ServerArgs) -> Result<Client, Failure> {
    let key = match &args.key_file {
        Some(file) => read_key(file)?,
        None => organiser_key(&Folder::at(&config.data.folder), organiser)?,
    };
    Ok(server(config, args)?.with_key(key))
}

/// The organiser's key in the data folder.
///
/// # Errors
/// When there is none.
fn organiser_key(folder: &Folder, slug: &str) -> Result<Redacted, Failure> {
    let path = folder.key_path(slug);
    if !path.exists() {
        let text = format!("there is no key of {slug:?} in the data folder; name one with --key-file");
        return Err(Failure::new(text).exit(Exit::Usage));
    }
    read_key(&path)
}

fn keep(path: &Path, text: &str) -> Result<(), Failure> {
    write_new(path, text)
        .map_err(|cause| Failure::because(format!("{} can't be written", path.display()), &cause))
}
