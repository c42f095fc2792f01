//! What GitHub's interface answers about the same person who does not exist: the same bytes on
//! every run for the same day. Nothing here reads answers.

use serde_json::{Value, json};

use super::archive::{moment, zipped};
use crate::domain::time::Day;

/// Days ago, stars, forks, topics, name, description; `<` marks a copy of somebody else's.
const REPOSITORIES: &str = "\
38|214|12|database durability|group-commit|One fsync for many writers, with tests that pull the plug
95|61|4|testing simulation|seeded-chaos|Deterministic failures for async services
170|890|57|sql postgres|plan-reader|Shows a query plan from the inside out
260|33|2|baking bread|hydration|A calculator for dough that knows its percentages
330|9|0|dotfiles|<dotfiles|Somebody else's settings, with mine
";

/// The answers about the account `mira-beispiel` and its repositories (zip), as if asked at the
/// start of `today`: four repositories over the 260 days before, and one copied.
pub fn github_answers(today: Day) -> Vec<u8> {
    let rows = REPOSITORIES.lines().zip(1..).filter_map(|(line, row)| repository(line, row, today));
    let user = json!({
        "login": "mira-beispiel", "id": 42, "type": "User", "name": "Mira Beispiel",
        "public_repos": 5, "followers": 310, "following": 41, "created_at": "2013-02-03T09:00:00Z",
    });
    let files = [
        ("user.json".to_owned(), user.to_string()),
        ("repos.json".to_owned(), rows.collect::<Value>().to_string()),
    ];
    // Writing to memory does not fail; if it did, the importer would refuse the empty file.
    zipped(&files).unwrap_or_default()
}

fn repository(line: &str, row: i64, today: Day) -> Option<Value> {
    let mut cells = line.splitn(6, '|');
    let at = moment(today, cells.next()?.parse().ok()?, row);
    let count = |cell: Option<&str>| cell.and_then(|cell| cell.parse::<u64>().ok());
    let (stars, forks) = (count(cells.next())?, count(cells.next())?);
    let topics: Vec<&str> = cells.next()?.split(' ').collect();
    let (name, description) = (cells.next()?, cells.next()?);
    let bare = name.trim_start_matches('<');
    Some(json!({
        "name": bare, "full_name": format!("mira-beispiel/{bare}"), "private": false,
        "owner": { "login": "mira-beispiel", "type": "User" }, "description": description,
        "html_url": format!("https://github.com/mira-beispiel/{bare}"), "fork": bare != name,
        "language": "Rust", "topics": topics, "stargazers_count": stars, "forks_count": forks,
        "created_at": at.to_string(), "archived": false, "visibility": "public",
    }))
}
