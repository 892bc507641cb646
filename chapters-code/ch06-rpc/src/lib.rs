//! Leaving the process: call, cast, fanout.
//!
//! The services of Nova run in processes of their own, on many hosts, and speak to each other in
//! messages. A *call* waits for the answer, a *cast* does not, a *fanout* is a cast to everybody
//! of a kind. A message says which method is to run; who answers to it is found by topic, by
//! server, by namespace and by version. What a broker sees of it are bytes, and they are the
//! bytes that Python's oslo.messaging writes.
//!
//! A manager lists the methods that can be called from outside, on one screen:
//!
//! ```
//! use nova_objects::{RemoteError, RequestContext};
//! use nova_rpc::{Endpoint, MemoryTransport, RpcClient, RpcServer, Target, Transport};
//! use serde::{Deserialize, Serialize};
//! use std::sync::Arc;
//!
//! struct Manager;
//!
//! #[derive(Serialize, Deserialize)]
//! struct Add {
//!     a: i64,
//!     b: i64,
//! }
//!
//! impl Manager {
//!     /// What can be called from outside.
//!     fn endpoint(self: Arc<Self>) -> Endpoint<Self> {
//!         Endpoint::new(self, "1.5").method("add", Self::add)
//!     }
//!
//!     async fn add(self: Arc<Self>, _: RequestContext, args: Add) -> Result<i64, RemoteError> {
//!         Ok(args.a + args.b)
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
//! let host_1 = Target::topic("adder").server("host-1");
//! let server = RpcServer::new(Arc::clone(&transport), host_1, "adder.host-1")
//!     .endpoint(Arc::new(Manager).endpoint())
//!     .start()
//!     .await?;
//!
//! let client = RpcClient::new(transport, Target::topic("adder").version("1.0"));
//! let context = RequestContext::admin();
//! let sum: i64 = client.call(&context, "add", &Add { a: 2, b: 3 }).await?;
//! assert_eq!(sum, 5);
//!
//! client.prepare().server("host-1").cast(&context, "add", &Add { a: 1, b: 1 }).await?;
//! client.prepare().fanout().cast(&context, "add", &Add { a: 1, b: 1 }).await?;
//! server.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Layout
//!
//! - [`target`], [`transport`]: who a message is for, and what carries it; [`memory`] is the
//!   smallest carrier.
//! - [`rabbit`]: what may be said of RabbitMQ. With the feature `amqp`, the module `amqp` speaks
//!   with it.
//! - [`client`], [`endpoint`], [`server`]: sending, the list of methods, receiving. Behind the
//!   server, `dispatcher` finds and runs the method; behind the client, `replies` knows who
//!   waits for what.
//! - [`message`], [`failure`], [`envelope`]: a request, a reply, an error, and what is put around
//!   them, to the byte. `duplicates` and `version` are two small rules of the receiver.
//! - [`rpcapi`]: the scheduler, the computes and the conductor, as the others reach them.
//! - [`object_action`], [`object_class_action`]: how the five verbs of a
//!   [`Store`](nova_objects::Store) travel to the conductor.
//! - [`heartbeat`]: how a service says that it is alive.
//! - [`error`]: what goes wrong in messaging itself.
//!
//! # In Nova
//!
//! | here | nova 13.0.0, oslo.messaging |
//! |---|---|
//! | [`RpcClient`] | `nova/rpc.py` `get_client`; `oslo_messaging/rpc/client.py` `RPCClient` |
//! | [`RpcServer`] | `nova/rpc.py` `get_server`; `oslo_messaging/rpc/server.py` `RPCServer` |
//! | [`Endpoint`] | the managers themselves; `oslo_messaging/rpc/dispatcher.py` |
//! | [`Target`] | `oslo_messaging/target.py` `Target` |
//! | [`Transport`] | `oslo_messaging/_drivers/base.py` `BaseDriver` |
//! | [`MemoryTransport`] | `oslo_messaging/_drivers/impl_fake.py` `FakeDriver` |
//! | `AmqpTransport`, [`RabbitOptions`] | `oslo_messaging/_drivers/impl_rabbit.py` `RabbitDriver` |
//! | [`Failure`] | `oslo_messaging/_drivers/common.py` `serialize_remote_exception` |
//! | [`rpcapi`] | `nova/{scheduler,compute,conductor}/rpcapi.py` |
//! | [`ObjectAction`] | `nova/objects/base.py` `remotable` |

#[cfg(feature = "amqp")]
pub mod amqp;
pub mod client;
mod dispatcher;
mod duplicates;
pub mod endpoint;
pub mod envelope;
pub mod error;
pub mod failure;
pub mod heartbeat;
pub mod memory;
pub mod message;
pub mod object_action;
pub mod object_class_action;
pub mod rabbit;
mod replies;
pub mod rpcapi;
pub mod server;
pub mod target;
pub mod transport;
mod version;

#[cfg(feature = "amqp")]
pub use amqp::AmqpTransport;
pub use client::{RPC_RESPONSE_TIMEOUT, RpcClient};
pub use endpoint::Endpoint;
pub use error::MessagingError;
pub use failure::Failure;
pub use heartbeat::Heartbeat;
pub use memory::MemoryTransport;
pub use message::{MessageContext, Reply, ReplyTo, Request, Sender};
pub use object_action::{Action, ObjectAction, ObjectActionReply};
pub use object_class_action::{ClassAction, ObjectClassAction};
pub use rabbit::RabbitOptions;
pub use server::{EXECUTOR_POOL_SIZE, GRACEFUL_SHUTDOWN_TIMEOUT, RpcServer, RunningServer};
pub use target::Target;
pub use transport::{Address, Consumer, Transport};
