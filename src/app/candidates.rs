//! The candidate's own account: enrolment, contact addresses, who looked.

use std::time::Duration;

use super::consents::address;
use super::organizations::{cut, text};
use super::page::Page;
use super::{App, Error};
use crate::auth::Caller;
use crate::crypto;
use crate::domain::evidence::Channel;
use crate::domain::ids::CandidateId;
use crate::domain::organization::DISPLAY_NAME_MAX;
use crate::domain::summary::Summary;
use crate::domain::time::Timestamp;
use crate::mail::Message;
use crate::storage::{
    Candidate, ContactRow, Link, NewCandidate, Prepared, Stored, Tx, View, Watermarks, seal_address,
};
use crate::vault::Subject;

/// How long a code can be used.
const CODE_LIFETIME: Duration = Duration::from_mins(15);

/// Codes sent to one address in a day: enough for a lost message or two, too few to annoy.
const CODES_PER_DAY: i16 = 5;

/// Wrong codes before a new one is needed: one guess in twenty million.
const ATTEMPTS: i16 = 5;

/// Addresses of one candidate, so that an account cannot send codes to the whole world.
const CONTACTS_MAX: usize = 5;

/// An account as its owner sees it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Her name.
    pub display_name: String,
    /// Her addresses, with when they were confirmed.
    pub contacts: Vec<(String, Option<Timestamp>)>,
    /// What she brought: channel, handle, last import.
    pub accounts: Vec<(Channel, String, Timestamp)>,
    /// What she links to have it fetched.
    pub links: Vec<Link>,
    /// When she enrolled.
    pub created_at: Timestamp,
    /// The current revision of her evidence.
    pub revision: i64,
    /// Since when she is counted among others; `None` when she is not.
    pub counted_since: Option<Timestamp>,
}

impl App {
    /// The calling candidate.
    pub(super) async fn me(&self, view: &View, caller: &Caller) -> Result<Candidate, Error> {
        let found = view.candidate_by_subject(self.subject(caller), &self.vault).await?;
        found.ok_or(Error::NotFound("candidate; enrol first"))
    }

    fn subject(&self, caller: &Caller) -> [u8; 32] {
        let parts = [caller.issuer.as_bytes(), caller.subject.as_bytes()];
        self.vault.blind(Subject::Candidate, &parts)
    }

    /// Opens the calling candidate's account. Repeating it changes nothing.
    pub async fn enroll(
        &self,
        caller: &Caller,
        display_name: &str,
        of_age: bool,
    ) -> Result<Account, Error> {
        if !of_age {
            let why = "must be true: there are no profiles of minors";
            return Err(Error::invalid("of_age", why));
        }
        let display_name = text("display_name", display_name, DISPLAY_NAME_MAX)?;
        let (subject, vault) = (self.subject(caller), self.vault.clone());
        let model = std::sync::Arc::clone(&self.model);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.candidate_by_subject(subject, &vault).await?.is_some() {
                        return Ok::<_, Error>(());
                    }
                    let id = CandidateId::from_bytes(crypto::random());
                    let (key, wrapped_key) = vault.new_key(id);
                    let (key, name) = (&key, display_name.as_str());
                    let new = NewCandidate {
                        id,
                        subject_index: subject,
                        wrapped_key,
                        key,
                        display_name: name,
                    };
                    tx.insert_candidate(&new).await?;
                    // Revision zero: no evidence. A consent always has a revision to open.
                    let watermarks = Watermarks { item: 0, observation: 0, topics: 0 };
                    let summary = Summary::empty(tx.now().day());
                    tx.insert_summary((id, key), 0, &model, &summary).await?;
                    tx.insert_revision(id, 0, &Prepared { watermarks, summary }).await?;
                    Ok(())
                })
            })
            .await?;
        self.account(caller).await
    }

    /// The calling candidate's account.
    pub async fn account(&self, caller: &Caller) -> Result<Account, Error> {
        let view = self.store.view();
        let me = self.me(&view, caller).await?;
        Ok(Account {
            contacts: view.contacts(&me).await?,
            accounts: view.accounts(&me).await?,
            links: view.links(&me).await?,
            counted_since: view.counted_since(me.id).await?,
            display_name: me.display_name,
            created_at: me.created_at,
            revision: me.revision,
        })
    }

    /// Sends a code to an address. Returns the address in its canonical form.
    pub async fn add_contact(&self, caller: &Caller, contact: &str) -> Result<String, Error> {
        let address = address(contact).map_err(|error| renamed(error, "address"))?;
        let me = self.me(&self.store.view(), caller).await?;
        let index = self.vault.blind(Subject::Contact, &[address.as_bytes()]);
        let code = format!("{:08}", u64::from_be_bytes(crypto::random()) % 100_000_000);
        let code_hash = self.code_hash(me.id, &index, &code);
        let sealed = seal_address(&me.key, &address);
        let sent = self
            .store
            .write(move |tx| {
                Box::pin(async move { new_code(tx, me, index, (sealed, code_hash)).await })
            })
            .await?;
        if sent {
            self.mailer.send(code_message(&address, &code)).await?;
        }
        Ok(address)
    }

    /// Confirms an address. The requests that waited for it are then the candidate's.
    pub async fn confirm_contact(
        &self,
        caller: &Caller,
        contact: &str,
        code: &str,
    ) -> Result<(String, Timestamp), Error> {
        let address = address(contact).map_err(|error| renamed(error, "address"))?;
        let me = self.me(&self.store.view(), caller).await?.id;
        let index = self.vault.blind(Subject::Contact, &[address.as_bytes()]);
        let code_hash = self.code_hash(me, &index, code.trim());
        // A wrong code is remembered, so it must commit: the outcome is a value inside.
        let confirmed: Result<Timestamp, Error> = self
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move { confirm(tx, me, index, &code_hash).await })
            })
            .await?;
        Ok((address, confirmed?))
    }

    fn code_hash(&self, candidate: CandidateId, index: &[u8; 32], code: &str) -> Vec<u8> {
        let parts: [&[u8]; 3] = [&candidate.bytes(), index, code.as_bytes()];
        self.vault.blind(Subject::Code, &parts).to_vec()
    }

    /// Who looked at the calling candidate's profile, newest first, and the next page's token.
    pub async fn accesses(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<(Vec<Stored>, String), Error> {
        let (view, limit) = (self.store.view(), page.limit()?);
        let me = self.me(&view, caller).await?.id;
        let before = self.position(page)?.and_then(|position| position.as_slice().try_into().ok());
        let mut found = view.accesses(me, before.map(u64::from_be_bytes), limit + 1).await?;
        let next = cut(&mut found, limit).map(|last| self.token(page, &last.index.to_be_bytes()));
        Ok((found, next.unwrap_or_default()))
    }
}

