//! Imports of archives built here: what a channel means, and what an attacker would try.

mod blog;
mod bluesky;
mod build;
mod cars;
mod document;
mod facebook;
mod flickr;
mod foreign;
mod github;
mod googleplus;
mod grailbird;
mod hostile;
mod instagram;
mod laws;
mod layouts;
mod linkedin;
mod mastodon;
mod other;
mod reddit;
mod stackexchange;
mod statuses;
mod tumblr;
mod wordpress;
mod x;
mod youtube;

/// A small valid export of every layout of every channel.
fn samples() -> Vec<Vec<u8>> {
    let today = crate::domain::time::Day::from_number(20_000);
    let mut samples = vec![
        crate::demo::x_archive(today),
        crate::demo::mastodon_archive(today),
        crate::demo::blog_export(today),
        crate::demo::github_answers(today),
    ];
    samples.extend(facebook::samples());
    samples.extend(instagram::samples());
    samples.extend(grailbird::samples());
    samples.extend(other::samples());
    samples.extend(wordpress::samples());
    samples.extend(blog::samples());
    samples.extend(stackexchange::samples());
    samples.extend(linkedin::samples());
    samples.extend(reddit::samples());
    samples.extend(youtube::samples());
    samples.extend(bluesky::samples());
    samples.extend(github::samples());
    samples.extend(statuses::samples());
    samples.extend(googleplus::samples());
    samples.extend(tumblr::samples());
    samples.extend(flickr::samples());
    samples
}
