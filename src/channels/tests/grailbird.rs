//! The archives of X from before August 2018.

use super::build::{all_told, read, refusal, tweet, zip};
use crate::channels::Error;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::ItemKind;

/// 2013-04-02T08:00:00Z.
const ID: u64 = 318_995_543_277_060_097;

const DETAILS: &str = r#"var user_details =  {"screen_name":"ada_example","location":"x",
    "full_name":"Ada Example","bio":"x","id":"1400","created_at":"2009-05-01 10:00:00 +0000"}"#;
const PAYLOAD: &str =
    r#"var payload_details =  {"tweets":4,"created_at":"2014-01-02 03:04:05 +0000","lang":"en"}"#;

fn month(rows: &str) -> String {
    format!("Grailbird.data.tweets_2013_04 = \n [ {rows} ]")
}

fn row(id: u64, at: &str, text: &str, more: &str) -> String {
    format!(
        r#"{{"source":"x","entities":{{"user_mentions":[],"media":[],"hashtags":[{{"text":"rust",
        "indices":[0,4]}}],"urls":[]}},"geo":{{}},"id_str":"{id}","text":"{text}","id":{id},
        "created_at":"{at}","user":{{"name":"Ada","screen_name":"ada_example","protected":false,
        "id_str":"1400","id":1400,"verified":false}}{more}}}"#
    )
}

