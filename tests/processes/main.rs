//! One service a process, over a real RabbitMQ.
//!
//! `MINI_NOVA_TEST_AMQP` is its address, and the feature `amqp` has to be on. What is missing is
//! skipped, except in CI, where it is a failure.

#[cfg(test)]
#[cfg(feature = "amqp")]
mod cloud;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod flow;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod kill;
#[cfg(test)]
#[cfg(feature = "amqp")]
mod tripwire;

#[cfg(not(feature = "amqp"))]
#[test]
fn without_the_feature_there_is_one_process() {
    eprintln!("skipped: the feature amqp is off");
}
