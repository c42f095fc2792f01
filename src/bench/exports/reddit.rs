//! The data request of Reddit (zip of CSV tables): a fifth of the items are posts, the others
//! comments to other people's.

use std::fs::File;

use super::dice::Dice;
use super::pack::{self, Zip};
use super::{DAYS, Wanted, written};

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    zip.text(
        "statistics.csv",
        "statistic,value\naccount name,vera_beispiel\nexport time,2026-01-01 00:00:00 UTC\n\
         email address,vera@example.invalid\nregistration date,2012-05-01 10:00:00 UTC\n",
    )?;
    let posts = wanted.items / 5;
    zip.add("posts.csv", &mut |out| {
        let columns = "id,permalink,date,ip,subreddit,gildings,title,url,body";
        pack::table(out, columns, posts, &mut |at| {
            let (id, place) = (format!("p{at}"), dice.tag());
            let link = format!("https://www.reddit.com/r/{place}/comments/{id}/x/");
            let (title, body) = (dice.sentence(false), dice.sentence(false));
            let cells = [&id, &link, &time(wanted, at), "", place, "0", &title, "", &body];
            cells.map(str::to_owned).to_vec()
        })
    })?;
    zip.add("comments.csv", &mut |out| {
        let columns = "id,permalink,date,ip,subreddit,gildings,link,parent,body,media";
        pack::table(out, columns, wanted.items - posts, &mut |at| {
            let (id, place) = (format!("c{at}"), dice.tag());
            let thread = format!("https://www.reddit.com/r/{place}/comments/{}/x/", dice.token(6));
            let link = format!("{thread}{id}/");
            let body = format!("{}\n\n**{}**", dice.sentence(false), dice.sentence(false));
            let cells = [&id, &link, &time(wanted, at), "", place, "0", &thread, "", &body, ""];
            cells.map(str::to_owned).to_vec()
        })
    })?;
    zip.text("subscribed_subreddits.csv", "subreddit\nrust\nbreadit\n")?;
    zip.finish()
}

fn time(wanted: Wanted, at: u64) -> String {
    written(wanted.moment(DAYS, at), "%Y-%m-%d %H:%M:%S UTC")
}
