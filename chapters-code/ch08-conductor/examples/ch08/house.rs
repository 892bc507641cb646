//! A database, a conductor in front of it, and who talks to that.

use nova_conductor::{ConductorManager, Db};
use nova_objects::{Flavor, Instance, NovaObject, RequestContext, TaskState};
use nova_rpc::{
    MemoryTransport, MessagingError, RpcClient, RpcServer, RunningServer, Target, Transport,
    rpcapi::conductor::{ConductorAPI, TOPIC, VERSION},
};
use std::sync::Arc;

pub(crate) struct House {
    transport: Arc<dyn Transport>,
    server: RunningServer,
}

impl House {
    /// Starts a conductor in front of `db`.
    pub(crate) async fn new(db: &Db) -> Result<Self, MessagingError> {
        let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
        let manager = Arc::new(ConductorManager::new(Arc::new(db.clone())));
        let target = Target::topic(TOPIC).server("controller");
        let server = RpcServer::new(Arc::clone(&transport), target, "conductor");
        let server = server.endpoint(manager.endpoint()).start().await?;
        Ok(Self { transport, server })
    }

    /// The rows, as the compute service on `host` has them.
    pub(crate) fn conductor(&self, host: &str) -> ConductorAPI {
        ConductorAPI::new(Arc::clone(&self.transport), host)
    }

    /// Whoever writes messages by hand.
    pub(crate) fn client(&self) -> RpcClient {
        RpcClient::new(Arc::clone(&self.transport), Target::topic(TOPIC).version(VERSION))
    }

    pub(crate) async fn close(self) {
        self.server.stop().await;
    }
}

/// Who asks: an administrator, as a compute service is one for itself.
pub(crate) fn context() -> RequestContext {
    RequestContext { request_id: "req-1".into(), ..RequestContext::admin() }
}

/// An instance that is being built, on `host`.
pub(crate) fn instance(uuid: &str, host: Option<&str>) -> Instance {
    let instance = Instance::building("demo", "ann", uuid, Flavor::new("9", "m1.one", 1024, 1, 1));
    Instance { uuid: uuid.into(), host: host.map(str::to_owned), ..instance }
}

/// What the row of the instance `uuid` says: `building, scheduling, on no host`.
pub(crate) async fn row(db: &Db, uuid: &str) -> Result<String, nova_objects::StoreError> {
    let row = Instance::get(db, &context().reading_deleted(), uuid).await?;
    let task = row.task_state.map_or("no task", TaskState::as_str);
    Ok(format!("{}, {task}, on {}", row.vm_state, row.host.as_deref().unwrap_or("no host")))
}
