//! YouTube's Takeout in several languages and orders, and the answers of its Data API.

use super::build::{all_told, read, read_of, read_parts, refusal, tar_gz, told, zip};
use crate::channels::{Error, Report};
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind};

const ME: &str = "UCadaexample00000000000A";
const FOLDER: &str = "Takeout/YouTube and YouTube Music";
const VIDEOS: &str = "Video ID,Approx Duration (ms),Video Audio Language,Video Category,\
    Video Description (Original),Channel ID,Tag 1,Tag 2,Video Title (Original),Privacy,Video State,\
    Video Create Timestamp,Video Publish Timestamp\n\
    vid00000000,1047191,de,Science & Technology,\"About, things\n0:00 #intro\",UCadaexample00000000000A,\
    rust,,A title,Public,Processed,2021-01-15T17:00:00.123456+00:00,2021-01-15T18:00:00+00:00\n\
    vid00000001,1047191,,Music,,UCadaexample00000000000A,,,Hidden,Unlisted,Processed,\
    2021-01-15T17:00:00+00:00,2021-01-15T18:00:00+00:00\n\
    vid00000002,1047191,,Music,,UCadaexample00000000000A,,,Mine,Private,Processed,\
    2021-01-15T17:00:00+00:00,\n";
/// Until June 2024.
const OLD_COMMENTS: &str = "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,\
    Video ID,Comment Text\n\
    Ugy0.1,UCadaexample00000000000A,2023-04-10 07:39:35 UTC,0,,rWVAzS6duAs,\
    \"{\"\"takeoutSegments\"\":[{\"\"text\"\":\"\"nice \"\"},{\"\"text\"\":\"\"video\"\"}]}\"\n\n\n";
/// Of 2026.
const NEW_COMMENTS: &str = "Channel ID,Comment create timestamp,Price,Comment ID,Parent comment ID,\
    Post ID,Video ID,Comment text,Top-level comment ID\n\
    UCadaexample00000000000A,2023-04-10T07:39:35.956042+00:00,0,Ugy0,UgParent,,rWVAzS6duAs,\
    \"{\"\"text\"\":\"\"nice \"\"},{\"\"text\"\":\"\"video\"\"}\",UgParent\n\
    UCadaexample00000000000A,2023-04-10T07:39:36.956042+00:00,0,Ugy1,,,vid00000000,plain text,\n\
    UCadaexample00000000000A,2023-04-10T07:39:36.956042+00:00,0,Ugy2,,UgPost,,\
    \"{\"\"text\"\":\"\"on a post\"\"}\",\n\
    UCsomebodyelse0000000000,2023-04-10T07:39:36.956042+00:00,0,Ugy3,,,vid00000000,foreign,\n";
const CHANNEL: &str = "Channel ID,Channel title (original),Channel visibility\n\
    UCadaexample00000000000A,Ada Example Builds,Public\n";
const VIDEO_LIST: &str = r#"{"kind": "youtube#videoListResponse", "etag": "x", "items": [
    {"kind": "youtube#video", "id": "vid00000000", "snippet": {"publishedAt": "2021-01-15T18:00:00Z",
     "channelId": "UCadaexample00000000000A", "title": "A title", "description": "d", "tags": ["rust"],
     "categoryId": "28", "defaultLanguage": "de-AT"}, "statistics": {"viewCount": "4336",
     "likeCount": "18", "favoriteCount": "0", "commentCount": "0"}},
    {"kind": "youtube#video", "id": "vid00000001", "snippet": {"publishedAt": "2021-01-15T18:00:00Z",
     "channelId": "UCadaexample00000000000A", "title": "Hidden"}, "statistics": {"viewCount": "7"}},
    {"kind": "youtube#video", "id": "vid00000009", "snippet": {"publishedAt": "2022-01-15T18:00:00Z",
     "channelId": "UCadaexample00000000000A", "title": "Newer"}, "statistics": {"viewCount": "5"},
     "status": {"privacyStatus": "public", "uploadStatus": "processed"},
     "topicDetails": {"topicCategories": ["https://en.wikipedia.org/wiki/Computer_science"]}},
    {"kind": "youtube#video", "id": "vid00000008", "snippet": {"publishedAt": "2022-01-15T18:00:00Z",
     "channelId": "UCadaexample00000000000A", "title": "No"}, "status": {"privacyStatus": "unlisted"}}],
    "pageInfo": {"totalResults": 4}}"#;
