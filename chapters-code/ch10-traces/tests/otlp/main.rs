//! What a collector of OpenTelemetry gets, and what happens to those who send if it takes nothing.

#![cfg(test)]

#[cfg(feature = "otlp")]
mod collector;
#[cfg(feature = "otlp")]
mod spans;
#[cfg(feature = "otlp")]
mod trouble;

#[cfg(not(feature = "otlp"))]
#[test]
fn without_the_feature_there_is_no_exporter() {
    eprintln!("skipped: the feature otlp is off");
}
