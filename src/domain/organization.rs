//! Organizations that may ask candidates for consent.

use super::ids::OrganizationId;
use super::time::Timestamp;

/// Most characters of a name that people see.
pub const DISPLAY_NAME_MAX: usize = 120;

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// The name that candidates see.
    pub display_name: String,
    /// When it was registered.
    pub created_at: Timestamp,
}
