use super::PrepResize;
use crate::{
    FilterProperties, Instance, RemoteError, RequestContext, RequestSpec, Selection, Tracked,
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The scheduler, as the API and the compute services reach it.
#[async_trait]
pub trait SchedulerRpc: Send + Sync {
    /// Place these instances and have them built. Returns once the message is sent: whether it
    /// works out is seen in the instances' states.
    async fn run_instance(
        &self,
        context: &RequestContext,
        args: RunInstance,
    ) -> Result<(), RemoteError>;

    /// Choose a host of another size for this instance, and have it moved there. Returns once
    /// the message is sent.
    async fn prep_resize(
        &self,
        context: &RequestContext,
        args: PrepResize,
    ) -> Result<(), RemoteError>;

    /// Choose hosts, do nothing with them, and say which.
    async fn select_destinations(
        &self,
        context: &RequestContext,
        args: SelectDestinations,
    ) -> Result<Vec<Selection>, RemoteError>;
}

/// The arguments of [`SchedulerRpc::run_instance`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunInstance {
    /// What is to be placed; their states say building, scheduling.
    pub instances: Vec<Tracked<Instance>>,
    /// What they need.
    pub request_spec: RequestSpec,
    /// What is known of this attempt.
    pub filter_properties: FilterProperties,
}

/// The arguments of [`SchedulerRpc::select_destinations`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SelectDestinations {
    /// What is needed.
    pub request_spec: RequestSpec,
    /// What is known of this attempt.
    pub filter_properties: FilterProperties,
}
