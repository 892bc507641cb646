use crate::{
    FilterProperties, Flavor, ImageMeta, Instance, Limits, Migration, RemoteError, RequestContext,
    RequestSpec, Tracked,
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A compute service, as the API and the scheduler reach it: always the one on a given host.
///
/// The two ways to reach it are all that has to be written; what it can be asked for, under
/// Nova's names, is the same by either.
#[async_trait]
pub trait ComputeRpc: Send + Sync {
    /// Sends a message to `host`, and does not wait for what comes of it.
    async fn cast(
        &self,
        context: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Result<(), RemoteError>;

    /// Sends a message to `host`, and waits for the answer.
    async fn call(
        &self,
        context: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Result<Value, RemoteError>;
}

macro_rules! casts {
    ($($(#[$doc:meta])* $method:ident($args:ident);)+) => {
        /// What changes an instance. Each returns once the message is sent.
        impl dyn ComputeRpc {
            $($(#[$doc])*
            ///
            /// # Errors
            ///
            /// The message could not be sent.
            pub async fn $method(
                &self,
                context: &RequestContext,
                host: &str,
                args: $args,
            ) -> Result<(), RemoteError> {
                self.cast(context, host, stringify!($method), written(&args)?).await
            })+
        }
    };
}

casts! {
    /// Claim the resources and make the guest.
    build_and_run_instance(BuildAndRunInstance);
    /// Switch the guest on.
    start_instance(OneInstance);
    /// Switch the guest off.
    stop_instance(OneInstance);
    /// Start the guest anew.
    reboot_instance(RebootInstance);
    /// Hold the guest, with its memory where it is.
    pause_instance(OneInstance);
    /// Let a held guest go on.
    unpause_instance(OneInstance);
    /// Write the guest's memory down, and switch it off.
    suspend_instance(OneInstance);
    /// Let a guest go on whose memory was written down.
    resume_instance(OneInstance);
    /// Make the guest again, from an image.
    rebuild_instance(RebuildInstance);
    /// Claim the resources of a new size, and have the guest moved here.
    prep_resize(PrepResize);
    /// Send the guest to the host that has claimed the resources of its new size.
    resize_instance(ResizeInstance);
    /// Start the guest that has arrived, in its new size.
    finish_resize(FinishResize);
    /// Remove what a resize has left at the guest's old place.
    confirm_resize(MigratedInstance);
    /// Bring a resized guest back to its old place.
    revert_resize(MigratedInstance);
    /// Start the guest again at its old place, in its old size.
    finish_revert_resize(MigratedInstance);
    /// Fill an image from the guest's disk.
    snapshot_instance(SnapshotInstance);
    /// Remove the guest and give its resources back.
    terminate_instance(OneInstance);
    /// Switch the guest off, to be removed or restored later.
    soft_delete_instance(OneInstance);
    /// Switch a soft-deleted guest on again.
    restore_instance(OneInstance);
}

/// What waits for the answer. All but the first change nothing.
impl dyn ComputeRpc {
    /// Remove what a resize has left at the guest's old place, and say when that is done
    /// (`confirm_resize(cast=False)`): for who is about to delete the guest.
    ///
    /// # Errors
    ///
    /// The host does not answer, or could not.
    pub async fn confirm_resize_and_wait(
        &self,
        context: &RequestContext,
        host: &str,
        args: MigratedInstance,
    ) -> Result<(), RemoteError> {
        self.call(context, host, "confirm_resize", written(&args)?).await.map(drop)
    }

    /// The last lines that the guest wrote to its console.
    ///
    /// # Errors
    ///
    /// The host does not answer, or has no such guest, or the guest no console.
    pub async fn get_console_output(
        &self,
        context: &RequestContext,
        host: &str,
        args: GetConsoleOutput,
    ) -> Result<String, RemoteError> {
        read(self.call(context, host, "get_console_output", written(&args)?).await?)
    }

    /// Where the guest's screen can be seen: its `url`.
    ///
    /// # Errors
    ///
    /// The host does not answer, or has no such guest, or the guest no screen.
    pub async fn get_vnc_console(
        &self,
        context: &RequestContext,
        host: &str,
        args: GetVncConsole,
    ) -> Result<Value, RemoteError> {
        self.call(context, host, "get_vnc_console", written(&args)?).await
    }

    /// How long the host has been up, as its `uptime` says it.
    ///
    /// # Errors
    ///
    /// The host does not answer, or its driver cannot tell.
    pub async fn get_host_uptime(
        &self,
        context: &RequestContext,
        host: &str,
    ) -> Result<String, RemoteError> {
        read(self.call(context, host, "get_host_uptime", Value::Object(Default::default())).await?)
    }
}

fn written(args: &impl Serialize) -> Result<Value, RemoteError> {
    serde_json::to_value(args).map_err(|error| malformed(&error))
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, RemoteError> {
    serde_json::from_value(answer).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> RemoteError {
    RemoteError::messaging("InvalidRPCMessage", error.to_string())
}

/// The arguments of `build_and_run_instance`.
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

/// The arguments of `reboot_instance`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RebootInstance {
    /// The instance.
    pub instance: Tracked<Instance>,
    /// `SOFT`: ask the guest; `HARD`: do not.
    pub reboot_type: String,
}

/// The arguments of `rebuild_instance`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RebuildInstance {
    /// The instance, with its new image.
    pub instance: Tracked<Instance>,
    /// The new image.
    pub image_ref: String,
    /// The one it had before.
    pub orig_image_ref: String,
}

/// The arguments of `prep_resize`, for the scheduler and for the host that it chooses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrepResize {
    /// The instance, as it is.
    pub instance: Tracked<Instance>,
    /// The size that it is to have.
    pub flavor: Flavor,
    /// What that needs.
    pub request_spec: RequestSpec,
    /// What is known of this attempt.
    pub filter_properties: FilterProperties,
}

/// The arguments of `resize_instance`: from the host that a guest goes to, to the one it leaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResizeInstance {
    /// The instance, as it is.
    pub instance: Tracked<Instance>,
    /// Where it goes.
    pub migration: Tracked<Migration>,
    /// The image it was made from.
    pub image: ImageMeta,
    /// The size that it is to have.
    pub flavor: Flavor,
}

/// The arguments of `finish_resize`: from the host that a guest leaves, to the one it goes to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FinishResize {
    /// The instance, in its old size, on its new host.
    pub instance: Tracked<Instance>,
    /// Where it comes from.
    pub migration: Tracked<Migration>,
    /// The image it was made from.
    pub image: ImageMeta,
    /// What the hypervisor that had it says of its disks.
    pub disk_info: String,
}

/// The arguments of `confirm_resize`, `revert_resize` and `finish_revert_resize`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MigratedInstance {
    /// The instance.
    pub instance: Tracked<Instance>,
    /// The move that is to be confirmed or reverted.
    pub migration: Tracked<Migration>,
}

/// The arguments of `snapshot_instance`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnapshotInstance {
    /// The instance.
    pub instance: Tracked<Instance>,
    /// The image that waits for its content.
    pub image_id: String,
}

/// The arguments of `get_console_output`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GetConsoleOutput {
    /// The instance.
    pub instance: Tracked<Instance>,
    /// How many lines; `None`: all there are.
    pub tail_length: Option<i64>,
}

/// The arguments of `get_vnc_console`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GetVncConsole {
    /// `novnc` or `xvpvnc`.
    pub console_type: String,
    /// The instance.
    pub instance: Tracked<Instance>,
}
