//! OpenStack Nova, rebuilt small: the stages of the book, in one process.
//!
//! Each stage is a crate, and a chapter of the book; here they are plugged into each other. A
//! [`Cloud`] is the whole house: the API, a scheduler, a conductor, compute services and an image
//! service, over real HTTP and a message bus in memory.
//!
//! ```
//! # async fn example() -> Result<(), mini_nova::Error> {
//! use mini_nova::{Cloud, Conf};
//!
//! let cloud = Cloud::builder(Conf::default()).free_ports().start().await?;
//! println!("ask {}/servers", cloud.compute_endpoint());
//! cloud.stop().await;
//! # Ok(()) }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # Layout
//!
//! - [`cloud`]: everything started in the right order, and stopped in the reverse.
//! - [`process`]: one of its services in a process of its own; `flow_relay`: what several saw;
//!   `flow_service`: who tells it; `collector`: who tells others.
//! - `api`: the API and its neighbours.
//! - [`ports`], `http_service`: where its services answer.
//! - [`wiring`]: which promise of one stage is kept by which other.
//! - [`mod@installed`]: which crates' filters, extensions and drivers there are.
//! - [`conf`]: what `nova.conf` may say.
//! - [`cli`]: the command line.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`Cloud`] | `nova/cmd/all.py` |
//! | [`Process`] | `nova/cmd/api.py`, `scheduler.py`, `conductor.py`, `compute.py` |
//! | [`Installed`] | `setup.cfg` `[entry_points]` |
//! | [`Conf`] | `nova/conf`, and `nova.conf` |

mod api;
pub mod cli;
pub mod cloud;
mod collector;
pub mod conf;
pub mod error;
mod flow_relay;
mod flow_service;
mod http_service;
pub mod installed;
pub mod ports;
pub mod process;
pub mod wiring;

pub use cloud::{Cloud, CloudBuilder};
pub use conf::Conf;
pub use error::Error;
pub use installed::Installed;
pub use ports::Neighbours;
pub use process::Process;

/// The default paste file.
pub const API_PASTE: &str = include_str!("../etc/api-paste.ini");

/// The default rules of who may do what.
pub const POLICY: &str = include_str!("../etc/policy.json");
