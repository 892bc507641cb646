//! A key that an extension adds to images (`ImageSizeController`, `ImageDiskConfigController`).

use crate::{Policy, policy::Target};
use nova_objects::{ImageMeta, Plugs, Unplugged};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, extends};
use serde_json::Value;
use std::sync::Arc;

/// The images behind an answer's `image` or `images`, in its order: what the controller of images
/// leaves for those who extend its answers.
#[derive(Clone)]
pub struct DbImages(pub Arc<Vec<ImageMeta>>);

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
            self.add(&mut answer);
        }
        Ok(answer)
    }

    fn add(&self, answer: &mut ApiResponse) {
        let Some(DbImages(images)) = answer.cached().cloned() else { return };
        let Some(obj) = answer.obj() else { return };
        let shown = match obj.get_mut("images") {
            Some(images) => images.as_array_mut().map(Vec::as_mut_slice),
            None => obj.get_mut("image").map(std::slice::from_mut),
        };
        for (shown, image) in shown.into_iter().flatten().zip(images.iter()) {
            if let Some(value) = (self.key.value)(image) {
                shown[self.key.name] = value;
            }
        }
    }
}
