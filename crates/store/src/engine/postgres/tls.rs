//! TLS on the way to the server, where its address asks for it.
//!
//! `sslmode=require` is more here than elsewhere: what is not checked keeps nobody out, so the certificate and the name
//! in it are always checked, as with `sslmode=verify-full`. Whom to trust is what the machine trusts, or those in the
//! file that `sslrootcert` names. Without `sslmode` nothing is encrypted. Start at [`wished`].

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

use crate::fault::{FaultKind, StoreFault};

/// What an address says of TLS.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// The address in the library's own words.
    pub address: String,
    /// Nothing goes over the wire in the clear.
    pub encrypted: bool,
    /// The file with whom to trust.
    pub roots: Option<String>,
}

/// Takes from an address what the library has no words for.
pub(super) fn wished(url: &str) -> Result<Wish, StoreFault> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut wish = Wish { address: place.to_owned(), encrypted: false, roots: None };
    let mut rest = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", "require" | "verify-full")) => {
                wish.encrypted = true;
                rest.push("sslmode=require");
            }
            Some(("sslmode", "disable")) => rest.push(pair),
            Some(("sslmode", mode)) => {
                let advice = "sslmode is require, verify-full or disable: what may be encrypted and what is not \
                              checked promises nothing";
                return Err(StoreFault::new(FaultKind::Config, format!("sslmode={mode}: {advice}")));
            }
            Some(("sslrootcert", file)) => wish.roots = Some(file.to_owned()),
            _ => rest.push(pair),
        }
    }
    if wish.roots.is_some() && !wish.encrypted {
        let advice = "sslrootcert says whom to trust, and sslmode does not say that anybody is asked: add sslmode=require";
        return Err(StoreFault::new(FaultKind::Config, advice));
    }
    if !rest.is_empty() {
        wish.address = format!("{place}?{}", rest.join("&"));
    }
    Ok(wish)
}

/// How connections are encrypted.
#[derive(Clone)]
pub(super) struct Tls(TlsConnector);

impl Tls {
    /// With whom to trust: those in a file, or whom the machine trusts.
    pub fn trusting(roots: Option<&str>) -> Result<Self, StoreFault> {
        let cannot = |cause| StoreFault::caused(FaultKind::Config, "TLS can't be set up", cause);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.map_err(cannot)?;
        let config = match roots {
            Some(file) => builder.with_root_certificates(read(file)?).with_no_client_auth(),
            None => builder.with_platform_verifier().map_err(cannot)?.with_no_client_auth(),
        };
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }
}

fn read(file: &str) -> Result<RootCertStore, StoreFault> {
    let cannot = |cause: Box<dyn std::error::Error + Send + Sync>| {
        StoreFault::caused(FaultKind::Config, format!("sslrootcert={file} can't be read"), cause)
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|cause| cannot(cause.into()))? {
        let certificate = certificate.map_err(|cause| cannot(cause.into()))?;
        roots.add(certificate).map_err(|cause| cannot(cause.into()))?;
    }
    if roots.is_empty() { Err(cannot("no certificate is in it".into())) } else { Ok(roots) }
}

/// A connection that is to be made to a server of this name.
pub(super) struct Handshake {
    tls: TlsConnector,
    name: ServerName<'static>,
}

/// A stream that is encrypted.
pub(super) struct Encrypted(tokio_rustls::client::TlsStream<Socket>);

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Encrypted;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Handshake, io::Error> {
        let name = ServerName::try_from(domain.to_owned()).map_err(io::Error::other)?;
        Ok(Handshake { tls: self.0.clone(), name })
    }
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async move { Ok(Encrypted(self.tls.connect(self.name, stream).await?)) })
    }
}

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use dayshelf_testkit::cluster::{Cluster, Durability};
    use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};

    use super::*;
    use crate::cell::Cell;
    use crate::store::{Config, Store};

    const IS_ENCRYPTED: &str = "select count(*) from pg_stat_ssl where pid = pg_backend_pid() and ssl";

    fn wish(url: &str) -> Wish {
        wished(url).unwrap()
    }

    /// An address says what it wants in the words that others have for it, and what promises nothing is refused.
    #[test]
    fn addresses_say_what_they_want() {
        let plain = wish("postgres://ann@db/shop?target_session_attrs=read-write");
        assert_eq!(plain.address, "postgres://ann@db/shop?target_session_attrs=read-write");
        assert!(!plain.encrypted && !wish("postgres://ann@db/shop?sslmode=disable").encrypted);
        let checked =
            wish("postgres://ann@db/shop?sslmode=verify-full&connect_timeout=3&sslrootcert=/etc/ca.pem");
        assert_eq!(checked.address, "postgres://ann@db/shop?sslmode=require&connect_timeout=3");
        assert_eq!((checked.encrypted, checked.roots.as_deref()), (true, Some("/etc/ca.pem")));
        for wrong in ["sslmode=prefer", "sslmode=allow", "sslmode=verify-ca", "sslrootcert=/etc/ca.pem"] {
            assert!(wished(&format!("postgres://ann@db/shop?{wrong}")).is_err(), "{wrong}");
        }
    }

    type Issuer = CertifiedIssuer<'static, KeyPair>;

    fn issuer() -> Issuer {
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// A server's certificate and its key.
    fn of(name: &str, issuer: &Issuer) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, issuer).unwrap().pem(), key.serialize_pem())
    }

    /// What is asked for is encrypted, and a server that can't prove its name, or can't encrypt, is not spoken to.
    #[tokio::test]
    async fn servers_prove_who_they_are() {
        let Some(cluster) = Cluster::start(Durability::Fast) else { return };
        let database = cluster.database();
        let (ours, another) = (issuer(), issuer());
        let trusted = cluster.folder().join("ours.pem");
        std::fs::write(&trusted, ours.pem()).unwrap();
        let stranger = cluster.folder().join("another.pem");
        std::fs::write(&stranger, another.pem()).unwrap();
        let asked = |roots: &std::path::Path| {
            Config::url(format!("{}?sslmode=require&sslrootcert={}", database.url(), roots.display()))
        };
        let is_encrypted = async |store: Store| {
            let rows = store.data.session().query(IS_ENCRYPTED, &[]).await.unwrap();
            rows[0].0[0] == Cell::Int(1)
        };

        assert!(Store::open(&asked(&trusted)).await.is_err(), "it can't encrypt yet");
        let (certificate, key) = of("127.0.0.1", &ours);
        cluster.speak_tls(&certificate, &key).unwrap();
        assert!(is_encrypted(Store::open(&asked(&trusted)).await.unwrap()).await);
        assert!(
            !is_encrypted(Store::open(&Config::url(database.url())).await.unwrap()).await,
            "nobody asked"
        );
        assert!(Store::open(&asked(&stranger)).await.is_err(), "somebody else vouches for it");
        let machine = Config::url(format!("{}?sslmode=verify-full", database.url()));
        assert!(Store::open(&machine).await.is_err(), "the machine does not know who vouches for it");
        let (certificate, key) = of("db.example.org", &ours);
        cluster.speak_tls(&certificate, &key).unwrap();
        assert!(Store::open(&asked(&trusted)).await.is_err(), "it is called otherwise");
    }
}
