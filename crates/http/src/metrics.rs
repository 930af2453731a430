//! What is measured about serving. No id of anybody's things is ever a label.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the buckets, in seconds.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Served {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
}

/// The measures and where they are read.
pub(crate) struct Metrics {
    registry: Registry,
    served: Family<Served, Counter>,
    seconds: Family<Asked, Histogram>,
    /// Live streams that are open.
    pub streams: Gauge,
    /// Connections that are open.
    pub connections: Gauge,
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("dayshelf_http");
        let served = Family::<Served, Counter>::default();
        let seconds = Family::<Asked, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let (streams, connections) = (Gauge::default(), Gauge::default());
        registry.register("requests", "Requests that were answered", served.clone());
        registry.register_with_unit(
            "answer",
            "From a request's head to its answer's",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("live_streams", "Live streams that are open", streams.clone());
        registry.register("connections", "Connections that are open", connections.clone());
        Self { registry, served, seconds, streams, connections }
    }

    /// Counts an answer.
    pub fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let asked = Asked { method, route: route.to_owned() };
        self.seconds.get_or_create(&asked).observe(took.as_secs_f64());
        let Asked { method, route } = asked;
        self.served.get_or_create(&Served { method, route, status: class(status) }).inc();
    }

    /// Everything in the text form of OpenMetrics.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}

fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// The method as a label; what is none of these is "other", so that labels stay few.
pub(crate) fn method_label(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
