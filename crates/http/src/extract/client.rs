//! Where a request came from, as far as it can be believed, and how often it may ask.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use dayshelf_wire::problem::Problem;

use crate::app::App;
use crate::no::No;

/// The other end of the connection; put into every request where connections are accepted.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The client's address.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
        let trusted = |address: &IpAddr| app.config.trusted_proxies.contains(&address.to_canonical());
        if !trusted(&peer) {
            return Ok(Self(peer));
        }
        // The last address that no trusted proxy wrote about itself; whatever stands before it is hearsay.
        let lines = parts.headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let hops: Vec<IpAddr> =
            lines.flat_map(|line| line.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
        Ok(Self(hops.into_iter().rev().find(|hop| !trusted(hop)).unwrap_or(peer)))
    }
}

impl Client {
    /// Lets a request that claims units pass, or says when to come back.
    ///
    /// # Errors
    /// When this address has asked too often.
    pub fn may_claim(&self, app: &App) -> Result<(), No> {
        app.buckets
            .take(self.0, std::time::Instant::now())
            .map_err(|seconds| Problem::rate_limited(seconds).into())
    }
}
