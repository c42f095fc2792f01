//! The transport for HR systems, candidates and auditors. Handlers parse, call one function of
//! `app`, and convert; no rule of the product is here.

mod audit_service;
mod candidate_service;
mod consent_service;
mod convert;
mod explained;
mod explanation_service;
mod fetch_stream;
mod import_stream;
mod layers;
mod names;
mod organization_service;
mod profile_service;
mod status;
mod topics;
mod trailer;

use std::sync::Arc;

use tonic::service::{Routes, RoutesBuilder};
use tonic_health::pb::health_server::{Health, HealthServer};

pub use layers::{Gate, GateLayer};
pub use status::DOMAIN;
pub use trailer::LEDGER_INDEX;

use crate::app::App;
use crate::auth::Caller;
use crate::pb;

/// Largest message that is accepted: a chunk of an upload is the largest there is.
const DECODE_MAX: usize = 256 * 1024;

/// Largest message that is sent: an explanation with its items.
const ENCODE_MAX: usize = 4 * 1024 * 1024;

/// The services over one [`App`].
#[derive(Clone)]
struct Api {
    app: App,
    spool: Arc<std::path::PathBuf>,
}

/// All services, with health, and with reflection if it is wanted. Uploads are spooled in a
/// directory.
pub fn routes<H: Health>(
    app: App,
    health: HealthServer<H>,
    reflection: bool,
    spool: std::path::PathBuf,
) -> anyhow::Result<Routes> {
    let api = Api { app, spool: Arc::new(spool) };
    let mut routes = RoutesBuilder::default();
    macro_rules! add {
        ($($module:ident :: $server:ident),+ $(,)?) => {$(
            routes.add_service(
                pb::$module::$server::new(api.clone())
                    .max_decoding_message_size(DECODE_MAX)
                    .max_encoding_message_size(ENCODE_MAX),
            );
        )+};
    }
    add!(
        audit_service_server::AuditServiceServer,
        candidate_service_server::CandidateServiceServer,
        consent_service_server::ConsentServiceServer,
        explanation_service_server::ExplanationServiceServer,
        organization_service_server::OrganizationServiceServer,
        profile_service_server::ProfileServiceServer,
    );
    routes.add_service(health);
    if reflection {
        let describe = || {
            tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(pb::DESCRIPTOR)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        };
        routes.add_service(describe().build_v1()?);
        // Older clients, such as Python's, ask for the version before.
        routes.add_service(describe().build_v1alpha()?);
    }
    Ok(routes.routes())
}

/// The caller that the gate let in.
fn caller<T>(request: &tonic::Request<T>) -> Result<Arc<Caller>, tonic::Status> {
    request.extensions().get::<Arc<Caller>>().cloned().ok_or_else(status::unauthenticated)
}

/// The organization that the caller acts for. The policy lets only recruiters come here.
fn organization(caller: &Caller) -> Result<&crate::domain::ids::OrganizationId, tonic::Status> {
    caller.organization().ok_or_else(status::role_missing)
}

/// The id of the request, as the gate gave it.
fn request_id<T>(request: &tonic::Request<T>) -> String {
    request.extensions().get::<layers::RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}
