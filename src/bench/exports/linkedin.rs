//! The complete data export of LinkedIn (zip of CSV tables).

use std::fs::File;

use super::dice::Dice;
use super::pack::{self, Zip};
use super::{DAYS, Wanted, written};

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    zip.text(
        "Profile.csv",
        "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,\
         Geo Location,Twitter Handles,Websites,Instant Messengers\n\
         Vera,Beispiel,,,,Engineer,\"Databases\nand bread\",Software,50667,Cologne,,,\n",
    )?;
    // Every tenth item is a skill that somebody confirmed.
    let praise = wanted.items / 10;
    zip.add("Shares.csv", &mut |out| {
        let columns = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility";
        pack::table(out, columns, wanted.items - praise, &mut |at| share(&mut dice, wanted, at))
    })?;
    zip.add("Endorsement_Received_Info.csv", &mut |out| {
        let columns = "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,\
                       Endorser Public Url,Endorsement Status";
        pack::table(out, columns, praise, &mut |at| {
            let date = written(wanted.moment(DAYS, at), "%Y/%m/%d %H:%M:%S UTC");
            let page = format!("www.linkedin.com/in/person-{at}");
            let cells = [&date, dice.tag(), "Person", &at.to_string(), &page, "ACCEPTED"];
            cells.map(str::to_owned).to_vec()
        })
    })?;
    zip.add("Connections.csv", &mut |out| {
        out.write_all(b"Notes:\n\"When exporting your connection data, some are missing.\"\n\n")?;
        let columns = "First Name,Last Name,URL,Email Address,Company,Position,Connected On";
        pack::table(out, columns, wanted.items / 10, &mut |at| {
            let (number, page) = (at.to_string(), format!("https://www.linkedin.com/in/p-{at}"));
            let cells = ["Person", &number, &page, "", "Acme", "Engineer", "22 Jan 2024"];
            cells.map(str::to_owned).to_vec()
        })
    })?;
    zip.finish()
}

fn share(dice: &mut Dice, wanted: Wanted, at: u64) -> Vec<String> {
    let german = dice.percent(30);
    let number = 7_000_000_000_000_000_000 + at * 4_099;
    let (first, second) = (dice.sentence(german), dice.sentence(german));
    let linked = dice.percent(30);
    let link =
        if linked { format!("https://blog.example/{}", dice.token(20)) } else { String::new() };
    vec![
        written(wanted.moment(DAYS, at), "%Y-%m-%d %H:%M:%S"),
        format!("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number}"),
        format!("{first}\r\n\r\n\"{second}\"\r\n#{}", dice.tag()),
        link,
        String::new(),
        "MEMBER_NETWORK".to_owned(),
    ]
}
