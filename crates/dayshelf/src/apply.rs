//! `dayshelf apply`: brings a server to what a plan file says, and tells it in plain words.
//!
//! The plan goes to `PUT /v1/plan` like anybody's. Here is only what the file adds: its product table, the
//! lines and columns of its mistakes, the pictures beside it, and the organiser's key. Start at [`run`].

use std::path::{Path, PathBuf};

use dayshelf_wire::plan::{foresee_first, locate, toml_to_json};
use serde_json::{Value, json};

use crate::access::{found, nobody_has, operator_key, server};
use crate::cli::{ApplyArgs, TellWord};
use crate::client::{Client, No};
use crate::config::{Config, Redacted};
use crate::failure::{Exit, Failure};
use crate::folder::{Folder, read_key};
use crate::out::tell;
use crate::pictures::{self, Missing};
use crate::told;

/// A plan file.
struct Paper {
    /// How mistakes name it.
    name: String,
    /// The folder in which the files lie that it names.
    beside: PathBuf,
    text: String,
    json: Value,
}

/// Applies a plan file.
///
/// # Errors
/// When the plan is wrong, with line, column and what to write instead; when the server says no.
pub async fn run(config: &Config, args: &ApplyArgs) -> Result<(), Failure> {
    let paper = Paper::read(&args.plan)?;
    let client = server(config, &args.server)?;
    let Some(key) = known_key(config, args, &paper)? else {
        return first_time(config, args, &paper, &client).await;
    };
    paper.put(&client.with_key(key), (args.dry_run, args.yes, args.tell)).await
}

/// Keeps the templates of a file, which has nothing else in it.
///
/// # Errors
/// When it has, or can't be read, or the server says no.
pub async fn templates(client: &Client, file: &Path) -> Result<(), Failure> {
    let paper = Paper::read(file)?;
    let others: Vec<&str> =
        paper.json.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    if others != ["templates"] {
        let sentence =
            "a file of templates has [[templates]] and nothing else; a plan is applied by `dayshelf apply`";
        return Err(Failure::new(format!("{}: {sentence}", paper.name)).exit(Exit::Usage));
    }
    paper.put(client, (false, false, TellWord::Nobody)).await
}

/// The organiser's key, where somebody has it: the named one, or the one in the data folder.
fn known_key(config: &Config, args: &ApplyArgs, paper: &Paper) -> Result<Option<Redacted>, Failure> {
    let folder = Folder::at(&config.data.folder);
    if let Some(file) = &args.server.key_file {
        let key = read_key(file)?;
        return Ok((!key.reveal().starts_with("dop_")).then_some(key));
    }
    let slug = paper.slug().ok_or_else(|| {
        Failure::new(format!(
            "{}: the plan has no [organiser] with a slug, so say whose it is with --key-file",
            paper.name
        ))
        .exit(Exit::Usage)
    })?;
    let path = folder.key_path(slug);
    if path.exists() { read_key(&path).map(Some) } else { Ok(None) }
}

/// Applies the plan of an organiser that does not exist yet. It is tried here first, so that a wrong one founds nobody.
async fn first_time(
    config: &Config,
    args: &ApplyArgs,
    paper: &Paper,
    client: &Client,
) -> Result<(), Failure> {
    let operator = operator_key(config, &args.server)?;
    let slug = paper.slug().unwrap_or_default();
    let ahead = paper.foresee(client).await?;
    if args.dry_run {
        nobody_has(client, slug).await?;
        tell!("would found {slug}, and then:");
        told::told(&ahead, true).iter().for_each(|line| tell!("{line}"));
        return Ok(());
    }
    let client = client.with_key(operator);
    let (key, path) = found(&client, &Folder::at(&config.data.folder), &paper.json["organiser"]).await?;
    tell!("founded {slug}; its API key is in {}", path.display());
    paper.put(&client.with_key(key), (args.dry_run, args.yes, args.tell)).await
}

