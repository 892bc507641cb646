//! What this process sees of requests, for a collector of OpenTelemetry (`[flow] otlp_endpoint`).

use crate::{Conf, Error};
use nova_traces::FlowLayer;
#[cfg(feature = "otlp")]
use {crate::conf::Endpoint, nova_traces::otlp::Exporter};

/// A collector that is told.
pub(crate) struct Collector {
    #[cfg(feature = "otlp")]
    exporter: Exporter,
    #[cfg(feature = "otlp")]
    endpoint: String,
}

impl Collector {
    /// The collector that `conf` names, if it names one, with the layer that tells it. What belongs
    /// to no service is shown as a part of `lane`.
    ///
    /// # Errors
    ///
    /// This binary can reach none.
    #[cfg(feature = "otlp")]
    pub(crate) fn join(
        conf: &Conf,
        lane: &str,
        layer: FlowLayer,
    ) -> Result<(FlowLayer, Option<Self>), Error> {
        let Some(Endpoint(endpoint)) = conf.flow.otlp_endpoint.clone() else {
            return Ok((layer, None));
        };
        let exporter = Exporter::start(&endpoint, lane)?;
        Ok((layer.telling(exporter.taker()), Some(Self { exporter, endpoint })))
    }

    /// The same, where there is nobody who could reach one.
    #[cfg(not(feature = "otlp"))]
    pub(crate) fn join(
        conf: &Conf,
        _lane: &str,
        layer: FlowLayer,
    ) -> Result<(FlowLayer, Option<Self>), Error> {
        match conf.flow.otlp_endpoint {
            None => Ok((layer, None)),
            Some(_) => Err(Error::NoOtlp),
        }
    }

    /// Sends the last, if it is taken soon; and says so if not all was.
    #[cfg(feature = "otlp")]
    pub(crate) async fn stop(self) -> Result<(), String> {
        match self.exporter.stop().await {
            0 => Ok(()),
            lost => Err(format!("{} did not take {lost} parts of what was seen", self.endpoint)),
        }
    }

    /// There is none.
    #[cfg(not(feature = "otlp"))]
    #[expect(clippy::unused_async, reason = "as with the feature")]
    pub(crate) async fn stop(self) -> Result<(), String> {
        Ok(())
    }
}
