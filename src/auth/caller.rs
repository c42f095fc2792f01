//! The caller, as far as a verified token says it. No rule about what she may do.

use std::fmt;

use serde::Deserialize;

use crate::domain::ids::OrganizationId;

/// What a caller is to the service. A token names exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Somebody, or some program, that acts for an organization.
    Recruiter,
    /// The person the scores are about.
    Candidate,
    /// Somebody who checks the record.
    Auditor,
    /// Somebody who runs the service.
    Operator,
}

impl Role {
    /// Every role, in the order in which the documents list them.
    pub const ALL: [Self; 4] = [Self::Recruiter, Self::Candidate, Self::Auditor, Self::Operator];

    /// The word for this role in tokens, configuration and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recruiter => "recruiter",
            Self::Candidate => "candidate",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
        }
    }

    /// The role this word stands for; the spelling must be exact.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A role with what only that role has, so that a recruiter without an organization, or a
/// candidate with one, cannot be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Acts for this organization, and for no other.
    Recruiter(OrganizationId),
    /// Acts for herself.
    Candidate,
    /// Reads the record.
    Auditor,
    /// Runs the service.
    Operator,
}

/// Somebody whose token was verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Caller {
    /// The issuer that vouches for her: the exact `iss`. Subjects are unique only within it.
    pub issuer: String,
    /// Who she is to the issuer: `sub`, or for candidates the claim the issuer's configuration
    /// names. 1 to 256 characters without control characters.
    pub subject: String,
    /// Her role, with the organization of a recruiter.
    pub identity: Identity,
}

impl Caller {
    /// Her role.
    pub const fn role(&self) -> Role {
        match self.identity {
            Identity::Recruiter(_) => Role::Recruiter,
            Identity::Candidate => Role::Candidate,
            Identity::Auditor => Role::Auditor,
            Identity::Operator => Role::Operator,
        }
    }

    /// The organization a recruiter acts for; `None` for every other role.
    pub const fn organization(&self) -> Option<&OrganizationId> {
        match &self.identity {
            Identity::Recruiter(organization) => Some(organization),
            Identity::Candidate | Identity::Auditor | Identity::Operator => None,
        }
    }
}

impl fmt::Debug for Caller {
    /// Leaves the subject out: it names a person, and debug output ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("issuer", &self.issuer)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_back_from_its_word_in_tokens_and_in_configuration() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
            let quoted = format!("\"{}\"", role.word());
            assert_eq!(serde_json::from_str::<Role>(&quoted).unwrap(), role);
        }
        for wrong in ["", "Recruiter", "recruiter ", "admin"] {
            assert_eq!(Role::from_word(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn debug_output_of_a_caller_does_not_name_the_person() {
        let caller = Caller {
            issuer: "https://id.example".into(),
            subject: "alice@example.org".into(),
            identity: Identity::Candidate,
        };
        let printed = format!("{caller:?}");
        assert!(printed.contains("https://id.example") && !printed.contains("alice"), "{printed}");
    }
}
