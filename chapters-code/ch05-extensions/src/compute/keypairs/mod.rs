//! `/os-keypairs` (`nova/api/openstack/compute/keypairs.py`).

mod schemas;

use super::{
    added_keys::is_for,
    options::values,
    paging::Paging,
    server_keys::{ServerKey, key, server_keys},
    views::keypairs as view,
};
use crate::{
    Policy,
    compute_api::{KeypairAPI, KeypairType, NewKeyPair},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, ServerPart, V21ApiExtension,
        entry_point,
    },
    policy::Target,
    validation::{Validated, Validation},
};
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, Method, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-keypairs`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("keypairs", "nova.api.openstack.compute.keypairs:Keypairs", |plugs| {
        let controller = KeypairController { api: KeypairAPI::new(plugs)?, policy: plugs.get()? };
        let rule = "os_compute_api:os-keypairs";
        let key_name = server_keys(plugs, "Controller", rule, &["show", "detail"], KEYS)?;
        Ok(V21ApiExtension::new("Keypairs", "os-keypairs", "Keypair Support.")
            .resource(ResourceExtension::new("os-keypairs", controller.methods()?))
            .controller_extension("servers", key_name)
            .server_create(ServerPart::new(schemas::server_create, |wish, create| {
                create.key_name = wish.text("key_name");
                Ok(())
            })))
    });

const KEYS: &[ServerKey] = &[key("key_name", |instance| json!(instance.key_name))];

/// The controller behind `/os-keypairs`.
struct KeypairController {
    api: KeypairAPI,
    policy: Policy,
}

/// Before it, nobody was told by the status that a key is there, or is gone.
const TYPES_AND_CODES: ApiVersionRequest = ApiVersionRequest(2, 2);

const USER_ID: ApiVersionRequest = ApiVersionRequest(2, 10);

const PAGES: ApiVersionRequest = ApiVersionRequest(2, 35);

const CREATE: &str = "os_compute_api:os-keypairs:create";
const DELETE: &str = "os_compute_api:os-keypairs:delete";
const INDEX: &str = "os_compute_api:os-keypairs:index";
const SHOW: &str = "os_compute_api:os-keypairs:show";

impl KeypairController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let create = |code| -> Result<Method<Self>, ExtensionError> {
            let body = Validation::versioned(schemas::create, schemas::CREATE_CHANGES)?;
            let create = method(Self::create).policy(CREATE).schema(body);
            Ok(create.expected_errors(&[400, 403, 409]).response(code))
        };
        let delete =
            |code| method(Self::delete).policy(DELETE).expected_errors(&[404]).response(code);
        Ok(Controller::builder("KeypairController", Arc::new(self))
            .action("index", method(Self::index).policy(INDEX).expected_errors(&[400]))
            .action("show", method(Self::show).policy(SHOW).expected_errors(&[404]))
            .action("create", create(200)?.api_version(..TYPES_AND_CODES))
            .action("create", create(201)?.api_version(TYPES_AND_CODES..))
            .action("delete", delete(202).api_version(..TYPES_AND_CODES))
            .action("delete", delete(204).api_version(TYPES_AND_CODES..))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let user_id = self.user_of_query(&request, INDEX)?;
        let key_pairs = self.api.get_key_pairs(request.context()?, &user_id).await?;
        let shown = |key_pair: &_| json!({ "keypair": view::basic(&request, key_pair) });
        if !is_for(&request, PAGES) {
            let all: Vec<Value> = key_pairs.iter().map(|key_pair| shown(key_pair)).collect();
            return Ok(json!({ "keypairs": all }));
        }
        let paging = Paging::of(&request.query)?;
        let page = paging.page(key_pairs, |key_pair| &key_pair.name, |_| true)?;
        let last = page.last().map(|key_pair| key_pair.name.as_str());
        let shown = page.iter().map(|key_pair| shown(key_pair)).collect();
        Ok(paging.document(&request, "os-keypairs", shown, last))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let user_id = self.user_of_query(&request, SHOW)?;
        let name = request.arg("id");
        let key_pair = self.api.get_key_pair(request.context()?, &user_id, name).await?;
        Ok(json!({ "keypair": view::show(&request, &key_pair) }))
    }

    /// Keeps the key that the body brings, or makes one, whose private half is in the answer and
    /// nowhere else.
    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let (wish, context) = (&body["keypair"], request.context()?);
        let new = NewKeyPair {
            user_id: self.user(&request, CREATE, wish["user_id"].as_str())?,
            name: wish["name"].as_str().unwrap_or_default().trim().to_owned(),
            key_type: if wish["type"] == "x509" { KeypairType::X509 } else { KeypairType::Ssh },
        };
        if let Some(public_key) = wish["public_key"].as_str() {
            let key_pair = self.api.import_key_pair(context, new, public_key).await?;
            return Ok(json!({ "keypair": view::create(&request, &key_pair) }));
        }
        let (key_pair, private_key) = self.api.create_key_pair(context, new).await?;
        let mut shown = view::create(&request, &key_pair);
        shown["private_key"] = json!(private_key);
        Ok(json!({ "keypair": shown }))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let user_id = self.user_of_query(&request, DELETE)?;
        let name = request.arg("id");
        Ok(self.api.delete_key_pair(request.context()?, &user_id, name).await?)
    }

    /// Whose key pairs the query string is about; of several users, the first.
    fn user_of_query(&self, request: &ApiRequest, rule: &str) -> Result<String, ApiError> {
        self.user(request, rule, values(&request.query, "user_id").next())
    }

    /// Whose key pairs the request is about: the caller's own, or since 2.10 those of a user
    /// `named` in it, whom the caller has to be, or to be let at by `rule`.
    fn user(
        &self,
        request: &ApiRequest,
        rule: &str,
        named: Option<&str>,
    ) -> Result<String, ApiError> {
        let context = request.context()?;
        let named = named.filter(|user_id| !user_id.is_empty() && is_for(request, USER_ID));
        let target = match named {
            Some(user_id) => Target { user_id: Some(user_id.into()), ..Target::of(context) },
            None => Target::of(context),
        };
        self.policy.authorize(context, rule, &target)?;
        Ok(target.user_id.unwrap_or_default())
    }
}
