//! Repositories: an item each, with its stars and forks, unless it is a copy of somebody else's.

use super::fields::Repository;
use super::{Reader, words};
use crate::channels::error::Error;
use crate::channels::report::Skip;
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind};

/// A repository's page.
pub(super) fn page(row: &Repository) -> Option<String> {
    let page = words::address(row.html_url.get()).or_else(|| words::address(row.url.get()));
    // The interface's own address of a repository is not its page.
    let page = page.filter(|page| !page.contains("://api.")).map(str::to_owned);
    page.or_else(|| {
        let full = words::full_name(row.full_name.get()).map(str::to_owned);
        let named = || Some(format!("{}/{}", row.owner.login()?, row.name.get()?));
        let full = full.or_else(|| words::full_name(named().as_deref()).map(str::to_owned))?;
        Some(format!("https://github.com/{full}"))
    })
}

/// Whether not everybody may see it.
pub(super) fn is_private(row: &Repository) -> bool {
    row.private.0 == Some(true) || row.visibility.get().is_some_and(|word| word != "public")
}

/// Whether it is a copy of somebody else's.
pub(super) fn is_fork(row: &Repository) -> bool {
    row.fork.0 == Some(true) || row.is_fork.0 == Some(true)
}

/// The item of a repository; `None` if it lacks a date or a name.
pub(super) fn item(row: &Repository) -> Result<Item, Skip> {
    let page = page(row).ok_or(Skip::Unreadable)?;
    let posted_at = words::instant(row.created_at.get()).ok_or(Skip::ImpossibleDate)?;
    let name = row.name.get().map(str::to_owned).or_else(|| words::place(&page));
    let mut tags: Vec<String> = row.topics.0.iter().filter_map(|topic| topic.0.clone()).collect();
    if let Some(language) = row.language.get()
        && !tags.iter().any(|tag| tag.eq_ignore_ascii_case(language))
    {
        tags.push(language.to_owned());
    }
    let stars = row.stargazers_count.0.or(row.stargazers.0).or(row.watchers.0);
    let reactions = [(Signal::Star, stars), (Signal::Fork, row.forks_count.0.or(row.forks.0))];
    Ok(Item {
        id: page.clone(),
        kind: ItemKind::Repository,
        posted_at,
        text: words::written(name.as_deref(), row.description.get()),
        tags,
        language: None,
        url: Some(page),
        reactions: reactions.into_iter().filter_map(|(kind, count)| Some((kind, count?))).collect(),
        heard: Vec::new(),
    })
}

/// Hands out a repository if it is the account's own.
pub(super) fn read(row: &Repository, reader: &mut Reader<'_>) -> Result<(), Error> {
    if !row.owner.is(&reader.login) {
        reader.outlet.skip(Skip::NotOwn);
    } else if is_private(row) {
        reader.outlet.skip(Skip::NotPublic);
    } else if is_fork(row) {
        // Whatever a copy's numbers say, they are about somebody else's work.
        reader.outlet.did("repositories_copied", 1);
    } else {
        match item(row) {
            Ok(item) => return reader.hand_out(item),
            Err(reason) => reader.outlet.skip(reason),
        }
    }
    Ok(())
}
