//! Imports of archives built here: what a channel means, and what an attacker would try.

mod blog;
mod build;
mod document;
mod bluesky;
mod cars;
mod foreign;
mod github;
mod hostile;
mod laws;
mod layouts;
mod linkedin;
mod mastodon;
mod stackexchange;
mod wordpress;
mod reddit;
mod statuses;
mod x;
mod youtube;

/// A small valid export of every layout of every channel.
fn samples() -> Vec<Vec<u8>> {
    let today = crate::domain::time::Day::from_number(20_000);
    let mut samples = vec![crate::demo::x_archive(today), crate::demo::mastodon_archive(today)];
    samples.extend(wordpress::samples());
    samples.extend(blog::samples());
    samples.extend(stackexchange::samples());
    samples.extend(linkedin::samples());
    samples.extend(reddit::samples());
    samples.extend(youtube::samples());
    samples.extend(bluesky::samples());
    samples.extend(github::samples());
    samples.extend(statuses::samples());
    samples
}