const CHANNEL_LIST: &str = r#"{"kind": "youtube#channelListResponse", "items": [{"kind":
    "youtube#channel", "id": "UCadaexample00000000000A", "snippet": {"title": "Ada Example Builds",
    "customUrl": "@adaexample", "publishedAt": "2018-05-06T12:00:00.123456Z"}, "statistics":
    {"viewCount": "184223", "subscriberCount": "12300", "hiddenSubscriberCount": false}}]}"#;

fn takeout(videos: &str, comments: &str) -> Vec<u8> {
    zip(&[
        (&format!("{FOLDER}/channels/channel.csv"), CHANNEL.as_bytes()),
        (&format!("{FOLDER}/video metadata/videos(1).csv"), videos.as_bytes()),
        (&format!("{FOLDER}/comments/comments.csv"), comments.as_bytes()),
        (
            &format!("{FOLDER}/subscriptions/subscriptions.csv"),
            b"Channel Id,Channel Url,Channel Title\nUC0,http://www.youtube.com/channel/UC0,X\n",
        ),
        (&format!("{FOLDER}/history/watch-history.json"), b"[\"WATCHED-MUST-NOT-APPEAR\"]"),
        (&format!("{FOLDER}/playlists/videos.csv"), VIDEOS.replace("vid0", "LIST").as_bytes()),
    ])
}

pub(super) fn samples() -> Vec<Vec<u8>> {
    vec![
        takeout(VIDEOS, OLD_COMMENTS),
        takeout(VIDEOS, NEW_COMMENTS),
        VIDEO_LIST.as_bytes().to_vec(),
    ]
}

fn assert_same_items(found: &(Report, Vec<Item>), expected: &(Report, Vec<Item>)) {
    assert_eq!(found.1, expected.1);
    assert_eq!(found.0.skipped, expected.0.skipped);
}

