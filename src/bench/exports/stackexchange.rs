//! The rows of a site's data dump that are about one person (zip of XML): half of the items are
//! her questions, the others her answers to other people's.

use std::fs::File;

use super::dice::Dice;
use super::pack::Zip;
use super::{DAYS, Wanted, escaped, written};

const START: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n";
const VERA: u64 = 7;

/// Writes the dump.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    zip.add("dba.stackexchange.com/Posts.xml", &mut |out| {
        write!(out, "{START}<posts>\r\n")?;
        for at in 0..wanted.items {
            // Each has a question and an answer of which one is hers.
            let (question, answer) = (at * 2 + 1, at * 2 + 2);
            let (asks, answers) = if at % 2 == 0 { (VERA, 100 + at) } else { (100 + at, VERA) };
            let seconds = wanted.moment(DAYS, at);
            let accepted = if dice.percent(40) {
                format!(" AcceptedAnswerId=\"{answer}\"")
            } else {
                String::new()
            };
            let more = format!(
                "PostTypeId=\"1\"{accepted} Title=\"{}\" Tags=\"|{}|\" ViewCount=\"{}\" AnswerCount=\"1\"",
                escaped(&dice.sentence(false)),
                dice.tag(),
                dice.below(9_000)
            );
            out.write_all(row(&mut dice, question, asks, seconds, &more).as_bytes())?;
            let more = format!("PostTypeId=\"2\" ParentId=\"{question}\"");
            out.write_all(row(&mut dice, answer, answers, seconds + 60, &more).as_bytes())?;
        }
        Ok(out.write_all(b"</posts>")?)
    })?;
    zip.add("dba.stackexchange.com/Comments.xml", &mut |out| {
        write!(out, "{START}<comments>\r\n")?;
        for at in 0..wanted.items {
            write!(
                out,
                "  <row Id=\"{at}\" PostId=\"{}\" Score=\"0\" Text=\"{}\" \
                 CreationDate=\"{}\" UserId=\"{}\" />\r\n",
                at * 2 + 1 + at % 2,
                escaped(&dice.sentence(false)),
                time(wanted.moment(DAYS, at)),
                100 + at
            )?;
        }
        Ok(out.write_all(b"</comments>")?)
    })?;
    zip.text(
        "dba.stackexchange.com/Users.xml",
        &format!(
            "{START}<users>\r\n  <row Id=\"{VERA}\" Reputation=\"4321\" \
             CreationDate=\"2014-01-01T00:00:00.000\" DisplayName=\"Vera Beispiel\" UpVotes=\"12\" \
             DownVotes=\"1\" AccountId=\"4711\" />\r\n</users>"
        ),
    )?;
    zip.finish()
}

fn time(seconds: i64) -> String {
    written(seconds, "%Y-%m-%dT%H:%M:%S.567")
}

fn row(dice: &mut Dice, id: u64, owner: u64, seconds: i64, more: &str) -> String {
    let body =
        format!("<p>{}</p>\n<pre><code>{}</code></pre>", dice.sentence(false), dice.token(80));
    format!(
        "  <row Id=\"{id}\" {more} CreationDate=\"{}\" Score=\"{}\" Body=\"{}\" \
         OwnerUserId=\"{owner}\" CommentCount=\"1\" ContentLicense=\"CC BY-SA 4.0\" />\r\n",
        time(seconds),
        dice.reactions(7),
        escaped(&body).replace('\n', "&#xA;"),
    )
}
