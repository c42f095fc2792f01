//! Messages and services generated from `proto/`. Nothing by hand; conversions live in `grpc`.
#![expect(
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::clone_on_ref_ptr,
    reason = "generated code"
)]

tonic::include_proto!("glasklar.v1");

/// The compiled descriptor with comments, for reflection and for the tests over the protos.
pub const DESCRIPTOR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.binpb"));
