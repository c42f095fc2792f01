//! What the claims of an access token must say (RFC 7519, RFC 9068). Pure. The signature is
//! someone else's business and must hold before any of this matters.

use std::time::Duration;

use serde_json::{Map, Value};

use super::caller::{Caller, Identity, Role};
use super::issuer::IssuerConfig;
use super::token::Fault;
use crate::domain::ids::OrganizationId;
use crate::domain::time::Timestamp;

/// How far the issuer's clock and ours may differ.
const LEEWAY: Duration = Duration::from_secs(30);

/// The longest time from `iat` to `exp`, in seconds: 15 minutes. A stolen token dies soon.
pub(super) const LIFETIME_SECONDS_MAX: i64 = 15 * 60;

/// The longest subject, in characters.
const SUBJECT_LENGTH_MAX: usize = 256;

/// The caller these claims describe and when the token expires, by the rules of this issuer.
pub(super) fn caller(
    claims: &Map<String, Value>,
    issuer: &IssuerConfig,
    now: Timestamp,
) -> Result<(Caller, Timestamp), Fault> {
    if text(claims, "iss") != Some(issuer.issuer.as_str()) {
        return Err(Fault::Issuer);
    }
    check_audience(claims.get("aud"), &issuer.audience)?;
    let expires = check_times(claims, now)?;
    let sub = subject(claims, "sub")?;
    let role = text(claims, &issuer.role_claim).and_then(Role::from_word).ok_or(Fault::Role)?;
    if !issuer.roles.contains(&role) {
        return Err(Fault::Role);
    }
    let (identity, subject) = match role {
        Role::Recruiter => (Identity::Recruiter(organization(claims, issuer)?), sub),
        Role::Candidate => (Identity::Candidate, subject(claims, &issuer.candidate_claim)?),
        Role::Auditor => (Identity::Auditor, sub),
        Role::Operator => (Identity::Operator, sub),
    };
    Ok((Caller { issuer: issuer.issuer.clone(), subject, identity }, expires))
}

/// RFC 7519 section 4.1.3: one string, or an array of strings of which one is ours.
fn check_audience(audience: Option<&Value>, expected: &str) -> Result<(), Fault> {
    let audience = audience.ok_or(Fault::Audience)?;
    let named = match audience.as_array() {
        None => audience == expected,
        Some(list) => {
            list.iter().all(Value::is_string) && list.iter().any(|entry| entry == expected)
        }
    };
    if named { Ok(()) } else { Err(Fault::Audience) }
}

/// Checks `exp`, `iat` and `nbf`; returns the instant of `exp`.
fn check_times(claims: &Map<String, Value>, now: Timestamp) -> Result<Timestamp, Fault> {
    let exp = seconds(claims.get("exp"))?;
    let iat = seconds(claims.get("iat"))?;
    let lifetime = exp.checked_sub(iat).ok_or(Fault::Lifetime)?;
    if !(1..=LIFETIME_SECONDS_MAX).contains(&lifetime) {
        return Err(Fault::Lifetime);
    }
    let latest_start = now.plus(LEEWAY);
    if Timestamp::from_seconds(iat) > latest_start {
        return Err(Fault::NotYetValid);
    }
    if let Some(nbf) = claims.get("nbf")
        && Timestamp::from_seconds(seconds(Some(nbf))?) > latest_start
    {
        return Err(Fault::NotYetValid);
    }
    let expires = Timestamp::from_seconds(exp);
    if now >= expires.plus(LEEWAY) {
        return Err(Fault::Expired);
    }
    Ok(expires)
}

/// RFC 7519 would allow fractions; no issuer needs them, and readers differ on what they mean.
fn seconds(claim: Option<&Value>) -> Result<i64, Fault> {
    claim.and_then(Value::as_i64).ok_or(Fault::Lifetime)
}

/// A claim that names a person or program.
fn subject(claims: &Map<String, Value>, claim: &str) -> Result<String, Fault> {
    let subject = text(claims, claim).filter(|subject| subject_fits(subject));
    subject.map(ToOwned::to_owned).ok_or(Fault::Subject)
}

/// Whether this can be a subject. Control characters are refused: PostgreSQL cannot store a NUL
/// in text, and line breaks forge log lines.
pub(super) fn subject_fits(subject: &str) -> bool {
    let length = subject.chars().count();
    (1..=SUBJECT_LENGTH_MAX).contains(&length) && !subject.chars().any(char::is_control)
}

fn organization(
    claims: &Map<String, Value>,
    issuer: &IssuerConfig,
) -> Result<OrganizationId, Fault> {
    let organization = text(claims, &issuer.organization_claim).ok_or(Fault::Organization)?;
    let organization = organization.parse().map_err(|_| Fault::Organization)?;
    if issuer.speaks_for(&organization) { Ok(organization) } else { Err(Fault::Organization) }
}

fn text<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    claims.get(claim).and_then(Value::as_str)
}