#[test]
fn public_videos_and_comments_are_read() {
    let (report, items) = read(&takeout(VIDEOS, NEW_COMMENTS)).unwrap();
    assert_eq!(report.account.id.as_deref(), Some(ME));
    assert_eq!(report.account.handle, "Ada Example Builds");
    assert_eq!(
        all_told(&report, ["items.video", "items.reply", "items.thread"]),
        [1, 2, 1].map(Some)
    );
    assert_eq!(all_told(&report, ["skipped.not_public", "skipped.not_own"]), [2, 1].map(Some));
    assert_eq!(all_told(&report, ["audience.following", "audience.followers"]), [Some(1), None]);
    assert_eq!(all_told(&report, ["received.like", "received.view"]), [None, None]);
    let video = items.iter().find(|item| item.kind == ItemKind::Video).unwrap();
    assert_eq!(video.text, "A title\n\nAbout, things\n0:00 #intro");
    assert_eq!(video.tags, ["rust", "Science & Technology", "intro"]);
    assert_eq!(video.posted_at.to_string(), "2021-01-15T18:00:00.000000Z");
    assert_eq!(video.language.as_deref(), Some("de"));
    let texts: Vec<_> = items.iter().skip(1).map(|item| item.text.as_str()).collect();
    assert_eq!(texts, ["nice video", "plain text", "on a post"]);
    assert_eq!(
        items[1].url.as_deref(),
        Some("https://www.youtube.com/watch?v=rWVAzS6duAs&lc=Ugy0")
    );
    assert_eq!(items[3].url, None);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn the_order_of_columns_before_june_2024_is_read() {
    let (_, items) = read(&takeout(VIDEOS, OLD_COMMENTS)).unwrap();
    let comment = items.last().unwrap();
    assert_eq!((comment.id.as_str(), comment.text.as_str()), ("Ugy0.1", "nice video"));
    assert_eq!(comment.posted_at.to_string(), "2023-04-10T07:39:35.000000Z");
}

#[test]
fn a_takeout_in_german_reads_the_same() {
    let header = "Video-ID,Ungefähre Dauer (ms),Audiosprache des Videos,Videokategorie,\
        Videobeschreibung (Original),Kanal-ID,Tag: 1,Tag: 2,Videotitel (Original),Datenschutz,\
        Videostatus,Zeitstempel bei Videoerstellung,Zeitstempel bei Videoveröffentlichung\n";
    let (_, rows) = VIDEOS.split_once('\n').unwrap();
    let videos = format!("{header}{rows}")
        .replace(",Public,", ",Öffentlich,")
        .replace(",Unlisted,", ",Nicht gelistet,")
        .replace(",Private,", ",Privat,");
    let comments = OLD_COMMENTS.replace(
        "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text",
        "Kommentar-ID,Kanal-ID,Zeitstempel der Erstellung des Kommentars,Preis,\
         ID des übergeordneten Kommentars,Video-ID,Kommentartext",
    );
    let folder = "Takeout/YouTube und YouTube Music";
    let archive = zip(&[
        (
            &format!("{folder}/Kanäle/Kanal.csv"),
            CHANNEL
                .replace(
                    "Channel ID,Channel title (original),Channel visibility",
                    "Kanal-ID,Kanaltitel (Original),Kanalsichtbarkeit",
                )
                .as_bytes(),
        ),
        (&format!("{folder}/Video-Metadaten/Videos.csv"), videos.as_bytes()),
        (&format!("{folder}/Kommentare/Kommentare.csv"), comments.as_bytes()),
        (
            &format!("{folder}/Abos/Abos.csv"),
            b"Kanal-ID,Kanal-URL,Kanaltitel\nUC0,http://www.youtube.com/channel/UC0,X\n",
        ),
    ]);
    let found = read(&archive).unwrap();
    assert_same_items(&found, &read(&takeout(VIDEOS, OLD_COMMENTS)).unwrap());
    assert_eq!(told(&found.0, "audience.following"), Some(1));
    assert_eq!(found.0.account.id.as_deref(), Some(ME));
}

#[test]
fn columns_with_names_in_no_known_language_are_told_by_what_they_hold() {
    let (_, rows) = VIDEOS.split_once('\n').unwrap();
    let videos = format!("a,b,язык,категория,описание,c,d,e,f,g,h,i,j\n{rows}")
        .replace(",Public,", ",Открытый доступ,");
    // Dutch, without the column for parents.
    let comments = "Reactie-ID,Kanaal-ID,Aanmaaktijdstempel reactie,Prijs,Video-ID,Reactietekst\n\
        Ugy0.1,UCadaexample00000000000A,2023-04-10T07:39:35Z,0,rWVAzS6duAs,nice video\n";
    for header in ["", "1,2,3,4,5,6"] {
        let comments = match (header, comments.split_once('\n').unwrap()) {
            ("", _) => comments.to_owned(),
            (header, (_, rows)) => format!("{header}\n{rows}"),
        };
        let folder = "Takeout/YouTube и YouTube Music";
        let archive = zip(&[
            (&format!("{folder}/каналы/канал.csv"), format!("1,2,3\n{ME},Ada,x\n").as_bytes()),
            (&format!("{folder}/метаданные/видео.csv"), videos.as_bytes()),
            (&format!("{folder}/reacties/reacties.csv"), comments.as_bytes()),
        ]);
        let found = read(&archive).unwrap();
        assert_same_items(&found, &read(&takeout(VIDEOS, OLD_COMMENTS)).unwrap());
    }
}

#[test]
fn a_word_for_public_that_is_not_known_leaves_the_video_out_and_says_so() {
    let videos = VIDEOS.replace(",Public,", ",Publiek-achtig,");
    let (report, _) = read(&takeout(&videos, NEW_COMMENTS)).unwrap();
    assert_eq!(told(&report, "skipped.not_public"), Some(3));
    let warned = |word| report.warnings.iter().any(|warning| warning.contains(word));
    assert!(warned("1 video(s)") && warned("English"));
}

#[test]
fn answers_of_the_data_api_tell_how_videos_were_received() {
    let (report, items) = read(VIDEO_LIST.as_bytes()).unwrap();
    assert_eq!(report.account.id.as_deref(), Some(ME));
    assert_eq!(all_told(&report, ["items.video", "skipped.not_public"]), [3, 1].map(Some));
    assert_eq!(
        all_told(&report, ["received.like", "received.reply", "received.view"]),
        [18, 0, 4348].map(Some)
    );
    assert_eq!(items[0].tags, ["rust", "Science & Technology"]);
    assert_eq!(items[0].language.as_deref(), Some("de"));
    // Hidden likes are not zero.
    assert_eq!(items[2].reactions, [(Signal::View, 5)]);
    assert_eq!(items[2].tags, ["Computer science"]);
}

#[test]
fn answers_beside_a_takeout_add_numbers_and_never_show_what_is_private() {
    let files = [
        takeout(VIDEOS, NEW_COMMENTS),
        VIDEO_LIST.as_bytes().to_vec(),
        CHANNEL_LIST.as_bytes().to_vec(),
    ];
    let (report, items) = read_parts(&files).unwrap();
    assert_eq!(report.account.handle, "adaexample");
    assert_eq!(told(&report, "audience.followers"), Some(12_300));
    assert_eq!(report.account_created.unwrap().to_string(), "2018-05-06T12:00:00.123456Z");
    let videos: Vec<_> = items.iter().filter(|item| item.kind == ItemKind::Video).collect();
    let ids: Vec<_> = videos.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["vid00000000", "vid00000009"]);
    assert_eq!(all_told(&report, ["received.like", "received.view"]), [18, 4341].map(Some));
    let hidden =
        CHANNEL_LIST.replace("\"hiddenSubscriberCount\": false", "\"hiddenSubscriberCount\": true");
    let (report, _) = read(hidden.as_bytes()).unwrap();
    assert_eq!(told(&report, "audience.followers"), None);
}