impl Paper {
    fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|cause| Failure::because(format!("the plan {name} can't be read"), &cause))?;
        let beside = path.parent().unwrap_or(Path::new(".")).to_owned();
        let read = |file: &str| {
            let path = beside.join(file);
            std::fs::read_to_string(&path)
                .map_err(|cause| format!("{} can't be read: {cause}", path.display()))
        };
        let json = toml_to_json(&text, &read).map_err(|mistakes| {
            let lines: Vec<String> = mistakes.0.iter().map(|mistake| format!("{name}, {mistake}")).collect();
            Failure::new(lines.join("\n")).exit(Exit::Usage)
        })?;
        Ok(Self { name, beside, text, json })
    }

    fn slug(&self) -> Option<&str> {
        self.json["organiser"]["slug"].as_str()
    }

    /// What the plan would make for a new organiser.
    async fn foresee(&self, client: &Client) -> Result<Value, Failure> {
        let now = jiff::Timestamp::now().as_millisecond();
        let plan = self.with_pictures(client, Missing::NoLibrary).await?;
        let seen = foresee_first(plan.to_string().as_bytes(), now);
        seen.map(|answer| json!(answer)).map_err(|problem| {
            let detail = problem.detail.clone();
            self.wrong(&json!(problem), &detail)
        })
    }

    async fn put(
        &self,
        client: &Client,
        (dry_run, yes, tell): (bool, bool, TellWord),
    ) -> Result<(), Failure> {
        let tell = tell.word();
        let path = format!("/v1/plan?dry_run={dry_run}&yes={yes}&tell={tell}");
        let missing = if dry_run { Missing::Leave } else { Missing::PutUp };
        let plan = self.with_pictures(client, missing).await?;
        match client.put(&path, &plan).await {
            Ok(reply) => {
                for line in told::told(&reply.body, dry_run) {
                    tell!("{line}");
                }
                Ok(())
            }
            Err(no) => Err(self.refused(&no)),
        }
    }

    /// The plan with the library's addresses of its pictures; a dry run puts none up.
    async fn with_pictures(&self, client: &Client, missing: Missing) -> Result<Value, Failure> {
        let read = |file: &str| {
            let path = self.beside.join(file);
            std::fs::read(&path).map_err(|cause| format!("{} can't be read: {cause}", path.display()))
        };
        let mut plan = self.json.clone();
        let put = pictures::put_up(client, &mut plan, &read, missing).await;
        put.map_err(|flaw| {
            let at = self.place(&flaw.field);
            Failure::new(format!("{at}: {}: {}", flaw.field, flaw.detail)).exit(Exit::Usage)
        })?;
        Ok(plan)
    }

    /// The file, and the line and column of a field where it has them.
    fn place(&self, field: &str) -> String {
        match locate(&self.text, field) {
            Some(at) => format!("{}, line {}, column {}", self.name, at.line, at.column),
            None => self.name.clone(),
        }
    }

    /// What the server finds wrong.
    fn refused(&self, no: &No) -> Failure {
        let said = no.to_string();
        no.problem().map_or_else(|| Failure::new(said.clone()), |problem| self.wrong(problem, &said))
    }

    /// What a problem document finds wrong, at the lines of the file; `said` is what it says in all.
    fn wrong(&self, problem: &Value, said: &str) -> Failure {
        let one = [problem.clone()];
        let mistakes = problem["mistakes"].as_array().map_or(one.as_slice(), Vec::as_slice);
        let lines: Vec<String> = mistakes.iter().map(|mistake| self.located(mistake, said)).collect();
        Failure::new(lines.join("\n")).exit(Exit::Usage)
    }

    fn located(&self, mistake: &Value, said: &str) -> String {
        let mut detail = mistake["detail"].as_str().unwrap_or(said).to_owned();
        if mistake["reasons"].is_array() {
            detail += " On this command line that is --yes.";
        }
        if let (Some(file), Some(line)) = (mistake["file"].as_str(), mistake["line"].as_u64()) {
            return format!("{file}, line {line}: {detail}");
        }
        let at = mistake["field"].as_str().map_or_else(|| self.name.clone(), |field| self.place(field));
        format!("{at}: {detail}")
    }
}
