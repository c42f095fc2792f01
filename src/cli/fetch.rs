//! `fetch`: what the open network tells about an account, without storing anything.

use std::io::{IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};
use glasklar::channels::{self, Limits, Report, Source, Upload};
use glasklar::clock::Clock;
use glasklar::config::Config;
use glasklar::domain::evidence::Channel;
use glasklar::fetch::{Batch, Cursor, Fetcher, Step};
use tokio::sync::mpsc;

/// Reads an account's public pages and prints what they contain.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The network: mastodon, bluesky, github, stackexchange, wordpress, blog, youtube or tumblr.
    #[arg(long, value_name = "WORD")]
    channel: String,
    /// The account's handle, or the address of its profile or page.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// Prints one JSON document, the same that `inspect` prints.
    #[arg(long)]
    json: bool,
    /// Ends after so many batches of about ten pages each.
    #[arg(long, value_name = "N", default_value_t = 40)]
    batches: usize,
    #[command(flatten)]
    file: super::ConfigFile,
}

pub(super) async fn fetch(arguments: Arguments) -> anyhow::Result<()> {
    let channel = Channel::from_word(&arguments.channel)
        .with_context(|| format!("there is no channel `{}`", arguments.channel))?;
    let config = if arguments.file.is_set() { arguments.file.load()? } else { Config::defaults()? };
    let fetcher = Fetcher::new(config.fetching()?.options, Clock::System);
    let account = fetcher.account(channel, &arguments.account)?;
    let (steps, heard) = mpsc::channel(16);
    let showing = tokio::spawn(show(heard));
    let mut session = fetcher.session(steps);
    let profile = session.profile(&account).await?;
    let (mut sum, mut at) = (None::<Report>, Cursor::default());
    for _ in 0..arguments.batches {
        let batch = session.batch((&account, &profile), at).await?;
        let Batch { file, cursor, done, interrupted } = batch;
        if let Some(file) = file {
            let report = tokio::task::spawn_blocking(move || read(file)).await??;
            match &mut sum {
                Some(sum) => sum.absorb(report),
                none => *none = Some(report),
            }
        }
        if let Some(interrupted) = interrupted {
            writeln!(std::io::stderr(), "glasklar: ended early: {interrupted}")?;
            break;
        }
        if done {
            break;
        }
        at = cursor;
    }
    drop(session);
    showing.await?;
    let Some(report) = sum else { bail!("{} shows nothing in public", account.address()) };
    super::inspect::show(&report, arguments.json)
}

fn read(file: std::fs::File) -> Result<Report, channels::Error> {
    let sources = vec![Source::File(file)];
    let upload = Upload { sources, whose: None, limits: Limits::default() };
    channels::import(upload, &mut |_| Ok(()), &mut |_| Ok(()))
}

/// Says on a terminal how far it is.
async fn show(mut heard: mpsc::Receiver<Step>) {
    let mut err = std::io::stderr();
    let terminal = err.is_terminal();
    while let Some(Step { pages, waiting_until }) = heard.recv().await {
        if !terminal {
            continue;
        }
        let _ = match waiting_until {
            Some(until) => write!(err, "\r\x1b[K{pages} pages, waiting until {until}"),
            None => write!(err, "\r\x1b[K{pages} pages"),
        };
        let _ = err.flush();
    }
    if terminal {
        let _ = write!(err, "\r\x1b[K");
    }
}
