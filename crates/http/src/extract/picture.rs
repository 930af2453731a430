//! A picture as it is sent: its bytes, of a media type that is taken, with the idempotency key.

use axum::extract::{FromRequest, Request};
use axum::http::header;
use bytes::Bytes;
use dayshelf_wire::problem::Problem;

use super::asked::{Once, key_text};
use super::body;
use crate::app::App;
use crate::no::No;
use crate::pictures::MEDIA_TYPES;

/// The bytes of a picture.
#[derive(Debug)]
pub struct PictureBytes {
    /// The bytes. What they are is not known yet.
    pub bytes: Bytes,
    /// What makes it happen once.
    pub once: Once,
}

impl FromRequest<App> for PictureBytes {
    type Rejection = No;

    async fn from_request(request: Request, app: &App) -> Result<Self, No> {
        let (head, content) = request.into_parts();
        let bytes = body::arrive(&head.headers, content, app, app.config.bounds.picture_bytes).await?;
        let given = head.headers.get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok());
        if !given.is_some_and(|given| MEDIA_TYPES.iter().any(|known| given.eq_ignore_ascii_case(known))) {
            return Err(Problem::media_type_wrong(&MEDIA_TYPES).into());
        }
        let address = head.uri.path_and_query().map_or("/", |address| address.as_str());
        let once = Once::new(key_text(&head.headers)?, [head.method.as_str(), address], &bytes)?;
        Ok(Self { bytes, once })
    }
}
