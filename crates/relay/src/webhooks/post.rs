//! One try: sign, post, and what the answer means, or why there was none.

use std::error::Error;
use std::io;
use std::time::Duration;

use dayshelf_core::organiser::Endpoint;
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{Delivery, Trouble};
use dayshelf_wire::webhook::{HEADER_ID, HEADER_SIGNATURE, HEADER_TIMESTAMP, Message};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, StatusCode, redirect};

use super::guard::{Guard, Names, Unfit, Unknown};
use super::kinds::delivery_text;

/// How long a receiver may take, from the name's resolution to the answer's last byte.
const TRY_SPAN: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read at most.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Who we say that we are.
pub(crate) const AGENT: &str = concat!("Dayshelf/", env!("CARGO_PKG_VERSION"));

/// What a try came to, with the status of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver has it.
    Taken(u16),
    /// Not now; the receiver may have asked for time.
    Failed(u16, Option<Span>),
    /// There was no answer. It may have been taken all the same.
    Silent(Trouble),
    /// The receiver never wants anything again.
    Gone,
}

/// The way to the receivers.
pub trait Receiver: Send + Sync + 'static {
    /// Tries a delivery once. `now` is signed.
    fn post<'p>(
        &'p self,
        endpoint: &'p Endpoint,
        delivery: &'p Delivery,
        now: Instant,
    ) -> BoxFuture<'p, Answer>;
}

impl Receiver for Poster {
    fn post<'p>(
        &'p self,
        endpoint: &'p Endpoint,
        delivery: &'p Delivery,
        now: Instant,
    ) -> BoxFuture<'p, Answer> {
        self.try_once(endpoint, delivery, now).boxed()
    }
}

/// Posts. Cheap to clone.
#[derive(Clone)]
pub(super) struct Poster {
    client: Client,
    guard: Guard,
}

impl Poster {
    /// # Errors
    /// When the client can't be made, as without any trusted certificates.
    pub fn new(guard: Guard, span: Option<Duration>) -> Result<Self, reqwest::Error> {
        Self::with_names(guard, Names::of_the_machine(guard), span)
    }

    /// # Errors
    /// As [`Self::new`].
    pub(super) fn with_names(
        guard: Guard,
        names: Names,
        span: Option<Duration>,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self { client: client_with(guard, &names, span.unwrap_or(TRY_SPAN))?, guard })
    }

    pub(super) async fn try_once(&self, endpoint: &Endpoint, delivery: &Delivery, now: Instant) -> Answer {
        let url = match self.guard.check(&endpoint.url) {
            Ok(url) => url,
            Err(unfit) => {
                tracing::info!(endpoint = %endpoint.id, %unfit, "a webhook was not sent");
                return Answer::Silent(Trouble::NotAllowed);
            }
        };
        let id = delivery_text(delivery.id);
        let timestamp = now.0.div_euclid(1_000);
        let message = Message { id: &id, timestamp, body: &delivery.body };
        let signatures =
            format!("{} {}", message.sign(&endpoint.secret.0), message.sign_asymmetric(&endpoint.seed.0));
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, AGENT)
            .header(HEADER_ID, &id)
            .header(HEADER_TIMESTAMP, timestamp)
            .header(HEADER_SIGNATURE, signatures)
            .body(delivery.body.clone());
        match request.send().await {
            Ok(reply) => read(reply).await,
            Err(fault) => {
                match distrusted(&fault) {
                    Some(cause) => {
                        tracing::warn!(endpoint = %endpoint.id, %cause, "a webhook endpoint's certificate is not trusted");
                    }
                    None => tracing::debug!(endpoint = %endpoint.id, %fault, "a webhook got no answer"),
                }
                Answer::Silent(trouble(&fault))
            }
        }
    }
}

/// Why there was no answer. A name that leads inside is told as one that nobody knows: else whoever may write an
/// address could find out which names there are in the server's own network.
pub(crate) fn trouble(fault: &reqwest::Error) -> Trouble {
    let is_refused = |fault: &io::Error| fault.kind() == io::ErrorKind::ConnectionRefused;
    if within::<Unknown>(fault).next().is_some() || within::<Unfit>(fault).next().is_some() {
        Trouble::NameUnknown
    } else if distrusted(fault).is_some() {
        Trouble::NotTrusted
    } else if fault.is_timeout() {
        Trouble::TimedOut
    } else if within::<io::Error>(fault).any(is_refused) {
        Trouble::Refused
    } else {
        Trouble::BrokenOff
    }
}

