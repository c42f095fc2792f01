//! TLS: who gets in with which certificate.

use glasklar::auth::Identity as Who;
use glasklar::pb;
use glasklar::pb::audit_service_client::AuditServiceClient;
use glasklar::server::{Options, Tls};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::harness::clients::bearing;
use crate::harness::server::Server;

/// An authority that signs certificates.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate for a name, with its key, in PEM.
    fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

async fn server(authority: &Authority, clients: Option<&Authority>) -> Server {
    let (certificate, key) = authority.sign("localhost");
    let client_ca = clients.map(|authority| authority.certificate.clone());
    let tls = Some(Tls { certificate, key, client_ca });
    Server::start_with(Options { tls, ..Options::default() }).await
}

/// Whether a client gets an answer to a call.
async fn is_served(server: &Server, config: Option<ClientTlsConfig>) -> bool {
    let scheme = if config.is_some() { "https" } else { "http" };
    let address = format!("{scheme}://{}", server.address);
    let mut endpoint = Endpoint::from_shared(address).unwrap();
    if let Some(config) = config {
        endpoint = endpoint.tls_config(config.domain_name("localhost")).unwrap();
    }
    // With TLS 1.3, a server's refusal of a client shows only in the first call.
    let Ok(channel) = endpoint.connect().await else { return false };
    let channel: Channel = channel;
    let token = server.world.token(Who::Auditor, "anton");
    let call = bearing(&token, pb::GetCheckpointRequest {});
    AuditServiceClient::new(channel).get_checkpoint(call).await.is_ok()
}

fn trusting(authority: &Authority) -> ClientTlsConfig {
    ClientTlsConfig::new().ca_certificate(Certificate::from_pem(&authority.certificate))
}

#[tokio::test]
async fn a_server_with_tls_serves_only_clients_that_speak_it_and_trust_it() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = server(&authority, None).await;
    assert!(is_served(&server, Some(trusting(&authority))).await);
    assert!(!is_served(&server, Some(trusting(&other))).await, "a stranger's certificate");
    assert!(!is_served(&server, None).await, "plaintext");
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_wants_certificates_serves_only_clients_with_the_right_one() {
    let (authority, clients, other) = (Authority::new(), Authority::new(), Authority::new());
    let server = server(&authority, Some(&clients)).await;
    let with = |authority_of_client: &Authority| {
        let (certificate, key) = authority_of_client.sign("ats.acme.example");
        trusting(&authority).identity(Identity::from_pem(certificate, key))
    };
    assert!(is_served(&server, Some(with(&clients))).await);
    assert!(!is_served(&server, Some(trusting(&authority))).await, "no certificate");
    assert!(!is_served(&server, Some(with(&other))).await, "a certificate of somebody else's");
    assert!(!is_served(&server, Some(with(&authority))).await, "the server's own authority");
    assert!(!is_served(&server, None).await, "plaintext");
    server.finish().await;
}

#[tokio::test]
async fn a_key_that_is_not_the_certificates_is_refused_at_the_start() {
    let authority = Authority::new();
    let (certificate, _) = authority.sign("localhost");
    let (_, key) = authority.sign("localhost");
    let tls = Some(Tls { certificate, key, client_ca: None });
    let mut server = Server::start_with(Options { tls, ..Options::default() }).await;
    let error = server.failure().await;
    assert!(error.contains("certificate or key"), "{error}");
    server.finish().await;
}
