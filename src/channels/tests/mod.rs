//! Imports of archives built here: what a channel means, and what an attacker would try.

mod blog;
mod build;
mod document;
mod foreign;
mod hostile;
mod laws;
mod layouts;
mod mastodon;
mod stackexchange;
mod wordpress;
mod x;

/// A small valid export of every layout of every channel.
fn samples() -> Vec<Vec<u8>> {
    let today = crate::domain::time::Day::from_number(20_000);
    let mut samples = vec![crate::demo::x_archive(today), crate::demo::mastodon_archive(today)];
    samples.extend(wordpress::samples());
    samples.extend(blog::samples());
    samples.extend(stackexchange::samples());
    samples
}
