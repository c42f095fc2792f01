//! Takeout of YouTube (zip of CSV tables): a tenth of the items are videos, the others comments.

use std::fs::File;

use super::dice::Dice;
use super::pack::{self, Zip};
use super::{DAYS, Wanted, written};

const FOLDER: &str = "Takeout/YouTube and YouTube Music";
const CHANNEL: &str = "UCverabeispiel0000000000";

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    let channel = format!(
        "Channel ID,Channel title (original),Channel visibility\n{CHANNEL},Vera Beispiel,Public\n"
    );
    zip.text(&format!("{FOLDER}/channels/channel.csv"), &channel)?;
    let videos = wanted.items / 10;
    zip.add(&format!("{FOLDER}/video metadata/videos.csv"), &mut |out| {
        let columns = "Video ID,Approx Duration (ms),Video Audio Language,Video Category,\
                       Video Description (Original),Channel ID,Tag 1,Tag 2,\
                       Video Title (Original),Privacy,Video State,Video Create Timestamp,\
                       Video Publish Timestamp";
        pack::table(out, columns, videos, &mut |at| video(&mut dice, wanted, at))
    })?;
    zip.add(&format!("{FOLDER}/comments/comments.csv"), &mut |out| {
        let columns = "Channel ID,Comment create timestamp,Price,Comment ID,Parent comment ID,\
                       Post ID,Video ID,Comment text,Top-level comment ID";
        pack::table(out, columns, wanted.items - videos, &mut |at| comment(&mut dice, wanted, at))
    })?;
    zip.add(&format!("{FOLDER}/subscriptions/subscriptions.csv"), &mut |out| {
        pack::table(out, "Channel Id,Channel Url,Channel Title", wanted.items / 20, &mut |at| {
            let link = format!("http://www.youtube.com/channel/UC{at}");
            vec![format!("UC{at}"), link, format!("Channel {at}")]
        })
    })?;
    zip.finish()
}

fn video(dice: &mut Dice, wanted: Wanted, at: u64) -> Vec<String> {
    let german = dice.percent(30);
    let time = written(wanted.moment(DAYS, at), "%Y-%m-%dT%H:%M:%S+00:00");
    let text = format!("{}\n0:00 Intro\n{}", dice.sentence(german), dice.sentence(german));
    let (id, title) = (format!("vid{at:08}"), dice.sentence(german));
    let language = if german { "de" } else { "en" };
    let cells = [
        &id,
        "1047191",
        language,
        "Science & Technology",
        &text,
        CHANNEL,
        dice.tag(),
        dice.tag(),
        &title,
        "Public",
        "Processed",
        &time,
        &time,
    ];
    cells.map(str::to_owned).to_vec()
}

fn comment(dice: &mut Dice, wanted: Wanted, at: u64) -> Vec<String> {
    let german = dice.percent(30);
    let time = written(wanted.moment(DAYS, at), "%Y-%m-%dT%H:%M:%S.956042+00:00");
    let text = serde_json::json!({ "text": dice.sentence(german) }).to_string();
    let (id, video) = (format!("Ugz{at}"), dice.token(11));
    let cells = [CHANNEL, &time, "0", &id, "", "", &video, &text, ""];
    cells.map(str::to_owned).to_vec()
}