fn months() -> Vec<u8> {
    let rows = [
        row(ID, "2013-04-02 08:00:00 +0000", "Vec&lt;T&gt;", ""),
        row(ID + 1, "Tue Apr 02 08:00:00 +0000 2013", "x", r#","in_reply_to_user_id":1400"#),
        row(ID + 2, "2013-04-02 08:00:00 +0000", "y", r#","retweeted_status":{"id":1,"text":"y"}"#),
        row(ID + 3, "1997-04-02 08:00:00 +0000", "z", ""),
    ];
    let old = row(20, "2006-03-21 20:50:14 +0000", "first", "");
    zip(&[
        ("tweets.csv", b"\"tweet_id\",\"timestamp\",\"text\",\"retweeted_status_id\"\n"),
        ("data/js/user_details.js", DETAILS.as_bytes()),
        ("data/js/payload_details.js", PAYLOAD.as_bytes()),
        ("data/js/tweet_index.js", b"var tweet_index = broken"),
        ("data/js/tweets/2013_04.js", month(&rows.join(",")).as_bytes()),
        ("data/js/tweets/2006_03.js", month(&old).as_bytes()),
    ])
}

const TABLE: &str = "\"tweet_id\",\"in_reply_to_status_id\",\"in_reply_to_user_id\",\"timestamp\",\
    \"source\",\"text\",\"retweeted_status_id\",\"retweeted_status_user_id\",\
    \"retweeted_status_timestamp\",\"expanded_urls\"\n\
    \"318995543277060097\",\"\",\"\",\"2013-04-02 08:00:00 +0000\",\"x\",\"A &amp; B, #rust\",\"\",\
    \"\",\"\",\"http://twitter.com/ada_example/status/318995543277060097/photo/1\"\n\
    \"318995543277060098\",\"7\",\"8\",\"2013-04-02 08:00:00 +0000\",\"x\",\"@bo \"\"hi\"\"\",\"\",\"\",\
    \"\",\"\"\n\
    \"318995543277060099\",\"\",\"\",\"2013-04-02 08:00:00 +0000\",\"x\",\"same words\",\"9\",\"8\",\
    \"2013-04-01 08:00:00 +0000\",\"https://twitter.com/bo/status/9\"\n";

/// Small archives in both forms, and a table by itself.
pub(super) fn samples() -> Vec<Vec<u8>> {
    vec![months(), TABLE.as_bytes().to_vec(), zip(&[("x/tweets.csv", TABLE.as_bytes())])]
}

#[test]
fn months_are_read_without_counts() {
    let (report, items) = read(&months()).unwrap();
    assert_eq!((report.channel, report.layout), (Channel::X, "2012 to 2018"));
    assert_eq!(report.account.id.as_deref(), Some("1400"));
    assert_eq!(report.account_created.unwrap().to_string(), "2009-05-01T10:00:00.000000Z");
    assert_eq!(report.exported_at.unwrap().to_string(), "2014-01-02T03:04:05.000000Z");
    let paths = ["items.post", "items.thread", "activity.reshares_made"];
    assert_eq!(all_told(&report, paths), [Some(3), Some(1), Some(1)]);
    assert_eq!(report.dates_recovered, 1);
    assert!([Signal::Like, Signal::Reshare].iter().all(|s| report.received.of(*s).is_none()));
    let first = items.iter().find(|item| item.id == ID.to_string()).unwrap();
    assert_eq!((first.text.as_str(), first.tags.as_slice()), ("Vec<T>", &["rust".to_owned()][..]));
    assert_eq!(first.posted_at.to_string(), "2013-04-02T08:00:00.000000Z");
    assert!(items.iter().any(|item| item.posted_at.to_string().starts_with("2006-03-21")));
    assert!(items.iter().all(|item| item.reactions.is_empty()));
    assert!(report.warnings.iter().any(|warning| warning.contains("reactions")));
}

#[test]
fn the_table_is_read_where_it_comes_alone() {
    for sample in [TABLE.as_bytes().to_vec(), zip(&[("a/tweets.csv", TABLE.as_bytes())])] {
        let (report, items) = read(&sample).unwrap();
        assert_eq!((report.account.id.as_deref(), &*report.account.handle), (None, "ada_example"));
        let kinds: Vec<_> = items.iter().map(|item| item.kind).collect();
        assert_eq!(kinds, [ItemKind::Post, ItemKind::Reply]);
        assert_eq!(items[0].text, "A & B, #rust");
        assert_eq!(items[0].tags, ["rust"]);
        assert_eq!(items[1].text, "@bo \"hi\"");
        assert_eq!(all_told(&report, ["activity.reshares_made"]), [Some(1)]);
        assert_eq!(items[0].id, ID.to_string());
    }
}

#[test]
fn a_table_that_names_nobody_asks_for_the_rest() {
    let nameless = TABLE.replace("ada_example", "i/../x");
    let missing = Error::Missing { member: "data/js/user_details.js" };
    assert_eq!(refusal(nameless.as_bytes()), missing);
}

#[test]
fn posts_of_a_protected_account_are_not_public() {
    let row = row(ID, "2013-04-02 08:00:00 +0000", "x", "");
    let rows = month(&row.replace("\"protected\":false", "\"protected\":true"));
    let archive = zip(&[
        ("data/js/user_details.js", DETAILS.as_bytes()),
        ("data/js/tweets/2013_04.js", rows.as_bytes()),
    ]);
    let (report, items) = read(&archive).unwrap();
    assert_eq!((items.len(), all_told(&report, ["skipped.not_public"])), (0, [Some(1)]));
}

#[test]
fn the_layout_of_2018_reads_accounts_without_their_wrapper() {
    let account = r#"window.YTD.account.part0 = [ {"phoneNumber":"PHONE-MUST-NOT-APPEAR",
        "username":"ada_example","accountId":"1400","accountDisplayName":"Ada"} ]"#;
    let post = tweet(1_022_943_072_146_358_300, "x", "");
    let bare = post.strip_prefix("{\"tweet\":").unwrap().strip_suffix('}').unwrap();
    let tweets = format!("window.YTD.tweet.part0 = [ {bare} ]");
    let archive = zip(&[("account.js", account.as_bytes()), ("tweet.js", tweets.as_bytes())]);
    let (report, items) = read(&archive).unwrap();
    assert_eq!((report.layout, items.len()), ("2018 to 2020", 1));
    assert_eq!(report.account.id.as_deref(), Some("1400"));
    assert!(!format!("{report:?}").contains("MUST-NOT"));
}
