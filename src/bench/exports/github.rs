//! The account export of GitHub (tar.gz of JSON): a tenth of the items are repositories, the
//! others issues in them, with comments by others.

use std::fs::File;

use serde_json::{Value, json};

use super::dice::Dice;
use super::pack::{self, TarGz};
use super::{DAYS, Wanted, written};

const VERA: &str = "https://github.com/vera-beispiel";

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut tar = TarGz::new(file);
    let mut dice = Dice::new(wanted.items);
    tar.text("schema.json", "{\"version\":\"1.2.0\"}")?;
    let repositories = wanted.items.div_ceil(10);
    let issues = wanted.items - repositories;
    tar.add("repositories_000001.json", &mut |out| {
        pack::list(out, repositories, &mut |at| {
            repository(&mut dice, at, &time(wanted, at)).to_string()
        })
    })?;
    tar.add("issues_000001.json", &mut |out| {
        pack::list(out, issues, &mut |at| {
            let more = json!({
                "title": dice.sentence(false), "labels": [], "assignees": [], "milestone": null,
                "closed_at": null,
            });
            row("issue", &page(at, repositories), VERA, (&mut dice, &time(wanted, at)), &more)
        })
    })?;
    tar.add("issue_comments_000001.json", &mut |out| {
        pack::list(out, issues * 2, &mut |at| {
            let issue = page(at / 2, repositories);
            let url = format!("{issue}#issuecomment-{at}");
            let user = format!("https://github.com/person-{}", dice.below(500));
            let more = json!({ "issue": issue, "formatter": "markdown" });
            row("issue_comment", &url, &user, (&mut dice, &time(wanted, at / 2)), &more)
        })
    })?;
    tar.finish()
}

fn time(wanted: Wanted, at: u64) -> String {
    written(wanted.moment(DAYS, at), "%Y-%m-%dT%H:%M:%SZ")
}

/// The page of an issue; each repository has some.
fn page(at: u64, repositories: u64) -> String {
    format!("{VERA}/lib-{}/issues/{}", at % repositories.max(1), at + 1)
}

fn repository(dice: &mut Dice, at: u64, time: &str) -> Value {
    json!({
        "type": "repository", "url": format!("{VERA}/lib-{at}"), "owner": VERA,
        "name": format!("lib-{at}"), "description": dice.sentence(false), "private": false,
        "has_issues": true, "has_wiki": true, "labels": [], "collaborators": [],
        "created_at": time, "has_downloads": true,
        "default_branch": "main", "webhooks": [], "public_keys": [],
    })
}

fn row(kind: &str, url: &str, user: &str, (dice, time): (&mut Dice, &str), more: &Value) -> String {
    let mut row = json!({
        "type": kind, "url": url, "user": user, "created_at": time, "updated_at": time,
        "body": format!("{}\n\n```\n{}\n```", dice.sentence(false), dice.token(40)),
        "reactions": [],
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        row[key] = value.clone();
    }
    row.to_string()
}
