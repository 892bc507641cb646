//! What a controller's method answers (`nova.api.openstack.wsgi.ResponseObject`).

use bytes::Bytes;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use nova_objects::jsonutils::dumps;
use nova_paste::{Response, body};
use serde_json::Value;

/// An answer, before it is written down.
///
/// Most methods need none: they return a [`Value`], or `()` for an empty body.
#[derive(Clone, Debug, Default)]
pub struct ApiResponse {
    content: Content,
    code: Option<u16>,
    headers: HeaderMap,
    cache: Extensions,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Content {
    #[default]
    Nothing,
    Json(Value),
    Data(&'static str, Bytes),
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
        Self { content: Content::Data(content_type, bytes.into()), ..Self::default() }
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
        let (content_type, bytes) = match self.content {
            Content::Nothing => (negotiated, Bytes::new()),
            Content::Json(obj) => (negotiated, dumps(&obj).into()),
            Content::Data(content_type, bytes) => (content_type, bytes),
        };
        let mut headers = self.headers;
        headers.insert(header::CONTENT_LENGTH, bytes.len().into());
        if let Ok(content_type) = HeaderValue::from_str(content_type) {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        let mut response = Response::new(body(bytes));
        let code = StatusCode::from_u16(self.code.unwrap_or(default_code));
        *response.status_mut() = code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }
}
