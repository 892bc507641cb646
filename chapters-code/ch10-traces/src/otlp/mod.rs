//! Flows for any collector of OpenTelemetry, over OTLP.
//!
//! A segment that is over becomes spans, one for each hop: [`Exporter`] sends them in batches, as
//! protobuf over HTTP (`POST /v1/traces`). The trace id and the ids of departures are those that
//! travelled in `traceparent`; so what several processes send fits together at the collector, and
//! with what clients and neighbours send that know nothing of mini-nova.
//!
//! A collector knows the service by the lane: `api` is `nova-api`, `compute.host-1` is
//! `nova-compute` on the host `host-1`, a neighbour is itself. A span takes the names of the
//! semantic conventions of OpenTelemetry (1.42) where they have one:
//!
//! | hop | kind of span | its name | its attributes |
//! |---|---|---|---|
//! | `http` | SERVER | `POST /v2.1/servers` | `http.request.method`, `http.route`, `http.response.status_code`, `url.path`, `url.scheme` |
//! | `rest` | CLIENT | `GET glance` | `http.request.method`, `http.response.status_code`, `url.path`, `service.peer.name` |
//! | `call` | CLIENT | `conductor/object_action` | `rpc.system.name`, `rpc.method`, `messaging.destination.name` |
//! | `cast`, `fanout` | PRODUCER | `cast scheduler/run_instance` | the same, `messaging.operation.name` and `.type` |
//! | `rpc`, awaited | SERVER | `conductor/object_action` | `rpc.system.name`, `rpc.method` |
//! | `rpc`, not awaited | CONSUMER | `scheduler/run_instance` | the same, `messaging.operation.name` and `.type` |
//! | `db` | CLIENT | `SELECT flavors` | `db.system.name`, `db.operation.name`, `db.collection.name`, `db.query.text` |
//! | `urlmap`, `filter`, `route` | INTERNAL | `urlmap /v2.1`, `filter cors`, `ServersController.create` | |
//! | `filters`, `weighers`, `claim`, `driver` | INTERNAL | as in the flow | `nova.data`: what each filter and weigher said |
//!
//! All have `code.file.path` and `code.line.number`, `nova.kind`, `nova.request_id`, and
//! `nova.outcome` where the flow shows one. A hop that failed has the status ERROR, and the class
//! in `error.type`; so has a request that was answered with 500 or more, and one of ours that a
//! neighbour answered with 400 or more. (`rpc.service` and `rpc.system`, which older texts name,
//! are deprecated: the service stands in `rpc.method`.)
//!
//! The crate `tracing-opentelemetry` would send the same spans with less code of ours, but under
//! ids of its own: it gives each span one when it makes it, and nobody can name another. Ours are
//! on the wire by then. So this module makes the messages itself.

mod exporter;
mod names;
mod spans;

pub use exporter::{Exporter, NotAnEndpoint};
