//! Linking an account on a network, and proving that it is one's own: a code that only the
//! account's owner can show in public. Fetching from it is in `fetches`.

use std::sync::Arc;
use std::time::Duration;

use super::imports::{Files, read};
use super::{App, Error};
use crate::auth::Caller;
use crate::channels::Stopped;
use crate::crypto;
use crate::domain::evidence::Channel;
use crate::domain::ids::CandidateId;
use crate::domain::time::Timestamp;
use crate::fetch::{self, Cursor};
pub use crate::storage::Link;
use crate::storage::{Candidate, Tx};
use crate::vault::Subject;

/// How long a code can be used: long enough to edit a profile tomorrow.
pub const CODE_LIFETIME: Duration = Duration::from_hours(24);

/// Random bytes of a code: nobody guesses one of another candidate.
const CODE_BYTES: usize = 10;

/// Links of one candidate.
const LINKS_MAX: usize = 50;

/// A link, and how to prove that the account is one's own.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The link.
    pub link: Link,
    /// Where on the account's side the code may stand.
    pub places: &'static [&'static str],
    /// What a `rel="me"` link may lead to instead; none if the operator named no page, or
    /// nothing is left to prove.
    pub proof_link: Option<String>,
}

/// A link of a candidate, with everything that using it needs.
pub(super) struct Held {
    pub(super) candidate: Arc<Candidate>,
    pub(super) account: fetch::Account,
    pub(super) index: [u8; 32],
    pub(super) link: Link,
}

impl App {
    /// Links an account of the calling candidate. Repeating it gives the same code until that
    /// has expired.
    pub async fn link_account(
        &self,
        caller: &Caller,
        channel: Channel,
        address: &str,
    ) -> Result<Linked, Error> {
        let account = self.fetcher.account(channel, address)?;
        let me = self.me(&self.store.view(), caller).await?;
        let (index, address) = (self.link_index(&account), account.address());
        let random = crypto::random::<CODE_BYTES>();
        let code = format!("glasklar-verify-{}", data_encoding::HEXLOWER.encode(&random));
        let link: Link = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let known = tx.link(&me, index).await?;
                    if let Some(known) = known.filter(|known| is_usable(known, tx.now())) {
                        return Ok(known);
                    }
                    if tx.links(&me).await?.len() >= LINKS_MAX {
                        let why = format!("an account has at most {LINKS_MAX} links");
                        return Err(Error::TooMany { why, retry_after: None });
                    }
                    let link = Link {
                        channel,
                        address,
                        code: Some(code),
                        made_at: tx.now(),
                        account: None,
                        confirmed_at: None,
                        cursor: String::new(),
                        fetched_at: None,
                    };
                    tx.put_link(&me, index, &link).await?;
                    Ok(link)
                })
            })
            .await?;
        Ok(self.linked(&account, link))
    }

    /// Asks the network whether the account shows the code, and if so makes it the candidate's.
    pub async fn confirm_account(
        &self,
        caller: &Caller,
        channel: Channel,
        address: &str,
    ) -> Result<Linked, Error> {
        let held = self.held(caller, channel, address).await?;
        let Some(code) = held.link.code.clone() else {
            return Ok(self.linked(&held.account, held.link));
        };
        if !is_usable(&held.link, self.clock.now()) {
            let why = "the code has expired; link the account again to get a new one";
            return Err(Error::ProofMissing(why.to_owned()));
        }
        let _place = self.imports.take(held.candidate.id)?;
        let _slot = self.fetches.take()?;
        self.count_fetch(held.candidate.id).await?;
        let (steps, mut heard) = tokio::sync::mpsc::channel(16);
        tokio::spawn(async move { while heard.recv().await.is_some() {} });
        let mut session = self.fetcher.session(steps);
        let profile = session.profile(&held.account).await?;
        let link = self.fetcher.proof_link(&code);
        if !profile.proves(&code, link.as_deref()) {
            let places = self.fetcher.places(&held.account).join(", or ");
            let why = format!(
                "the account does not show the code {code} yet; put it into {places}, save, and \
                 confirm again"
            );
            return Err(Error::ProofMissing(why));
        }
        // The pages themselves say which account they are about, as an export of it would.
        let batch = session.probe((&held.account, &profile)).await?;
        let nothing = || Error::Archive("the account shows nothing in public yet".to_owned());
        let files = Files { files: vec![batch.file.ok_or_else(nothing)?], whose: None };
        let (report, _) = read(files, |_, _| Ok::<_, Stopped>(())).await?;
        let Held { candidate, account, index, mut link } = held;
        let owned = self.account_index(candidate.id, &report);
        if report.channel != channel {
            return Err(Error::Archive(wrong_channel(report.channel)));
        }
        if !account.may_be(report.account.id.as_deref()) {
            let why = "the pages there say that they belong to another address; link that one";
            return Err(Error::invalid("address", why));
        }
        self.claim(&candidate, owned, &report).await?;
        let proved = self
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    link.code = None;
                    link.account = Some(owned);
                    link.confirmed_at = Some(tx.now());
                    confirm(tx, &candidate, index, &link).await?;
                    Ok(link)
                })
            })
            .await?;
        tracing::info!(channel = channel.word(), "an account was proved");
        Ok(self.linked(&account, proved))
    }

    /// Forgets a link. What was fetched stays evidence.
    pub async fn unlink_account(
        &self,
        caller: &Caller,
        channel: Channel,
        address: &str,
    ) -> Result<(), Error> {
        let Held { candidate, index, .. } = self.held(caller, channel, address).await?;
        let id = candidate.id;
        let deleted: Result<bool, Error> = self
            .store
            .write(move |tx| Box::pin(async move { Ok(tx.delete_link(id, index).await?) }))
            .await;
        if deleted? { Ok(()) } else { Err(Error::NotFound(NO_LINK)) }
    }

    /// A link of the calling candidate.
    pub(super) async fn held(
        &self,
        caller: &Caller,
        channel: Channel,
        address: &str,
    ) -> Result<Held, Error> {
        let account = self.fetcher.account(channel, address)?;
        let view = self.store.view();
        let candidate = self.me(&view, caller).await?;
        let index = self.link_index(&account);
        let link = view.link(&candidate, index).await?.ok_or(Error::NotFound(NO_LINK))?;
        Ok(Held { candidate: Arc::new(candidate), account, index, link })
    }

    /// Counts a fetch of a candidate, unless she had enough of them today.
    pub(super) async fn count_fetch(&self, candidate: CandidateId) -> Result<(), Error> {
        let most = self.fetches.per_day;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    if tx.count_fetch(candidate, now.day()).await? <= most {
                        return Ok(());
                    }
                    let why = format!("{most} fetches were made for you today");
                    let tomorrow = now.day().start().micros().saturating_add(86_400_000_000);
                    let wait = u64::try_from(tomorrow - now.micros()).unwrap_or(0);
                    let retry_after = Some(Duration::from_micros(wait));
                    Err(Error::TooMany { why, retry_after })
                })
            })
            .await
    }

    fn link_index(&self, account: &fetch::Account) -> [u8; 32] {
        let (number, address) = ([account.channel().number()], account.address());
        self.vault.blind(Subject::Link, &[&number, address.as_bytes()])
    }

    fn linked(&self, account: &fetch::Account, link: Link) -> Linked {
        let code = link.code.as_deref();
        let proof_link = code.and_then(|code| self.fetcher.proof_link(code));
        Linked { places: self.fetcher.places(account), proof_link, link }
    }
}

