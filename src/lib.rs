//! Glasklar: a glass score instead of a glass applicant.
pub mod crypto;
pub mod domain;
pub mod pb;
