//! What a look-up may show, and what comes of it.

use super::ids::{ConsentId, Handle};
use super::scope::Fields;
use super::score::Verdict;
use super::score_name::ScoreName;

/// A score with its name and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedScore {
    /// What it was computed from.
    pub name: ScoreName,
    /// What the evidence says.
    pub verdict: Verdict,
    /// Share of the evidence that was uploaded, in thousandths.
    pub uploaded_permille: u16,
}

/// The part of a profile that a permit opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The candidate as the organization knows her.
    pub handle: Handle,
    /// The parts shown.
    pub fields: Fields,
    /// The score, when it is among them.
    pub score: Option<NamedScore>,
    /// The consent relied on.
    pub consent: ConsentId,
    /// Its version.
    pub consent_version: i64,
}

/// What comes of asking. A refusal is a value that is recorded, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// Shown.
    Shown(T),
    /// Not shown. No reason: every reason would tell something (promise P5).
    Refused,
}
