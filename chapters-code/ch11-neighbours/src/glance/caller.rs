//! Who asks (`glance/api/middleware/context.py` `ContextMiddleware`).

use super::Image;
use http::HeaderMap;
use nova_router::ApiError;

/// Who asks, as the headers say that `authtoken` sets. Without that filter, whoever asks can say
/// what they like.
pub(super) struct Caller {
    /// For which project; `None` for somebody without a token.
    pub(super) project_id: Option<String>,
    is_admin: bool,
}

impl Caller {
    /// Whom `headers` name.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name| {
            headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let roles: String = text("x-roles").unwrap_or_default();
        Self {
            project_id: text("x-tenant-id"),
            is_admin: roles.split(',').any(|role| role.trim().eq_ignore_ascii_case("admin")),
        }
    }

    /// May they see `image`?
    pub(super) fn may_see(&self, image: &Image) -> bool {
        image.is_public() || self.may_change(image)
    }

    /// May they change `image`?
    pub(super) fn may_change(&self, image: &Image) -> bool {
        self.is_admin || (self.project_id.is_some() && self.project_id == image.owner)
    }

    /// May they have an image like this one?
    ///
    /// # Errors
    ///
    /// No: status 403.
    pub(super) fn check_own(&self, image: &Image) -> Result<(), ApiError> {
        if !self.may_change(image) {
            let message = "You are not permitted to create images owned by 'None'.";
            return Err(ApiError::http(403, message));
        }
        if image.is_public() && !self.is_admin {
            let message = "You are not authorized to complete publicize_image action.";
            return Err(ApiError::http(403, message));
        }
        Ok(())
    }
}
