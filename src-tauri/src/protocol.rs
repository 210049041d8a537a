//! `attach://localhost/<token>`: the only way by which an image reaches a document, from this computer's own copies, and by
//! which the program's fonts reach frames of opaque origin.

use std::{borrow::Cow, future::Future, pin::Pin, sync::Arc};

use lectern::app::App;
use tauri::{
    Manager,
    http::{Request, Response, StatusCode, header},
};

/// An attachment's bytes and media type.
#[derive(Debug, Clone)]
pub(crate) struct Attachment {
    /// Media type as kept with the file, for example `image/png`.
    pub(crate) media_type: String,
    /// The file, whole.
    pub(crate) bytes: Vec<u8>,
}

/// Finds an attachment by the token in its address; `None` where this computer has no copy.
pub(crate) type AttachmentSource =
    Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Option<Attachment>> + Send>> + Send + Sync>;

/// Answers one request of the web view. Nothing but media leaves here: a page or a script kept as an attachment is refused,
/// and the answer's own policy lets an SVG neither run nor load anything.
pub(crate) async fn answer(source: AttachmentSource, request: Request<Vec<u8>>) -> Response<Cow<'static, [u8]>> {
    let Some(token) = token_of(request.uri().path()) else { return refused(StatusCode::BAD_REQUEST) };
    match source(token).await {
        None => refused(StatusCode::NOT_FOUND),
        Some(found) if !may_be_shown(&found.media_type) => refused(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        Some(found) => {
            let font = found.media_type == FONT;
            let mut response = Response::builder().header(header::CONTENT_TYPE, found.media_type);
            if font {
                // Fonts are read across origins; a document's frame has an origin of its own. Images stay unreadable to scripts.
                response = response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            }
            response
                .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox")
                .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
                .header(header::CACHE_CONTROL, "private, max-age=31536000, immutable")
                .body(Cow::Owned(found.bytes))
                .unwrap_or_else(|_| refused(StatusCode::INTERNAL_SERVER_ERROR))
        }
    }
}

/// The token of an address, if it can be one: letters, digits, `-`, `_`, `.`; at most 128, never a path.
fn token_of(path: &str) -> Option<String> {
    let token = path.strip_prefix('/')?;
    let plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (plain && !token.is_empty() && token.len() <= 128 && !token.starts_with('.')).then(|| token.to_owned())
}

/// What this computer has: the program's fonts, and the images of the workspace once it is open.
pub(crate) fn kept_here(app: tauri::AppHandle) -> AttachmentSource {
    Arc::new(move |token| {
        let app = app.clone();
        Box::pin(async move {
            if let Some(font) = font(&app.asset_resolver(), &token) {
                return Some(font);
            }
            let workspace = Arc::clone(app.try_state::<Arc<App>>()?.inner());
            let (media_type, bytes) = workspace.attachment(&token).await?;
            Some(Attachment { media_type, bytes })
        })
    })
}

/// The program's own fonts.
const FONT: &str = "font/woff2";

/// The program's own font of this name, if the token is one's; attachments have no such names.
fn font(assets: &tauri::AssetResolver<tauri::Wry>, token: &str) -> Option<Attachment> {
    let bytes = token.ends_with(".woff2").then(|| assets.get(format!("assets/{token}")))??.bytes;
    Some(Attachment { media_type: FONT.to_owned(), bytes })
}

fn may_be_shown(media_type: &str) -> bool {
    media_type == FONT
        || ["image/", "audio/", "video/"].iter().any(|family| media_type.starts_with(family))
            && media_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

fn refused(status: StatusCode) -> Response<Cow<'static, [u8]>> {
    let mut response = Response::new(Cow::Borrowed(&[] as &[u8]));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, media_type: &'static str) -> Response<Cow<'static, [u8]>> {
        let source: AttachmentSource = Arc::new(move |token| {
            Box::pin(async move {
                (token == "known").then(|| Attachment { media_type: media_type.to_owned(), bytes: vec![7] })
            })
        });
        let request = Request::builder().uri(format!("attach://localhost{path}")).body(Vec::new()).unwrap();
        tauri::async_runtime::block_on(answer(source, request))
    }

    #[test]
    fn only_plain_tokens_and_only_media_are_served() {
        for (path, media_type, status) in [
            ("/known", "image/png", 200),
            ("/known", "image/svg+xml", 200),
            ("/known", "font/woff2", 200),
            ("/other", "image/png", 404),
            ("/known", "text/html", 415),
            ("/known", "image/png\r\nx: y", 415),
            ("/known/../secret", "image/png", 400),
            ("/..", "image/png", 400),
            ("/", "image/png", 400),
        ] {
            assert_eq!(ask(path, media_type).status().as_u16(), status, "{path} as {media_type:?}");
        }
    }

    #[test]
    fn a_font_may_be_read_by_any_frame_and_an_image_by_none() {
        for (media_type, open) in [("font/woff2", true), ("image/png", false), ("image/svg+xml", false)] {
            let response = ask("/known", media_type);
            assert_eq!(response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), open, "{media_type}");
        }
    }

    #[test]
    fn an_svg_can_run_and_load_nothing() {
        let response = ask("/known", "image/svg+xml");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}
