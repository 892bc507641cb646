//! One service a process, over a real RabbitMQ.
//!
//! `MINI_NOVA_TEST_AMQP` is its address, and the feature `amqp` has to be on. What is missing is
//! skipped, except in CI, where it is a failure. So are the stories over PostgreSQL, with the feature
//! `postgres` and `MINI_NOVA_TEST_POSTGRES`, and those for a collector of OpenTelemetry, with the
//! feature `otlp` and `MINI_NOVA_OTLP_PYTHON`.

#[cfg(test)]
#[cfg(feature = "amqp")]
mod cloud;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod flow;
#[cfg(test)]
#[cfg(all(feature = "amqp", feature = "libvirt"))]
mod guests;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod kill;
#[cfg(test)]
#[cfg(all(feature = "amqp", feature = "otlp"))]
mod otlp;
#[cfg(test)]
#[cfg(all(feature = "amqp", feature = "postgres"))]
mod postgres;
#[cfg(test)]
#[cfg(all(feature = "amqp", feature = "otlp"))]
#[path = "../otlp/receiver.rs"]
mod receiver;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod schedulers;
#[cfg(test)]
#[cfg(all(feature = "amqp", feature = "postgres"))]
#[path = "../../chapters-code/ch08-conductor/tests/conductor/scratch.rs"]
mod scratch;
#[cfg(test)]
#[cfg(all(feature = "amqp", feature = "otlp"))]
#[path = "../otlp/trace.rs"]
mod trace;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod tripwire;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod writers;

#[cfg(not(feature = "amqp"))]
#[test]
fn without_the_feature_there_is_one_process() {
    eprintln!("skipped: the feature amqp is off");
}
