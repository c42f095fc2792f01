//! One fetch: asks at the pace that servers bear, walks an account's pages, and packs them into
//! batches. Which pages there are is each network's file's business.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::client::{Answer, Ask};
use super::error::host;
use super::pace::{self, Verdict};
use super::pages::{Packer, Turn};
use super::{
    Account, Batch, Cursor, Error, Fetcher, Network, Options, Profile, Step, blog, bluesky, github,
    mastodon, stack_exchange, tumblr, wordpress, youtube,
};
use crate::domain::time::Timestamp;

/// Turns of one batch: what is lost at most when a fetch breaks off in the middle of one.
const TURNS: usize = 10;

/// Most that a batch holds before it is ended, in bytes.
const BATCH: usize = 32 << 20;

/// Longest name of a next page. It is stored between fetches, and no network's is near it.
const NEXT: usize = 2_000;

/// How often one request is tried.
const ATTEMPTS: usize = 3;

/// Items are read again for so long after a walk: what is young still gets reactions, and half
/// of a reaction's weight is gone after 62 days.
const REFRESH_SECONDS: i64 = 60 * 86_400;

/// One fetch.
pub struct Session<'f> {
    fetcher: &'f Fetcher,
    steps: mpsc::Sender<Step>,
    pages: u64,
    /// When the next request may be made, and what may still be spent on waiting for it.
    due: Instant,
    patience: Duration,
    /// The next pages that were named so far, so that no walk goes in circles.
    named: HashSet<String>,
    /// Whether a walk was begun anew because the place to go on from was gone.
    renewed: bool,
}

impl<'f> Session<'f> {
    pub(super) fn new(fetcher: &'f Fetcher, steps: mpsc::Sender<Step>) -> Self {
        let patience = fetcher.options.patience;
        let (named, renewed) = (HashSet::new(), false);
        Self { fetcher, steps, pages: 0, due: Instant::now(), patience, named, renewed }
    }

