//! The plain alternative: a tonic server without layers, token, database or record, that answers
//! every look-up with one profile.

use std::net::SocketAddr;

use tokio::sync::oneshot;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::pb;
use crate::pb::profile_service_server::{ProfileService, ProfileServiceServer};
use crate::server;

struct Echo(pb::Profile);

#[tonic::async_trait]
impl ProfileService for Echo {
    async fn look_up_profile(
        &self,
        _request: Request<pb::LookUpProfileRequest>,
    ) -> Result<Response<pb::LookUpProfileResponse>, Status> {
        Ok(Response::new(pb::LookUpProfileResponse { profile: Some(self.0.clone()) }))
    }

    async fn batch_look_up_profiles(
        &self,
        _request: Request<pb::BatchLookUpProfilesRequest>,
    ) -> Result<Response<pb::BatchLookUpProfilesResponse>, Status> {
        Ok(Response::new(pb::BatchLookUpProfilesResponse::default()))
    }
}

/// Serves until the sender is used or dropped.
pub(super) async fn serve(
    profile: pb::Profile,
) -> anyhow::Result<(SocketAddr, oneshot::Sender<()>)> {
    let listener = server::bind(([127, 0, 0, 1], 0).into()).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = tonic::transport::Server::builder()
        .add_service(ProfileServiceServer::new(Echo(profile)))
        .serve_with_incoming_shutdown(incoming, async {
            let _ = stopped.await;
        });
    tokio::spawn(serving);
    Ok((address, stop))
}
