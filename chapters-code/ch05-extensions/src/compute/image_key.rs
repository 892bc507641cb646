//! A key that an extension adds to images (`ImageSizeController`, `ImageDiskConfigController`).

use super::added_keys::{DbItems, Extended, each};
use crate::{Policy, policy::Target};
use nova_objects::{ImageMeta, Plugs, Unplugged};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, extends};
use serde_json::Value;
use std::sync::Arc;

impl Extended for ImageMeta {
    type Row = Arc<Self>;
    const MEMBER: &'static str = "image";
    const COLLECTION: &'static str = "images";
}

/// The images behind an answer.
pub type DbImages = DbItems<ImageMeta>;

/// A key, and what stands behind it; `None` leaves it out.
#[derive(Clone, Copy)]
pub struct ImageKey {
    /// The key: `OS-EXT-IMG-SIZE:size`.
    pub name: &'static str,
    /// What stands behind it.
    pub value: fn(&ImageMeta) -> Option<Value>,
}

/// A controller that adds `key` to images that are shown with details, for those who may see it by
/// the policy `rule`.
///
/// # Errors
///
/// No policy is plugged in.
pub fn image_key(
    plugs: &Plugs,
    name: &str,
    rule: &'static str,
    key: ImageKey,
) -> Result<Controller, Unplugged> {
    let state = Arc::new(Extension { policy: plugs.get()?, rule, key });
    Ok(Controller::builder(name, state)
        .extends("show", extends(Extension::extend))
        .extends("detail", extends(Extension::extend))
        .build())
}

struct Extension {
    policy: Policy,
    rule: &'static str,
    key: ImageKey,
}

impl Extension {
    async fn extend(
        self: Arc<Self>,
        request: Arc<ApiRequest>,
        mut answer: ApiResponse,
    ) -> Result<ApiResponse, ApiError> {
        let context = request.context()?;
        if self.policy.check(context, self.rule, &Target::of(context)) {
            each(&mut answer, |image, shown| {
                let value = (self.key.value)(image);
                shown.extend(value.map(|value| (self.key.name.to_owned(), value)));
            });
        }
        Ok(answer)
    }
}
