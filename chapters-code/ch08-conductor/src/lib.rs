//! Why compute has no hand on the database: who has one, and how the others are served.
//!
//! A compute service runs strangers' guests. If one of them breaks out, the host is lost; it
//! shall not take the cloud's database with it. So the API, the scheduler and the conductor have
//! a [`Db`], and a compute service has a [`ConductorManager`] to ask. Both are the same
//! [`Store`](nova_objects::Store), and nobody who uses one can tell.
//!
//! # Layout
//!
//! - [`db`]: a database is opened, and the one place through which each statement goes.
//! - `store`: the five verbs, each a statement.
//! - `statement`, `conditions`: how a statement's text comes about, and what is bound to it.
//! - `table`, `models`: what the tables are, as data: the only names that stand in a statement.
//! - `cell`: a field's value as a column holds it.
//! - `sqlite`, `postgres`: the back ends: connections, binding, reading, and what is spelled
//!   differently there. `postgres` needs the feature of that name.
//! - `migrations`: how a database gets its tables, and `migrations/*.sql`, what they are.
//! - `outcome`: what a trace shows of a statement.
//! - [`error`]: what can go wrong with a database.
//! - [`manager`]: the conductor's RPC methods.
//! - `host_store`: which rows a compute service may change.
//! - [`periodic_tasks`]: who looks after servers that nobody builds any more, or whose host died.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`Db`] | `nova/db/sqlalchemy/api.py` |
//! | `models` | `nova/db/sqlalchemy/models.py` |
//! | a save that expects a state | `nova/db/sqlalchemy/api.py` `_instance_update`, `update_on_match` |
//! | `migrations` | `nova/db/sqlalchemy/migrate_repo/versions/216_havana.py` |
//! | [`PeriodicTasks`] | `nova/compute/manager.py` `_check_instance_build_time`, `init_host` |
//! | [`ConductorManager`] | `nova/conductor/manager.py` `ConductorManager` |

mod cell;
mod conditions;
pub mod db;
pub mod error;
mod host_store;
pub mod manager;
mod migrations;
mod models;
mod outcome;
pub mod periodic_tasks;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;
mod statement;
mod store;
mod table;

pub use db::Db;
pub use error::DbError;
pub use manager::ConductorManager;
pub use periodic_tasks::{Patience, PeriodicTasks};