fn renamed(error: Error, field: &str) -> Error {
    match error {
        Error::Invalid { why, .. } => Error::invalid(field, why),
        other @ (Error::RequestIdReused
        | Error::NotFound(_)
        | Error::Conflict(_)
        | Error::AccountClaimed
        | Error::AccountChanged
        | Error::ProofMissing(_)
        | Error::Network(_)
        | Error::Archive(_)
        | Error::TooMany { .. }
        | Error::OutOfRange(_)
        | Error::LedgerUnavailable(_)
        | Error::Internal(_)) => other,
    }
}

/// Stores a new code; false when the address is confirmed already and none is needed.
async fn new_code(
    tx: &Tx,
    me: Candidate,
    index: [u8; 32],
    (sealed_address, code_hash): (Vec<u8>, Vec<u8>),
) -> Result<bool, Error> {
    let now = tx.now();
    let known = tx.contact(me.id, index).await?;
    let new = known.is_none();
    if known.as_ref().is_some_and(|contact| contact.confirmed_at.is_some()) {
        return Ok(false);
    }
    if new && tx.contacts(&me).await?.len() >= CONTACTS_MAX {
        let why = format!("an account has at most {CONTACTS_MAX} addresses");
        return Err(Error::TooMany { why, retry_after: None });
    }
    let today = known.filter(|contact| contact.code_sent_at.day() == now.day());
    let codes_sent = today.map_or(0, |contact| contact.codes_sent);
    if codes_sent >= CODES_PER_DAY {
        let why = format!("{CODES_PER_DAY} codes were sent to this address today");
        let tomorrow = Timestamp::from_micros(now.day().start().micros() + 86_400_000_000);
        let wait = u64::try_from(tomorrow.micros() - now.micros()).unwrap_or(0);
        return Err(Error::TooMany { why, retry_after: Some(Duration::from_micros(wait)) });
    }
    let contact = ContactRow {
        candidate: me.id,
        address_index: index,
        sealed_address,
        code_hash: Some(code_hash),
        code_sent_at: now,
        codes_sent: codes_sent + 1,
        attempts: 0,
        confirmed_at: None,
    };
    tx.put_contact(&contact, new).await?;
    Ok(true)
}

async fn confirm(
    tx: &Tx,
    me: CandidateId,
    index: [u8; 32],
    code_hash: &[u8],
) -> Result<Result<Timestamp, Error>, Error> {
    let Some(mut contact) = tx.contact(me, index).await? else {
        return Err(Error::NotFound("a code for this address"));
    };
    if let Some(confirmed) = contact.confirmed_at {
        return Ok(Ok(confirmed));
    }
    let Some(expected) = contact.code_hash.clone() else {
        return Err(Error::NotFound("a code for this address"));
    };
    if contact.attempts >= ATTEMPTS {
        let why = "too many wrong codes; ask for a new one".to_owned();
        return Err(Error::TooMany { why, retry_after: None });
    }
    // Both are keyed digests: comparing them tells nothing about the code.
    if expected != code_hash || tx.now() > contact.code_sent_at.plus(CODE_LIFETIME) {
        contact.attempts += 1;
        tx.put_contact(&contact, false).await?;
        return Ok(Err(Error::invalid("code", "is wrong or too old; ask for a new one")));
    }
    if tx.candidate_by_contact(index).await?.is_some() {
        return Err(Error::Conflict("another account confirmed this address".to_owned()));
    }
    contact.code_hash = None;
    contact.confirmed_at = Some(tx.now());
    tx.put_contact(&contact, false).await?;
    tx.claim_consents(index, me).await?;
    Ok(Ok(tx.now()))
}

fn code_message(address: &str, code: &str) -> Message {
    Message {
        to: address.to_owned(),
        subject: "Your Glasklar code".to_owned(),
        body: format!(
            "Your code is {code}. It is good for 15 minutes.\n\n\
             If you did not ask for it, ignore this message: nothing happens without the code."
        ),
    }
}
