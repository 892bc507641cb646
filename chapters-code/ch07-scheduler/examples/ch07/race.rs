//! Two schedulers choose the same host, which has room for one. The second one's message is slow:
//! when it arrives, the first one's instance is there already.

use crate::rows::one;
use async_trait::async_trait;
use nova_compute::{
    ComputeManager, ComputeService, FakeDriver, Hypervisor, Options as ComputeOptions, Peers,
    Resources,
};
use nova_objects::{sockets::RunInstance, *};
use nova_rpc::{
    MemoryTransport, RpcClient, RpcServer, RunningServer, Target, Transport,
    rpcapi::{ComputeAPI, SchedulerAPI},
};
use nova_scheduler::{FILTERS, Options, SchedulerManager, WEIGHERS};
use nova_traces::{FlowLayer, Flows, Style, text::text};
use serde_json::Value;
use std::{error::Error, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::sleep};
use tracing_subscriber::prelude::*;

/// The other way to the hosts: a message passes when somebody opens the gate.
struct Slow {
    rpc: ComputeAPI,
    gate: Arc<Semaphore>,
}

#[async_trait]
impl ComputeRpc for Slow {
    async fn cast(
        &self,
        context: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Result<(), RemoteError> {
        let _passed = self.gate.acquire().await;
        self.rpc.cast(context, host, method, args).await
    }

    async fn call(
        &self,
        context: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Result<Value, RemoteError> {
        self.rpc.call(context, host, method, args).await
    }
}

pub(crate) async fn show() -> Result<(), Box<dyn Error>> {
    let flows = Flows::default();
    tracing_subscriber::registry().with(FlowLayer::new(flows.clone())).init();
    let (rows, transport) = (Arc::<MemoryStore>::default(), Arc::<MemoryTransport>::default());
    let gate = Arc::new(Semaphore::new(0));
    let fast = Arc::new(ComputeAPI::new(transport.clone()));
    let slow = Arc::new(Slow { rpc: ComputeAPI::new(transport.clone()), gate: gate.clone() });
    let _schedulers = [
        scheduler("scheduler-1", &rows, &transport, fast).await?,
        scheduler("scheduler-2", &rows, &transport, slow).await?,
    ];
    let _hosts = [
        host("host-1", 2048, &rows, &transport).await?,
        host("host-2", 1536, &rows, &transport).await?,
    ];

    let second = boot("scheduler-2", "req-2", &rows, &transport).await?;
    sleep(Duration::from_millis(50)).await;
    let first = boot("scheduler-1", "req-1", &rows, &transport).await?;
    active(&first, &rows).await?;
    gate.add_permits(1);
    active(&second, &rows).await?;
    for request in ["req-1", "req-2"] {
        let flow = settled(&flows, request).await;
        println!("{}", text(&flow, Style { color: false, ascii: false, times: false }));
    }
    Ok(())
}

type Rows = Arc<MemoryStore>;
type Wire = Arc<MemoryTransport>;

async fn scheduler(
    name: &str,
    rows: &Rows,
    transport: &Wire,
    compute: Arc<dyn ComputeRpc>,
) -> Result<RunningServer, Box<dyn Error>> {
    let manager =
        SchedulerManager::new(rows.clone(), compute, FILTERS, WEIGHERS, &Options::default())?;
    let target = Target::topic("scheduler").server(name);
    let server = RpcServer::new(transport.clone(), target, name);
    Ok(server.endpoint(Arc::new(manager).endpoint()).start().await?)
}

async fn host(
    name: &str,
    memory_mb: i64,
    rows: &Rows,
    transport: &Wire,
) -> Result<(RunningServer, ComputeService), Box<dyn Error>> {
    let driver = FakeDriver::new(Resources { memory_mb, ..Resources::fake(name) });
    let peers = Peers::on(transport.clone(), rows.clone(), Arc::<MemoryImages>::default());
    let scheduler = Arc::new(to("scheduler-2", transport));
    // Memory is promised once: there is room for one, and no more.
    let options = ComputeOptions {
        host: name.into(),
        ram_allocation_ratio: 1.0,
        ..ComputeOptions::default()
    };
    let driver = Hypervisor::new("FakeDriver", Arc::new(driver));
    let manager = ComputeManager::new(driver, Peers { scheduler, ..peers }, options);
    let service = ComputeService::start(manager.clone()).await?;
    let lane = format!("compute.{name}");
    let server = RpcServer::new(transport.clone(), manager.target(), &lane);
    Ok((server.endpoint(manager.endpoint()).start().await?, service))
}

fn to(scheduler: &str, transport: &Wire) -> SchedulerAPI {
    let target = Target::topic("scheduler").server(scheduler).version("4.3");
    SchedulerAPI::over(RpcClient::new(Arc::clone(transport) as Arc<dyn Transport>, target))
}

/// Asks one scheduler for a place, and gives the uuid of the instance.
async fn boot(
    scheduler: &str,
    request_id: &str,
    rows: &Rows,
    transport: &Wire,
) -> Result<String, Box<dyn Error>> {
    let context =
        RequestContext { request_id: request_id.into(), ..RequestContext::new("ann", "demo") };
    let flavor = Flavor::new("9", "m1.one", 1024, 1, 1);
    let instance = Instance::building("demo", "ann", request_id, flavor.clone());
    let instance = instance.create(&**rows, &context).await?;
    let uuid = instance.uuid.clone();
    let (request_spec, filter_properties) = (one(flavor), FilterProperties::default());
    let args = RunInstance { instances: vec![instance], request_spec, filter_properties };
    to(scheduler, transport).run_instance(&context, args).await?;
    Ok(uuid)
}

async fn active(uuid: &str, rows: &Rows) -> Result<(), StoreError> {
    while Instance::get(&**rows, &RequestContext::admin(), uuid).await?.vm_state != VmState::Active
    {
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

async fn settled(flows: &Flows, request: &str) -> nova_traces::Flow {
    while !flows.flow(request).is_settled() {
        sleep(Duration::from_millis(5)).await;
    }
    flows.flow(request)
}