#[test]
fn answers_about_several_channels_need_to_be_told_whose_they_are() {
    let two = VIDEO_LIST.replacen(ME, "UCsomebodyelse0000000000", 1);
    assert!(matches!(refusal(two.as_bytes()), Error::Several { .. }));
    let (report, _) = read_of(two.as_bytes(), ME).unwrap();
    assert_eq!(all_told(&report, ["items.video", "skipped.not_own"]), [2, 1].map(Some));
    let pages = format!("[{two}, {CHANNEL_LIST}]");
    let (report, _) = read_of(pages.as_bytes(), "@AdaExample").unwrap();
    assert_eq!(report.account.id.as_deref(), Some(ME));
    assert_eq!(all_told(&report, ["items.video", "audience.followers"]), [2, 12_300].map(Some));
}

#[test]
fn a_takeout_from_before_the_tables_holds_an_answer_for_each_video() {
    let video = format!(
        r#"[{{"contentDetails":{{}},"id":"vid00000000","kind":"youtube#video","snippet":{{
        "publishedAt":"2016-01-15T18:00:00.000Z","channelId":"{ME}","title":"A title"}},
        "status":{{"privacyStatus":"public"}},"statistics":{{"viewCount":"3"}}}}]"#
    );
    let hidden = video.replace("vid00000000", "vid00000001").replace("\"public\"", "\"private\"");
    let archive = tar_gz(&[
        ("Takeout/YouTube/videos/A title.json", video.as_bytes()),
        ("Takeout/YouTube/videos/Another.json", hidden.as_bytes()),
        (
            "Takeout/YouTube/subscriptions/subscriptions.json",
            br#"[{"kind":"youtube#subscription","id":"x"},{"kind":"youtube#subscription"}]"#,
        ),
    ]);
    let (report, _) = read(&archive).unwrap();
    assert_eq!(all_told(&report, ["items.video", "skipped.not_public"]), [1, 1].map(Some));
    assert_eq!(all_told(&report, ["audience.following", "received.view"]), [2, 3].map(Some));
}

#[test]
fn an_answer_that_found_nothing_and_one_about_searches_are_no_videos() {
    let none = br#"{"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}}"#;
    assert_eq!(read(none).unwrap().1, []);
    let search =
        br#"{"kind": "youtube#searchListResponse", "items": [{"kind": "youtube#searchResult",
        "id": {"kind": "youtube#video", "videoId": "vid00000000"}}]}"#;
    assert!(matches!(refusal(search), Error::NotAnExport { .. }));
}
