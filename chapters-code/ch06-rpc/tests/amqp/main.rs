//! Messages between services, over a real RabbitMQ.
//!
//! `MINI_NOVA_TEST_AMQP` is its address, and the feature `amqp` has to be on. `MINI_NOVA_OSLO_PYTHON`
//! is a Python that has oslo.messaging. What is missing is skipped, except in CI, where it is a
//! failure.

#[cfg(all(test, feature = "amqp"))]
mod broker;
#[cfg(all(test, feature = "amqp"))]
mod faults;
#[cfg(all(test, feature = "amqp"))]
mod interop_client;
#[cfg(all(test, feature = "amqp"))]
mod interop_server;
#[cfg(all(test, feature = "amqp"))]
mod proxy;
#[cfg(all(test, feature = "amqp"))]
mod python;
#[cfg(all(test, feature = "amqp"))]
mod wire;

#[cfg(not(feature = "amqp"))]
#[test]
fn without_the_feature_there_is_nothing_to_test() {
    eprintln!("skipped: the feature amqp is off");
}
