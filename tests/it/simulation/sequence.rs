//! One call after the other on two replicas, each compared with the model, and the whole judged
//! by the checker at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use glasklar::domain::time::Timestamp;
use glasklar::pb;

use super::cast::{Caller, Cast, JOBS, ORGANIZATIONS, PEOPLE};
use super::checker::{Promise, Violation, growth, judge};
use super::history::{About, Call, History, Outcome, Shown};
use super::model::{Agreement, Model, Place};
use super::random::Random;
use crate::harness::server::Server;

const STEPS: usize = 160;

const HOUR: u64 = 3_600;

/// So that requests repeat, and are answered by what is true then.
const REQUEST_IDS: [&str; 3] =
    ["", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "0f8fad5b-d9cb-469f-a165-70867728950e"];

pub(super) struct Sequence {
    random: Random,
    model: Model,
    history: History,
    /// Calls go to either; the second may be restarted.
    casts: [Cast; 2],
    /// Names of scores that were shown, with their channels.
    scores: Vec<(Place, String, Vec<i32>)>,
    /// Entries that released an explanation.
    released: Vec<(About, u64)>,
    found: Vec<Violation>,
}

impl Sequence {
    /// Runs a seed; returns what was broken, and every call.
    pub(super) async fn run(seed: u64, main: Server, other: Server) -> (Vec<Violation>, Vec<Call>) {
        let casts = [Cast::of(main).await, Cast::of(other).await];
        casts[0].prepare().await;
        let mut sequence = Self {
            random: Random::new(seed),
            model: Model { agreements: BTreeMap::new(), enrolled: vec![0, 1] },
            history: History::default(),
            casts,
            scores: Vec::new(),
            released: Vec::new(),
            found: Vec::new(),
        };
        // Those who have something to show are asked first, lest a run show nothing.
        for (organization, person) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            sequence.ask_about(0, Place { organization, person, job: 0 }).await;
        }
        let mut halfway = Vec::new();
        for step in 0..STEPS {
            if step == STEPS / 2 {
                halfway = sequence.casts[0].entries().await;
            }
            sequence.step().await;
        }
        let Self { history, casts, mut found, .. } = sequence;
        casts[0].keep_checkpoint(&history).await;
        let entries = casts[1].entries().await;
        let calls = history.calls();
        found.extend(judge(&calls, &entries));
        found.extend(growth(&halfway, &entries, &casts[1].growths(&history).await));
        let [main, other] = casts;
        main.server.finish().await;
        other.server.finish().await;
        (found, calls)
    }

    fn now(&self) -> Timestamp {
        self.casts[0].server.world.clock.now()
    }

    async fn step(&mut self) {
        let at = self.random.below(2);
        match self.random.below(100) {
            0..14 => self.ask(at).await,
            14..32 => self.grant(at).await,
            32..35 => self.refuse(at).await,
            35..44 => self.withdraw(at).await,
            44..68 => self.look_up(at).await,
            68..76 => self.batch(at).await,
            76..88 => self.explain(at).await,
            88..92 => self.audit_read(at).await,
            92..97 => self.advance(),
            97 => self.enroll(at).await,
            98 => self.restart().await,
            _ => self.casts[at].keep_checkpoint(&self.history).await,
        }
    }

    /// Any place, or for the most part one that somebody asked about.
    fn place(&mut self) -> Place {
        let known: Vec<Place> = self.model.agreements.keys().copied().collect();
        if !known.is_empty() && self.random.chance(85) {
            return *self.random.pick(&known);
        }
        self.any_place()
    }

    /// For the most part a place where an answer counts.
    fn open_place(&mut self) -> Place {
        let known = self.model.agreements.keys().copied();
        let open: Vec<_> = known.filter(|place| self.model.is_open(*place, self.now())).collect();
        if !open.is_empty() && self.random.chance(80) {
            return *self.random.pick(&open);
        }
        self.place()
    }

    fn any_place(&mut self) -> Place {
        Place {
            organization: self.random.below(ORGANIZATIONS.len()),
            person: self.random.below(PEOPLE.len()),
            job: self.random.below(JOBS.len()),
        }
    }

    /// What the organization would ask with: a handle that means nothing if it never asked.
    fn about(&self, place: Place) -> About {
        let siblings = self.model.agreements.iter();
        let same = |other: &Place| {
            (other.organization, other.person) == (place.organization, place.person)
        };
        let handle = siblings.filter(|(other, _)| same(other)).map(|(_, a)| &a.about.handle).next();
        About {
            organization: ORGANIZATIONS[place.organization].to_owned(),
            handle: handle.cloned().unwrap_or_else(|| "0123456789abcdef".repeat(2)),
            job: JOBS[place.job].to_owned(),
        }
    }

    fn caller(&self, at: usize) -> Caller<'_> {
        let (cast, witness) = (&self.casts[at], &self.casts[1 - at]);
        Caller { cast, witness, history: &self.history }
    }

    fn expect(&mut self, expected: bool, what: &str, outcome: &Outcome) {
        if !expected {
            let what = format!("{what} gave {outcome:?}");
            self.found.push(Violation::new(Promise::Model, what));
        }
    }

    async fn ask(&mut self, at: usize) {
        let place = if self.random.chance(50) { self.any_place() } else { self.place() };
        self.ask_about(at, place).await;
    }

    async fn ask_about(&mut self, at: usize, place: Place) {
        let now = self.now();
        let fields = self.random.some(&[1, 3, 4]);
        let days = *self.random.pick(&[2, 20, 60]);
        let recruiter = &self.casts[at].recruiters[place.organization];
        let request = pb::RequestConsentRequest {
            job_reference: JOBS[place.job].to_owned(),
            fields: fields.clone(),
            days,
            ..recruiter.request(PEOPLE[place.person])
        };
        let (outcome, consent) = self.caller(at).ask(place.organization, request).await;
        let Some(consent) = consent else {
            return self.expect(false, "asking", &outcome);
        };
        let about =
            About { handle: consent.candidate.replace("candidates/", ""), ..self.about(place) };
        let known = self.model.agreements.entry(place);
        let agreement = known.or_insert_with(|| Agreement::new(about, consent.name.clone(), now));
        agreement.asked(&fields, days, now);
        let same = agreement.name == consent.name;
        self.expect(same, "asking again for the same consent", &outcome);
    }

    async fn grant(&mut self, at: usize) {
        let place = self.open_place();
        let (now, open) = (self.now(), self.model.is_open(place, self.now()));
        let Some(agreement) = self.model.agreements.get(&place).cloned() else { return };
        let wider = self.random.chance(5);
        let mut fields = self.random.some(&agreement.fields);
        let channels = self.random.some(&agreement.channels);
        if wider {
            fields.push(2);
        }
        let request = pb::GrantConsentRequest {
            name: agreement.name.clone(),
            fields: fields.clone(),
            channels: channels.clone(),
            days: 0,
        };
        let outcome = self.caller(at).grant(place.person, &agreement.about, request).await;
        let granted = matches!(outcome, Outcome::Done(Some(_)));
        self.expect(granted == (open && !wider), "granting", &outcome);
        if granted && let Some(agreement) = self.model.agreements.get_mut(&place) {
            agreement.granted(&fields, &channels, now);
        }
    }

    async fn refuse(&mut self, at: usize) {
        let place = self.open_place();
        let (now, open) = (self.now(), self.model.is_open(place, self.now()));
        let Some(Agreement { about, name, .. }) = self.model.agreements.get(&place).cloned() else {
            return;
        };
        let outcome = self.caller(at).refuse(place.person, &about, &name).await;
        let refused = matches!(outcome, Outcome::Done(Some(_)));
        self.expect(refused == open, "refusing", &outcome);
        if refused && let Some(agreement) = self.model.agreements.get_mut(&place) {
            agreement.refused(now);
        }
    }

    async fn withdraw(&mut self, at: usize) {
        let place = self.place();
        let expected = self.model.withdrawal(place);
        let Some(Agreement { about, name, .. }) = self.model.agreements.get(&place).cloned() else {
            return;
        };
        let outcome = self.caller(at).withdraw(place.person, &about, &name).await;
        let done = match outcome {
            Outcome::Done(index) => Some(index.is_some()),
            Outcome::Shown(..) | Outcome::Refused(..) | Outcome::Failed(_) => None,
        };
        self.expect(done == expected, "withdrawing", &outcome);
        if done.is_some()
            && let Some(agreement) = self.model.agreements.get_mut(&place)
        {
            agreement.state = super::model::State::Withdrawn;
        }
    }

    fn request_id(&mut self) -> String {
        (*self.random.pick(&REQUEST_IDS)).to_owned()
    }

    async fn look_up(&mut self, at: usize) {
        let place = self.place();
        let asked = if self.random.chance(50) { Vec::new() } else { self.random.some(&[1, 3, 4]) };
        let (about, request_id) = (self.about(place), self.request_id());
        let what = (asked.clone(), request_id);
        let outcome = self.caller(at).look_up(place.organization, &about, what).await;
        self.compare(place, &asked, &outcome);
    }

    async fn batch(&mut self, at: usize) {
        let organization = self.random.below(ORGANIZATIONS.len());
        let number = 1 + self.random.below(8);
        let places: Vec<_> = (0..number).map(|_| Place { organization, ..self.place() }).collect();
        let abouts: Vec<_> = places.iter().map(|place| self.about(*place)).collect();
        let request_id = self.request_id();
        let outcomes = self.caller(at).batch(organization, &abouts, request_id).await;
        for (place, outcome) in places.into_iter().zip(outcomes) {
            self.compare(place, &[], &outcome);
        }
    }

    /// Compares what a look-up was shown, and keeps the name of the score for later.
    fn compare(&mut self, place: Place, asked: &[i32], outcome: &Outcome) {
        let expected = self.model.shows(place, asked, self.now());
        let as_expected = match outcome {
            Outcome::Shown(_, Shown { fields, .. }) => {
                fields.as_ref().map(Vec::len) == expected.as_ref().map(Vec::len)
            }
            Outcome::Refused(..) => expected.is_none(),
            Outcome::Done(_) | Outcome::Failed(_) => false,
        };
        self.expect(as_expected, &format!("a look-up that may show {expected:?}"), outcome);
        if let (Outcome::Shown(_, Shown { score: Some(score), .. }), Some(agreement)) =
            (outcome, self.model.agreements.get(&place))
        {
            self.scores.push((place, score.clone(), agreement.channels.clone()));
        }
    }

    async fn explain(&mut self, at: usize) {
        let (mut place, mut score, mut channels) = (self.place(), "latest".to_owned(), None);
        if !self.scores.is_empty() && self.random.chance(50) {
            let (of, name, from) = self.random.pick(&self.scores).clone();
            (place, score, channels) = (of, name, Some(from));
        }
        let about = self.about(place);
        let expected = self.model.explains(place, channels.as_deref(), self.now());
        let outcome = self.caller(at).explain(place.organization, &about, &score).await;
        let as_expected = match &outcome {
            Outcome::Shown(index, _) => {
                self.released.push((about, *index));
                expected
            }
            Outcome::Refused(..) => !expected,
            Outcome::Done(_) | Outcome::Failed(_) => false,
        };
        self.expect(as_expected, &format!("explaining {score} ({expected})"), &outcome);
    }

    /// An explanation that was released, or an entry that released none.
    async fn audit_read(&mut self, at: usize) {
        let known = !self.released.is_empty() && self.random.chance(80);
        let nobody =
            About { organization: String::new(), handle: String::new(), job: String::new() };
        let (about, index) =
            if known { self.random.pick(&self.released).clone() } else { (nobody, 0) };
        let outcome = self.caller(at).audit_read(&about, index).await;
        let read = matches!(outcome, Outcome::Shown(..));
        self.expect(read == known, "an auditor's reading", &outcome);
    }

    fn advance(&mut self) {
        let hours = *self.random.pick(&[1, 5, 24, 24, 10 * 24, 31 * 24, 190 * 24]);
        self.casts[0].server.world.clock.advance(Duration::from_secs(hours * HOUR));
    }

    async fn enroll(&mut self, at: usize) {
        let late = 2;
        if self.model.enrolled.contains(&late) {
            return;
        }
        self.casts[at].people[late].enroll().await;
        self.casts[at].people[late].confirm().await;
        self.model.enrolled.push(late);
    }

    /// Stops the second replica and starts another in its place.
    async fn restart(&mut self) {
        let other = &mut self.casts[1];
        other.server.stop().await;
        let replica = self.casts[0].server.replica().await;
        self.casts[1] = Cast::of(replica).await;
    }
}
