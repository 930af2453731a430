//! `POST /v1/pictures`.

use axum::extract::State;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::PictureId;
use dayshelf_core::picture::Picture;
use dayshelf_wire::library::{FocusShape, PictureRequest, PictureShape};
use dayshelf_wire::problem::{Kind, Problem};

use super::{sweep, whose};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Organiser, Params, PictureBytes};
use crate::no::No;

/// Put a picture into the library. The body is the file itself: JPEG, PNG or WebP.
///
/// It is drawn anew in several widths as WebP; what the camera noted beside the pixels is left behind. Nothing is
/// kept of a file that can't be read, has more than 50 million pixels, or is more than four times as long as wide.
#[utoipa::path(
    post, path = "/v1/pictures", operation_id = "picture_create", tag = "library",
    params(
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries"),
        ("alt" = String, Query, description = "What it shows, for whoever does not see it", max_length = 300),
        ("title" = Option<String>, Query, description = "What you call it; `Picture` when left out", max_length = 200),
        ("x" = Option<u8>, Query, description = "The point that stays in sight, in hundredths from the left; 50 when left out", maximum = 100),
        ("y" = Option<u8>, Query, description = "The same from the top", maximum = 100)
    ),
    request_body(content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp")
    )),
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "It is there", body = PictureShape)),
    extensions(("x-problems" = json!(["unknown", "invalid", "limit_reached", "picture_unfit", "query_wrong"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    mut params: Params,
    sent: PictureBytes,
) -> Result<Answer, No> {
    let alt = params.take("alt").unwrap_or_default();
    let title = params.take("title").unwrap_or_else(|| "Picture".to_owned());
    let focus = FocusShape { x: hundredth(&mut params, "x")?, y: hundredth(&mut params, "y")? };
    params.end()?;
    let home = organiser.home;
    let key = sent.once.key(organiser.caller(), home);
    let said = PictureRequest { title, alt, focus: Some(focus) };
    let drawing = app.studio.draw(sent.bytes).await?;
    let now = app.now();
    let picture = said.picture(PictureId(app.desk.mint().id(home)), drawing.drawn, now);
    // Before the fact, so that whoever knows the picture finds its files. Refused, they are swept like others.
    app.store.keep_picture_files(home, drawing.bodies, now).await?;
    let command = Command::PutPicture { expected: Expect::New, picture: Box::new(picture) };
    let decided = app.submit(home, command, Some(key)).await?;
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::PicturePut(picture) => Some(Picture::clone(picture)),
        _ => None,
    });
    sweep(&app, home).await?;
    let put = put.ok_or_else(|| No::plain(Kind::Unknown))?;
    let whose = whose(&app, home).await?;
    Ok(Answer::created(&PictureShape::of(&put, whose))?.version(put.version).replayed(decided.replayed))
}

fn hundredth(params: &mut Params, name: &str) -> Result<u8, No> {
    let given = params.number(name)?.unwrap_or(50);
    u8::try_from(given).ok().filter(|given| *given <= 100).ok_or_else(|| {
        let detail = format!("{name}: write 0 to 100.");
        Problem::new(Kind::QueryWrong, detail).with("field", name).into()
    })
}
