//! What a controller's method answers (`nova.api.openstack.wsgi.ResponseObject`).

use bytes::Bytes;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use nova_objects::jsonutils::dumps;
use nova_paste::{Body, Response, body};
use serde_json::Value;

/// An answer, before it is written down.
///
/// Most methods need none: they return a [`Value`], or `()` for an empty body.
#[derive(Debug, Default)]
pub struct ApiResponse {
    content: Content,
    code: Option<u16>,
    headers: HeaderMap,
    cache: Extensions,
}

#[derive(Debug, Default)]
enum Content {
    #[default]
    Nothing,
    Json(Value),
    /// Of some type, and so many bytes.
    Data(&'static str, Body, u64),
}

impl From<Value> for ApiResponse {
    fn from(obj: Value) -> Self {
        Self { content: Content::Json(obj), ..Self::default() }
    }
}

impl From<()> for ApiResponse {
    fn from((): ()) -> Self {
        Self::default()
    }
}

impl ApiResponse {
    /// Answers with bytes as they are.
    pub fn data(content_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        Self::stream(content_type, body(bytes), length)
    }

    /// Answers with what `data` brings as it comes: `length` bytes.
    pub fn stream(content_type: &'static str, data: Body, length: u64) -> Self {
        Self { content: Content::Data(content_type, data, length), ..Self::default() }
    }

    /// Answers with this status, whatever the method is [declared](crate::Method::response) to.
    #[must_use]
    pub fn code(mut self, code: u16) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds a header. One that HTTP cannot carry is left out.
    #[must_use]
    pub fn header(
        mut self,
        name: impl TryInto<HeaderName>,
        value: impl TryInto<HeaderValue>,
    ) -> Self {
        if let (Ok(name), Ok(value)) = (name.try_into(), value.try_into()) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The document that will be sent; `None` if there is none, or it is no JSON.
    pub fn obj(&mut self) -> Option<&mut Value> {
        match &mut self.content {
            Content::Json(obj) => Some(obj),
            Content::Nothing | Content::Data(..) => None,
        }
    }

    /// Keeps what the document was made of, for those who extend it (`Request.cache_db_items`).
    #[must_use]
    pub fn cache<T: Clone + Send + Sync + 'static>(mut self, items: T) -> Self {
        self.cache.insert(items);
        self
    }

    /// What the document was made of (`Request.get_db_item`).
    pub fn cached<T: Clone + Send + Sync + 'static>(&self) -> Option<&T> {
        self.cache.get()
    }

    /// Writes the answer down. JSON goes out under the content type that was negotiated, even if
    /// that promises something else.
    pub(crate) fn serialize(self, default_code: u16, negotiated: &str) -> Response {
        let text = match &self.content {
            Content::Json(obj) => dumps(obj),
            Content::Nothing | Content::Data(..) => String::new(),
        };
        let (content_type, length, content) = match self.content {
            Content::Data(content_type, data, length) => (content_type, length, data),
            Content::Nothing | Content::Json(_) => (negotiated, text.len() as u64, body(text)),
        };
        let mut headers = self.headers;
        headers.insert(header::CONTENT_LENGTH, length.into());
        if let Ok(content_type) = HeaderValue::from_str(content_type) {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        let mut response = Response::new(content);
        let code = StatusCode::from_u16(self.code.unwrap_or(default_code));
        *response.status_mut() = code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }
}
