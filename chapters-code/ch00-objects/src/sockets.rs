//! What a stage asks of a later one.
//!
//! The API of chapter 5 has to reach a scheduler, the compute services and the image service,
//! but it is built before they are. So it says here what it needs, and chapters 6 and 11 keep
//! the promise. (`nova/scheduler/rpcapi.py`, `nova/compute/rpcapi.py`, `nova/image/api.py`.)

use crate::{
    FilterProperties, ImageMeta, Instance, Limits, RemoteError, RequestContext, RequestSpec,
    Selection, Tracked,
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

/// A compute service, as the API and the scheduler reach it: always the one on a given host.
#[async_trait]
pub trait ComputeRpc: Send + Sync {
    /// Claim the resources on `host` and make the guest. Returns once the message is sent.
    async fn build_and_run_instance(
        &self,
        context: &RequestContext,
        host: &str,
        args: BuildAndRunInstance,
    ) -> Result<(), RemoteError>;

    /// Switch the guest on. Returns once the message is sent.
    async fn start_instance(
        &self,
        context: &RequestContext,
        host: &str,
        args: OneInstance,
    ) -> Result<(), RemoteError>;

    /// Switch the guest off. Returns once the message is sent.
    async fn stop_instance(
        &self,
        context: &RequestContext,
        host: &str,
        args: OneInstance,
    ) -> Result<(), RemoteError>;

    /// Remove the guest and give its resources back. Returns once the message is sent.
    async fn terminate_instance(
        &self,
        context: &RequestContext,
        host: &str,
        args: OneInstance,
    ) -> Result<(), RemoteError>;
}

/// The arguments of [`ComputeRpc::build_and_run_instance`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BuildAndRunInstance {
    /// What is to be built.
    pub instance: Tracked<Instance>,
    /// What it needs: for the scheduler, should this host have to decline.
    pub request_spec: RequestSpec,
    /// What is known of this attempt: likewise.
    pub filter_properties: FilterProperties,
    /// The hypervisor chosen.
    pub node: String,
    /// How much that hypervisor may promise.
    pub limits: Limits,
}

/// The arguments of the methods that need nothing but an instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OneInstance {
    /// The instance.
    pub instance: Tracked<Instance>,
}

/// The image service.
#[async_trait]
pub trait ImageApi: Send + Sync {
    /// What it knows of the image `image_id`; `None` if it has no such image.
    ///
    /// # Errors
    ///
    /// The image service could not be reached, or did not answer as one.
    async fn get(
        &self,
        context: &RequestContext,
        image_id: &str,
    ) -> Result<Option<ImageMeta>, RemoteError>;
}
