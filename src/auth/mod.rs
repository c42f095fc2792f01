//! Who is calling: bearer tokens become a [`Caller`], or one opaque [`TokenError`].
//!
//! Here live the token issuers' configuration, their keys, every rule a token must meet, and the
//! development key. What a caller may do does not belong here, except for the policy table; nor
//! does anything that knows gRPC, HTTP headers or the database. The time is always passed in.

mod cache;
mod caller;
mod claims;
mod development;
mod fetch;
mod issuer;
mod json;
mod jwks;
mod keys;
pub mod policy;
mod token;

pub use caller::{Caller, Identity, Role};
pub use development::{DevelopmentKey, DevelopmentKeyError, DevelopmentPublicKey, TokenRequest};
pub use issuer::{IssuerConfig, SigningAlgorithm};
pub use token::{Authenticator, InvalidIssuers, TokenError};

/// Makes jsonwebtoken use aws-lc-rs whatever features another crate switches on: with two
/// back ends compiled in and none installed it panics at the first token.
fn use_one_crypto_library() {
    // Fails only when a provider is installed already, by an earlier call or by the program.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

#[cfg(test)]
mod tests;
