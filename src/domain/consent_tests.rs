use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn organization(id: &str) -> OrganizationId {
    id.parse().unwrap()
}

fn requested() -> Consent {
    Consent {
        id: ConsentId::from_bytes([1; 16]),
        organization: organization("acme"),
        handle: Handle::from_bytes([2; 16]),
        candidate: Some(CandidateId::from_bytes([3; 16])),
        scope: Scope {
            purpose: Purpose::Application,
            job_reference: "J1".to_owned(),
            fields: [Field::Score, Field::Channels].into_iter().collect(),
            channels: Channels::all(),
        },
        state: State::Requested,
        version: 1,
        requested_at: NOW,
        refused_at: None,
        expires_at: NOW.plus(REQUEST_LIFETIME),
        days: 180,
    }
}

fn ask() -> Ask {
    Ask {
        organization: organization("acme"),
        purpose: Purpose::Application,
        job_reference: "J1".to_owned(),
        fields: Fields::EMPTY,
    }
}

fn granted() -> Consent {
    let mut consent = requested();
    consent.grant(consent.scope.fields, consent.scope.channels, 0, NOW).unwrap();
    consent
}

fn after(days: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(days * DAY_SECONDS))
}

#[test]
fn only_a_granted_consent_that_covers_all_of_it_gives_a_permit() {
    assert!(requested().decide(&ask(), NOW).is_none());
    let consent = granted();
    let permit = consent.decide(&ask(), NOW).unwrap();
    assert_eq!(permit.fields(), consent.scope.fields);
    let refused = |change: fn(&mut Ask)| {
        let mut ask = ask();
        change(&mut ask);
        assert!(consent.decide(&ask, NOW).is_none(), "{ask:?}");
    };
    refused(|ask| ask.organization = organization("rival"));
    refused(|ask| ask.purpose = Purpose::TalentPool);
    refused(|ask| ask.job_reference = "J2".to_owned());
    refused(|ask| ask.fields = [Field::Items].into_iter().collect());
    refused(|ask| ask.fields = Fields::all());
    assert!(consent.decide(&ask(), after(179)).is_some());
    assert!(consent.decide(&ask(), after(180)).is_none(), "expired");
    let unknown = Consent { candidate: None, ..granted() };
    assert!(unknown.decide(&ask(), NOW).is_none());
}

#[test]
fn a_grant_can_be_narrower_but_never_wider_or_late() {
    let score: Fields = [Field::Score].into_iter().collect();
    let mut consent = requested();
    assert_eq!(consent.grant(Fields::all(), Channels::all(), 0, NOW), Err(Impossible::Wider));
    assert_eq!(consent.grant(score, Channels::all(), 181, NOW), Err(Impossible::Wider));
    assert_eq!(consent.grant(score, Channels::all(), 0, after(30)), Err(Impossible::NotOpen));
    consent.grant(score, Channels::all(), 7, NOW).unwrap();
    assert_eq!((consent.expires_at, consent.version), (after(7), 2));
    assert_eq!(consent.grant(score, Channels::all(), 7, NOW), Err(Impossible::NotOpen));
}

#[test]
fn an_organization_cannot_tell_a_refusal_from_silence() {
    let (silent, mut refused) = (requested(), requested());
    refused.refuse(NOW).unwrap();
    for days in [0, 29, 30, 400] {
        let at = after(days);
        assert_eq!(refused.seen_by_organization(at), silent.seen_by_organization(at));
    }
    assert_eq!(refused.seen_by_candidate(NOW), Seen::Refused);
}

#[test]
fn asking_again_after_a_refusal_is_not_delivered_for_six_months() {
    let (mut refused, scope) = (requested(), requested().scope);
    refused.refuse(NOW).unwrap();
    assert!(!refused.ask_again(scope.clone(), 180, after(1)), "still looks open");
    assert!(refused.ask_again(scope.clone(), 180, after(31)));
    assert_eq!(refused.seen_by_organization(after(32)), Seen::Requested);
    assert_eq!(refused.state, State::Refused, "the candidate is left in peace");
    assert!(refused.ask_again(scope, 180, after(183)));
    assert_eq!(refused.state, State::Requested);
}

#[test]
fn withdrawing_ends_a_consent_for_good_and_twice_is_no_error() {
    let mut consent = granted();
    assert_eq!(consent.withdraw(), Ok(true));
    assert_eq!(consent.withdraw(), Ok(false));
    assert!(consent.decide(&ask(), NOW).is_none());
    assert_eq!(consent.seen_by_organization(NOW), Seen::Ended);
    assert_eq!(requested().withdraw(), Err(Impossible::NeverGranted));
}

proptest! {
    /// Whatever happens to a consent, it permits exactly while it is granted and not expired.
    #[test]
    fn no_sequence_of_events_leaves_a_permit_without_a_grant(
        events in prop::collection::vec((0_u8..4, 0_u64..60), 0..40)
    ) {
        let mut consent = requested();
        let mut now = NOW;
        let mut in_force_until: Option<Timestamp> = None;
        for (event, days) in events {
            now = now.plus(Duration::from_secs(days * DAY_SECONDS));
            match event {
                0 => {
                    let Scope { fields, channels, .. } = consent.scope.clone();
                    if consent.grant(fields, channels, 0, now).is_ok() {
                        in_force_until = Some(now.plus(Duration::from_secs(180 * DAY_SECONDS)));
                    }
                }
                1 => { let _ = consent.refuse(now); }
                2 => if consent.withdraw().is_ok() { in_force_until = None; },
                _ => { consent.ask_again(requested().scope, 180, now); }
            }
            let expected = in_force_until.is_some_and(|until| now < until);
            prop_assert_eq!(consent.decide(&ask(), now).is_some(), expected);
        }
    }
}
