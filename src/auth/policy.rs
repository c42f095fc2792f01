//! Who may call what: one table. A method that is not in it cannot be called.

use super::Role;
use super::Role::{Auditor, Candidate, Operator, Recruiter};

const EVERYBODY: &[Role] = &Role::ALL;

/// Each method with the roles that may call it.
pub const POLICY: &[(&str, &[Role])] = &[
    ("/glasklar.v1.AuditService/GetCheckpoint", EVERYBODY),
    ("/glasklar.v1.AuditService/GetConsistencyProof", EVERYBODY),
    ("/glasklar.v1.AuditService/GetEntry", &[Auditor]),
    ("/glasklar.v1.AuditService/GetInclusionProof", EVERYBODY),
    ("/glasklar.v1.AuditService/ListEntries", &[Auditor]),
    ("/glasklar.v1.AuditService/ReadReleasedExplanation", &[Auditor]),
    ("/glasklar.v1.CandidateService/AddContact", &[Candidate]),
    ("/glasklar.v1.CandidateService/ConfirmAccount", &[Candidate]),
    ("/glasklar.v1.CandidateService/ConfirmContact", &[Candidate]),
    ("/glasklar.v1.CandidateService/Enroll", &[Candidate]),
    ("/glasklar.v1.CandidateService/FetchAccount", &[Candidate]),
    ("/glasklar.v1.CandidateService/GetCandidate", &[Candidate]),
    ("/glasklar.v1.CandidateService/GetOwnScore", &[Candidate]),
    ("/glasklar.v1.CandidateService/ImportArchive", &[Candidate]),
    ("/glasklar.v1.CandidateService/JoinPopulation", &[Candidate]),
    ("/glasklar.v1.CandidateService/LeavePopulation", &[Candidate]),
    ("/glasklar.v1.CandidateService/LinkAccount", &[Candidate]),
    ("/glasklar.v1.CandidateService/ListAccesses", &[Candidate]),
    ("/glasklar.v1.CandidateService/ListOwnScores", &[Candidate]),
    ("/glasklar.v1.CandidateService/ListOwnTopics", &[Candidate]),
    ("/glasklar.v1.CandidateService/UnlinkAccount", &[Candidate]),
    ("/glasklar.v1.ConsentService/GetConsent", &[Recruiter, Candidate]),
    ("/glasklar.v1.ConsentService/GrantConsent", &[Candidate]),
    ("/glasklar.v1.ConsentService/ListConsents", &[Recruiter, Candidate]),
    ("/glasklar.v1.ConsentService/RefuseConsent", &[Candidate]),
    ("/glasklar.v1.ConsentService/RequestConsent", &[Recruiter]),
    ("/glasklar.v1.ConsentService/WithdrawConsent", &[Candidate]),
    ("/glasklar.v1.ExplanationService/ExplainChange", &[Candidate]),
    ("/glasklar.v1.ExplanationService/ExplainOwnScore", &[Candidate]),
    ("/glasklar.v1.ExplanationService/ExplainOwnTopic", &[Candidate]),
    ("/glasklar.v1.ExplanationService/ExplainScore", &[Recruiter]),
    ("/glasklar.v1.ExplanationService/ExplainTopic", &[Recruiter]),
    ("/glasklar.v1.ExplanationService/GetModel", EVERYBODY),
    ("/glasklar.v1.ExplanationService/ListItemContributions", &[Candidate]),
    ("/glasklar.v1.ExplanationService/ListModels", EVERYBODY),
    ("/glasklar.v1.OrganizationService/CreateOrganization", &[Operator]),
    ("/glasklar.v1.OrganizationService/GetOrganization", EVERYBODY),
    ("/glasklar.v1.OrganizationService/ListOrganizations", &[Operator]),
    ("/glasklar.v1.ProfileService/BatchLookUpProfiles", &[Recruiter]),
    ("/glasklar.v1.ProfileService/LookUpProfile", &[Recruiter]),
];

/// The roles that may call a method; `None` when there is no such method.
pub fn roles(method: &str) -> Option<&'static [Role]> {
    let at = POLICY.binary_search_by(|(path, _)| path.cmp(&method)).ok()?;
    POLICY.get(at).map(|(_, roles)| *roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_every_method_is_found() {
        assert!(POLICY.is_sorted_by(|(a, _), (b, _)| a < b));
        for (path, expected) in POLICY {
            assert_eq!(roles(path), Some(*expected), "{path}");
        }
        assert_eq!(roles("/glasklar.v1.ProfileService/RankProfiles"), None);
    }
}