    pub(super) const fn options(&self) -> &'f Options {
        &self.fetcher.options
    }

    /// Reads the account's public profile.
    pub async fn profile(&mut self, account: &Account) -> Result<Profile, Error> {
        match account.network {
            Network::Mastodon => mastodon::profile(self, account).await,
            Network::Bluesky => bluesky::profile(self, account).await,
            Network::GitHub => github::profile(self, account).await,
            Network::StackExchange => stack_exchange::profile(self, account).await,
            Network::WordPress => wordpress::profile(self, account).await,
            Network::Blog => blog::profile(self, account).await,
            Network::YouTube => youtube::profile(self, account).await,
            Network::Tumblr => tumblr::profile(self, account).await,
        }
    }

    /// Reads the next pages, from where the cursor stands. What a batch holds is whole, also
    /// when it ends with an interruption; without any page the interruption is the error.
    pub async fn batch(
        &mut self,
        account: (&Account, &Profile),
        cursor: Cursor,
    ) -> Result<Batch, Error> {
        self.read(account, cursor, TURNS).await
    }

    /// Reads the first pages only: enough to see which account they are about.
    pub async fn probe(&mut self, account: (&Account, &Profile)) -> Result<Batch, Error> {
        self.read(account, Cursor::default(), 1).await
    }

    async fn read(
        &mut self,
        (account, profile): (&Account, &Profile),
        mut cursor: Cursor,
        turns: usize,
    ) -> Result<Batch, Error> {
        if cursor.next.is_none() {
            cursor.began = Some(self.now().micros() / 1_000_000);
        }
        let horizon = cursor.since.map(|since| since - REFRESH_SECONDS);
        let mut packer = Packer::new(&self.options().spool)?;
        packer.add_profile(&profile.pages)?;
        self.named.extend(cursor.next.clone());
        let (mut done, mut interrupted, mut size) = (false, None, 0);
        for read in 0..turns {
            let mut turned = self.turn((account, profile), &cursor, horizon).await;
            if read == 0 && self.is_gone(&turned, &cursor) {
                (cursor.next, cursor.began) = (None, Some(self.now().micros() / 1_000_000));
                turned = self.turn((account, profile), &cursor, horizon).await;
            }
            let turn = match turned {
                Ok(turn) => turn,
                Err(error) if read > 0 && error.is_passing() => {
                    interrupted = Some(error);
                    break;
                }
                Err(error) => return Err(error),
            };
            packer.add(&turn.pages)?;
            size += turn.pages.iter().map(|page| page.body.len()).sum::<usize>();
            let known = horizon.zip(turn.newest).is_some_and(|(horizon, newest)| newest < horizon);
            cursor.next = turn.next.filter(|next| !known && self.leads_on(next));
            cursor.version = turn.version.or(cursor.version);
            if cursor.next.is_none() {
                done = true;
                cursor.since = cursor.began.take();
            }
            if done || size > BATCH {
                break;
            }
        }
        Ok(Batch { file: packer.finish()?, cursor, done, interrupted })
    }

    /// Whether a walk can go on there: servers may name the same pages for ever.
    fn leads_on(&mut self, next: &str) -> bool {
        next.len() <= NEXT && self.named.insert(next.to_owned())
    }

    /// Whether the place to go on from is one that the server does not know any more: its names
    /// for pages expire, and pages vanish with what was deleted. Said once in a fetch.
    fn is_gone(&mut self, turned: &Result<Turn, Error>, cursor: &Cursor) -> bool {
        let unknown =
            matches!(turned, Err(Error::Refused { status: 400, .. } | Error::NotFound { .. }));
        let gone = unknown && cursor.next.is_some() && !self.renewed;
        self.renewed |= gone;
        gone
    }

    async fn turn(
        &mut self,
        (account, profile): (&Account, &Profile),
        cursor: &Cursor,
        horizon: Option<i64>,
    ) -> Result<Turn, Error> {
        let next = cursor.next.as_deref();
        match account.network {
            Network::Mastodon => mastodon::turn(self, (account, profile), next).await,
            Network::Bluesky => bluesky::turn(self, profile, next).await,
            Network::GitHub => github::turn(self, profile, next).await,
            Network::StackExchange => {
                stack_exchange::turn(self, (account, profile), next, horizon).await
            }
            Network::WordPress => wordpress::turn(self, profile, next, horizon).await,
            Network::Blog => blog::turn(self, profile, cursor.version.as_deref()).await,
            Network::YouTube => youtube::turn(self, profile, next).await,
            Network::Tumblr => tumblr::turn(self, profile, next).await,
        }
    }

    /// The present instant.
    pub(super) fn now(&self) -> Timestamp {
        self.fetcher.clock.now()
    }

    /// Asks, waits where a server wants it, and gives back an answer with content, or with
    /// `304 Not Modified` where a version was known.
    pub(super) async fn get(&mut self, ask: &Ask) -> Result<Answer, Error> {
        let answer = self.ask(ask).await?;
        self.accept(answer, ask).await
    }

    /// The same for an answer that is there already.
    pub(super) async fn accept(&mut self, answer: Answer, ask: &Ask) -> Result<Answer, Error> {
        let host = || host(&answer.url);
        match answer.status {
            200 => {}
            304 if ask.known.is_some() => {}
            404 | 410 => return Err(Error::NotFound { host: host() }),
            status => return Err(Error::Refused { host: host(), status }),
        }
        self.pages += 1;
        self.tell(None).await?;
        Ok(answer)
    }

    /// The same, with any status below 500 but those that ask for patience.
    pub(super) async fn ask(&mut self, ask: &Ask) -> Result<Answer, Error> {
        for _ in 0..ATTEMPTS {
            self.wait(&host(&ask.url)).await?;
            let answer = self.fetcher.client.get(ask).await?;
            match pace::judge(answer.status, &answer.headers, self.now()) {
                Verdict::Answered(pause) => {
                    self.hold_off(pause);
                    return Ok(answer);
                }
                Verdict::Again(pause) => self.hold_off(pause),
            }
        }
        let problem = "is busy or broken";
        Err(Error::Unreachable { host: host(&ask.url), problem })
    }

    /// Makes the next request wait, at most for the longest that is believed.
    pub(super) fn hold_off(&mut self, pause: Duration) {
        self.due = self.due.max(Instant::now() + pause.min(pace::LONGEST));
    }

    async fn wait(&mut self, host: &str) -> Result<(), Error> {
        let wait = self.due.saturating_duration_since(Instant::now());
        let until = self.now().plus(wait);
        if wait > pace::PAUSE {
            if wait > self.patience {
                return Err(Error::Later { host: host.to_owned(), until, wait });
            }
            self.patience -= wait;
            self.tell(Some(until)).await?;
        }
        tokio::time::sleep_until(self.due).await;
        if self.steps.is_closed() { Err(Error::Stopped) } else { Ok(()) }
    }

    async fn tell(&self, waiting_until: Option<Timestamp>) -> Result<(), Error> {
        let step = Step { pages: self.pages, waiting_until };
        self.steps.send(step).await.map_err(|_| Error::Stopped)
    }
}