const NO_LINK: &str = "link to this account; link it first";

/// Whether a link is confirmed or its code still good.
fn is_usable(link: &Link, now: Timestamp) -> bool {
    link.code.is_none() || now <= link.made_at.plus(CODE_LIFETIME)
}

/// Stores a proof, unless the link was removed or renewed meanwhile.
async fn confirm(
    tx: &Tx,
    candidate: &Candidate,
    index: [u8; 32],
    link: &Link,
) -> Result<(), Error> {
    let now = tx.link(candidate, index).await?;
    if now.is_none_or(|now| now.made_at != link.made_at) {
        return Err(Error::Conflict("the link was changed meanwhile; confirm again".to_owned()));
    }
    Ok(tx.put_link(candidate, index, link).await?)
}

pub(super) fn wrong_channel(channel: Channel) -> String {
    format!("the address answers as {}; link it as that", channel.title())
}

impl Linked {
    /// Until when the code is good; none once the account is confirmed.
    pub fn expires_at(&self) -> Option<Timestamp> {
        expires_at(&self.link)
    }
}

/// Until when a link's code is good; none once it is confirmed.
pub fn expires_at(link: &Link) -> Option<Timestamp> {
    link.code.is_some().then(|| link.made_at.plus(CODE_LIFETIME))
}

/// A cursor as it is stored, and back. What cannot be read begins anew.
pub(super) fn cursor(stored: &str) -> Cursor {
    serde_json::from_str(stored).unwrap_or_default()
}
