//! Imports of archives built here: what a channel means, and what an attacker would try.

mod build;
mod foreign;
mod hostile;
mod laws;
mod layouts;
mod mastodon;
mod x;
