//! Compiles the protos without `protoc`, and keeps the descriptor for reflection and tests.

use std::error::Error;
use std::path::{Path, PathBuf};

use prost::Message as _;

/// Every proto file; a new one is added here.
const PROTOS: [&str; 6] = [
    "glasklar/v1/audit_service.proto",
    "glasklar/v1/candidate_service.proto",
    "glasklar/v1/consent_service.proto",
    "glasklar/v1/explanation_service.proto",
    "glasklar/v1/organization_service.proto",
    "glasklar/v1/profile_service.proto",
];

#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts this way")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true);
    for proto in PROTOS {
        compiler.open_file(Path::new(proto))?;
    }
    // The encoded set, because the typed one drops what prost does not know.
    let descriptor = compiler.encode_file_descriptor_set();
    std::fs::write(out.join("descriptor.binpb"), &descriptor)?;
    let set = prost_types::FileDescriptorSet::decode(descriptor.as_slice())?;
    tonic_prost_build::configure().compile_fds(set)?;
    Ok(())
}