/// Why the certificate of whom we connected to is not trusted, where that is what was wrong.
fn distrusted(fault: &reqwest::Error) -> Option<&rustls::Error> {
    within(fault).find(|cause| matches!(cause, rustls::Error::InvalidCertificate(_)))
}

/// Every cause of this kind behind a fault. An error of input and output does not name what it has within it as its
/// source.
fn within<C: Error + 'static>(fault: &reqwest::Error) -> impl Iterator<Item = &C> {
    let first: &(dyn Error + 'static) = fault;
    std::iter::successors(Some(first), |cause| behind(*cause)).filter_map(|cause| cause.downcast_ref())
}

fn behind<'e>(cause: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => cause.source(),
    }
}

/// A client that connects only to what the guard lets through, and follows nothing by itself.
///
/// # Errors
/// When it can't be made, as without any trusted certificates.
pub(crate) fn client(guard: Guard, span: Duration) -> Result<Client, reqwest::Error> {
    client_with(guard, &Names::of_the_machine(guard), span)
}

fn client_with(guard: Guard, names: &Names, span: Duration) -> Result<Client, reqwest::Error> {
    // Whoever was first stays: it is the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = || {
        Client::builder()
            .dns_resolver(names.clone())
            // A proxy would resolve names for us, unchecked.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(span)
            .pool_max_idle_per_host(4)
    };
    match builder().build() {
        Err(fault) if guard != Guard::Public => {
            tracing::warn!(%fault, "no trusted certificates: what goes out goes by plain HTTP only");
            builder().tls_certs_only([]).build()
        }
        built => built,
    }
}

async fn read(mut reply: reqwest::Response) -> Answer {
    let status = reply.status();
    let asked = match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => retry_after(&reply),
        _ => None,
    };
    // The rest of a small answer is read so that its connection can be used again.
    let mut left = ANSWER_BYTES_MAX;
    while let Ok(Some(bytes)) = reply.chunk().await {
        match left.checked_sub(bytes.len()) {
            Some(rest) => left = rest,
            None => break,
        }
    }
    if status.is_success() {
        Answer::Taken(status.as_u16())
    } else if status == StatusCode::GONE {
        Answer::Gone
    } else {
        Answer::Failed(status.as_u16(), asked)
    }
}

/// The wait that was asked for, in its form of seconds; a date is read as no wish.
pub(crate) fn retry_after(reply: &reqwest::Response) -> Option<Span> {
    let seconds = reply.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u32>().ok()?;
    Some(Span::seconds(i64::from(seconds)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
mod tests {
    use std::net::{SocketAddr, TcpListener};
    use std::sync::Arc;

    use rcgen::{CertificateParams, KeyPair};
    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection};

    use super::*;

    /// A server of one connection that proves its name with a certificate of its own making.
    fn nobody_knows() -> SocketAddr {
        drop(rustls::crypto::ring::default_provider().install_default());
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let builder = ServerConfig::builder().with_no_client_auth();
        let config = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut shown = ServerConnection::new(Arc::new(config)).unwrap();
            // It ends with the alert of whoever does not trust it.
            drop(shown.complete_io(&mut stream));
        });
        address
    }

    /// What the client says of an address that does not answer.
    async fn silence(span: Duration, url: &str) -> Trouble {
        let client = client(Guard::Anywhere, span).unwrap();
        let fault = client.get(url).send().await.unwrap_err();
        assert_eq!(distrusted(&fault).is_some(), trouble(&fault) == Trouble::NotTrusted, "{fault:?}");
        trouble(&fault)
    }

    /// Why there was no answer is told apart: by the certificate, the port, the name, the time, and what came instead.
    #[tokio::test]
    async fn silence_has_its_reasons() {
        let long = Duration::from_secs(20);
        let secure = format!("https://localhost:{}/", nobody_knows().port());
        assert_eq!(silence(long, &secure).await, Trouble::NotTrusted);
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        for url in [format!("http://{gone}/"), format!("https://{gone}/")] {
            assert_eq!(silence(long, &url).await, Trouble::Refused);
        }
        // A name with such a label is none.
        assert_eq!(silence(long, &format!("http://{}.example/", "a".repeat(64))).await, Trouble::NameUnknown);
        let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", deaf.local_addr().unwrap());
        assert_eq!(silence(Duration::from_millis(50), &url).await, Trouble::TimedOut);
        std::thread::spawn(move || deaf.incoming().for_each(drop));
        assert_eq!(silence(long, &url).await, Trouble::BrokenOff);
    }
}
