//! Messages between services, over a real RabbitMQ.
//!
//! `MINI_NOVA_TEST_AMQP` is its address, and the feature `amqp` has to be on. `MINI_NOVA_OSLO_PYTHON`
//! is a Python that has oslo.messaging. What is missing is skipped, except in CI, where it is a
//! failure.

#[cfg(test)]
#[cfg(feature = "amqp")]
mod broker;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod faults;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod interop_client;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod interop_server;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod proxy;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod python;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod stopping;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod wire;

#[cfg(not(feature = "amqp"))]
#[test]
fn without_the_feature_there_is_nothing_to_test() {
    eprintln!("skipped: the feature amqp is off");
}
