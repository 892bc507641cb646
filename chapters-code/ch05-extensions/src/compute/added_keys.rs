//! Keys that extensions add to what others show, as a table (what `_extend_server`, `show` and
//! `detail` are in each of Nova's extensions).

use crate::{Policy, policy::Target};
use nova_objects::{Plugs, RequestContext, Unplugged};
use nova_router::{ApiError, ApiRequest, ApiResponse, ApiVersionRequest, Controller, extends};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The rows behind what an answer shows, in its order: what a controller leaves for those who
/// extend its answers (`Request.cache_db_items`).
pub struct DbItems<T: Extended>(Arc<Vec<T::Row>>);

impl<T: Extended> DbItems<T> {
    /// These rows.
    pub fn new(rows: Vec<T::Row>) -> Self {
        Self(Arc::new(rows))
    }
}

// Not derived: the rows are shared, and need not be `Clone`.
impl<T: Extended> Clone for DbItems<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// What extensions add keys to.
pub trait Extended: Sized + 'static {
    /// How it was read.
    type Row: AsRef<Self> + Send + Sync + 'static;
    /// Under which name one of them stands in an answer: `server`.
    const MEMBER: &'static str;
    /// Under which name many stand there: `servers`.
    const COLLECTION: &'static str;
}

/// A key that an extension adds to what is shown of a `T`.
pub struct Key<T> {
    /// The key: `OS-EXT-STS:vm_state`.
    pub name: &'static str,
    /// The first microversion that has it.
    pub since: ApiVersionRequest,
    /// What stands behind it.
    pub value: fn(&T) -> Value,
}

/// A key that all versions have.
pub const fn key<T>(name: &'static str, value: fn(&T) -> Value) -> Key<T> {
    key_since(2, 1, name, value)
}

/// A key that versions from `major.minor` on have.
pub const fn key_since<T>(
    major: u32,
    minor: u32,
    name: &'static str,
    value: fn(&T) -> Value,
) -> Key<T> {
    Key { name, since: ApiVersionRequest(major, minor), value }
}

/// A controller that adds `keys` to what the actions `actions` show, for those who may see them
/// by the policy `rule`.
///
/// # Errors
///
/// No policy is plugged in.
pub fn added_keys<T: Extended>(
    plugs: &Plugs,
    name: &str,
    rule: &'static str,
    actions: &[&'static str],
    keys: &'static [Key<T>],
) -> Result<Controller, Unplugged> {
    let state = Arc::new(AddedKeys { policy: plugs.get()?, rule, keys });
    let builder = Controller::builder(name, state);
    let builder = actions
        .iter()
        .fold(builder, |builder, action| builder.extends(action, extends(AddedKeys::extend)));
    Ok(builder.build())
}

struct AddedKeys<T: 'static> {
    policy: Policy,
    rule: &'static str,
    keys: &'static [Key<T>],
}

impl<T: Extended> AddedKeys<T> {
    async fn extend(
        self: Arc<Self>,
        request: Arc<ApiRequest>,
        mut answer: ApiResponse,
    ) -> Result<ApiResponse, ApiError> {
        if self.may(request.context()?) {
            each(&mut answer, |row, shown| {
                let keys = self.keys.iter().filter(|key| is_for(&request, key.since));
                shown.extend(keys.map(|key| (key.name.to_owned(), (key.value)(row))));
            });
        }
        Ok(answer)
    }

    fn may(&self, context: &RequestContext) -> bool {
        self.policy.check(context, self.rule, &Target::of(context))
    }
}

/// Does the request speak `since`, or a later version?
pub fn is_for(request: &ApiRequest, since: ApiVersionRequest) -> bool {
    request.version.is_none_or(|version| version >= since)
}

/// Shows each row behind an answer, and what the answer says of it.
pub fn each<T: Extended>(
    answer: &mut ApiResponse,
    mut show: impl FnMut(&T, &mut Map<String, Value>),
) {
    let Some(DbItems::<T>(rows)) = answer.cached().cloned() else { return };
    let Some(obj) = answer.obj() else { return };
    let shown = match obj.get_mut(T::COLLECTION) {
        Some(all) => all.as_array_mut().map(Vec::as_mut_slice),
        None => obj.get_mut(T::MEMBER).map(std::slice::from_mut),
    };
    for (shown, row) in shown.into_iter().flatten().zip(rows.iter()) {
        if let Some(shown) = shown.as_object_mut() {
            show(row.as_ref(), shown);
        }
    }
}
